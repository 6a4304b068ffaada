"""The address of a list of needs to what it asks for, and back: every filter is part of the address."""

from dataclasses import asdict

from werkzeug.datastructures import MultiDict

from directory.errors import Invalid
from directory.forms.search import page_from
from directory.operations import board, needs, neighbours
from directory.rules.work import NeedState

LONGEST_CODE = 20


def neighbours_from(args: MultiDict[str, str]) -> neighbours.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    return neighbours.Asked(state=_state(args), joined=args.get("whose") == "joined", page=page_from(args))


def board_from(args: MultiDict[str, str]) -> board.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    order, state = args.get("order") or board.Order.NEWEST, _state(args)
    if order not in set(board.Order):
        raise Invalid("order", order[:40], "unknown", f"no such order: {order[:40]}")
    if state is not None and state not in needs.SHOWN:
        raise Invalid("state", state, "unknown", f"no such state on the board: {state}")
    return board.Asked(
        street=_code(args, "street"),
        category=_code(args, "category"),
        state=state,
        order=board.Order(order),
        page=page_from(args),
    )


def overseen_from(args: MultiDict[str, str]) -> board.Asked:
    """The same for those who read needs in any state. Raises Invalid, naming the field."""
    return board.Asked(
        street=_code(args, "street"), category=_code(args, "category"), state=_state(args), page=page_from(args)
    )


def address_of(asked: board.Asked | neighbours.Asked, **changed: object) -> dict[str, object]:
    """The query arguments of what was asked, with some changed."""
    said = asdict(asked)
    if said.pop("joined", False):
        said["whose"] = "joined"
    return {name: value for name, value in {**said, **changed}.items() if value not in {None, "", 0}}


def _state(args: MultiDict[str, str]) -> NeedState | None:
    given = args.get("state", "")
    if given and given not in set(NeedState):
        raise Invalid("state", given[:40], "unknown", f"no such state: {given[:40]}")
    return NeedState(given) if given else None


def _code(args: MultiDict[str, str], name: str) -> str:
    given = args.get(name, "").strip()
    if len(given) > LONGEST_CODE:
        raise Invalid(name, given[:40], "unknown", f"no such {name}: {given[:40]}")
    return given
