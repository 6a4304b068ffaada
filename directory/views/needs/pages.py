"""All of a neighbourhood's own pages: importing them puts them on the blueprint."""

from directory.views.needs import ending, listing, one, start, understood, writing
from directory.views.needs.blueprint import bp

__all__ = ["bp", "ending", "listing", "one", "start", "understood", "writing"]
