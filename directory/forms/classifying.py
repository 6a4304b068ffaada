"""The forms by which government keeps the classification."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from directory.forms.fields import Form
from directory.forms.once import Once
from directory.models.taxonomy import Category
from directory.operations.category_accounts import CategoryAccount
from directory.wording import ROUTE_TAGS
from directory.wording.classifying import fault

LINES = ("keywords", "examples", "deliverables", "acceptance")
WORDS = ("name", "name_en", "description", "price_note", "price_unit", "authority", "phone", "hand_off")
_SOLVERS = [SelectChoice(code, name) for code, name in ROUTE_TAGS.items()]


class ReasonForm(Form):
    worded = staticmethod(fault)
    seen = HiddenField()
    reason = StringField(_l("为什么改"))


class CategoryForm(ReasonForm):
    once = Once()
    field = SelectField(_l("所属领域"))
    name = StringField(_l("名称"))
    name_en = StringField(_l("英文名称（可不填）"))
    description = TextAreaField(_l("说明"))
    keywords = TextAreaField(_l("关键词"))
    examples = TextAreaField(_l("居民会怎么说"))
    deliverables = TextAreaField(_l("交付什么"))
    acceptance = TextAreaField(_l("怎么验收"))
    price_unit = StringField(_l("计价单位"))
    price_low = IntegerField(_l("参考价从（元）"), [InputRequired(_l("请写整数，免费写 0。"))], widget=TextInput())
    price_high = IntegerField(_l("到（元）"), [InputRequired(_l("请写整数，免费写 0。"))], widget=TextInput())
    price_note = StringField(_l("计价说明"))
    solver = SelectField(_l("主要由谁解决"), choices=_SOLVERS)
    others = SelectMultipleField(
        _l("还可以由谁解决"),
        [Optional()],
        choices=_SOLVERS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    authority = StringField(_l("责任单位"))
    phone = StringField(_l("电话"))
    hand_off = TextAreaField(_l("什么时候找他们"))

    def offer(self, fields: list[Category]) -> "CategoryForm":
        self.field.choices = [SelectChoice(each.code, each.name) for each in fields]
        return self

    def say(self, said: CategoryAccount) -> "CategoryForm":
        """Fill in what a category says."""
        for name in (*WORDS, "price_low", "price_high"):
            self[name].data = getattr(said, name)
        for name in LINES:
            self[name].data = "\n".join(getattr(said, name))
        self.solver.data, self.others.data = said.route[0] if said.route else None, list(said.route[1:])
        return self

    def said(self) -> CategoryAccount:
        """What was filled in."""
        given: dict[str, Any] = {name: " ".join((self[name].data or "").split()) for name in WORDS}
        given |= {name: tuple(_lines(self[name].data or "")) for name in LINES}
        given |= {name: self[name].data or 0 for name in ("price_low", "price_high")}
        given["route"] = tuple(dict.fromkeys([self.solver.data or "", *(self.others.data or [])]))
        return CategoryAccount(**given)


class StepForm(ReasonForm):
    """`target` is the field to move to or the category to merge into."""

    target = SelectField(_l("归到"), [Optional()], validate_choice=False)
    offered: frozenset[str] = frozenset()

    def offer(self, categories: list[Category]) -> "StepForm":
        self.offered = frozenset(each.code for each in categories)
        self.target.choices = [
            SelectChoice(each.code, f"{each.name}（{each.parent.name}）" if each.parent else each.name)
            for each in categories
        ]
        return self


def _lines(text: str) -> dict[str, None]:
    """The lines that say something, each once."""
    return dict.fromkeys(line for each in text.splitlines() if (line := " ".join(each.split())))
