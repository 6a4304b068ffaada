"""The forms in which a provider answers an invitation."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Optional

from directory.errors import Invalid
from directory.forms.choosing import FROM, TO, DayField, Form, PriceField
from directory.models.invitation import Proposal
from directory.operations.proposals import Said
from directory.wording import choosing


class ProposalForm(Form):
    plan = TextAreaField(_l("打算怎么做"), [DataRequired(_l("请写方案：打算怎么做。"))])
    price = PriceField(_l("价格（元，免费写 0）"))
    starts_on = DayField(_l("开始日期"), [InputRequired(FROM)])
    ends_on = DayField(_l("结束日期"), [InputRequired(TO)])
    schedule = TextAreaField(_l("时间安排（可不填）"))
    staff = TextAreaField(_l("人员安排（可不填）"))

    def fill(self, proposal: Proposal | None) -> "ProposalForm":
        """With what was proposed before."""
        for name in ("plan", "price", "starts_on", "ends_on", "schedule", "staff") if proposal else ():
            self[name].data = getattr(proposal, name)
        return self

    def said(self) -> Said:
        """Raises Invalid."""
        if self.price.data is None or self.starts_on.data is None or self.ends_on.data is None:
            raise Invalid("price", "", "range", "say what it costs")
        return Said(
            plan=self.plan.data or "",
            price=int(self.price.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            schedule=self.schedule.data or "",
            staff=self.staff.data or "",
        )


class DeclineForm(Form):
    reason = RadioField(
        _l("为什么不参加"),
        choices=[SelectChoice(code, said) for code, said in choosing.DECLINES.items()],
        validate_choice=False,
    )
    note = TextAreaField(_l("说明（选“其他原因”必填）"), [Optional()])


class QuestionForm(Form):
    text = TextAreaField(_l("要问的问题"))
