"""The word list, corrected by a person who sees what a word misleads to, and what the correction would do first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from directory import audit
from directory.db import db
from directory.engine import Engine
from directory.errors import Invalid
from directory.models.learning import ConfirmedNeed
from directory.models.taxonomy import Category, LexiconWord
from directory.operations import parameters
from directory.policy import Actor, Permission, require
from directory.rules import reasons
from search.lexicon import LexiconEntry
from search.text import fold, mask

LEAST_WEIGHT, MOST_WEIGHT = 0.05, 1.0
SHORTEST_WORD, LONGEST_WORD = 2, 20
MOST_CONTEXTS = 30
LOOKED_AT = 2000
MOST_CASES = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A confirmed need whose first guess a changed word would change; the guesses are codes, "" for none."""

    need_id: int
    text: str
    confirmed: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of a word would do to the first guesses of the latest confirmed needs.

    Of `needs` looked at, `holding` hold the word. `mended` would turn right, `spoiled` wrong; of both only some are
    shown, how many there are in all is `mends` and `spoils`. `right` of those that hold the word are right now.
    """

    needs: int
    holding: int
    right: int
    mends: int
    spoils: int
    mended: list[Case]
    spoiled: list[Case]


def entries(word: str, *, by: Actor) -> list[LexiconWord]:
    """What the list says of a word, however it is written."""
    require(by, Permission.WATCH_LEARNING)
    query = select(LexiconWord).where(LexiconWord.id.in_(_alike(_word(word)))).join(LexiconWord.category)
    return list(db.session.scalars(query.options(contains_eager(LexiconWord.category)).order_by(Category.code)))


def entry(word: str, category: str, weight: float, unless: str = "") -> LexiconEntry:
    """A checked entry; `unless` holds contexts with |, commas or blanks between them. Raises Invalid."""
    known = _existing(word := _word(word), _category(category).id)
    if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:
        raise Invalid("weight", weight, "range", f"a weight is from {LEAST_WEIGHT} to {MOST_WEIGHT}")
    contexts = tuple(dict.fromkeys(_contexts(unless, word)))
    if len(contexts) > MOST_CONTEXTS:
        raise Invalid("unless", len(contexts), "too_many", f"at most {MOST_CONTEXTS} contexts")
    return LexiconEntry(known.word if known else fold(word), category, weight, contexts)


def effect(changed: LexiconEntry, *, engine: Engine, by: Actor) -> Effect:
    """What saving an entry would do, on the profiles and the model that answer now."""
    require(by, Permission.EDIT_LEXICON)
    router, _ = engine.router(parameters.in_force().views)
    lexicons = router.lexicon, router.lexicon.with_entry(changed)
    latest = db.session.execute(
        select(ConfirmedNeed.id, ConfirmedNeed.text, Category.code)
        .join(ConfirmedNeed.category)
        .where(ConfirmedNeed.withdrawn_at.is_(None))
        .order_by(ConfirmedNeed.confirmed_at.desc(), ConfirmedNeed.id.desc())
        .limit(LOOKED_AT)
    ).all()
    word = fold(changed.word)
    holding = [row for row in latest if word in fold(row.text)]  # a word cannot change what is said without it
    cases = [Case(*row, *router.suggestions(row.text, lexicons)) for row in holding]
    mended = [case for case in cases if case.before != case.confirmed == case.after]
    spoiled = [case for case in cases if case.before == case.confirmed != case.after]
    return Effect(
        needs=len(latest),
        holding=len(cases),
        right=sum(case.before == case.confirmed for case in cases),
        mends=len(mended),
        spoils=len(spoiled),
        mended=mended[:MOST_CASES],
        spoiled=spoiled[:MOST_CASES],
    )


def edit(changed: LexiconEntry, *, reason: str, by: Actor, now: datetime) -> LexiconWord:
    """Save an entry. It stays as it is now when the seeds are loaded again; each worker's next answer knows it."""
    require(by, Permission.EDIT_LEXICON)
    reason = reasons.brief(mask(reason))
    category = _category(changed.category)
    word = _existing(changed.word, category.id)
    before = _said(word) if word else "new"
    if word is None:
        word = LexiconWord(word=changed.word, category=category)
        db.session.add(word)
    word.weight, word.unless, word.edited = changed.weight, list(changed.unless), True
    thing = f"LexiconWord:{word.word}/{category.code}"
    audit.record("lexicon:edit", by=by, thing=thing, now=now, reason=f"{reason} ({before} → {_said(word)})")
    return word


def _existing(word: str, category_id: int) -> LexiconWord | None:
    return db.session.scalar(
        select(LexiconWord).where(LexiconWord.id.in_(_alike(word)), LexiconWord.category_id == category_id)
    )


def _alike(word: str) -> list[int]:
    """The entries that a text holds whenever it holds the word: folded, they are the same."""
    folded = fold(word)
    return [key for key, other in db.session.execute(select(LexiconWord.id, LexiconWord.word)) if fold(other) == folded]


def _word(given: str) -> str:
    word = given.strip()
    if len(word) > LONGEST_WORD:
        raise Invalid("word", word, "too_long", f"at most {LONGEST_WORD} characters")
    if len(word) < SHORTEST_WORD or not word.isprintable() or not any(c.isalnum() for c in word):
        raise Invalid("word", word, "too_short", f"at least {SHORTEST_WORD} characters, and one of them a letter")
    return word


def _category(code: str) -> Category:
    found = db.session.scalar(select(Category).where(Category.code == code, Category.level == 2))
    if found is None:
        raise Invalid("category", code, "unknown", f"no category {code}")
    return found


def _contexts(given: str, word: str) -> Iterator[str]:
    for mark in "|｜、，,;；\t\r\n\u3000":
        given = given.replace(mark, " ")
    for context in given.split():
        if len(context) > LONGEST_WORD:
            raise Invalid("unless", context, "too_long", f"at most {LONGEST_WORD} characters each")
        if fold(context) in fold(word):
            raise Invalid("unless", context, "inside", "it stands in the word itself, which would never count again")
        yield context


def _said(word: LexiconWord) -> str:
    return f"{word.weight:g} unless {'|'.join(word.unless)}" if word.unless else f"{word.weight:g}"
