"""The form in which a neighbourhood says its problem."""

import re
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from directory.forms.fields import Form
from directory.models.taxonomy import Area
from directory.operations.matches import LONGEST_TEXT
from directory.rules.terms import MOST_YUAN
from search.query import Need

BUDGET_RULE = _l("预算要在 0 到 1 亿元之间，只写数字。")


class YuanField(IntegerField):
    """Whole yuan, as people write them: 1200, 1,200 or 1200 元."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        given = "".join(valuelist[:1]).strip().removesuffix("元").rstrip()
        if not re.fullmatch(r"-?\d{1,12}|-?\d{1,3}([,，]\d{3}){1,3}", given):
            raise ValueError(BUDGET_RULE)
        self.data = int(re.sub("[,，]", "", given))


class NeedForm(Form):
    text = TextAreaField(
        _l("小区遇到了什么问题？"),
        [
            InputRequired(_l("请先写下遇到的问题，一句话就行。")),
            Length(max=LONGEST_TEXT, message=_l("最多 %(max)d 个字，请说得短一些。")),
        ],
    )
    area = SelectField(  # type: ignore[call-arg]  # the stubs are older than the message
        _l("在哪里"), [Optional()], invalid_choice_message=_l("没有这个地方，请从列表里选。")
    )
    budget = YuanField(_l("预算（元，可不填）"), [Optional(), NumberRange(0, MOST_YUAN, BUDGET_RULE)])
    category = HiddenField()

    def offer(self, areas: list[Area]) -> "NeedForm":
        """Fill the area picker: streets, and under each its neighbourhoods."""
        indent = {0: "", 1: "", 2: "　"}
        named = [(a.code, indent[a.level] + a.name, {"lang": "zh-CN"}) for a in areas if a.level > 0]
        self.area.choices = [("", _l("全区"), {}), *named]
        return self

    def validate_text(self, field: Field) -> None:
        if not any(character.isalnum() for character in field.data):
            raise ValidationError(_l("这里面没有字，请用自己的话说说遇到了什么。"))

    def need(self) -> Need:
        budget = None if self.budget.data is None else Decimal(self.budget.data)
        return Need(self.text.data or "", self.area.data or None, budget=budget)
