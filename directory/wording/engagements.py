"""Words for agreed work."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "engagement_begun": (_l("有一项合约等您确认"), _l("“%(title)s”已经定给贵机构，请核对约定，确认开始。")),
}
SUBJECTS: Mapping[str, Any] = {"engagement": _l("服务合约")}
ACTIONS: Mapping[str, Any] = {}
