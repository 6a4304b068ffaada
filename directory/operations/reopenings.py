"""A need that is open again: it works from an answer of that day, for months may lie between."""

from datetime import datetime

from directory.engine import Engine
from directory.models.need import Need
from directory.operations import confirmations, matches, need_runs, needs, postings
from directory.operations.matches import Draft
from directory.policy import Actor


def draft(need: Need, *, by: Actor, now: datetime, engine: Engine) -> Draft | None:
    """Today's answer for the category it was confirmed for, None where there is no such any more: for `reopen`.

    Only reads. Whoever asks has checked that the need may be opened again.
    """
    if need.category is None or need.category.retired_at is not None:
        return None
    return matches.draft(postings.asked(need), by=by, now=now, engine=engine, category=need.category.code)


def reopen(need: Need, drafted: Draft | None, *, by: Actor, now: datetime) -> None:
    """Open it, for whoever asked may; without an answer drafted for it, it goes on from the one it has.

    Raises NotAllowed.
    """
    needs.advance(need, "reopen", by=by, now=now)
    if drafted is None:
        return
    before, run = need.run, matches.freeze(drafted, by=by)
    need_runs.take(need, run)
    if before is not None:
        confirmations.carry(before, run, now=now)
