"""directory account …"""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from directory import letters
from directory.db import db, transaction
from directory.errors import NotFound
from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.operations import accounts, demo, enrolments
from directory.policy import OPERATOR
from directory.rules.roles import MAY_INVITE, Role

ROLES = click.Choice(sorted(str(role) for role in MAY_INVITE[Role.OPERATOR]))


@click.group("account")
def group() -> None:
    """Ask people in; close accounts."""


@group.command()
@click.argument("email")
@click.option("--role", type=ROLES, required=True)
@click.option("--area", default="", help="Code of the street or neighbourhood, for those who are of one.")
@click.option("--organisation", default="", help="USCC of the organisation, for its owner or editor.")
@with_appcontext
def invite(email: str, role: str, area: str, organisation: str) -> None:
    """Mail an invitation and print its address, for the first officer or where there is no mail yet."""
    now = datetime.now(UTC)
    with transaction():
        whose = _organisation(organisation) if organisation else None
        enrolment, token = enrolments.invite(
            email, Role(role), organisation_id=whose, area_code=area, by=OPERATOR, now=now
        )
        address = letters.invitation(enrolment, token, now=now)
    click.echo(address)


@group.command()
@click.argument("email")
@click.option("--reason", required=True)
@with_appcontext
def close(email: str, reason: str) -> None:
    """Close an account: nobody comes in with it any more."""
    with transaction():
        accounts.close(_account(email), reason=reason, by=OPERATOR, now=datetime.now(UTC))


@group.command("close-demo")
@click.option("--reason", default="the demo is over", show_default=True)
@with_appcontext
def close_demo(reason: str) -> None:
    """Close all accounts of the demo, whose password everybody may read; says how many."""
    with transaction():
        closed = demo.close(reason=reason, by=OPERATOR, now=datetime.now(UTC))
    click.echo(f"{closed} demo accounts closed" if closed else "no demo account is open")


@group.command("drop-code")
@click.argument("email")
@click.option("--reason", required=True)
@with_appcontext
def drop_code(email: str, reason: str) -> None:
    """Take the second factor off an account whose phone is lost."""
    with transaction():
        accounts.drop_second_factor(_account(email), reason=reason, by=OPERATOR, now=datetime.now(UTC))


def _account(email: str) -> Account:
    found = accounts.by_email(email)
    if found is None:
        raise NotFound(f"no account {email}")
    return found


def _organisation(code: str) -> int:
    found = db.session.scalar(select(Organisation.id).where(Organisation.uscc == code))
    if found is None:
        raise NotFound(f"no organisation {code}")
    return found
