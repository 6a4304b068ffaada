"""All of the pages where a provider is chosen: importing them puts them on the blueprint."""

from directory.views.choosing import awarding, comparing, inviting, proposals
from directory.views.choosing.blueprint import bp

__all__ = ["awarding", "bp", "comparing", "inviting", "proposals"]
