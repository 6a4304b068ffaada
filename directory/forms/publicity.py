"""The form in which anyone objects to an admission."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from directory.forms.fields import Form
from directory.forms.government import TOO_LONG
from directory.forms.once import Once
from directory.operations.objections import LONGEST_CONTACT, LONGEST_NAME, LONGEST_TEXT, SHORTEST_TEXT


class ObjectionForm(Form):
    once = Once()
    text = TextAreaField(
        _l("您的异议"),
        [
            DataRequired(_l("请写下您的异议：什么事，什么时候，怎么知道的。")),
            Length(min=SHORTEST_TEXT, message=_l("太短了，请至少写 %(min)d 个字。")),
            Length(max=LONGEST_TEXT, message=TOO_LONG),
        ],
    )
    name = StringField(_l("您的姓名（可不填）"), [Length(max=LONGEST_NAME, message=TOO_LONG)])
    contact = StringField(_l("怎么联系您（可不填）"), [Length(max=LONGEST_CONTACT, message=TOO_LONG)])
