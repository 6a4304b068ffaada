"""What an organisation says of itself: changed at once, and confirmed as still true every few months."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select

from directory import audit
from directory.db import db
from directory.errors import Forbidden
from directory.models.organisation import Organisation
from directory.models.taxonomy import Area
from directory.operations import changes, parameters
from directory.operations.records import Identity, OrganisationRow, Origin, RowFault, office_line, one_line
from directory.policy import Actor, Permission, require
from directory.rules.calendar import day_of
from directory.rules.freshness import Freshness, freshness

_PHONE = re.compile(r"[0-9()（）+*#\-–— 转分机extEXT.:：/、,，;；]*")
_BETWEEN = re.compile(r"[/、,，;；]|转|分机|ext", re.IGNORECASE)
_MOBILE = re.compile(r"(?:00)?(?:86)?1[3-9]\d{9}")
_WEBSITE = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation may change by itself."""

    summary: str
    short_name: str
    address: str
    phone: str
    website: str
    area_code: str

    def masked(self, known: Organisation) -> "Profile":
        """The profile as it may be stored. Raises Wrong, naming every field at fault."""
        row = OrganisationRow(Identity(known.source, known.external_id or str(known.id)), known.name, **asdict(self))
        found = [*row.faults(), *_unusable(self), *_unknown_area(self.area_code, known.area_code)]
        changes.require_right(found)
        kept = row.masked()
        return Profile(
            summary=kept.summary or "",
            short_name=one_line(self.short_name),
            address=kept.address or "",
            phone=kept.phone or "",
            website=self.website.strip(),
            area_code=self.area_code,
        )


FIELDS = tuple(Profile.__dataclass_fields__)


def own(*, by: Actor) -> Organisation:
    """The organisation whose record an actor keeps. Raises Forbidden."""
    organisation = None if by.organisation is None else db.session.get(Organisation, by.organisation)
    if organisation is None:
        raise Forbidden(f"{by.role} keeps no organisation's record")
    require(by, Permission.READ_ORGANISATION, organisation)
    return organisation


def seen(organisation: Organisation) -> str:
    """What a form filled from the profile carries, so that no other change is written over unseen."""
    return changes.fingerprint(organisation, FIELDS)


def edit(organisation: Organisation, said: Profile, *, seen: str, by: Actor, now: datetime) -> bool:
    """Change a profile at once; whether anything differed. Raises Wrong, Stale."""
    require(by, Permission.EDIT_ORGANISATION, organisation)
    db.session.refresh(organisation, with_for_update=True)
    values = asdict(said.masked(organisation))
    differing = changes.differing(organisation, values)
    if not differing:
        return False
    changes.require_seen(organisation, values, seen)
    for change in differing:
        setattr(organisation, change.field, change.after)
    reason = changes.told(differing)
    audit.record("organisation:edit", by=by, thing=f"Organisation:{organisation.id}", now=now, reason=reason)
    return True


def confirm(organisation: Organisation, *, by: Actor, now: datetime) -> date:
    """Say that all that is shown of the organisation is still true; the day by which to say it again."""
    require(by, Permission.EDIT_ORGANISATION, organisation)
    db.session.refresh(organisation, with_for_update=True)
    today = day_of(now)
    if organisation.confirmed_on != today:
        reason = changes.told(changes.differing(organisation, {"confirmed_on": today}))
        organisation.confirmed_on = today
        audit.record("organisation:confirm", by=by, thing=f"Organisation:{organisation.id}", now=now, reason=reason)
    return held(organisation, on=today).due or today


def held(organisation: Organisation, *, on: date) -> Freshness:
    """How the organisation's confirmation stands on a day."""
    return freshness(organisation.confirmed_on, on=on, months=parameters.in_force().periods.confirm_months)


def _unusable(profile: Profile) -> Iterator[RowFault]:
    phone, website = profile.phone.strip(), profile.website.strip()
    if phone and is_mobile(phone):
        yield RowFault(Origin(), "phone", phone, "mobile", "a person's mobile is not published")
    elif not _PHONE.fullmatch(phone) or (phone and sum(c.isdecimal() for c in phone) < 3):
        yield RowFault(Origin(), "phone", phone, "shape", "not a telephone number")
    if website and not _WEBSITE.fullmatch(website):
        yield RowFault(Origin(), "website", website, "shape", "begins with http:// or https://")


def is_mobile(phone: str) -> bool:
    """Whether some number in it is a person's mobile, however it is broken up."""
    pieces = (re.sub(r"\D", "", piece) for piece in _BETWEEN.split(phone))
    return not office_line(phone) or any(_MOBILE.fullmatch(piece) for piece in pieces)


def _unknown_area(code: str, known: str) -> Iterator[RowFault]:
    if code and code != known and db.session.scalar(select(Area.id).where(Area.code == code)) is None:
        yield RowFault(Origin(), "area_code", code, "unknown", "no such area")
