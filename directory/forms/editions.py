"""What the addresses of edition pages ask for, and the form to seal one."""

import re
from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField

from directory.errors import Invalid
from directory.forms.fields import Form
from directory.forms.once import Once

LONGEST_NAME = 60
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class SealForm(Form):
    """`seen` stands for what was looked at; what the title may be is the business of who takes it."""

    title = StringField(_l("这一版叫什么"))
    unchanged = BooleanField(_l("内容和现行版次一样，也要封存"))
    seen = HiddenField()
    once = Once()


def name_from(args: MultiDict[str, str]) -> str:
    """The name searched for. Raises Invalid."""
    text = " ".join(args.get("q", "").replace("\0", "").split())
    if len(text) > LONGEST_NAME:
        raise Invalid("q", len(text), "too_long", gettext("名称最多 %(most)d 个字。", most=LONGEST_NAME))
    return text


def day_from(args: MultiDict[str, str], *, today: date) -> date:
    """The day asked for, today by default. Raises Invalid."""
    given = args.get("on", "").strip()
    if not given:
        return today
    try:
        return date.fromisoformat(given if _DAY.fullmatch(given) else "")
    except ValueError:
        message = gettext("“%(given)s”不是日期，请写成 2026-11-23 这样。", given=given[:40])
        raise Invalid("on", given[:40], "day", message) from None
