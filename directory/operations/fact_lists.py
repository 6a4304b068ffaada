"""Takes an office's list of dated facts: a fact that a row corrects is superseded, never overwritten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from directory.db import db
from directory.models.organisation import Fact, Organisation
from directory.operations.holdings import BATCH
from directory.operations.imports import Change
from directory.operations.lists import Report, Taken, finished, repeated
from directory.operations.records import LONGEST_NAME, Origin, RowFault, one_line, too_long, wrong_uscc
from directory.policy import Actor, Permission, require
from directory.rules import uscc as codes
from directory.rules.calendar import day_of, years_later
from directory.rules.eligibility import FactKind
from directory.rules.facts import EARLIEST, VALUES, is_staff
from search.text import mask

LAST_DAY = date(2100, 12, 31)
# An office's list may say of a list of wrongdoers on which it stands; of these there is nothing to say.
_SAYING_NOTHING = {FactKind.REGISTRATION, FactKind.EVALUATOR}
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A row of the list, its words turned to codes where they were understood."""

    uscc: str
    kind: FactKind
    value: str
    since: date
    until: date | None
    source: str
    origin: Origin

    def faults(self, *, today: date) -> Iterator[RowFault]:
        if problem := codes.problem(self.uscc):
            yield RowFault(self.origin, "uscc", self.uscc[:40], f"uscc_{problem}", wrong_uscc(self.uscc, problem))
        if not self.source:
            yield RowFault(self.origin, "source", "", "required", "要写来源，比如哪一年的公告、哪份文书")
        yield from too_long(self.origin, "source", self.source, LONGEST_NAME)
        yield from too_long(self.origin, "value", self.value, LONGEST_NAME)
        yield from self._wrong_value()
        yield from self._wrong_span(today)

    def _wrong_value(self) -> Iterator[RowFault]:
        allowed = VALUES.get(self.kind)
        if allowed is not None and self.value not in allowed:
            yield RowFault(self.origin, "value", self.value[:40], "unknown", _VALUE_HELP[self.kind])
        elif self.kind is FactKind.STAFF and not is_staff(self.value):
            yield RowFault(self.origin, "value", self.value[:40], "number", "专职人数要写 0 到 100000 的整数")
        elif self.kind is FactKind.HONOUR and not self.value:
            yield RowFault(self.origin, "value", "", "required", "荣誉要写名称")
        elif self.kind in _SAYING_NOTHING and self.value:
            yield RowFault(self.origin, "value", self.value[:40], "superfluous", "这一类事实不填内容，只填日期和来源")

    def _wrong_span(self, today: date) -> Iterator[RowFault]:
        if not EARLIEST <= self.since <= years_later(today, 1):
            message = f"起日 {self.since} 太早或太晚，应在 1949 年到明年今天之间"
            yield RowFault(self.origin, "since", str(self.since), "range", message)
        if self.until is not None and not self.since <= self.until <= LAST_DAY:
            message = f"止日 {self.until} 早于起日 {self.since}，或晚于 2100 年"
            yield RowFault(self.origin, "until", str(self.until), "span", message)
        if self.kind is FactKind.GRADE and self.until is None:
            yield RowFault(self.origin, "until", "", "required", "评估等级有有效期（一般五年），请写止日")
        if self.kind is FactKind.REGISTRATION and self.until is not None:
            yield RowFault(self.origin, "until", str(self.until), "superfluous", "登记成立只有起日，没有止日")
        if self.kind is FactKind.ANNUAL_CHECK and (self.since, self.until) != _year(self.since.year):
            message = "年度检查的起日写所查的年度，比如 2025；止日留空"
            yield RowFault(self.origin, "since", str(self.since), "year", message)

    def key(self) -> Key:
        """What a later row about the same thing shares with this one, however it corrects it."""
        return _key(self.kind, self.since, self.value)


_VALUE_HELP = {
    FactKind.GRADE: "评估等级只能是 1A、2A、3A、4A、5A",
    FactKind.ANNUAL_CHECK: "年度检查只能是 合格、基本合格、不合格、未参加",
    FactKind.PENALTY: "行政处罚只能是 重大 或 一般",
}


_VALUE_WORDS = {
    (FactKind.ANNUAL_CHECK, "passed"): "合格",
    (FactKind.ANNUAL_CHECK, "basic"): "基本合格",
    (FactKind.ANNUAL_CHECK, "failed"): "不合格",
    (FactKind.ANNUAL_CHECK, "missed"): "未参加",
    (FactKind.PENALTY, "major"): "重大",
    (FactKind.PENALTY, "minor"): "一般",
}


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _key(kind: FactKind, since: date, value: str) -> Key:
    """An organisation is registered once; it may be honoured twice a day; all else begins on its day once."""
    if kind is FactKind.REGISTRATION:
        return (kind,)
    return (kind, since, value) if kind is FactKind.HONOUR else (kind, since)


def take_facts(
    rows: Sequence[FactRow], faults: Iterable[RowFault], *, strict: bool = False, by: Actor, now: datetime
) -> Report:
    """Record the facts of a list. What stands already is left alone, so a list may be taken again.

    A bad row is refused and the others are taken; with `strict` one bad row raises Refused.
    """
    require(by, Permission.IMPORT_LISTS)
    today, seen = day_of(now), dict[object, Origin]()
    organisations = _organisations({row.uscc for row in rows})
    standing = _standing([organisation.id for organisation in organisations.values()])
    taken, found = [], list(faults)
    for row in rows:
        wrong = list(row.faults(today=today))
        organisation = organisations.get(row.uscc)
        if organisation is None and not wrong:
            wrong.append(RowFault(row.origin, "uscc", row.uscc, "dangling", "目录里没有这家机构，请先导入机构名单"))
        wrong += repeated(row.origin, "since", (row.uscc, *row.key()), seen)
        if wrong or organisation is None:
            found += wrong
        else:
            taken.append(_take(row, organisation, standing.setdefault((organisation.id, *row.key()), []), by, now))
    db.session.flush()
    return finished("facts", Report(tuple(taken), tuple(found)), strict=strict, by=by, now=now)


def _organisations(uscc: set[str]) -> dict[str, Organisation]:
    wanted, found = sorted(uscc), dict[str, Organisation]()
    for start in range(0, len(wanted), BATCH):
        here = select(Organisation).where(Organisation.uscc.in_(wanted[start : start + BATCH]))
        found |= {str(organisation.uscc): organisation for organisation in db.session.scalars(here)}
    return found


def _standing(ids: Sequence[int]) -> dict[Key, list[Fact]]:
    """The facts in force by organisation and key."""
    found: dict[Key, list[Fact]] = {}
    for start in range(0, len(ids), BATCH):
        here = select(Fact).where(Fact.organisation_id.in_(ids[start : start + BATCH]), Fact.superseded_by_id.is_(None))
        for fact in db.session.scalars(here.order_by(Fact.id)):
            found.setdefault((fact.organisation_id, *_key(fact.kind, fact.since, fact.value)), []).append(fact)
    return found


def _take(row: FactRow, organisation: Organisation, standing: list[Fact], by: Actor, now: datetime) -> Taken:
    source, value = one_line(mask(row.source)), one_line(mask(row.value))
    said = value, row.since, row.until, source
    if any((fact.value, fact.since, fact.until, fact.source) == said for fact in standing):
        return Taken(row.origin, Change.UNCHANGED, organisation.name)
    new = Fact(
        organisation_id=organisation.id,
        kind=row.kind,
        value=value,
        since=row.since,
        until=row.until,
        source=source,
        recorded_at=now,
        recorded_by=str(by.role) if by.id is None else f"{by.role}:{by.id}",
    )
    db.session.add(new)
    if not standing:
        return Taken(row.origin, Change.NEW, organisation.name, _told(new))
    db.session.flush()
    before = "；".join(_told(fact) for fact in standing)
    for fact in standing:
        fact.superseded_by_id = new.id
    return Taken(row.origin, Change.CHANGED, organisation.name, f"{before} → {_told(new)}")


def _told(fact: Fact) -> str:
    until = f"至 {fact.until}" if fact.until else "起"
    value = _VALUE_WORDS.get((fact.kind, fact.value), fact.value)
    return " ".join(part for part in (value, f"{fact.since} {until}", fact.source) if part)
