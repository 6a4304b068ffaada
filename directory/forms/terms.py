"""The form in which one side says how the terms of agreed work should be, with ten rows for its steps."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from directory.errors import Invalid
from directory.forms.claims import DayField
from directory.forms.engagements import DAY, NO_SUCH, SHORTER, YUAN, AmountField, GivenDay, funding_of
from directory.forms.fields import Form, WholeField
from directory.forms.once import Once
from directory.rules.terms import MOST_STEPS, Step, Terms
from directory.wording.engagements import FUNDINGS, step_name


class TermsForm(Form):
    """`name_1`, `due_1`, `share_1` and `step_1` … are the rows; a row with nothing in it is no step."""

    once = Once()
    seen = HiddenField()
    title = StringField(_l("项目名称"))
    contract = StringField(_l("合同编号（没有就空着）"))
    amount = AmountField(_l("金额（元）"), [InputRequired(YUAN)])
    funding = SelectField(_l("经费来源"), [InputRequired(NO_SUCH)], validate_choice=False)
    starts_on = GivenDay(_l("开始日期"), [InputRequired(DAY)])
    ends_on = GivenDay(_l("结束日期"), [InputRequired(DAY)])
    steps = HiddenField()  # what is wrong with the rows stands here
    reason = TextAreaField(
        _l("为什么要改"), [DataRequired(_l("请写明原因，对方会看到。")), Length(max=500, message=SHORTER)]
    )

    def offer(self) -> "TermsForm":
        self.funding.choices = list(FUNDINGS.items())
        return self

    def fill(self, terms: Terms) -> "TermsForm":
        for name in ("title", "contract", "amount", "funding", "starts_on", "ends_on"):
            self[name].data = getattr(terms, name)
        for place, step in enumerate(terms.steps, 1):
            self[f"step_{place}"].data = str(step.id)
            self[f"name_{place}"].data = step_name(step.name)
            self[f"due_{place}"].data, self[f"share_{place}"].data = step.due_on, step.share
        return self

    def rows(self) -> list[tuple[Any, ...]]:
        """(hidden id, name, day, share) of each row."""
        kinds = ("step", "name", "due", "share")
        return [tuple(self[f"{kind}_{place}"] for kind in kinds) for place in range(1, MOST_STEPS + 1)]

    def said(self, standing: Terms) -> Terms:
        """As typed; a step that still has the name it is shown by keeps its own. Raises Invalid."""
        own = {step.id: step.name for step in standing.steps}
        steps = []
        for row in self.rows():
            number, name, day, share = (field.data for field in row)
            name = (name or "").strip()
            if not name and day is None and share is None:
                continue
            if not name or day is None or share is None:
                raise Invalid("steps", name, "incomplete", "a step has a name, a day and a share")
            steps.append(_step(number or "", name, day, share, own))
        return Terms(
            title=self.title.data or "",
            contract=self.contract.data or "",
            amount=self.amount.data,
            funding=funding_of(self.funding.data or ""),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            steps=tuple(steps),
        )


def _step(number: str, name: str, day: date, share: int, own: dict[int | None, str]) -> Step:
    known = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if known in own and name == step_name(own[known]):
        name = own[known]
    return Step(known, name, day, share)


for _place in range(1, MOST_STEPS + 1):
    setattr(TermsForm, f"step_{_place}", HiddenField())
    setattr(TermsForm, f"name_{_place}", StringField(_l("第 %(n)d 行：阶段名称", n=_place)))
    setattr(TermsForm, f"due_{_place}", DayField(_l("交付日期"), [Optional()]))
    setattr(TermsForm, f"share_{_place}", WholeField(_l("付款占百分之几"), [Optional()]))
