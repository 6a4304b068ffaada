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
from directory.operations.records import Origin, RowFault, one_line, wrong_uscc
from directory.policy import Actor, Permission, require
from directory.rules import facts as rule
from directory.rules import uscc as codes
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.facts import LATEST_YEARS, LONGEST_SOURCE, LONGEST_VALUE, MOST_STAFF
from search.text import mask

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
        for field, code in rule.faults(self, on=today):
            given = getattr(self, field)
            shown = "" if given is None else str(given)[:40]
            yield RowFault(self.origin, field, shown, code, self._worded(field, code))

    def _worded(self, field: str, code: str) -> str:
        if (field, code) == ("value", "unknown"):
            return _VALUE_HELP[self.kind]
        length = len(str(getattr(self, field)))
        return _HELP[field, code].format(since=self.since, until=self.until, length=length)

    def key(self) -> Key:
        """What a later row about the same thing shares with this one, however it corrects it."""
        return _key(self.kind, self.since, self.value)


_VALUE_HELP = {
    FactKind.GRADE: "评估等级只能是 1A、2A、3A、4A、5A",
    FactKind.ANNUAL_CHECK: "年度检查只能是 合格、基本合格、不合格、未参加",
    FactKind.PENALTY: "行政处罚只能是 重大 或 一般",
}


_HELP = {
    ("value", "required"): "荣誉要写名称",
    ("value", "number"): f"专职人数要写 0 到 {MOST_STAFF} 的整数",
    ("value", "superfluous"): "这一类事实不填内容，只填日期和来源",
    ("value", "too_long"): f"有 {{length}} 个字，最多 {LONGEST_VALUE} 个，请写短些",
    ("since", "too_early"): "起日 {since} 太早，请检查年份",
    ("since", "future"): "起日 {since} 还没有到；只有评估等级可以提前记，最多提前一年",
    ("since", "year"): "年度检查的起日写所查的年度，比如 2025；止日留空",
    ("since", "year_not_over"): "所查的 {since.year} 年度还没有结束，还不会有年检结果",
    ("until", "required"): "评估等级有有效期（一般五年），请写止日",
    ("until", "superfluous"): "登记成立只有起日，没有止日",
    ("until", "order"): "止日 {until} 早于起日 {since}",
    ("until", "too_late"): f"止日 {{until}} 太远了，最多到 {LATEST_YEARS} 年以后，请检查年份",
    ("source", "required"): "要写来源，比如哪一年的公告、哪份文书",
    ("source", "too_long"): f"有 {{length}} 个字，最多 {LONGEST_SOURCE} 个，请写短些",
}


_VALUE_WORDS = {
    (FactKind.ANNUAL_CHECK, "passed"): "合格",
    (FactKind.ANNUAL_CHECK, "basic"): "基本合格",
    (FactKind.ANNUAL_CHECK, "failed"): "不合格",
    (FactKind.ANNUAL_CHECK, "missed"): "未参加",
    (FactKind.PENALTY, "major"): "重大",
    (FactKind.PENALTY, "minor"): "一般",
}


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
