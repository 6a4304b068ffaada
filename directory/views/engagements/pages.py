"""All of the pages of agreed work: importing them puts them on the blueprint."""

from directory.views.engagements import arranging, changing, ending, records, steps, work
from directory.views.engagements.blueprint import bp

__all__ = ["arranging", "bp", "changing", "ending", "records", "steps", "work"]
