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
# Who may ask whom in, and close their accounts; owners only for their own organisation.
_ANY = frozenset(Role) - {Role.PUBLIC, Role.OPERATOR}
MAY_INVITE = {
    Role.OPERATOR: _ANY,
    Role.DISTRICT: _ANY,
    Role.LEAD: frozenset({Role.ASSESSOR}),
    Role.OWNER: OF_AN_ORGANISATION,
}
# Those whose sign-in needs a second factor where DIRECTORY_REQUIRE_2FA asks for it.
SECOND_FACTOR = OF_GOVERNMENT | OF_EVALUATION
