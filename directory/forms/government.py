"""The forms of government: steps with a reason, decisions, facts."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, Length, Optional, ValidationError
from wtforms.widgets import TextInput

from directory import wording
from directory.forms.fields import Form
from directory.forms.once import Once
from directory.operations.entries import EXITS, LONGEST_NOTE, SUSPENSIONS
from directory.operations.objections import LONGEST_ANSWER
from directory.operations.reviewing import Statement
from directory.rules.eligibility import FactKind
from directory.rules.facts import LISTINGS, LONGEST_SOURCE, LONGEST_VALUE, VALUES, WITHOUT_VALUE
from directory.rules.reasons import LONGEST_FORMAL
from directory.wording.government import entry_fault

WHY = _l("请写明原因，一句话就行；它会记进操作记录。")
TOO_LONG = _l("最多 %(max)d 个字，请写短些。")
NO_SUCH = _l("请从列出的几项里选一项。")
NO_DAY = _l("请写成 2026-11-23 这样的日期。")


def _reason(label: str, *, most: int = LONGEST_FORMAL) -> TextAreaField:
    return TextAreaField(label, [DataRequired(WHY), Length(max=most, message=TOO_LONG)])


class Act(Form):
    """A step: `once` lets it act once, `seen` says how the thing stood when its page was shown."""

    once = Once()
    seen = HiddenField()


class ReturnForm(Act):
    reason = _reason(_l("退回原因"))


class RefuseForm(Act):
    reason = _reason(_l("不采纳的原因"))


class BulkReturnForm(Act):
    reason = _reason(_l("退回原因（所选各件都用这一条）"))


class DecideForm(Act):
    decision = RadioField(
        _l("您的决定"),
        [DataRequired(_l("请选择列入还是不列入。"))],
        choices=[SelectChoice("admit", _l("列入，开始公示")), SelectChoice("reject", _l("不列入"))],
        validate_choice=False,
    )
    reason = _reason(_l("决定理由"))

    def validate_decision(self, field: Field) -> None:
        if field.data not in {"admit", "reject"}:
            raise ValidationError(NO_SUCH)

    @property
    def admit(self) -> bool:
        return bool(self.decision.data == "admit")


class AnswerForm(Act):
    outcome = RadioField(
        _l("结论"),
        [DataRequired(_l("请选择异议成立还是不成立。"))],
        choices=[
            SelectChoice("dismiss", _l("异议不成立，公示继续")),
            SelectChoice("uphold", _l("异议成立，不予列入")),
        ],
        validate_choice=False,
    )
    answer = TextAreaField(
        _l("给提出人的答复"),
        [DataRequired(_l("请写下答复：查了什么，结论是什么。")), Length(max=LONGEST_ANSWER, message=TOO_LONG)],
    )

    def validate_outcome(self, field: Field) -> None:
        if field.data not in {"dismiss", "uphold"}:
            raise ValidationError(NO_SUCH)


class EntryForm(Act):
    """A step of an entry; `reason` is a code, `note` what government adds."""

    worded = staticmethod(entry_fault)
    note = TextAreaField(_l("说明"), [DataRequired(WHY), Length(max=LONGEST_NOTE, message=TOO_LONG)])


class DayField(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(NO_DAY) from None


class SuspendForm(EntryForm):
    reason = SelectField(
        _l("暂停原因"),
        choices=[SelectChoice(code, wording.STATE_REASONS[code]) for code in SUSPENSIONS],
        validate_choice=False,
    )
    cure_until = DayField(_l("整改期限（可不填）"), [Optional()])

    def validate_reason(self, field: Field) -> None:
        if field.data not in SUSPENSIONS:
            raise ValidationError(NO_SUCH)


class RemoveForm(EntryForm):
    reason = SelectField(
        _l("退出原因"),
        choices=[SelectChoice(code, wording.STATE_REASONS[code]) for code in EXITS],
        validate_choice=False,
    )

    def validate_reason(self, field: Field) -> None:
        if field.data not in EXITS:
            raise ValidationError(NO_SUCH)


class FactForm(Act):
    """A fact of one kind: `for_kind` leaves the fields that the kind has."""

    value: StringField | SelectField = StringField(
        _l("内容"), [DataRequired(_l("请写内容。")), Length(max=LONGEST_VALUE, message=TOO_LONG)]
    )
    year = IntegerField(_l("年度"), [DataRequired(_l("请写年度，如 2025。"))], widget=TextInput())
    since = DayField(_l("从哪天起"), [DataRequired(NO_DAY)])
    until = DayField(_l("到哪天止（没有就不填）"), [Optional()])
    source = StringField(
        _l("依据"), [DataRequired(_l("请写依据，如公告名称和文号。")), Length(max=LONGEST_SOURCE, message=TOO_LONG)]
    )
    reason = _reason(_l("为什么更正"))

    def for_kind(self, kind: FactKind, *, corrects: bool) -> "FactForm":
        if kind in WITHOUT_VALUE:
            del self.value
        if kind is FactKind.ANNUAL_CHECK:
            del self.since, self.until
        else:
            del self.year
        if not corrects:
            del self.reason
        return self

    def statement(self, kind: FactKind) -> Statement:
        """What was typed, of a form that validates."""
        value = "" if self.value is None else (self.value.data or "").strip()
        if self.year is not None:
            year = self.year.data or 0
            since, until = date(year, 1, 1), date(year, 12, 31)
        else:
            since, until = self.since.data, self.until.data
        return Statement(kind, value, since, until, self.source.data or "")

    def validate_year(self, field: Field) -> None:
        if field.data is not None and not 1949 <= field.data <= 9998:
            raise ValidationError(_l("请写四位数的年度，如 2025。"))


class ListingFactForm(FactForm):
    """Of a list of wrongdoers, which may say why."""

    value = StringField(_l("列入原因（可不填）"), [Length(max=LONGEST_VALUE, message=TOO_LONG)])


class ChoiceFactForm(FactForm):
    """Of a kind with a closed list of values."""

    value = SelectField(_l("内容"), validate_choice=False)

    def for_kind(self, kind: FactKind, *, corrects: bool) -> "FactForm":
        self.value.choices = [SelectChoice(v, wording.FACT_VALUES.get((kind.value, v), v)) for v in VALUES[kind]]
        return super().for_kind(kind, corrects=corrects)


def fact_form(kind: FactKind, *, corrects: bool, **given: object) -> FactForm:
    made = ChoiceFactForm if kind in VALUES else ListingFactForm if kind in LISTINGS else FactForm
    return made(**given).for_kind(kind, corrects=corrects)
