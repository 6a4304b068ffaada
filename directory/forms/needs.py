"""The form in which a neighbourhood says its problem."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from directory.models.taxonomy import Area
from directory.operations.matches import LONGEST_TEXT
from search.query import Need


class NeedForm(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    text = TextAreaField(
        _l("小区遇到了什么问题？"),
        [
            InputRequired(_l("请先写下遇到的问题，一句话就行。")),
            Length(max=LONGEST_TEXT, message=_l("最多 %(max)d 个字，请说得短一些。")),
        ],
    )
    area = SelectField(_l("在哪里"), [Optional()])
    budget = IntegerField(
        _l("预算（元，可不填）"),
        [Optional(), NumberRange(0, 100_000_000, _l("预算要在 0 到 1 亿元之间，只写数字。"))],
    )
    category = HiddenField()

    def offer(self, areas: list[Area]) -> "NeedForm":
        """Fill the area picker: streets, and under each its neighbourhoods."""
        indent = {0: "", 1: "", 2: "　"}
        self.area.choices = [("", _l("全区"))] + [(a.code, indent[a.level] + a.name) for a in areas if a.level > 0]
        return self

    def validate_text(self, field: Field) -> None:
        if not any(character.isalnum() for character in field.data):
            raise ValidationError(_l("这里面没有字，请用自己的话说说遇到了什么。"))

    def need(self) -> Need:
        budget = None if self.budget.data is None else Decimal(self.budget.data)
        return Need(self.text.data or "", self.area.data or None, budget=budget)
