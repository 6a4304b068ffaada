"""Who may do what: one table of permissions, each a list of alternatives."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from directory.errors import Forbidden
from directory.rules.areas import is_within
from directory.rules.roles import MAY_INVITE, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account (`id`), a visitor, or the person at the command line.

    `organisation` is whose record owners and editors keep, `area` the code a street officer or a neighbourhood is of.
    """

    id: int | None
    role: Role
    organisation: int | None = None
    area: str = ""


VISITOR = Actor(None, Role.PUBLIC)
OPERATOR = Actor(None, Role.OPERATOR)


class Permission(StrEnum):
    ASK_MATCH = "match:ask"
    READ_RUN = "match:read"
    CONFIRM_NEED = "need:confirm"
    WITHDRAW_NEEDS = "need:withdraw"
    IMPORT_NEEDS = "need:import"
    TRAIN_MODEL = "model:train"
    WATCH_LEARNING = "learning:watch"
    EDIT_LEXICON = "lexicon:edit"
    LOAD_SEEDS = "seed:load"
    IMPORT_SERVICES = "service:import"
    EXPORT_SERVICES = "service:export"
    IMPORT_LISTS = "list:import"
    INVITE = "account:invite"
    READ_PEOPLE = "account:read"
    CLOSE_ACCOUNT = "account:close"
    EDIT_ACCOUNT = "account:edit"
    FILE_CLAIM = "claim:file"
    DECIDE_CLAIM = "claim:decide"
    READ_ORGANISATION = "organisation:read"
    EDIT_ORGANISATION = "organisation:edit"
    PROPOSE_FACT = "fact:propose"
    DECIDE_FACT = "fact:decide"
    EDIT_SERVICE = "service:edit"
    APPROVE_SERVICE = "service:approve"
    READ_APPLICATION = "application:read"
    WRITE_APPLICATION = "application:write"
    SUBMIT_APPLICATION = "application:submit"
    SCREEN = "application:screen"
    DECIDE = "application:decide"
    OBJECT = "objection:file"
    ANSWER_OBJECTION = "objection:answer"
    APPEAL = "appeal:file"
    EDIT_RUBRIC = "rubric:edit"
    READ_RUBRIC = "rubric:read"
    ASSIGN = "assessment:assign"
    READ_ASSESSMENT = "assessment:read"
    READ_ASSESSORS = "assessor:read"
    READ_RESULT = "result:read"
    WRITE_SHEET = "sheet:write"
    CHANGE_ENTRY = "entry:change"
    WATCH_CATALOGUE = "queue:read"
    EDIT_CATEGORY = "category:edit"
    EDIT_PARAMETERS = "parameters:edit"
    SEAL = "edition:seal"
    WRITE_NEED = "need:write"
    READ_NEED = "need:read"
    JOIN_NEED = "need:join"
    CHOOSE = "need:choose"
    READ_INVITATION = "invitation:read"
    ANSWER_INVITATION = "invitation:answer"
    READ_ENGAGEMENT = "engagement:read"
    BEGIN_ENGAGEMENT = "engagement:begin"
    ACCEPT_WORK = "engagement:accept"
    DO_WORK = "engagement:work"
    CHANGE_TERMS = "engagement:change"
    REVIEW = "review:write"
    REPORT_REVIEW = "review:report"
    MODERATE = "review:moderate"
    READ_EXPOSURE = "exposure:read"
    READ_MIRROR = "mirror:read"
    WATCH_SUPPLY = "supply:read"
    CALL = "call:publish"
    READ_AUDIT = "audit:read"
    RUN_DAILY = "daily:run"


Rule = Callable[[Actor, object], bool]


def anyone(actor: Actor, _thing: object) -> bool:
    return True


def of_no_need(_actor: Actor, need: object) -> bool:
    """Anyone, of the answer to a visitor's question: it belongs to no need."""
    return need is None


def is_operator(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.OPERATOR


def is_lead(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.LEAD


def is_assessor(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.ASSESSOR


def is_district(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.DISTRICT


def is_auditor(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.AUDITOR


def owns(actor: Actor, thing: object) -> bool:
    """An owner, of the organisation this is or belongs to; asked of nothing, of some organisation."""
    return actor.role is Role.OWNER and _is_theirs(actor, thing)


def keeps(actor: Actor, thing: object) -> bool:
    """An owner or editor, of the organisation this is or belongs to; asked of nothing, of some organisation."""
    return actor.role in {Role.OWNER, Role.EDITOR} and _is_theirs(actor, thing)


def in_own_area(actor: Actor, thing: object) -> bool:
    """A street officer, of an organisation seated in the street; asked of nothing, of some street."""
    if actor.role is not Role.STREET or not actor.area:
        return False
    organisation = getattr(thing, "organisation", thing)
    return thing is None or is_within(str(getattr(organisation, "area_code", None)), actor.area)


def of_neighbourhood(actor: Actor, thing: object) -> bool:
    """A neighbourhood whose own need, invitation or engagement this is; asked of nothing, of some need."""
    mine = actor.role is Role.NEIGHBOURHOOD and bool(actor.area)
    return mine and (thing is None or getattr(thing, "area_code", None) == actor.area)


def is_neighbourhood(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.NEIGHBOURHOOD


def in_own_street(actor: Actor, thing: object) -> bool:
    """A street officer, of a need or engagement of a neighbourhood in the street; asked of nothing, of some need."""
    if actor.role is not Role.STREET or not actor.area:
        return False
    return thing is None or is_within(str(getattr(thing, "area_code", "")), actor.area)


def assigned(actor: Actor, sheet: object) -> bool:
    """The assessor, or a lead who assesses, whose sheet it is; asked of nothing, of some sheet."""
    may = actor.role in {Role.ASSESSOR, Role.LEAD}
    return may and (sheet is None or getattr(sheet, "assessor_id", None) == actor.id)


def invites(actor: Actor, thing: object) -> bool:
    """Whoever may ask in somebody with the role of this account or enrolment; asked of nothing, with some role."""
    roles = MAY_INVITE.get(actor.role, frozenset())
    if thing is None:
        return bool(roles)
    return getattr(thing, "role", None) in roles and (actor.role is not Role.OWNER or _is_theirs(actor, thing))


def is_themselves(actor: Actor, account: object) -> bool:
    return actor.id is not None and getattr(account, "id", None) == actor.id


def _is_theirs(actor: Actor, thing: object) -> bool:
    """Things of an organisation name it; an organisation has only itself."""
    whose = getattr(thing, "organisation_id", getattr(thing, "id", None))
    return actor.organisation is not None and (thing is None or whose == actor.organisation)


POLICY: dict[Permission, tuple[Rule, ...]] = {
    Permission.ASK_MATCH: (anyone,),
    # Asked of the need that the answer belongs to, where it does: to read it, only of one that is not for all to read.
    Permission.READ_RUN: (of_no_need, of_neighbourhood, in_own_street, is_district, is_auditor, is_operator),
    Permission.CONFIRM_NEED: (of_no_need, of_neighbourhood),
    Permission.WITHDRAW_NEEDS: (is_operator, is_lead),
    Permission.IMPORT_NEEDS: (is_operator,),
    Permission.TRAIN_MODEL: (is_operator,),
    Permission.WATCH_LEARNING: (is_operator, is_lead, is_assessor, is_auditor),
    Permission.EDIT_LEXICON: (is_operator, is_lead),
    Permission.LOAD_SEEDS: (is_operator,),
    Permission.IMPORT_SERVICES: (is_operator,),
    Permission.EXPORT_SERVICES: (is_operator,),
    Permission.IMPORT_LISTS: (is_operator, is_district),
    Permission.INVITE: (invites,),
    Permission.READ_PEOPLE: (invites, is_auditor),
    Permission.CLOSE_ACCOUNT: (invites,),
    Permission.EDIT_ACCOUNT: (is_themselves,),
    Permission.FILE_CLAIM: (anyone,),
    Permission.DECIDE_CLAIM: (is_district,),
    Permission.READ_ORGANISATION: (keeps, is_district, in_own_area, is_auditor),
    Permission.EDIT_ORGANISATION: (keeps,),
    Permission.PROPOSE_FACT: (keeps,),
    Permission.DECIDE_FACT: (is_district,),
    Permission.EDIT_SERVICE: (keeps,),
    Permission.APPROVE_SERVICE: (is_district,),
    Permission.READ_APPLICATION: (keeps, is_district, in_own_area, is_lead, is_auditor, is_operator),
    Permission.WRITE_APPLICATION: (keeps,),
    Permission.SUBMIT_APPLICATION: (owns,),
    Permission.SCREEN: (is_district,),
    Permission.DECIDE: (is_district,),
    Permission.OBJECT: (anyone,),
    Permission.ANSWER_OBJECTION: (is_district,),
    Permission.APPEAL: (owns,),
    Permission.EDIT_RUBRIC: (is_lead,),
    Permission.READ_RUBRIC: (anyone,),
    Permission.ASSIGN: (is_lead,),
    Permission.READ_ASSESSMENT: (is_lead, is_district, is_auditor),
    Permission.READ_ASSESSORS: (is_lead, is_auditor),
    Permission.READ_RESULT: (keeps, is_lead, is_district, is_auditor),
    Permission.WRITE_SHEET: (assigned,),
    Permission.CHANGE_ENTRY: (is_operator, is_district),
    Permission.WATCH_CATALOGUE: (is_district, in_own_area, is_auditor),
    Permission.EDIT_CATEGORY: (is_district,),
    Permission.EDIT_PARAMETERS: (is_district,),
    Permission.SEAL: (is_operator, is_district),
    Permission.WRITE_NEED: (of_neighbourhood,),
    Permission.READ_NEED: (of_neighbourhood, in_own_street, is_district, is_auditor),
    Permission.JOIN_NEED: (is_neighbourhood,),
    Permission.CHOOSE: (of_neighbourhood,),
    Permission.READ_INVITATION: (keeps, of_neighbourhood, is_district, is_auditor),
    Permission.ANSWER_INVITATION: (keeps,),
    Permission.READ_ENGAGEMENT: (keeps, of_neighbourhood, in_own_street, is_district, is_auditor),
    Permission.BEGIN_ENGAGEMENT: (of_neighbourhood,),
    Permission.ACCEPT_WORK: (of_neighbourhood,),
    Permission.DO_WORK: (keeps,),
    Permission.CHANGE_TERMS: (keeps, of_neighbourhood),
    Permission.REVIEW: (keeps, of_neighbourhood),
    Permission.REPORT_REVIEW: (anyone,),
    Permission.MODERATE: (is_district,),
    Permission.READ_EXPOSURE: (is_district, is_lead, is_auditor),
    Permission.READ_MIRROR: (keeps,),
    Permission.WATCH_SUPPLY: (is_district, in_own_area, is_auditor),
    Permission.CALL: (is_district,),
    Permission.READ_AUDIT: (is_auditor, is_operator),
    Permission.RUN_DAILY: (is_operator,),
}


def can(actor: Actor, permission: Permission, thing: object = None) -> bool:
    return any(rule(actor, thing) for rule in POLICY[permission])


def require(actor: Actor, permission: Permission, thing: object = None) -> None:
    if not can(actor, permission, thing):
        raise Forbidden(f"{actor.role} may not {permission}")
