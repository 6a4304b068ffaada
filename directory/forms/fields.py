"""What all forms are made of, and the fields that forms of several audiences have."""

import re

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from directory import wording
from directory.errors import Invalid
from directory.operations.changes import Wrong

_COUNT = _l("请写一个整数；不想说明就空着。")


class Form(FlaskForm):  # type: ignore[misc]  # flask_wtf has no types
    """`once` makes what creates something act once; `seen` stands for what the form was filled from.

    `worded` says what is wrong with a value.
    """

    worded = staticmethod(wording.fault)

    def blame(self, fault: Invalid, *, instead: str = "") -> bool:
        """Put what an operation refused beside its fields; False where this form has no such field.

        `instead` is the field for what has none of its own.
        """
        faults = fault.faults if isinstance(fault, Wrong) else (fault,)
        places = [each.field if each.field in self else instead for each in faults]
        if not all(name in self for name in places):
            return False
        for each, name in zip(faults, places, strict=True):
            self[name].errors = [*self[name].errors, self.worded(each)]
        return True


class ChecksField(SelectMultipleField):
    """Several of a list, each with a box of its own."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class WholeField(IntegerField):
    """A whole number as people write it, or nothing."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        given = "".join(valuelist[:1]).strip()
        if given and not re.fullmatch(r"-?[0-9]{1,9}", given):
            raise ValueError(_COUNT)
        self.data = int(given) if given else None
