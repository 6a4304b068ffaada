"""The hidden field that lets a form act once: see operations/sending.py."""

import secrets
from typing import Any

from wtforms import HiddenField


class Once(HiddenField):
    """A new token when a form is shown; what a form sent stays as it was sent, and missing if it was."""

    def __init__(self, **given: Any) -> None:
        super().__init__(default=lambda: secrets.token_hex(16), **given)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""
