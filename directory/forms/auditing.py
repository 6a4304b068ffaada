"""What the address of the audit page asks for, and back."""

from datetime import date

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from directory.errors import Invalid
from directory.operations.auditing import Asked

LONGEST = 200
TEXTS = {"event": "event", "actor": "actor", "thing": "thing", "q": "text"}
DAYS = ("since", "until")


def asked_from(args: MultiDict[str, str]) -> Asked:
    """Raises Invalid, naming the field."""
    said: dict[str, str] = {}
    for name, field in TEXTS.items():
        text = args.get(name, "").strip().replace("\0", "")
        if len(text) > LONGEST:
            message = gettext("最多 %(most)d 个字，现在有 %(n)d 个。", most=LONGEST, n=len(text))
            raise Invalid(name, len(text), "too_long", message)
        said[field] = text
    since, until = (_day(args, name) for name in DAYS)
    if since and until and since > until:
        message = gettext("开始日期 %(since)s 在结束日期 %(until)s 之后，请改其中一个。", since=since, until=until)
        raise Invalid("since", since, "range", message)
    return Asked(**said, since=since, until=until)


def before_from(args: MultiDict[str, str]) -> int | None:
    """The event to go on from. Raises Invalid."""
    given = args.get("before", "")
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        message = gettext("“%(given)s”不是事件编号。", given=given[:40])
        raise Invalid("before", given[:40], "number", message)
    return int(given)


def address_of(asked: Asked, **more: object) -> dict[str, object]:
    """The query arguments of a search."""
    said = {name: getattr(asked, field) for name, field in TEXTS.items()}
    said |= {name: day.isoformat() for name in DAYS if (day := getattr(asked, name))}
    return {name: value for name, value in {**said, **more}.items() if value not in (None, "")}


def _day(args: MultiDict[str, str], name: str) -> date | None:
    given = args.get(name, "").strip()
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        message = gettext("“%(given)s”不是日期，请写成 2026-11-23 这样。", given=given[:40])
        raise Invalid(name, given[:40], "day", message) from None
