"""What somebody was told: the list, and each notice as the way to what it is about."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import auth
from directory.db import transaction
from directory.forms.search import page_from
from directory.operations import notices, paging
from directory.rules.calendar import day_of
from directory.web import ours
from directory.wording import notices as words

bp = Blueprint("notices", __name__, url_prefix="/account/notices")


@bp.before_request
def only_for_accounts() -> ResponseReturnValue | None:
    return None if g.account else auth.ask_to_sign_in()


@bp.get("")
def mine() -> ResponseReturnValue:
    page = page_from(request.args)
    shown, total = notices.of(g.account.id, page=page)
    pages = paging.pages(total, notices.PAGE)
    return render_template(
        "account/notices.html", notices=shown, total=total, page=page, pages=pages, words=words, day_of=day_of
    )


@bp.get("/<int:notice_id>")
def follow(notice_id: int) -> ResponseReturnValue:
    """Reading is the one change a link may make: mails lead here."""
    with transaction():
        link = notices.read(notice_id, by=g.actor, now=datetime.now(UTC)).link
    return redirect(ours(link))


@bp.post("/read")
def read_all() -> ResponseReturnValue:
    with transaction():
        notices.read_all(by=g.actor, now=datetime.now(UTC))
    flash(gettext("全部标成已读。"))
    return redirect(url_for(".mine"), 303)
