"""Loads seeds/ into the database: once, and again without doing anything twice."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from directory import audit
from directory.db import Base, db
from directory.models.audit import AuditEvent
from directory.models.calendar import SpecialDay
from directory.models.organisation import OrganisationKind
from directory.models.parameters import Parameters
from directory.models.rubric import Criterion, Rubric
from directory.models.taxonomy import Area, Category, LexiconWord, Saying
from directory.operations import demo as demo_accounts
from directory.operations import demo_organisations, tuning
from directory.policy import Actor, Permission, require
from directory.rules.routes import Route

Rows = Iterable[Mapping[str, str]]
Read = Callable[[str], Rows]
COPIED = (
    *("name", "name_en", "description", "procurement_code", "procurement_name", "keywords", "examples", "groups"),
    *("route", "authority", "phone", "hand_off", "around"),
)


def load(folder: Path, *, read: Read, demo: bool, by: Actor, now: datetime) -> dict[str, int]:
    """Bring taxonomy, lexicon, areas and parameters to what `folder` says; add new rubrics and the demo organisations.

    `read` gives the rows of a CSV file named relative to the folder. Returns how many rows of each kind
    were new or changed; all zero when everything was there already.
    """
    require(by, Permission.LOAD_SEEDS)
    changed = {
        "parameters": _parameters(json.loads((folder / "parameters.json").read_text("utf-8")), now=now),
        "areas": _areas(read("areas.csv")),
        "categories": _categories(read("fields.csv"), _category_files(folder)),
    }
    changed["holidays"] = _holidays(read("holidays.csv"))
    changed["words"] = _lexicon(read("lexicon.csv"))
    changed["sayings"] = _sayings(read("sayings.csv"))
    changed["rubrics"] = _rubrics(json.loads((folder / "rubrics.json").read_text("utf-8")), now=now)
    if demo:
        changed |= demo_organisations.load(folder / "demo", read=read, by=by, now=now)
        changed["accounts"] = demo_accounts.load(read("demo/accounts.csv"), now=now)
    if any(changed.values()):
        what = ", ".join(f"{kind} {number}" for kind, number in changed.items() if number)
        audit.record("seed:load", by=by, thing="Seeds:all", now=now, reason=what)
    return changed


def _category_files(folder: Path) -> list[Mapping[str, Any]]:
    return [
        row for file in sorted((folder / "categories").glob("*.json")) for row in json.loads(file.read_text("utf-8"))
    ]


def _set(thing: Base, values: Mapping[str, Any]) -> bool:
    """Give a row these values where they differ; whether any did."""
    differing = {key: value for key, value in values.items() if getattr(thing, key) != value}
    for key, value in differing.items():
        setattr(thing, key, value)
    return bool(differing)


def _parameters(values: dict[str, Any], *, now: datetime) -> int:
    last = db.session.scalar(select(Parameters).order_by(Parameters.version.desc()).limit(1))
    if last is not None and (last.values == values or _set_by_a_person(last)):
        return 0
    db.session.add(Parameters(version=last.version + 1 if last else 1, since=now, values=values))
    return 1


def _set_by_a_person(last: Parameters) -> bool:
    """What government put in force stays until government changes it."""
    event = select(AuditEvent.id).where(AuditEvent.event == tuning.EVENT)
    return db.session.scalar(event.where(AuditEvent.thing == f"Parameters:{last.version}").limit(1)) is not None


def _areas(rows: Rows) -> int:
    known = {area.code: area for area in db.session.scalars(select(Area))}
    changed = 0
    for row in rows:
        area = known.setdefault(row["code"], Area(code=row["code"]))
        parent = known[row["parent"]] if row["parent"] else None
        values = {"name": row["name"], "level": int(row["level"]), "source": row["source"], "parent": parent}
        changed += _set(area, values)
        db.session.add(area)
    db.session.flush()
    return changed


def _holidays(rows: Rows) -> int:
    known = {special.day: special for special in db.session.scalars(select(SpecialDay))}
    changed = 0
    for row in rows:
        day = date.fromisoformat(row["day"])
        special = known.setdefault(day, SpecialDay(day=day))
        changed += _set(special, {"working": row["working"] == "yes", "name": row["name"]})
        db.session.add(special)
    db.session.flush()
    return changed


def _categories(fields: Rows, services: Iterable[Mapping[str, Any]]) -> int:
    known = {category.code: category for category in db.session.scalars(select(Category))}
    changed = 0
    for position, row in enumerate(fields):
        field = known.setdefault(row["code"], Category(code=row["code"], level=1))
        if field.edited:
            continue
        values = {k: row[k] for k in ("name", "name_en", "description")} | {"position": position}
        changed += _set(field, values)
        db.session.add(field)
    db.session.flush()
    for position, service in enumerate(services):
        category = known.setdefault(service["code"], Category(code=service["code"], level=2))
        if category.edited:
            continue
        standard = service["standard"]
        values = {key: service[key] for key in COPIED} | {
            "parent_id": known[service["field"]].id,
            "position": position,
            "standard": {key: standard[key] for key in ("deliverables", "acceptance", "price_note")},
            "price_unit": standard["price_unit"],
            "price_low": standard["price_low"],
            "price_high": standard["price_high"],
        }
        changed += _set(category, values)
        db.session.add(category)
    db.session.flush()
    return changed


def _in_use() -> dict[str, int]:
    """The categories that take anything new; what a retired one was told went with it."""
    return dict(db.session.execute(select(Category.code, Category.id).where(Category.retired_at.is_(None))).all())


def _lexicon(rows: Rows) -> int:
    codes = _in_use()
    known = {(word.word, word.category_id): word for word in db.session.scalars(select(LexiconWord))}
    changed = 0
    for row in (row for row in rows if row["category"] in codes):
        key = row["word"], codes[row["category"]]
        word = known.setdefault(key, LexiconWord(word=key[0], category_id=key[1]))
        if word.edited:
            continue
        unless = [other for other in row["negative_context"].split("|") if other]
        changed += _set(word, {"weight": float(row["weight"]), "unless": unless})
        db.session.add(word)
    db.session.flush()
    return changed


def _sayings(rows: Rows) -> int:
    codes = _in_use()
    known = {(saying.text, saying.category_id): saying for saying in db.session.scalars(select(Saying))}
    changed = 0
    for row in (row for row in rows if row["category"] in codes):
        key = row["text"], codes[row["category"]]
        saying = known.setdefault(key, Saying(text=key[0], category_id=key[1]))
        changed += _set(saying, {"route": Route(row["route"])})
        db.session.add(saying)
    db.session.flush()
    return changed


def _rubrics(rows: Iterable[Mapping[str, Any]], *, now: datetime) -> int:
    """Drafts of the rubrics not known yet; what is known, in whatever version, belongs to the evaluation centre."""
    codes = dict(db.session.execute(select(Category.code, Category.id)).all())
    known = set(db.session.scalars(select(Rubric.code)))
    new = [row for row in rows if row["code"] not in known]
    for row in new:
        rubric = Rubric(version=1, created_at=now, gap=Decimal(str(row["gap"])))
        rubric.kind = OrganisationKind(row["kind"]) if row["kind"] else None
        rubric.category_id = codes[row["category"]] if row["category"] else None
        _set(rubric, {key: row[key] for key in ("code", "name", "scale", "thresholds", "source")})
        db.session.add(rubric)
        for position, criterion in enumerate(row["criteria"]):
            _criterion(rubric, None, position, criterion)
    db.session.flush()
    return len(new)


def _criterion(rubric: Rubric, parent: Criterion | None, position: int, row: Mapping[str, Any]) -> Decimal:
    """Add it and what is under it; returns its points."""
    below = row.get("criteria", ())
    code = f"{parent.code}.{position + 1}" if parent else str(position + 1)
    criterion = Criterion(parent=parent, position=position, code=code, name=row["name"])
    criterion.anchors = [list(level) for level in row.get("anchors", ())]
    criterion.points = Decimal(str(row.get("points", 0)))
    rubric.criteria.append(criterion)
    for place, child in enumerate(below):
        criterion.points += _criterion(rubric, criterion, place, child)
    return criterion.points
