"""The forms of the evaluation centre: a word to correct, a source to take back."""

from flask_babel import lazy_gettext as _l
from wtforms import FloatField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import TextInput

from directory.forms.fields import Form

NEW_WEIGHT = 0.6


class WeightField(FloatField):
    """A number from 0 to 1; its limits are the business of who takes it."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        given = "".join(valuelist[:1]).strip()
        try:
            self.data = float(given)
        except ValueError:
            self.data = None
            raise ValueError(_l("请写一个 0.05 到 1 之间的数。")) from None


class WordForm(Form):
    word = HiddenField()
    category = HiddenField()
    need = HiddenField()
    weight = WeightField(_l("分量"), [InputRequired(_l("请写一个 0.05 到 1 之间的数。"))])
    unless = TextAreaField(_l("反面语境（可不填）"))
    reason = StringField(_l("为什么改（保存时要写）"))


class WithdrawForm(Form):
    source = HiddenField()
    reason = StringField(_l("为什么撤回"))
