"""All pages of government on their blueprint."""

from directory.views.government import (  # noqa: F401 - each adds its pages
    applications,
    decisions,
    entries,
    facts,
    home,
    needs,
    objections,
    versions,
)
from directory.views.government.blueprint import bp

__all__ = ["bp"]
