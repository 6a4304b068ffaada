"""The forms of agreed work, and the address of its list."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from directory.errors import Invalid
from directory.forms.claims import DayField
from directory.forms.fields import Form, WholeField
from directory.forms.needs import YuanField
from directory.forms.once import Once
from directory.forms.search import page_from
from directory.operations.agreed_work import Asked
from directory.operations.service_records import Done
from directory.rules.engagements import Funding
from directory.rules.work import EngagementState
from directory.wording.engagements import FUNDINGS, TERMINATIONS, UNMET

WAITING = "waiting"  # stands beside the states: what waits for the reader's own side
LONGEST_WORD = 100
DAY = _l("请写一个日期，例如 2026-11-23。")
SHORTER = _l("最多 %(max)d 个字，请写短些。")
WHY = _l("请写明原因，对方会看到。")
NO_SUCH = _l("请从列出的几项里选一项。")
YUAN = _l("请只写数字，例如 1200；免费写 0。")


class AmountField(YuanField):
    """Always given: see its validators."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(YUAN) from None


class GivenDay(DayField):
    """Always given: see its validators."""

    data: Any


def asked_from(args: MultiDict[str, str]) -> Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    state, text = args.get("state", ""), args.get("text", "").strip()
    if state not in {"", WAITING, *EngagementState}:
        raise Invalid("state", state[:40], "unknown", f"no such state: {state[:40]}")
    if len(text) > LONGEST_WORD:
        raise Invalid("text", len(text), "filter_long", f"at most {LONGEST_WORD} characters")
    return Asked(
        state=EngagementState(state) if state not in {"", WAITING} else None,
        text=text,
        waiting=state == WAITING,
        page=page_from(args),
    )


def address_of(asked: Asked, **changed: object) -> dict[str, object]:
    """The query arguments of what was asked, with some changed."""
    said: Mapping[str, object] = asdict(asked)
    given = {"state": WAITING if asked.waiting else said["state"], "text": said["text"], "page": said["page"]}
    return {name: value for name, value in {**given, **changed}.items() if value not in {None, "", 0}}


class StepForm(Form):
    """A step that needs no words: `seen` says how the work stood when its page was shown."""

    seen = HiddenField()


class DeliverForm(StepForm):
    note = TextAreaField(_l("做了什么（可不填）"), [Length(max=500, message=SHORTER)])


class ReturnForm(StepForm):
    reason = TextAreaField(_l("哪里还要完善"), [DataRequired(WHY), Length(max=500, message=SHORTER)])


class AnswerForm(Form):
    """An answer to a change of terms, or why a record is struck."""

    reason = TextAreaField(_l("理由"), [DataRequired(WHY), Length(max=200, message=SHORTER)])


class AgreeForm(Form):
    answer = TextAreaField(_l("想说的话（可不填）"), [Length(max=500, message=SHORTER)])


class AcceptForm(StepForm):
    """`met_0`, `met_1` … stand beside it, one for each sentence of the standard: see `accepting`."""

    note = TextAreaField(_l("说明（有没达到的必须写）"), [Length(max=500, message=SHORTER)])

    def rows(self) -> list[Any]:
        return [field for name, field in self._fields.items() if name.startswith("met_")]

    def met(self, sentences: list[str]) -> dict[str, bool]:
        return {sentence: field.data == "yes" for sentence, field in zip(sentences, self.rows(), strict=True)}


def accepting(sentences: list[str]) -> type[AcceptForm]:
    """A form that asks of each sentence whether it was met."""
    answers = [SelectChoice("yes", _l("达到")), SelectChoice("no", _l("没达到"))]
    asked = {
        f"met_{place}": RadioField(
            sentence,
            [InputRequired(_l("请选“达到”或“没达到”。"))],
            choices=answers,
        )
        for place, sentence in enumerate(sentences)
    }
    return type("AcceptForm", (AcceptForm,), asked)


class TerminateForm(StepForm):
    reason = SelectField(_l("为什么终止"), [InputRequired(NO_SUCH)], validate_choice=False)
    note = TextAreaField(
        _l("说明"), [DataRequired(_l("请写几句话说明情况，对方会看到。")), Length(max=500, message=SHORTER)]
    )
    unmet = SelectField(_l("需求怎么办"), [Optional()], validate_choice=False)

    def offer(self, codes: tuple[str, ...], *, with_need: bool) -> "TerminateForm":
        """Fill the pickers; what becomes of a need is asked only where there is one and who is asked may say."""
        self.reason.choices = [("", _l("请选择")), *((code, TERMINATIONS[code]) for code in codes)]
        if with_need:
            given_up = [(code, _l("不再找了：%(why)s", why=UNMET[code])) for code in UNMET]
            self.unmet.choices = [("", _l("需求重新开放，另找机构")), *given_up]
        else:
            del self.unmet
        return self


class RecordForm(Form):
    once = Once()
    on = GivenDay(_l("哪一天"), [InputRequired(DAY)])
    cases = WholeField(_l("服务了几次"), [Optional()])
    people = WholeField(_l("服务了几个人"), [Optional()])
    note = TextAreaField(_l("做了什么（可不填）"))
    file = FileField(_l("照片或签到表（可不传）"))

    def done(self) -> Done:
        return Done(self.on.data, self.cases.data or 0, self.people.data or 0, self.note.data or "")


class BeginForm(Form):
    """Work without a need; what it says is checked where it is begun."""

    once = Once()
    title = StringField(_l("项目名称"))
    funding = SelectField(_l("经费来源"), [InputRequired(NO_SUCH)], validate_choice=False)
    amount = AmountField(_l("金额（元）"), [InputRequired(YUAN)])
    starts_on = GivenDay(_l("哪天开始"), [InputRequired(DAY)])
    ends_on = GivenDay(_l("哪天结束"), [InputRequired(DAY)])

    def offer(self) -> "BeginForm":
        self.funding.choices = list(FUNDINGS.items())
        return self

    def source(self) -> Funding:
        """Raises Invalid."""
        return funding_of(self.funding.data or "")


def funding_of(given: str) -> Funding:
    """Raises Invalid."""
    if given not in set(Funding):
        raise Invalid("funding", given[:40], "unknown", "no such source of money")
    return Funding(given)
