"""A catalogue of any size, from the real trees in seeds/ and the sentences of its demo services.

Same size, same catalogue: the random seed is fixed. Every organisation has the facts of a demo organisation, so
gates pass and fail in the same proportion; every service takes state, price, areas and groups from a demo service
of its field, and a name and a text put together from the sentences of its category and field.
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

from sqlalchemy import insert, select

from directory.cli.seeds import FOLDER, rows_of
from directory.db import Base, db
from directory.models.learning import ConfirmedNeed
from directory.models.organisation import Fact, Organisation, OrganisationKind
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category, Saying
from directory.operations import seeds
from directory.policy import OPERATOR
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState

SEED = 20261123
SERVICES_OF_ONE = 4
SOLVERS = 20
INSIDE = 500
_BATCH = 2_000
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")


@dataclass(frozen=True, slots=True)
class Material:
    """What is recombined, by category code: names and sentences; by field code: sentences and whole rows."""

    categories: Mapping[str, Category]
    fields: Mapping[int, str]
    names: Mapping[str, Sequence[str]]
    sentences: Mapping[str, Sequence[str]]
    rows: Mapping[str, Sequence[Mapping[str, str]]]
    facts: Sequence[Sequence[Mapping[str, str]]]
    short_names: Sequence[str]
    streets: Sequence[str]
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    @classmethod
    def of_seeds(cls) -> "Material":
        """Needs the taxonomy and the areas in the database."""
        fields = {c.id: c.code for c in db.session.scalars(select(Category).where(Category.level == 1))}
        categories = {c.code: c for c in db.session.scalars(select(Category).where(Category.level == 2))}
        names: dict[str, list[str]] = defaultdict(list)
        sentences: dict[str, list[str]] = defaultdict(list)
        rows: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        facts: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for category in categories.values():
            said = [category.description, *category.standard["deliverables"], *category.standard["acceptance"]]
            sentences[category.code] += [part for text in said for part in _SENTENCE.findall(text)]
        for row in rows_of("demo/services.csv"):
            parent = fields[categories[row["category"]].parent_id or 0]
            names[row["category"]].append(row["name"])
            rows[parent].append(row)
            parts = _SENTENCE.findall(row["description"])
            sentences[row["category"]] += parts
            sentences[parent] += parts
        for row in rows_of("demo/facts.csv"):
            facts[row["uscc"]].append(row)
        short_names = [row["short_name"] for row in rows_of("demo/organisations.csv")]
        streets = list(db.session.scalars(select(Area.code).where(Area.level == 1).order_by(Area.code)))
        return cls(categories, fields, names, sentences, rows, list(facts.values()), short_names, streets)

    def text(self, category: str, parent: str) -> str:
        """Two sentences of the category, one or two of its field."""
        own, near = self.sentences[category], self.sentences[parent]
        parts = self.chance.sample(own, 2) + self.chance.sample(near, self.chance.choice((1, 2)))
        return "".join(part if part[-1] in "。；！？" else f"{part}。" for part in parts)

    def areas(self, code: str) -> list[str]:
        """Like the demo services: some everywhere, most in one to three streets."""
        return (
            [code] if code not in self.streets else self.chance.sample(self.streets, self.chance.choice((1, 2, 2, 3)))
        )


def fill(services: int, *, now: datetime, field: str | None = None) -> None:
    """Load the taxonomy, then so many services of so many organisations; the index is left to `rebuild`.

    With a `field` only INSIDE of the services are of it, however many there are.
    """
    seeds.load(FOLDER, read=rows_of, demo=False, by=OPERATOR, now=now)
    material = Material.of_seeds()
    organisations = -(-services // SERVICES_OF_ONE)
    _write(Organisation, (_organisation(n, material, now) for n in range(1, organisations + 1)))
    _write(Fact, (fact for n in range(1, organisations + 1) for fact in _facts(n, material, now)))
    turns = enumerate(_turns(services, material, field), start=1)
    offers = [_offer(number, code, material, now, organisations=organisations) for number, code in turns]
    for kind in (Service, ServiceVersion, Entry):
        _write(kind, (offer[kind] for offer in offers))


def _turns(services: int, material: Material, field: str | None) -> list[str]:
    """The category of each service. They take turns, so that all have their share at every size."""
    inside = [code for code, c in material.categories.items() if material.fields[c.parent_id or 0] == field]
    outside = [code for code in material.categories if code not in inside]
    kept = min(INSIDE, services) if inside else 0
    return [*islice(cycle(inside), kept), *islice(cycle(outside), services - kept)]


def needs(number: int, *, field: str | None = None) -> list[tuple[str, str | None]]:
    """Everyday sentences of the categories, every fifth joined with one of another; every second one from a street.

    With a `field`, sentences of its categories only.
    """
    chance = random.Random(SEED)
    categories = select(Category).where(Category.level == 2).order_by(Category.code)
    if field is not None:
        categories = categories.where(Category.parent.has(code=field))
    examples = [example for category in db.session.scalars(categories) for example in category.examples]
    streets = list(db.session.scalars(select(Area.code).where(Area.level == 1).order_by(Area.code)))
    asked = []
    for place in range(number):
        text = "，".join(chance.sample(examples, 2 if place % 5 == 0 else 1))
        asked.append((text, chance.choice(streets) if place % 2 else None))
    return asked


def confirm(number: int, *, now: datetime) -> None:
    """So many confirmed needs: two sentences of a service each, solved by one of twenty organisations that offer it."""
    chance = random.Random(SEED)
    solvers: dict[int, list[int]] = defaultdict(list)
    for category_id, organisation_id in db.session.execute(
        select(Service.category_id, Service.organisation_id).order_by(Service.organisation_id).distinct()
    ):
        if len(solvers[category_id]) < SOLVERS:
            solvers[category_id].append(organisation_id)
    said: dict[int, list[str]] = defaultdict(list)
    for category in db.session.scalars(select(Category).where(Category.level == 2).order_by(Category.code)):
        said[category.id] += category.examples
    for saying in db.session.scalars(select(Saying).order_by(Saying.id)):
        said[saying.category_id].append(saying.text)
    asked = [(external_id, chance.choice(sorted(solvers))) for external_id in range(number)]
    rows = (
        {
            "text": "，".join(chance.sample(said[category_id], 2)),
            "category_id": category_id,
            "organisation_id": chance.choice(solvers[category_id]),
            "source": "synthetic",
            "external_id": str(external_id),
            "checked": True,
            "suggested": "",
            "confirmed_at": now,
            "reason": "",
        }
        for external_id, category_id in asked
    )
    _write(ConfirmedNeed, rows)


def _write(table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        db.session.execute(insert(table), batch)


def _organisation(number: int, material: Material, now: datetime) -> dict[str, Any]:
    words = material.chance.sample(material.short_names, 2)
    return {
        "id": number,
        "source": "synthetic",
        "external_id": f"O{number}",
        "name": f"示例·{words[0]}{words[1]}服务中心{number}",
        "kind": material.chance.choice(list(OrganisationKind)),
        "area_code": material.chance.choice(material.streets),
        "confirmed_on": date(now.year, material.chance.randint(1, 12), 1),
        "is_demo": True,
        **dict.fromkeys(("short_name", "summary", "address", "phone", "website"), ""),
    }


def _facts(organisation: int, material: Material, now: datetime) -> Iterable[dict[str, Any]]:
    for row in material.chance.choice(material.facts):
        yield {
            "organisation_id": organisation,
            "kind": FactKind(row["kind"]),
            "value": row["value"],
            "since": date.fromisoformat(row["since"]),
            "until": date.fromisoformat(row["until"]) if row["until"] else None,
            "source": row["source"],
            "recorded_at": now,
            "recorded_by": "operator",
        }


def _offer(
    number: int, code: str, material: Material, now: datetime, *, organisations: int
) -> dict[type[Base], dict[str, Any]]:
    """The rows of one service."""
    category = material.categories[code]
    parent = material.fields[category.parent_id or 0]
    like = material.chance.choice(material.rows[parent])
    price = material.chance.randint(category.price_low, category.price_high)
    name = material.chance.choice(material.names[category.code])
    return {
        Service: {
            "id": number,
            "organisation_id": material.chance.randint(1, organisations),
            "category_id": category.id,
            "external_id": f"S{number}",
            "capacity": int(like["capacity"]),
        },
        ServiceVersion: {
            "id": number,
            "service_id": number,
            "number": 1,
            "name": f"{name}（{number}）",
            "description": material.text(category.code, parent),
            "areas": material.areas(like["areas"].split("|")[0]),
            "groups": [group for group in like["groups"].split("|") if group],
            "price_low": price,
            "price_high": price + price // 3,
            "price_unit": category.price_unit,
            "approved_at": now,
        },
        Entry: {
            "id": number,
            "service_id": number,
            "version_id": number,
            "state": EntryState(like["state"]),
            "reason": like["reason"],
            "since": now,
            "assessed": Decimal(like["assessed"]) if like["assessed"] else None,
        },
    }
