"""Takes the rows of a file into the catalogue: new ones, changed ones as new versions, the rest left alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from directory import audit
from directory.db import Base, db
from directory.errors import DirectoryError
from directory.models.organisation import Organisation, OrganisationKind
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import holdings
from directory.operations.holdings import BATCH, Categories, Holding, Organisations
from directory.operations.records import Delivery, Identity, OrganisationRow, Origin, RowFault, ServiceRow
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import ENTRIES, EntryState

INACTIVE = "source_inactive"
DEMO_MARK = "示例"  # an invented organisation says so in its name, and stays invented when an export comes back
SAID = ("short_name", "summary", "area_code", "address", "phone", "website")
KINDS = {
    "51": OrganisationKind.ASSOCIATION,
    "52": OrganisationKind.NON_ENTERPRISE,
    "53": OrganisationKind.FOUNDATION,
}


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did; every fault belongs to a row that was refused."""

    organisations: Counter[Change]
    services: Counter[Change]
    faults: tuple[RowFault, ...]

    @property
    def taken(self) -> int:
        """Services new or changed."""
        return self.services[Change.NEW] + self.services[Change.CHANGED]

    @property
    def refused(self) -> int:
        return len({fault.origin for fault in self.faults})


class Refused(DirectoryError):
    """A strict import with a bad row: the caller's transaction takes nothing of it."""

    status = 422

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.refused} rows refused, so none was taken")
        self.report = report


def take(
    delivery: Delivery,
    *,
    strict: bool = False,
    progress: Callable[[int], object] = lambda rows: None,
    by: Actor,
    now: datetime,
) -> Report:
    """Write a delivery: organisations by (source, external id) or credit code, services by organisation and id.

    A bad row is refused and the others are taken; with `strict` one bad row raises Refused.
    `progress` hears how many more rows were dealt with.
    """
    require(by, Permission.IMPORT_SERVICES)
    run = _Import(delivery, by=by, now=now)
    run.take_organisations(row.masked() for row in delivery.organisations)
    progress(len(delivery.organisations))
    run.take_services((row.masked() for row in delivery.services), progress=progress)
    report = Report(run.organisations, run.services, (*run.faults, *delivery.faults))
    if strict and report.faults:
        raise Refused(report)
    if report.taken or run.organisations[Change.NEW] or run.organisations[Change.CHANGED]:
        counts = f"services {_told(report.services)}; organisations {_told(report.organisations)}"
        reason = f"{counts}; refused {report.refused}"
        audit.record("service:import", by=by, thing=f"Source:{delivery.source}", now=now, reason=reason)
    return report


class _Import:
    """One import under way."""

    def __init__(self, delivery: Delivery, *, by: Actor, now: datetime) -> None:
        self.organisations: Counter[Change] = Counter()
        self.services: Counter[Change] = Counter()
        self.faults: list[RowFault] = []
        self._by, self._now = by, now
        self._known = Organisations(delivery.organisations)
        self._categories = Categories(delivery.field, delivery.source)
        self._areas = holdings.areas()
        self._taken: dict[Identity, Organisation] = {}
        self._waiting: dict[Identity, Organisation] = {}
        self._refused: dict[Identity, RowFault] = {}
        self._first: dict[object, Origin] = {}

    def take_organisations(self, rows: Iterable[OrganisationRow]) -> None:
        for row in rows:
            found = [*row.faults(), *self._repeated(row, "organisation_id", row.identity)]
            found += self._repeated(row, "uscc", row.uscc) if row.uscc else []
            known = self._known.get(row)
            found += _contradictions(row, known, self._known.with_code(row.uscc))
            if found:
                self.faults += found
                self._refused[row.identity] = found[0]
            elif known is not None:
                self.organisations[Change.CHANGED if _told_of(known, row) else Change.UNCHANGED] += 1
                self._taken[row.identity] = known
            else:
                new = self._taken[row.identity] = self._waiting[row.identity] = _new_organisation(row)
                self._known.add(new)
                if not row.with_service:
                    self._admit(row.identity)
        db.session.flush()

    def _admit(self, identity: Identity) -> None:
        if (new := self._waiting.pop(identity, None)) is not None:
            db.session.add(new)
            self.organisations[Change.NEW] += 1

    def take_services(self, rows: Iterable[ServiceRow], *, progress: Callable[[int], object]) -> None:
        known = [organisation.id for organisation in self._taken.values() if organisation.id is not None]
        holding = holdings.services(known)
        done = 0
        for done, row in enumerate(rows, 1):
            change = self._take(row, holding)
            if change is not None:
                self.services[change] += 1
            if done % BATCH == 0:
                db.session.flush()
                progress(BATCH)
        db.session.flush()
        progress(done % BATCH)

    def _take(self, row: ServiceRow, holding: dict[tuple[int, str], Holding]) -> Change | None:
        found = [*row.faults(), *self._repeated(row, "service_id", (row.organisation, row.external_id))]
        found += self._unknown_areas(row)
        organisation = self._taken.get(row.organisation)
        if organisation is None:
            found.append(self._without_organisation(row))
        held = holding.get((organisation.id, row.external_id)) if organisation else None
        if held and held.entry and held.entry.state is EntryState.EXITED:
            message = f"这项服务已退出目录（{held.entry.reason}），导入不会重新列入"
            found.append(RowFault(row.origin, "service_id", row.external_id, "exited", message))
        category = None if found else self._categories.find(row.category)
        if not found and (category is None or category.level != 2):
            found.append(_wrong_category(row, category))
        if found or organisation is None or category is None:
            self.faults += (fault for fault in found if fault is not self._refused.get(row.organisation))
            return None
        if held is None:
            held = Holding(Service(organisation=organisation, external_id=row.external_id), None, 0)
            self._admit(row.organisation)
        return self._write(row, held, category)

    def _write(self, row: ServiceRow, held: Holding, category: Category) -> Change:
        """Bring one service to what its row says."""
        new = held.entry is None
        changed = _set(held.service, {"category_id": category.id, "capacity": row.capacity})
        said: dict[str, Any] = {
            "name": row.name,
            "description": row.description,
            "areas": [self._areas[area] for area in row.areas],
            "groups": list(row.groups),
            "price_low": row.price_low,
            "price_high": row.price_high,
            "price_unit": row.price_unit,
        }
        if held.entry is None:
            version = ServiceVersion(service=held.service, number=held.latest + 1, approved_at=self._now, **said)
            held.entry = Entry(service=held.service, version=version, state=EntryState.LISTED, since=self._now)
            if not row.active:
                held.entry.state, held.entry.reason = EntryState.SUSPENDED, INACTIVE
            db.session.add(held.entry)
        elif any(getattr(held.entry.version, key) != value for key, value in said.items()):
            held.entry.version = ServiceVersion(
                service=held.service, number=held.latest + 1, approved_at=self._now, **said
            )
            changed = True
        if not new:
            changed |= self._follow(held.entry, active=row.active)
            return Change.CHANGED if changed else Change.UNCHANGED
        return Change.NEW

    def _follow(self, entry: Entry, *, active: bool) -> bool:
        """Suspend what its source no longer offers, restore what it offers again; other suspensions stand."""
        if entry.state is EntryState.LISTED and not active:
            step, reason = "suspend", INACTIVE
        elif entry.state is EntryState.SUSPENDED and entry.reason == INACTIVE and active:
            step, reason = "restore", ""
        else:
            return False
        entry.state, entry.reason, entry.since = ENTRIES.after(step, entry.state), reason, self._now
        audit.record(f"entry:{step}", by=self._by, thing=f"Entry:{entry.id}", now=self._now, reason=reason)
        return True

    def _repeated(self, row: OrganisationRow | ServiceRow, name: str, key: object) -> Iterator[RowFault]:
        first = self._first.setdefault((type(row), name, key), row.origin)
        if first is not row.origin:
            value = key if isinstance(key, str) else key[-1] if isinstance(key, tuple) else ""
            message = f"与第 {first.line} 行重复，只收下先出现的那一行"
            yield RowFault(row.origin, name, str(value), "duplicate", message)

    def _without_organisation(self, row: ServiceRow) -> RowFault:
        fault = self._refused.get(row.organisation)
        if fault is None:
            message = "没有这个机构"
            return RowFault(row.origin, "organisation_id", row.organisation.external_id, "dangling", message)
        if fault.origin == row.origin:
            return fault
        return replace(
            fault, origin=row.origin, message=f"所属机构没有收下（第 {fault.origin.line} 行）：{fault.message}"
        )

    def _unknown_areas(self, row: ServiceRow) -> Iterator[RowFault]:
        for area in row.areas:
            if area not in self._areas:
                message = f"没有“{area[:40]}”这个区域，请写区域代码或全名"
                yield RowFault(row.origin, "areas", area, "unknown", message)


def _set(thing: Base, values: dict[str, Any]) -> bool:
    """Give a row these values where they differ; whether any did."""
    differing = {key: value for key, value in values.items() if getattr(thing, key) != value}
    for key, value in differing.items():
        setattr(thing, key, value)
    return bool(differing)


def _new_organisation(row: OrganisationRow) -> Organisation:
    return Organisation(
        source=row.identity.source,
        external_id=row.identity.external_id,
        uscc=row.uscc,
        name=row.name,
        is_demo=row.name.startswith(DEMO_MARK),
        kind=KINDS.get((row.uscc or "")[:2], OrganisationKind.OTHER),
        **{key: value for key in SAID if (value := getattr(row, key)) is not None},
    )


def _told_of(known: Organisation, row: OrganisationRow) -> bool:
    """Take over what the organisation's own source says of it; another source only points to it."""
    if (known.source, known.external_id) != row.identity:
        return False
    said = {key: value for key in (*SAID, "uscc") if (value := getattr(row, key)) is not None}
    return _set(known, {"name": row.name} | said)


def _contradictions(
    row: OrganisationRow, known: Organisation | None, with_code: Organisation | None
) -> Iterator[RowFault]:
    if known is None:
        return
    if row.uscc and known.uscc not in {None, row.uscc}:
        message = f"“{known.name}”在目录里的统一社会信用代码是 {known.uscc}"
        yield RowFault(row.origin, "uscc", row.uscc, "contradiction", message)
    elif with_code is not None and with_code is not known:
        message = f"这个统一社会信用代码已属于“{with_code.name}”"
        yield RowFault(row.origin, "uscc", row.uscc or "", "contradiction", message)
    if (known.source, known.external_id) != row.identity and known.name != row.name:
        message = f"这个统一社会信用代码在目录里是“{known.name}”，名称对不上"
        yield RowFault(row.origin, "organisation", row.name, "contradiction", message)


def _wrong_category(row: ServiceRow, found: Category | None) -> RowFault:
    meant = row.category.code or row.category.name
    if found is None:
        return RowFault(row.origin, "category", meant, "unknown", f"没有“{meant[:40]}”这个类目，请写类目代码或全名")
    return RowFault(row.origin, "category", meant, "level", f"“{found.name}”是大类，请写它下面的一个服务类目")


def _told(counts: Counter[Change]) -> str:
    return ", ".join(f"{change} {counts[change]}" for change in Change)
