"""Tables of words put together from those of several parts."""

from collections.abc import Mapping
from typing import Any


def joined(*parts: Mapping[Any, Any]) -> dict[Any, Any]:
    """All of them as one. Raises ValueError where two say the same code: the second would silently win."""
    table: dict[Any, Any] = {}
    for part in parts:
        if twice := table.keys() & part.keys():
            raise ValueError(f"said twice: {sorted(map(str, twice))}")
        table |= part
    return table
