"""What tests put into an empty catalogue: each function adds one thing and its defaults make it eligible."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.learning import ConfirmedNeed
from directory.models.organisation import Fact, Organisation
from directory.models.parameters import Parameters
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category, LexiconWord, Saying
from directory.policy import Actor
from directory.rules import uscc
from directory.rules.eligibility import FactKind
from directory.rules.roles import OF_AN_AREA, Role
from directory.rules.routes import Route
from search.documents import ServiceDocument
from search.lexicon import LexiconEntry
from search.matching.criteria import Candidate
from search.matching.examples import Example
from search.matching.learned import Opinion
from search.matching.routing import CategoryProfile, Routing

NOW = datetime.fromisoformat("2026-11-23T04:00:00+00:00")
DISTRICT, STREET, OTHER_STREET, NEIGHBOURHOOD = "310105", "310105-05", "310105-06", "310105-05-01"
PARAMETERS: dict[str, Any] = {
    "gates": {"registered_years": 2, "least_grade": "3A", "annual_checks": 2, "penalty_years": 3, "least_staff": 2},
    "weights": {
        "category": 0.3,
        "field": 0.1,
        "text": 0.3,
        "reach": 0.1,
        "affinity": 1.0,
        "variety": 0.35,
        "area": 0.1,
        "price": 0.05,
        "assessed": 0.05,
    },
    "routing": {"profile": 1.0, "example": 0.6, "lexicon": 0.8, "learned": 0.8, "sharpness": 8.0},
    "limits": {
        "confidence": 0.4,
        "fit_floor": 0.55,
        "around_fit": 0.6,
        "least_fit": 0.25,
        "candidates": 120,
        "shown": 20,
        "excluded": 20,
    },
}
GOOD_STANDING = (
    (FactKind.REGISTRATION, "", date(2015, 5, 4), None),
    (FactKind.GRADE, "4A", date(2024, 11, 16), date(2029, 11, 15)),
    (FactKind.ANNUAL_CHECK, "passed", date(2024, 1, 1), date(2024, 12, 31)),
    (FactKind.ANNUAL_CHECK, "passed", date(2025, 1, 1), date(2025, 12, 31)),
    (FactKind.STAFF, "6", date(2024, 1, 1), None),
)


def code(number: int) -> str:
    """A unified social credit code with both check characters right."""
    middle = f"DEM{number:05d}"
    first = "52310105" + middle + uscc.organisation_check(middle)
    return first + uscc.check(first)


def document(entry_id: int, name: str = "停车", text: str = "", **changed: Any) -> ServiceDocument:
    values: dict[str, Any] = {"organisation": 1, "category": "P-001", "field": "SH-04", "grade": "4A"}
    return ServiceDocument(entry_id=entry_id, name=name, text=text, **(values | changed))


def candidate(entry_id: int = 1, **changed: Any) -> Candidate:
    values: dict[str, Any] = {
        "service_id": entry_id,
        "organisation_id": 1,
        "category": "P-001",
        "field": "SH-04",
        "relevance": 0.5,
    }
    return Candidate(entry_id=entry_id, **(values | changed))


def profile(code_: str, name: str, **changed: Any) -> CategoryProfile:
    return CategoryProfile(**({"code": code_, "parent": "SH-04", "name": name} | changed))


def word(text: str, category: str, weight: float = 0.9, unless: Iterable[str] = ()) -> LexiconEntry:
    return LexiconEntry(text, category, weight, tuple(unless))


def opinion(
    categories: Mapping[str, float], organisations: Mapping[int, float] | None = None, **changed: Any
) -> Opinion:
    """What the past says of a text, when it says this."""
    values: dict[str, Any] = {"routes": {}, "newcomer": 0.1, "places": {}, "solved": {}, "trust": 0.5}
    return Opinion(categories, organisations=organisations or {}, **(values | changed))


def routing(
    fits: Mapping[str, float], fields: Mapping[str, float] | None = None, past: Opinion | None = None
) -> Routing:
    """A routing with these fits and no guess."""
    return Routing((), fits, fields or {}, {}, past)


def example(text: str, category: str = "P-001", **changed: Any) -> Example:
    return Example(text, category, **({"route": "provider"} | changed))


def taxonomy() -> None:
    """Parameters, an area of each level, a field with three services, and a word that leads to one of them."""
    db.session.add(Parameters(version=1, since=NOW, values=PARAMETERS))
    district = Area(code=DISTRICT, level=0, name="长宁区")
    street = Area(code=STREET, level=1, name="天山路街道", parent=district)
    other = Area(code=OTHER_STREET, level=1, name="仙霞新村街道", parent=district)
    db.session.add_all([other, Area(code=NEIGHBOURHOOD, level=2, name="天山三村", parent=street)])
    field = Category(code="SH-04", level=1, name="社区治理")
    db.session.add(field)
    db.session.flush()
    for position, (code_, name, keywords, more) in enumerate(
        (
            ("P-001", "停车管理", ["停车难", "车位"], {}),
            ("P-015", "建筑垃圾清运", ["建筑垃圾", "装修垃圾"], {}),
            (
                "P-024",
                "违法建筑治理",
                ["违法建筑", "搭建"],
                {"route": ["department"], "authority": "城管中队", "phone": "12345", "around": ["P-001"]},
            ),
        )
    ):
        category = Category(
            code=code_, level=2, parent_id=field.id, position=position, name=name, keywords=keywords, **more
        )
        db.session.add(category)
        db.session.flush()
        if code_ == "P-015":
            db.session.add(LexiconWord(word="碎砖头", category_id=category.id, weight=0.9))
    db.session.flush()


SAYINGS = {
    "P-001": ("没地方停车", "晚上回来找不到车位", "为了车位天天吵架", "外面的车停进小区", "门口停满了车"),
    "P-015": ("装修垃圾堆在楼下", "碎砖头没人清", "敲墙留下的垃圾", "楼道里有水泥袋", "建筑垃圾堆成山"),
    "P-024": ("楼上搭了阳光房", "邻居违法搭建", "天井里盖了房子", "屋顶加盖一层", "私自搭了个棚子"),
}


def sayings() -> None:
    """What somebody might say who needs a service of the taxonomy above; its main solver solves each."""
    for code_, texts in SAYINGS.items():
        category = db.session.scalars(select(Category).filter_by(code=code_)).one()
        db.session.add_all(Saying(text=text, category=category, route=Route(category.route[0])) for text in texts)
    db.session.flush()


def confirmed(text: str, category: str = "P-001", **changed: Any) -> ConfirmedNeed:
    """A need that an office keeps as confirmed, by default."""
    place = (db.session.scalar(select(func.max(ConfirmedNeed.id))) or 0) + 1
    values: dict[str, Any] = {"source": "12345", "external_id": f"n-{place}", "checked": True, "confirmed_at": NOW}
    known = db.session.scalars(select(Category.id).filter_by(code=category)).one()
    need = ConfirmedNeed(text=text, category_id=known, **(values | changed))
    db.session.add(need)
    db.session.flush()
    return need


def organisation(number: int = 1, facts: Iterable[tuple[Any, ...]] = GOOD_STANDING, **changed: Any) -> Organisation:
    """An organisation with these facts: (kind, value, since, until)."""
    values: Mapping[str, Any] = {
        "uscc": code(number),
        "source": "test",
        "external_id": str(number),
        "name": f"示例·邻里{number}社",
    }
    made = Organisation(**(values | changed))
    db.session.add(made)
    db.session.flush()
    for kind, value, since, until in facts:
        fact(made, kind, value, since, until)
    return made


def fact(made: Organisation, kind: FactKind, value: str, since: date, until: date | None = None) -> Fact:
    noted = Fact(organisation_id=made.id, kind=kind, value=value, since=since, until=until, source="公告（示例）")
    noted.recorded_at, noted.recorded_by = NOW, "test"
    db.session.add(noted)
    db.session.flush()
    return noted


def entry(made: Organisation, category: str = "P-001", name: str = "停车共治", **changed: Any) -> Entry:
    """A listed service at its first version. `changed` goes to the version; state, reason, assessed to the entry."""
    place = (db.session.scalar(select(func.max(Service.id))) or 0) + 1
    service = Service(
        organisation_id=made.id,
        category_id=db.session.scalars(select(Category.id).filter_by(code=category)).one(),
        external_id=f"x-{place}",
        capacity=changed.pop("capacity", 3),
    )
    of_entry = {key: changed.pop(key) for key in ("state", "reason", "assessed") if key in changed}
    values: Mapping[str, Any] = {
        "description": f"第{place}项：请居民一起商量车位怎么停。",
        "areas": [STREET],
        "price_low": 1000,
        "price_high": 2000,
        "price_unit": "每项目",
    }
    version = ServiceVersion(service=service, number=1, name=name, approved_at=NOW, **(values | changed))
    listed = Entry(service=service, version=version, since=NOW, **({"assessed": Decimal("88.5")} | of_entry))
    db.session.add(listed)
    db.session.flush()
    return listed


def new_version(listed: Entry, **changed: Any) -> ServiceVersion:
    """The next version of an entry's service, which the entry now shows."""
    old = listed.version
    kept = {key: getattr(old, key) for key in ("name", "description", "areas", "groups", "price_low", "price_high")}
    version = ServiceVersion(service=listed.service, number=old.number + 1, approved_at=NOW, **(kept | changed))
    db.session.add(version)
    listed.version = version
    db.session.flush()
    return version


def account(role: Role = Role.DISTRICT, **changed: Any) -> Account:
    """Somebody with this role; owners and editors need an `organisation_id`."""
    place = (db.session.scalar(select(func.max(Account.id))) or 0) + 1
    values: dict[str, Any] = {
        "email": f"{role}-{place}@example.org",
        "name": f"示例·{role}{place}",
        "fs_uniquifier": f"uniquifier-{place}",
        "area_code": STREET if role in OF_AN_AREA else "",
        "created_at": NOW,
    }
    made = Account(role=role, **(values | changed))
    db.session.add(made)
    db.session.flush()
    return made


def actor(role: Role = Role.DISTRICT, **changed: Any) -> Actor:
    """What an account with this role acts as."""
    made = account(role, **changed)
    return Actor(made.id, made.role, made.organisation_id, made.area_code)


def catalogue(entries: int = 3) -> list[int]:
    """A small catalogue, committed and indexed: the ids of its entries, one organisation each, all parking."""
    with transaction():
        taxonomy()
        return [entry(organisation(n), name=f"停车共治第{n}号").id for n in range(1, entries + 1)]
