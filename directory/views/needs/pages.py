"""All of a neighbourhood's own pages: importing them puts them on the blueprint."""

from directory.views.needs import start
from directory.views.needs.blueprint import bp

__all__ = ["bp", "start"]
