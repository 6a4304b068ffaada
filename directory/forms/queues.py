"""The address of a queue to what it asks for, and back: every filter is part of the address."""

from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from directory.errors import Invalid
from directory.forms.search import page_from
from directory.operations import listings, queues
from directory.rules.lifecycle import ApplicationState, EntryState

READY = "ready"  # stands beside the states: scored, and not decided
LAPSING = "lapsing"  # stands beside the states of entries
WAITED = (7, 14, 30)
LONGEST_WORD = 100
E = TypeVar("E", bound=StrEnum)


def applications_from(args: MultiDict[str, str]) -> queues.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    state = args.get("state", "")
    waited = args.get("waited", "")
    if waited and waited not in map(str, WAITED):
        raise Invalid("waited", waited[:40], "unknown", f"no such wait: {waited[:40]}")
    return queues.Asked(
        state=ApplicationState.ASSESSING if state == READY else _one_of(ApplicationState, "state", state),
        ready=state == READY,
        field=_word(args, "field"),
        street=_word(args, "street"),
        waited=int(waited or 0),
        order=_one_of(queues.Order, "order", args.get("order", "")) or queues.Order.LONGEST,
        page=page_from(args),
    )


def entries_from(args: MultiDict[str, str]) -> listings.Asked:
    """Raises Invalid, naming the field, for what cannot be asked."""
    state = args.get("state", "")
    return listings.Asked(
        state=None if state == LAPSING else _one_of(EntryState, "state", state),
        reason=_word(args, "reason"),
        street=_word(args, "street"),
        text=_word(args, "text"),
        lapsing=state == LAPSING,
        order=_one_of(listings.Order, "order", args.get("order", "")) or listings.Order.ORGANISATION,
        page=page_from(args),
    )


def address_of(asked: queues.Asked | listings.Asked, **changed: object) -> dict[str, object]:
    """The query arguments of what was asked, with some changed."""
    said: Mapping[str, object] = asdict(asked)
    given = {name: value for name, value in said.items() if name not in {"ready", "lapsing"}}
    if said.get("ready"):
        given["state"] = READY
    if said.get("lapsing"):
        given["state"] = LAPSING
    return {name: value for name, value in {**given, **changed}.items() if value not in {None, "", 0}}


def _one_of(kind: type[E], field: str, given: str) -> E | None:
    if not given:
        return None
    if given not in set(kind):
        raise Invalid(field, given[:40], "unknown", f"no such {field}: {given[:40]}")
    return kind(given)


def _word(args: MultiDict[str, str], name: str) -> str:
    given = args.get(name, "").strip()
    if len(given) > LONGEST_WORD:
        raise Invalid(name, len(given), "filter_long", f"at most {LONGEST_WORD} characters")
    return given
