"""Takes an office's list of organisations: new ones, changed ones, each row with what became of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory import audit
from directory.db import db
from directory.errors import DirectoryError
from directory.models.organisation import Organisation, OrganisationKind
from directory.operations import holdings
from directory.operations.holdings import Organisations
from directory.operations.imports import DEMO_MARK, Change
from directory.operations.records import LONGEST_NAME, MOBILE, Identity, OrganisationRow, Origin, RowFault
from directory.policy import Actor, Permission, require
from search.text import mask

SOURCE = "list"
MOST_ROWS = 20_000
_SAID = ("name", "kind", "area_code", "address", "phone", "website", "summary")
_WORDS = {"name": "名称", "kind": "类型", "area_code": "所在区域", "address": "地址"} | {
    "phone": "办公电话",
    "website": "网址",
    "summary": "简介",
}
_SITES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """A row of the list; `area` is a code or a name, "" where it says nothing. `kind` None says nothing either."""

    row: OrganisationRow
    kind: OrganisationKind | None
    area: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one row: `what` says in words what is new or differs."""

    origin: Origin
    change: Change
    organisation: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a list did; every fault belongs to a row that was refused."""

    taken: tuple[Taken, ...]
    faults: tuple[RowFault, ...]

    @property
    def counts(self) -> Counter[Change]:
        return Counter(row.change for row in self.taken)

    @property
    def refused(self) -> int:
        return len({fault.origin for fault in self.faults})

    @property
    def changing(self) -> list[Taken]:
        return [row for row in self.taken if row.change is not Change.UNCHANGED]


class Refused(DirectoryError):
    """A strict list with a bad row: the caller's transaction takes nothing of it."""

    status = 422

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.refused} rows refused, so none was taken")
        self.report = report


def identity(uscc: str) -> Identity:
    """Of an organisation that first came here by a list."""
    return Identity(SOURCE, uscc)


def take_organisations(
    rows: Sequence[ListedOrganisation], faults: Iterable[RowFault], *, strict: bool = False, by: Actor, now: datetime
) -> Report:
    """Bring organisations, known by their credit code, to what a list says; what it leaves out stays as it is.

    `faults` are of rows that could not be read. A bad row is refused and the others are taken; with `strict` one bad
    row raises Refused.
    """
    require(by, Permission.IMPORT_LISTS)
    known, areas = Organisations([row.row for row in rows]), holdings.areas()
    seen: dict[str, Origin] = {}
    taken, found = [], list(faults)
    for listed in rows:
        wrong = [*_faults(listed, areas), *repeated(listed.row.origin, "uscc", listed.row.uscc or "", seen)]
        before = known.with_code(listed.row.uscc)
        wrong += _misnamed(listed.row, before)
        if wrong:
            found += wrong
        else:
            taken.append(_take(listed, before, areas.get(listed.area, "")))
    db.session.flush()
    return finished("organisations", Report(tuple(taken), tuple(found)), strict=strict, by=by, now=now)


def finished(kind: str, report: Report, *, strict: bool, by: Actor, now: datetime) -> Report:
    """The report, with the deed noted; raises Refused where a strict one has faults."""
    if strict and report.faults:
        raise Refused(report)
    if report.changing:
        counts = ", ".join(f"{change} {report.counts[change]}" for change in Change)
        audit.record("list:import", by=by, thing=f"List:{kind}", now=now, reason=f"{counts}; refused {report.refused}")
    return report


def repeated(origin: Origin, field: str, key: object, seen: dict[object, Origin] | dict[str, Origin]) -> list[RowFault]:
    first = seen.setdefault(key, origin)  # type: ignore[arg-type]  # the keys of one list are of one type
    if first is origin:
        return []
    said = key if isinstance(key, str) else ""
    return [RowFault(origin, field, said, "duplicate", f"与第 {first.line} 行重复，只收下先出现的那一行")]


def _faults(listed: ListedOrganisation, areas: dict[str, str]) -> Iterator[RowFault]:
    row = listed.row
    if not row.uscc:
        yield RowFault(row.origin, "uscc", "", "required", "缺少统一社会信用代码，不知道是哪家机构")
    else:
        yield from row.faults()
    if row.phone and MOBILE in mask(row.phone):
        message = "这像是个人手机号；公开页面上只放办公电话，请换一个"
        yield RowFault(row.origin, "phone", row.phone[:3] + "…", "mobile", message)
    if row.website and not row.website.startswith(_SITES):
        yield RowFault(row.origin, "website", row.website[:40], "address", "网址要以 http:// 或 https:// 开头")
    if listed.area and listed.area not in areas:
        message = f"没有“{listed.area[:40]}”这个区域，请写街道全名或区域代码"
        yield RowFault(row.origin, "area", listed.area[:LONGEST_NAME], "unknown", message)


def _misnamed(row: OrganisationRow, known: Organisation | None) -> Iterator[RowFault]:
    """A name that differs from the record's is more likely a slipped row than a new name, unless a list gave it."""
    if known is not None and known.source != SOURCE and known.name != row.masked().name:
        message = f"这个代码在目录里是“{known.name}”，名称对不上；改名请在机构资料里改"
        yield RowFault(row.origin, "organisation", row.name, "contradiction", message)


def _take(listed: ListedOrganisation, known: Organisation | None, area: str) -> Taken:
    row = listed.row.masked()
    values = {name: getattr(row, name) for name in _SAID if name not in {"kind", "area_code"}}
    said = {name: value for name, value in {**values, "kind": listed.kind, "area_code": area}.items() if value}
    if known is None:
        is_demo = row.name.startswith(DEMO_MARK)
        new = Organisation(source=SOURCE, external_id=row.uscc, uscc=row.uscc, is_demo=is_demo, **said)
        db.session.add(new)
        return Taken(row.origin, Change.NEW, row.name)
    differing = {name: value for name, value in said.items() if getattr(known, name) != value}
    for name, value in differing.items():
        setattr(known, name, value)
    what = "、".join(_WORDS[name] for name in _SAID if name in differing)
    return Taken(row.origin, Change.CHANGED if differing else Change.UNCHANGED, known.name, what)
