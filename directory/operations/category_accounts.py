"""What a category says of itself, as it is edited: read, checked, written, compared."""

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select

from directory.db import db
from directory.errors import Invalid
from directory.models.taxonomy import Category
from directory.rules.routes import Route
from directory.rules.terms import MOST_YUAN

_LENGTHS = {"name": 40, "name_en": 100, "description": 500, "price_note": 300, "price_unit": 20} | {
    "authority": 60,
    "phone": 40,
    "hand_off": 300,
}
_LISTS = {"keywords": 60, "examples": 60, "deliverables": 30, "acceptance": 30}
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class CategoryAccount:
    """What a category says of itself, as it is edited; the lists hold a line each."""

    name: str
    name_en: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    deliverables: tuple[str, ...] = ()
    acceptance: tuple[str, ...] = ()
    price_note: str = ""
    price_unit: str = ""
    price_low: int = 0
    price_high: int = 0
    route: tuple[str, ...] = (Route.PROVIDER.value,)
    authority: str = ""
    phone: str = ""
    hand_off: str = ""


NAMES = tuple(each.name for each in fields(CategoryAccount))


def account(category: Category) -> CategoryAccount:
    standard = category.standard or {}
    said: dict[str, Any] = {
        "deliverables": standard.get("deliverables", ()),
        "acceptance": standard.get("acceptance", ()),
    }
    said["price_note"] = standard.get("price_note", "")
    values: dict[str, Any] = {name: said.get(name, getattr(category, name, "")) for name in NAMES}
    plain: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return CategoryAccount(**plain)


def stamp(category: Category) -> str:
    """Differs when anything about the category does: what a form was filled in against."""
    said = [repr(account(category)), category.parent_id, str(category.retired_at), category.merged_into_id]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:16]


def check(said: CategoryAccount, *, parent: Category | None, but: Category | None) -> None:
    """Raises Invalid, naming the field."""
    for name, most in _LENGTHS.items():
        if len(getattr(said, name)) > most:
            raise Invalid(name, len(getattr(said, name)), "too_long", f"at most {most} characters")
    if not said.name:
        raise Invalid("name", said.name, "empty", "a category has a name")
    for name, most in _LISTS.items():
        lines = getattr(said, name)
        if len(lines) > most:
            raise Invalid(name, len(lines), "too_many", f"at most {most} lines")
        if long := next((line for line in lines if len(line) > LONGEST_LINE), None):
            raise Invalid(name, long, "too_long", f"at most {LONGEST_LINE} characters a line")
    if not 0 <= said.price_low <= said.price_high <= MOST_YUAN:
        raise Invalid("price_high", said.price_high, "range", "the low price is at most the high one")
    if not said.route or len(set(said.route)) != len(said.route) or not set(said.route) <= set(Route):
        raise Invalid("route", ", ".join(said.route), "unknown", "at least one solver, each once")
    same = select(Category.id).where(Category.name == said.name, Category.retired_at.is_(None))
    same = same.where(Category.parent_id == parent.id if parent else Category.level == 1)
    if db.session.scalar(same.where(Category.id != but.id) if but else same) is not None:
        raise Invalid("name", said.name, "taken", "another category of this field is called so")


def write(category: Category, said: CategoryAccount) -> None:
    kept = dict(category.standard or {})
    for name in ("deliverables", "acceptance"):
        if getattr(said, name) or name in kept:
            kept[name] = list(getattr(said, name))
    if said.price_note or "price_note" in kept:
        kept["price_note"] = said.price_note
    category.standard = kept
    for name in (
        each.name for each in fields(CategoryAccount) if each.name not in {"deliverables", "acceptance", "price_note"}
    ):
        value: Any = getattr(said, name)
        setattr(category, name, list(value) if isinstance(value, tuple) else value)
