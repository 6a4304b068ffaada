"""Small things the answer page shows beside the list itself."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from directory.operations.runs import Account, NamedLine
from search.text import fold

FAR_FETCHED = 0.05


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words that decided."""
    folded = fold(text)
    if len(folded) != len(text):
        return [(text, False)]
    decided = [False] * len(text)
    for word in words:
        at = folded.find(word)
        while word and at >= 0:
            decided[at : at + len(word)] = [True] * len(word)
            at = folded.find(word, at + 1)
    pieces: list[tuple[str, bool]] = []
    for character, mark in zip(text, decided, strict=True):
        if pieces and pieces[-1][1] == mark:
            pieces[-1] = pieces[-1][0] + character, mark
        else:
            pieces.append((character, mark))
    return pieces


def likely(guesses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best guess, and up to two more that are not far-fetched."""
    return guesses[:1] + [guess for guess in guesses[1:3] if guess["probability"] >= FAR_FETCHED]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would change an answer: why others were left out, how often; and who may be in again from which day.

    An organisation left out with several services for one cause is named once.
    """

    counts: list[tuple[dict[str, Any], int]]
    returning: list[tuple[NamedLine, date]]


def outlook(account: Account) -> Outlook:
    first: dict[str, dict[str, Any]] = {}
    counts: Counter[str] = Counter()
    returning: dict[tuple[int, str], tuple[NamedLine, date]] = {}
    for item in account.excluded:
        reasons = item.line.reasons
        for reason in reasons:
            first.setdefault(reason["code"], reason)
        counts.update({reason["code"] for reason in reasons})
        if len(reasons) == 1 and reasons[0].get("changes_on"):
            cause = item.organisation.id, reasons[0]["code"]
            returning.setdefault(cause, (item, date.fromisoformat(reasons[0]["changes_on"])))
    soonest = sorted(returning.values(), key=lambda pair: pair[1])
    return Outlook([(first[code], number) for code, number in counts.most_common()], soonest)
