"""What differs between a thing and what is to be written over it, and whether somebody else was faster."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from directory.errors import Conflict, Invalid
from directory.operations.records import RowFault


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: object
    after: object


class Stale(Conflict):
    """The thing was changed since its form was shown; `changes` lead from how it stands to what was to be saved."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        super().__init__("somebody else changed this meanwhile")
        self.changes = changes


class Wrong(Invalid):
    """Several values break rules; as an Invalid it is the first of them."""

    def __init__(self, faults: tuple[Invalid, ...]) -> None:
        first = faults[0]
        super().__init__(first.field, first.value, first.rule, str(first))
        self.faults = faults


def differing(thing: object, said: Mapping[str, object]) -> tuple[Change, ...]:
    """What writing these values would change; a field that a thing lacks, or a thing of None, is empty before."""
    pairs = ((name, getattr(thing, name, None), value) for name, value in said.items())
    return tuple(Change(name, before, after) for name, before, after in pairs if before != after)


def told(changes: Iterable[Change]) -> str:
    """The changes as an audit event keeps them: field: old → new."""
    return "; ".join(f"{change.field}: {_one(change.before)} → {_one(change.after)}" for change in changes)


def fingerprint(thing: object, names: Iterable[str]) -> str:
    """Stands for the values of a thing as a form was filled from them."""
    values = [getattr(thing, name) for name in names]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()[:32]


def require_seen(thing: object, said: Mapping[str, object], seen: str) -> None:
    """Raises Stale unless the form was filled from the thing as it stands now."""
    if seen != fingerprint(thing, said):
        raise Stale(differing(thing, said))


def require_right(faults: Iterable[RowFault], names: Mapping[str, str] | None = None) -> None:
    """Raises Wrong with every fault there is; `names` are what a form calls the fields of a row."""
    found = tuple(_invalid(faults, names or {}))
    if found:
        raise Wrong(found)


def _invalid(faults: Iterable[RowFault], names: Mapping[str, str]) -> Iterator[Invalid]:
    for fault in faults:
        yield Invalid(names.get(fault.field, fault.field), fault.value, fault.rule, fault.message)


def _one(value: object) -> str:
    if value in (None, "", []):
        return "∅"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
