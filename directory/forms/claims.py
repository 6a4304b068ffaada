"""The forms by which an organisation proposes a fact: one a kind, for each kind says other things.

What a value may be is said in rules/facts.py, not here.
"""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from directory import wording
from directory.forms.fields import Form, WholeField
from directory.forms.once import Once
from directory.models.organisation import Fact
from directory.rules.claims import Claim
from directory.rules.eligibility import CHECK_RESULTS, GRADES, FactKind
from directory.rules.facts import PENALTIES

_DAY = _l("请写一个日期，例如 2026-11-23。")
_CHOOSE = _l("请选一项。")


class DayField(DateField):
    """A day; what is no day is said in words that show one."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_DAY) from None


class ClaimForm(Form):
    """What every kind has; `order` is how a page shows the fields."""

    order: tuple[str, ...] = ("since",)

    once = Once()
    kind = HiddenField()
    source = StringField(_l("出自哪份文件"))
    supersedes = SelectField(  # type: ignore[call-arg]  # the stubs are older than the message
        _l("更正哪一条（可不选）"),
        [Optional()],
        invalid_choice_message=_l("要更正的那一条不在现行的事实里，请重新选。"),
    )
    file = FileField(_l("证明材料"))

    def offer(self, standing: list[Fact]) -> "ClaimForm":
        """Fill the picker of what may be put right; without such facts it is left out."""
        if standing:
            named = [(str(fact.id), _in_short(fact)) for fact in standing]
            self.supersedes.choices = [("", gettext("不更正，是新的一条")), *named]
        else:
            del self.supersedes
        return self

    def claim(self) -> Claim:
        value = self.value.data if "value" in self._fields else ""
        until = self.until.data if "until" in self._fields else None
        return Claim(
            FactKind(self.kind.data or ""), (value or "").strip(), self.begins(), until, self.source.data or ""
        )

    def begins(self) -> date:
        since: date = self.since.data
        return since

    def replaced(self) -> int | None:
        return int(self.supersedes.data) if "supersedes" in self._fields and self.supersedes.data else None


class GradeForm(ClaimForm):
    order = ("value", "since", "until")
    value = RadioField(_l("等级"), [InputRequired(_CHOOSE)], validate_choice=False)
    since = DayField(_l("有效期从哪天起"), [InputRequired(_DAY)])
    until = DayField(_l("有效期到哪天止"), [InputRequired(_DAY)])

    def offer(self, standing: list[Fact]) -> "ClaimForm":
        self.value.choices = [(grade, grade) for grade in GRADES]
        return super().offer(standing)


class CheckForm(ClaimForm):
    order = ("since", "value")
    since = WholeField(_l("哪一年度"), [InputRequired(_l("请写年份，例如 2025。"))])
    value = RadioField(_l("结果"), [InputRequired(_CHOOSE)], validate_choice=False)

    def offer(self, standing: list[Fact]) -> "ClaimForm":
        self.value.choices = _worded("annual_check", CHECK_RESULTS)
        return super().offer(standing)

    def begins(self) -> date:
        """Any day of the year will do; a year no calendar has is one that is too early."""
        year = self.since.data or 0
        return date(year, 1, 1) if 1 <= year <= 9999 else date.min


class StaffForm(ClaimForm):
    order = ("value", "since")
    value = StringField(_l("专职工作人员人数"), [InputRequired(_l("请写人数，例如 6。"))])
    since = DayField(_l("从哪天起是这个人数"), [InputRequired(_DAY)])


class HonourForm(ClaimForm):
    order = ("value", "since", "until")
    value = StringField(_l("什么荣誉，谁授予的"))
    since = DayField(_l("哪天授予"), [InputRequired(_DAY)])
    until = DayField(_l("有效期到哪天止（长期有效就空着）"), [Optional()])


class PenaltyForm(ClaimForm):
    order = ("value", "since")
    value = RadioField(_l("处罚轻重"), [InputRequired(_CHOOSE)], validate_choice=False)
    since = DayField(_l("处罚决定的日期"), [InputRequired(_DAY)])

    def offer(self, standing: list[Fact]) -> "ClaimForm":
        self.value.choices = _worded("penalty", PENALTIES)
        return super().offer(standing)


class RegistrationForm(ClaimForm):
    since = DayField(_l("登记成立的日期"), [InputRequired(_DAY)])


FORMS: dict[FactKind, type[ClaimForm]] = {
    FactKind.GRADE: GradeForm,
    FactKind.ANNUAL_CHECK: CheckForm,
    FactKind.STAFF: StaffForm,
    FactKind.HONOUR: HonourForm,
    FactKind.PENALTY: PenaltyForm,
    FactKind.REGISTRATION: RegistrationForm,
}


def _worded(kind: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, wording.label(wording.FACT_VALUES, (kind, value))) for value in values]


def _in_short(fact: Fact) -> str:
    value = str(wording.FACT_VALUES.get((fact.kind.value, fact.value), fact.value))
    return str(gettext("%(value)s，%(day)s起", value=value, day=wording.day(fact.since)))
