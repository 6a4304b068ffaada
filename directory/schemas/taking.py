"""Fields of what we take, strict where marshmallow is lenient, and the rule that a value breaks."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

NO_WORDS = "Has no letter and no digit."
CODE = validate.Regexp(re.compile(r"^[A-Za-z0-9._-]{1,64}$"))
# JSON Schema's way to say what has_words() checks; Chinese again by itself for readers that take \p{L} for Latin.
WORDS = r"[\p{L}\p{N}\u3400-\u9fff]"

# Which rule was broken, by how marshmallow's message begins; the first that fits.
_RULES = (
    (NO_WORDS, "empty"),
    (fields.Field.default_error_messages["required"], "required"),
    (fields.Field.default_error_messages["null"], "null"),
    ("Unknown field", "unknown_field"),
    (fields.Number.default_error_messages["too_large"], "range"),
    (validate.OneOf.default_message, "choice"),
    (validate.Range.message_all, "range"),
    (validate.Length.message_all, "length"),
    (validate.Length.message_max, "length"),
    (validate.Length.message_min, "length"),
    (validate.Regexp.default_message, "pattern"),
    ("", "type"),
)


def rule_of(message: str) -> str:
    """The code of the rule that a message of marshmallow is about."""
    return next(rule for text, rule in _RULES if message.startswith(str(text).partition("{")[0]))


def has_words(text: str) -> None:
    if text and not any(character.isalnum() for character in text):
        raise ValidationError(NO_WORDS)


class Whole(fields.Integer):
    """A whole number in JSON: 5 and 5.0, not "5"."""

    def _validated(self, value: Any) -> int:
        if not isinstance(value, int) and not (isinstance(value, float) and value.is_integer()):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Digits(fields.Integer):
    """A whole number spelled in an address: plain digits, no blanks and no underscores."""

    def _validated(self, value: Any) -> int:
        if not re.fullmatch(r"-?[0-9]+", value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)
