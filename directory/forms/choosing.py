"""The forms in which a neighbourhood asks providers, chooses one, or says that nobody fits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from directory.errors import Invalid
from directory.forms import fields
from directory.forms.fields import ChecksField
from directory.forms.needs import YuanField
from directory.forms.once import Once
from directory.models.invitation import Invitation
from directory.rules.calendar import DISTRICT_ZONE
from directory.rules.engagements import Funding
from directory.wording import choosing

NO_DAY = _l("请写成 2026-11-23 这样的日期。")
NO_HOUR = _l("请写成 18:00 这样的时间。")
FROM, TO = _l("请写开始日期。"), _l("请写结束日期。")
NO_PRICE = _l("请写价格，只写数字；免费写 0。")
WHY = _l("请写明原因，一句话就行；受邀机构会看到。")
TOO_LONG = _l("最多 %(max)d 个字，请写短些。")


class DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_DAY) from None


class HourField(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        if not "".join(valuelist).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_HOUR) from None


class PriceField(YuanField):
    """Whole yuan; 0 for free."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_PRICE) from None


class Form(fields.Form):
    once = Once()
    worded = staticmethod(choosing.fault)


class DeadlineForm(Form):
    deadline = DayField(_l("截止日期"), [InputRequired(_l("请写截止日期。"))])
    hour = HourField(_l("截止时间"), [InputRequired(_l("请写截止时间，例如 18:00。"))])

    def until(self) -> datetime:
        """Raises Invalid."""
        if self.deadline.data is None or self.hour.data is None:
            raise Invalid("deadline", "", "empty", "say until when")
        return datetime.combine(self.deadline.data, self.hour.data, DISTRICT_ZONE)

    def fill(self, at: datetime) -> "DeadlineForm":
        there = at.astimezone(DISTRICT_ZONE)
        self.deadline.data, self.hour.data = there.date(), there.time()
        return self


class InviteForm(DeadlineForm):
    """With a field outside_<entry> for each entry that is not in the frozen answer: see `invite_form`."""

    offered: Sequence[int] = ()
    entries = ChecksField(_l("邀请哪几家"), validate_choice=False)

    def asked(self) -> dict[int, str]:
        """Entry → why it is asked, of those ticked among those offered."""
        chosen = set(self.entries.data or [])
        return {entry: self._why(entry) for entry in self.offered if str(entry) in chosen}

    def _why(self, entry: int) -> str:
        field = self._fields.get(f"outside_{entry}")
        return "" if field is None else field.data or ""


def invite_form(
    entries: Mapping[int, str], outside: Iterable[int], *, running: bool, formdata: MultiDict[str, str] | None
) -> InviteForm:
    """A form for these entries by name, with a reason for each outside the answer; a running round has its deadline."""
    fields: dict[str, object] = {
        f"outside_{entry}": StringField(_l("为什么邀请它（不在匹配结果里）"), render_kw={"maxlength": "200"})
        for entry in outside
    }
    if running:
        fields |= {"deadline": None, "hour": None}
    form: InviteForm = type("OneInviteForm", (InviteForm,), fields)(formdata)
    form.offered = list(entries)
    form.entries.choices = [(str(entry), name) for entry, name in entries.items()]
    return form


class ReasonForm(Form):
    reason = TextAreaField(_l("原因"), [DataRequired(WHY), Length(max=200, message=TOO_LONG)])


class GiveUpForm(Form):
    reason = RadioField(
        _l("为什么没有合适的"),
        choices=[SelectChoice(code, said) for code, said in choosing.UNMET.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("说明（选“其他原因”必填）"), [Optional()])


class AnswerForm(Form):
    """`stood` is the answer that its writer saw: see operations/inquiries.py."""

    answer = TextAreaField(_l("答复"))
    stood = HiddenField()


class AwardForm(Form):
    """With fields why_<invitation> and note_<invitation> for each provider that is not chosen: see `award_form`."""

    reason = RadioField(
        _l("为什么选它"),
        choices=[SelectChoice(code, said) for code, said in choosing.CHOICES.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("说明（选“其他原因”必填）"), [Optional()])
    funding = RadioField(
        _l("钱从哪里来"),
        choices=[SelectChoice(code, said) for code, said in choosing.FUNDING.items()],
        validate_choice=False,
    )

    def why(self) -> tuple[str, str]:
        return self.reason.data or "", self.note.data or ""

    def source(self) -> Funding | None:
        given = self.funding.data
        return Funding(given) if given in set(Funding) else None

    def others(self, passed: Sequence[Invitation]) -> dict[int, tuple[str, str]]:
        return {each.id: (self[f"why_{each.id}"].data or "", self[f"note_{each.id}"].data or "") for each in passed}


class DirectForm(AwardForm):
    """For a provider that did not propose: what is agreed on stands here, not in a proposal."""

    amount = PriceField(_l("价格（元，免费写 0）"))
    starts_on = DayField(_l("开始日期"), [InputRequired(FROM)])
    ends_on = DayField(_l("结束日期"), [InputRequired(TO)])

    def agreed(self) -> tuple[int, tuple[date, date]]:
        """The price and the days. Raises Invalid."""
        if self.amount.data is None or self.starts_on.data is None or self.ends_on.data is None:
            raise Invalid("amount", "", "range", "say what it costs")
        return int(self.amount.data), (self.starts_on.data, self.ends_on.data)


def award_form(passed: Sequence[Invitation], *, direct: bool, formdata: MultiDict[str, str] | None) -> AwardForm:
    """A form that asks for a reason for each provider that is not chosen."""
    fields: dict[str, object] = {}
    options = [SelectChoice("", _l("请选一个理由")), *(SelectChoice(*each) for each in choosing.NOT_CHOSEN.items())]
    for each in passed:
        who = each.organisation.name
        fields[f"why_{each.id}"] = SelectField(
            gettext("没有选%(name)s的理由", name=who), choices=options, validate_choice=False
        )
        fields[f"note_{each.id}"] = StringField(
            gettext("给%(name)s的说明（选“其他原因”必填）", name=who), render_kw={"maxlength": "500"}
        )
    base = DirectForm if direct else AwardForm
    made: AwardForm = type("OneAwardForm", (base,), fields)(formdata)
    return made
