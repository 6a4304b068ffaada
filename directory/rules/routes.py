"""Who should solve a problem."""

from enum import StrEnum


class Route(StrEnum):
    """A third party, the property company, a public authority, or the residents themselves with facilitation."""

    PROVIDER = "provider"
    PROPERTY = "property"
    DEPARTMENT = "department"
    SELF = "self"
