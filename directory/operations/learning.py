"""Training from confirmed needs: the model is a file beside the runs that use it, and a row that puts it in force."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import aliased

from directory import audit
from directory.db import db
from directory.engine import lexicon, model_in_force, profiles
from directory.models.learning import ConfirmedNeed, TrainedModel
from directory.models.match import MatchRun
from directory.models.taxonomy import Category
from directory.operations import parameters
from directory.policy import Actor, Permission, require
from search.matching import learned
from search.matching.examples import Example, Learning, sayings_of, words_of
from search.matching.learned import NOBODY, BrokenModel
from search.matching.routing import Router


@dataclass(frozen=True, slots=True)
class Trained:
    """A model whose file is written but which is not in force: its version, and what it learned from."""

    version: str
    needs: int
    sayings: int
    trust: float


def train(folder: Path, *, by: Actor) -> Trained:
    """Learn from the catalogue and from the needs in force; the same needs give the same model.

    Apart from put_in_force(), so that nobody waits for the write lock while it learns.
    """
    from search.matching.training import arrays_of  # noqa: PLC0415 - loads the learners, which only training needs

    require(by, Permission.TRAIN_MODEL)
    rules = parameters.in_force()
    known, words, needs = profiles(), lexicon(), confirmed(rules.learning)
    sayings, pool = sayings_of(known), Router(known, words, rules.views).pooled
    arrays = arrays_of(needs, sayings, words_of(known, words.entries), rules.learning, pool)
    return Trained(learned.save(arrays, folder), len(needs), len(sayings), float(arrays["trust"]))


def put_in_force(trained: Trained, *, by: Actor, now: datetime) -> bool:
    """From now on answers come from this model; false where they do already."""
    require(by, Permission.TRAIN_MODEL)
    if trained.version == model_in_force():
        return False
    db.session.add(
        TrainedModel(
            version=trained.version,
            trained_at=now,
            needs=trained.needs,
            sayings=trained.sayings,
            trust=trained.trust,
        )
    )
    what = f"{trained.needs} needs, {trained.sayings} sayings"
    audit.record("model:train", by=by, thing=f"TrainedModel:{trained.version}", now=now, reason=what)
    return True


def readable(folder: Path) -> bool:
    """Whether the model in force can be read; true where none is."""
    version = model_in_force()
    try:
        return not version or bool(learned.load(folder, version))
    except BrokenModel:
        return False


def confirmed(how: Learning) -> list[Example]:
    """The needs in force as examples. What one source says of one category unchecked weighs `most_of_one` at most."""
    parent = aliased(Category)
    rows = db.session.execute(
        select(ConfirmedNeed, Category.code, parent.code)
        .join(ConfirmedNeed.category)
        .join(parent, Category.parent_id == parent.id)
        .where(ConfirmedNeed.withdrawn_at.is_(None))
        .order_by(ConfirmedNeed.id)
    ).all()
    said = Counter((need.source, code) for need, code, _ in rows if not need.checked)
    return [
        Example(
            text=need.text,
            category=code,
            route=need.route.value if need.route else "",
            organisation=NOBODY if need.organisation_id is None else need.organisation_id,
            field=field,
            weight=1.0 if need.checked else min(1.0, how.most_of_one / said[need.source, code]),
        )
        for need, code, field in rows
    ]


def forget_unused(folder: Path) -> list[str]:
    """Remove the files of models that neither answer now nor answered a run that is kept; returns their versions."""
    used = set(db.session.scalars(select(MatchRun.basis["model"].as_string()).distinct()))
    return [_removed(file) for file in _models(folder) if file.stem not in used | {model_in_force()}]


def _models(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("[!.]*.npz"))


def _removed(file: Path) -> str:
    file.unlink()
    return file.stem
