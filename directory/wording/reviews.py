"""Words for reviews and ratings."""

from collections.abc import Mapping
from typing import Any

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {}
SUBJECTS: Mapping[str, Any] = {}
ACTIONS: Mapping[str, Any] = {}
