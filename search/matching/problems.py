"""Several problems said in one breath, told apart."""

import re
from dataclasses import dataclass

from search.matching.routing import Router

MOST = 4
_SHORTEST = 4
_LIKELY = 0.05
# Not the comma: what follows one mostly tells more of the same trouble.
BREAK = re.compile(r"(?:[。；！？;!?\n]|[，,、]?(?:而且|还有|另外|同时|并且|此外|再加上|外加|以及|顺便))+[，,]?")
_WORD = re.compile(r"\w")


@dataclass(slots=True)
class _Problem:
    said: list[str]
    category: str
    likely: set[str]


def problems(text: str, router: Router, *, sure: float) -> list[str]:
    """The parts of a text that ask for different services, in order; the whole text alone where there is only one.

    A clause opens a new problem when it asks for a category with a chance of at least `sure`, and that category is
    not among the likely ones of an earlier problem, nor the other way round. Other clauses belong to their neighbour.
    """
    found: list[_Problem] = []
    before: list[str] = []
    clauses = _clauses(text)
    for clause in clauses if len(clauses) > 1 else ():
        guesses = router.route(clause).guesses
        if not guesses or guesses[0].probability < sure:
            (found[-1].said if found else before).append(clause)
            continue
        likely = {guess.code for guess in guesses if guess.probability >= _LIKELY}
        same = next((p for p in found if guesses[0].code in p.likely or p.category in likely), None)
        if same is None:
            found.append(_Problem([*before, clause], guesses[0].code, likely))
        else:
            same.said += [*before, clause]
        before = []
    if not 1 < len(found) <= MOST:
        return [text]
    return ["，".join(problem.said) for problem in found]


def _clauses(text: str) -> list[str]:
    """Pieces long enough to say something; a shorter one stays with its neighbour."""
    found: list[str] = []
    for piece in filter(None, (piece.strip() for piece in BREAK.split(text))):
        if found and min(len(_WORD.findall(found[-1])), len(_WORD.findall(piece))) < _SHORTEST:
            found[-1] = f"{found[-1]}，{piece}"
        else:
            found.append(piece)
    return found
