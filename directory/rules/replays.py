"""A frozen list beside the same list worked out again: who stands elsewhere, and which criteria moved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

POINTS = 2  # decimals of points that are shown, and compared


@dataclass(frozen=True, slots=True)
class Moved:
    """A criterion of one provider that says something else now; None where it had, or has, no view."""

    criterion: str
    before: Mapping[str, Any] | None
    now: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One entry in both lists; each row as match_line keeps it, None where it is in one of them only."""

    entry_id: int
    before: Mapping[str, Any] | None
    now: Mapping[str, Any] | None

    @property
    def ranks(self) -> tuple[int | None, int | None]:
        """0 for one that was excluded, None for one that was not there."""
        before, now = (None if row is None else int(row["rank"]) for row in (self.before, self.now))
        return before, now

    @property
    def changed(self) -> bool:
        return said(self.before) != said(self.now)

    @property
    def moves(self) -> list[Moved]:
        """In the order of the newer list's criteria; none where it is not ranked in both."""
        if self.before is None or self.now is None or not self.before["rank"] or not self.now["rank"]:
            return []
        before, now = ({r["criterion"]: r for r in row["reasons"]} for row in (self.before, self.now))
        every = [Moved(name, before.get(name), now.get(name)) for name in {**now, **before}]
        return [move for move in every if _view(move.before) != _view(move.now)]


def compared(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Compared]:
    """By entry; the rows of two answers."""
    old, new = ({row["entry_id"]: row for row in rows} for rows in (before, now))
    return [Compared(entry_id, old.get(entry_id), new.get(entry_id)) for entry_id in sorted(old.keys() | new.keys())]


def told(lines: Iterable[Compared]) -> Iterator[str]:
    """What changed, for the command line: each entry, and under it the criteria that moved."""
    for line in lines:
        if line.changed:
            yield f"entry {line.entry_id}: {said(line.before)} → {said(line.now)}"
            for move in line.moves:
                before, now = _short(move.before, move.now), _short(move.now, move.before)
                yield f"  {move.criterion} of entry {line.entry_id}: {before} → {now}"


def said(row: Mapping[str, Any] | None) -> str:
    """Where an entry stands."""
    if row is None:
        return "absent"
    codes = ", ".join(reason.get("code", "") for reason in row["reasons"])
    place = f"rank {row['rank']}, score {row['score']:.4f}" if row["rank"] else f"excluded ({codes})"
    return f"{place}, version {row['version_id']}"


def _view(reason: Mapping[str, Any] | None) -> tuple[dict[str, str], float] | None:
    return None if reason is None else (dict(reason["facts"]), round(reason["points"], POINTS))


def _short(reason: Mapping[str, Any] | None, beside: Mapping[str, Any] | None) -> str:
    """The facts, the first of them before the others; the points where the facts are the same, or there are none."""
    if reason is None:
        return "no view"
    facts = dict(reason["facts"])
    if not facts or (beside is not None and facts == dict(beside["facts"])):
        return f"{reason['points']:.{POINTS}f}"
    first, *others = facts.values()
    usual = "as usual in the category " if "usual" in facts else ""  # too few reviews for a rating of its own
    return usual + (f"{first} ({', '.join(others)})" if others else str(first))
