"""All pages of the organisation on one blueprint."""

from directory.views.organisation import (
    applications,
    desk,
    facts,
    handing_in,
    invitations,
    mirror,
    profile,
    services,
    versions,
)
from directory.views.organisation.blueprint import bp

__all__ = [
    "applications",
    "bp",
    "desk",
    "facts",
    "handing_in",
    "invitations",
    "mirror",
    "profile",
    "services",
    "versions",
]
