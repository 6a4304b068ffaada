"""The forms by which an office sends in a list, and takes it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired

from directory.forms.fields import Form
from directory.forms.once import Once

LARGEST = 5 * 1024 * 1024
KINDS = {"organisations": _l("机构名单"), "facts": _l("资质事实")}


class ListForm(Form):
    kind = RadioField(
        _l("这是什么名单"),
        [InputRequired(_l("请选是机构名单还是资质事实。"))],
        choices=[SelectChoice(kind, name) for kind, name in KINDS.items()],
    )
    file = FileField(_l("文件（.xlsx 或 .csv，最大 %(most)d MB）", most=LARGEST // 2**20))


class TakeForm(Form):
    once = Once()
    strict = BooleanField(_l("只要有一行有问题，就一行也不收"))
