"""The form of the parameters: a field for each number there is, named section-name."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from directory.forms.fields import Form
from directory.rules.eligibility import GRADES
from directory.rules.tuning import SECTIONS
from directory.wording import tuning as words


class TuningForm(Form):
    """`version` is the one that was shown; another may have been saved since."""

    version = HiddenField()
    reason = StringField(_l("为什么改（保存时要写）"))

    def given(self) -> dict[str, str]:
        return {field.name: field.data or "" for field in self if "-" in field.name}

    def of(self, section: str) -> list[Any]:
        return [field for field in self if field.name.startswith(f"{section}-")]


def form_for(values: Mapping[str, Any], **more: Any) -> TuningForm:
    """A form with the numbers of a version filled in, unless something else was sent."""
    fields: dict[str, Any] = {}
    for section in SECTIONS:
        for each in values[section]:
            name = f"{section}-{each}"
            fields[name] = StringField(words.name(name))
    grades = [SelectChoice(grade, grade) for grade in GRADES]
    fields["gates-least_grade"] = SelectField(words.name("gates-least_grade"), choices=grades, validate_choice=False)
    said = {f"{section}-{each}": words.value(value) for section in SECTIONS for each, value in values[section].items()}
    return type("_Form", (TuningForm,), fields)(data=said, **more)  # type: ignore[no-any-return]  # a TuningForm
