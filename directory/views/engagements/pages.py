"""All of the pages of agreed work: importing them puts them on the blueprint."""

from directory.views.engagements.blueprint import bp

__all__ = ["bp"]
