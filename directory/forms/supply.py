"""The addresses of the supply map, the ledger and the exposure report, and the forms of a call."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired

from directory.errors import Invalid
from directory.forms.fields import Form
from directory.forms.government import NO_DAY
from directory.forms.once import Once
from directory.forms.search import page_from
from directory.operations import exposure_reports, unmet
from directory.operations.calls import Draft
from directory.rules.needs import UNMET
from directory.wording.supply import FAULTS, fault

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


def map_from(args: MultiDict[str, str], *, fields: Collection[str], streets: Collection[str]) -> dict[str, str]:
    """The field and the street asked for, "" for all. Raises Invalid."""
    return {"field": _known(args, "field", fields), "street": _known(args, "street", streets)}


def unmet_from(args: MultiDict[str, str], *, categories: Collection[str], streets: Collection[str]) -> unmet.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    return unmet.Asked(
        category=_known(args, "category", categories),
        street=_known(args, "street", streets),
        reason=_known(args, "reason", UNMET),
        month=_month(args, "month"),
        page=page_from(args),
    )


def exposure_from(
    args: MultiDict[str, str], *, categories: Collection[str], streets: Collection[str], today: date
) -> exposure_reports.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    usual = exposure_reports.usual(today)
    since, until = _month(args, "since") or usual.since, _month(args, "until") or usual.until
    if until < since:
        raise Invalid("until", f"{until:%Y-%m}", "months", "it ends before it begins")
    order = args.get("order", "")
    if order and order not in set(exposure_reports.Order):
        raise Invalid("order", order[:40], "unknown", f"no such order: {order[:40]}")
    return exposure_reports.Asked(
        since=since,
        until=until,
        category=_known(args, "category", categories),
        street=_known(args, "street", streets),
        order=exposure_reports.Order(order or exposure_reports.Order.SHOWN),
        page=page_from(args),
    )


def address_of(asked: unmet.Asked | exposure_reports.Asked, **changed: object) -> dict[str, object]:
    """The query arguments of what was asked, with some changed."""
    said: Mapping[str, Any] = {**asdict(asked), **changed}
    words = {name: f"{value:%Y-%m}" if isinstance(value, date) else value for name, value in said.items()}
    return {name: value for name, value in words.items() if value not in (None, "")}


def _known(args: MultiDict[str, str], name: str, known: Collection[str]) -> str:
    given = args.get(name, "").strip()
    if given and given not in known:
        raise Invalid(name, given[:40], "unknown", f"no such {name}: {given[:40]}")
    return given


def _month(args: MultiDict[str, str], name: str) -> date | None:
    given = args.get(name, "").strip()
    if not given:
        return None
    said = _MONTH.fullmatch(given)
    if said is None:
        raise Invalid(name, given[:40], "month", "write a month as 2026-11")
    return date(int(said[1]), int(said[2]), 1)


class CallForm(Form):
    """A call for applications; what is wrong with it beyond dates that are none, operations/calls.py says."""

    worded = staticmethod(fault)
    once = Once()
    title = StringField(_l("标题"), [DataRequired(FAULTS["title", "empty"])])
    text = TextAreaField(_l("说明"))
    opens_on = DateField(_l("从哪天开始"), [DataRequired(NO_DAY)])
    closes_on = DateField(_l("到哪天截止"), [DataRequired(NO_DAY)])
    categories = SelectMultipleField(_l("征集的服务"), validate_choice=False, choices=[])

    def draft(self) -> Draft:
        """What was written, once it is valid: until then a day may be missing."""
        return Draft(
            title=(self.title.data or "").strip(),
            text=(self.text.data or "").replace("\r\n", "\n").strip(),
            codes=tuple(self.categories.data or ()),
            opens_on=self.opens_on.data or date.min,
            closes_on=self.closes_on.data or date.min,
        )


class ChangeCallForm(Form):
    """`seen` is what it was filled from."""

    worded = staticmethod(fault)
    once = Once()
    seen = HiddenField()
    text = TextAreaField(_l("说明"))
    closes_on = DateField(_l("到哪天截止"), [DataRequired(NO_DAY)])

    def said(self) -> str:
        return (self.text.data or "").replace("\r\n", "\n").strip()


class WithdrawCallForm(Form):
    worded = staticmethod(fault)
    once = Once()
    reason = TextAreaField(_l("为什么撤回"))
