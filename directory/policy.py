"""Who may do what: one table of permissions, each a list of alternatives."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from directory.errors import Forbidden


class Role(StrEnum):
    PUBLIC = "public"
    EVALUATION = "evaluation"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Accounts come with their own issue; until then a visitor, the person at the command line, or the
    evaluation centre, which that person lets in: see docs/decisions/0006."""

    id: int | None
    role: Role


VISITOR = Actor(None, Role.PUBLIC)
EVALUATION = Actor(None, Role.EVALUATION)
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


Rule = Callable[[Actor, object], bool]


def anyone(actor: Actor, _thing: object) -> bool:
    return True


def is_operator(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.OPERATOR


def is_evaluation(actor: Actor, _thing: object) -> bool:
    return actor.role is Role.EVALUATION


POLICY: dict[Permission, tuple[Rule, ...]] = {
    Permission.ASK_MATCH: (anyone,),
    Permission.READ_RUN: (anyone,),
    Permission.CONFIRM_NEED: (anyone,),
    Permission.WITHDRAW_NEEDS: (is_operator, is_evaluation),
    Permission.IMPORT_NEEDS: (is_operator,),
    Permission.TRAIN_MODEL: (is_operator,),
    Permission.WATCH_LEARNING: (is_operator, is_evaluation),
    Permission.EDIT_LEXICON: (is_operator, is_evaluation),
    Permission.LOAD_SEEDS: (is_operator,),
    Permission.IMPORT_SERVICES: (is_operator,),
    Permission.EXPORT_SERVICES: (is_operator,),
}


def can(actor: Actor, permission: Permission, thing: object = None) -> bool:
    return any(rule(actor, thing) for rule in POLICY[permission])


def require(actor: Actor, permission: Permission, thing: object = None) -> None:
    if not can(actor, permission, thing):
        raise Forbidden(f"{actor.role} may not {permission}")
