"""The roles a person can have."""

from enum import StrEnum


class Role(StrEnum):
    PUBLIC = "public"
    NEIGHBOURHOOD = "neighbourhood"
    OWNER = "owner"
    EDITOR = "editor"
    ASSESSOR = "assessor"
    LEAD = "lead"
    STREET = "street"
    DISTRICT = "district"
    AUDITOR = "auditor"
    OPERATOR = "operator"


OF_AN_ORGANISATION = frozenset({Role.OWNER, Role.EDITOR})
OF_AN_AREA = frozenset({Role.STREET, Role.NEIGHBOURHOOD})
OF_GOVERNMENT = frozenset({Role.STREET, Role.DISTRICT})
OF_EVALUATION = frozenset({Role.ASSESSOR, Role.LEAD})
# Those whose sign-in needs a second factor where DIRECTORY_REQUIRE_2FA asks for it.
SECOND_FACTOR = OF_GOVERNMENT | OF_EVALUATION
