"""What an edition's rows are as text, what their digests cover, and how two sets of rows differ."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

BEGINNING = "0" * 64  # what the first edition follows

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """What an edition says of itself; `previous` is the digest of the edition before it."""

    number: str
    sealed_at: datetime
    title: str
    parameters: int
    previous: str

    def said(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "sealed_at": self.sealed_at,
            "title": self.title,
            "parameters": self.parameters,
            "previous": self.previous,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """The entries, by id, that came into the later edition, left it, or stand otherwise in it.

    `restored` were suspended when the earlier one was sealed, `suspended` are so now and were in the earlier one.
    """

    admitted: tuple[int, ...] = ()
    restored: tuple[int, ...] = ()
    suspended: tuple[int, ...] = ()
    exited: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()

    def __len__(self) -> int:
        return sum(len(ids) for ids in self.parts().values())

    def parts(self) -> dict[str, tuple[int, ...]]:
        """By kind, in the order in which they are shown."""
        return {kind: getattr(self, kind) for kind in ("admitted", "restored", "suspended", "exited", "changed")}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a row, its name dotted, that differs; None where a side does not have it."""

    field: str
    before: Any
    after: Any


def canonical(value: object) -> str:
    """JSON in its one form: keys sorted, no blanks, Chinese as it is, decimals and dates as strings.

    Raises TypeError for a float: it has no one form.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest_of(text: str | bytes) -> str:
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def edition_digest(header: Header, rows: Iterable[str]) -> str:
    """Of the canonical JSON of the header with the digests of all rows, in their order, as `rows`."""
    return digest_of(canonical({**header.said(), "rows": list(rows)}))


def difference(
    earlier: Mapping[int, str],
    later: Mapping[int, str],
    *,
    suspended_before: Set[int] = frozenset(),
    suspended_after: Set[int] = frozenset(),
) -> Difference:
    """Of two sets of rows, each from entry to row digest; and which entries stood suspended at either time."""
    came, went = later.keys() - earlier.keys(), earlier.keys() - later.keys()
    return Difference(
        admitted=tuple(sorted(came - suspended_before)),
        restored=tuple(sorted(came & suspended_before)),
        suspended=tuple(sorted(went & suspended_after)),
        exited=tuple(sorted(went - suspended_after)),
        changed=tuple(sorted(entry for entry in earlier.keys() & later.keys() if earlier[entry] != later[entry])),
    )


def changes(before: object, after: object) -> tuple[Change, ...]:
    """The fields in which two rows differ, by name; lists are compared as a whole."""
    return tuple(_changes(before, after, ""))


def _changes(before: object, after: object, path: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else str(name)
            if name in before and name in after:
                yield from _changes(before[name], after[name], inner)
            else:
                yield Change(inner, before.get(name), after.get(name))
    elif canonical(before) != canonical(after):  # not ==, to which 1 and true are the same
        yield Change(path, before, after)


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value.normalize(), "f")
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")
