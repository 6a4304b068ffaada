"""Rows on their way in or out: plain values that files are read into, and that files are written from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from directory.rules import uscc as codes
from directory.rules.groups import GROUPS
from directory.rules.terms import MOST_YUAN
from search.text import mask

LONGEST_NAME = 200
LONGEST_TEXT = 10_000
LARGEST_NUMBER = MOST_YUAN  # of a price; a capacity has the same bound
MOBILE = mask("13800000000")  # what a person's mobile is replaced by


class Origin(NamedTuple):
    """Where a row stands; the line is the first of the row, as an editor or a spreadsheet counts."""

    file: str = ""
    line: int = 0


class Identity(NamedTuple):
    """An organisation as its directory knows it."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row is refused: the field and value at fault, the code of the rule, and how to mend it."""

    origin: Origin
    field: str
    value: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """`None` says nothing about a field and leaves it as it is; `phone` is an office line.

    `with_service`: named only by rows of its services, so taken with the first of them or not at all.
    """

    identity: Identity
    name: str
    uscc: str | None = None
    short_name: str | None = None
    summary: str | None = None
    area_code: str | None = None
    address: str | None = None
    phone: str | None = None
    website: str | None = None
    with_service: bool = False
    origin: Origin = field(default=Origin(), compare=False)

    def masked(self) -> "OrganisationRow":
        """The row as it may be stored: personal data blotted out, a person's mobile left out."""
        return replace(
            self,
            name=one_line(mask(self.name)),
            summary=None if self.summary is None else mask(self.summary).strip(),
            address=None if self.address is None else one_line(mask(self.address)),
            phone=None if self.phone is None else office_line(self.phone),
        )

    def faults(self) -> Iterator[RowFault]:
        yield from _wrong_id(self.origin, "organisation_id", self.identity.external_id)
        yield from _wrong_name(self.origin, "organisation", self.name)
        yield from too_long(self.origin, "summary", self.summary or "", LONGEST_TEXT)
        for name in ("short_name", "address", "phone", "website"):
            yield from too_long(self.origin, name, getattr(self, name) or "", 2 * LONGEST_NAME)
        if self.uscc is not None and (problem := codes.problem(self.uscc)):
            yield RowFault(self.origin, "uscc", self.uscc, f"uscc_{problem}", wrong_uscc(self.uscc, problem))


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category by code; with a name too both must agree, or it is one of that name in the delivery's own field."""

    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """`active` is false when the source says the service is not offered at present. Prices are whole yuan."""

    organisation: Identity
    external_id: str
    category: CategoryRow
    name: str
    description: str = ""
    areas: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    price_low: int | None = None
    price_high: int | None = None
    price_unit: str = ""
    capacity: int | None = None
    active: bool = True
    origin: Origin = field(default=Origin(), compare=False)

    def masked(self) -> "ServiceRow":
        return replace(self, name=one_line(mask(self.name)), description=mask(self.description).strip())

    def faults(self) -> Iterator[RowFault]:
        yield from _wrong_id(self.origin, "service_id", self.external_id)
        yield from _wrong_name(self.origin, "service", self.name)
        yield from too_long(self.origin, "description", self.description, LONGEST_TEXT)
        yield from too_long(self.origin, "price_unit", self.price_unit, 40)
        for group in self.groups:
            if group not in GROUPS:
                message = f"没有“{group[:40]}”这个服务对象，可选：{'、'.join(GROUPS)}"
                yield RowFault(self.origin, "groups", group, "unknown", message)
        for name in ("price_low", "price_high", "capacity"):
            number = getattr(self, name)
            if number is not None and not 0 <= number <= LARGEST_NUMBER:
                message = f"{number} 不在 0 到 {LARGEST_NUMBER} 之间"
                yield RowFault(self.origin, name, str(number), "range", message)
        yield from self._wrong_prices()

    def _wrong_prices(self) -> Iterator[RowFault]:
        low, high = self.price_low, self.price_high
        if (low is None) != (high is None):
            missing = "price_low" if low is None else "price_high"
            yield RowFault(self.origin, missing, "", "required", "价格上限和下限要么都填，要么都不填")
        elif low is not None and high is not None and low > high:
            message = f"价格上限 {high} 小于下限 {low}，请改其中一个"
            yield RowFault(self.origin, "price_high", str(high), "price_order", message)


@dataclass(frozen=True, slots=True)
class FieldRow:
    """The service field under which a foreign directory brings its own categories, and who answers for them."""

    code: str
    name: str
    name_en: str
    description: str
    route: tuple[str, ...] = ("provider",)
    authority: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All that one file, or one folder of files, says; `faults` are of rows that could not be read."""

    source: str
    organisations: tuple[OrganisationRow, ...]
    services: tuple[ServiceRow, ...]
    faults: tuple[RowFault, ...] = ()
    field: FieldRow | None = None


def one_line(text: str) -> str:
    return " ".join(text.split())


def office_line(phone: str) -> str:
    """The number as given; "" where it is a person's mobile."""
    return "" if MOBILE in mask(phone) else one_line(phone)


def too_long(origin: Origin, name: str, text: str, most: int) -> Iterator[RowFault]:
    if len(text) > most:
        message = f"有 {len(text)} 个字，最多 {most} 个，请写短些"
        yield RowFault(origin, name, text[:40] + "…", "too_long", message)


def wrong_uscc(code: str, problem: str) -> str:
    """What is wrong with a social credit code, in words."""
    match problem:
        case "length":
            return f"统一社会信用代码应为 18 位，这里是 {len(code)} 位"
        case "alphabet":
            wrong = next(character for character in code if character not in codes.ALPHABET)
            return f"统一社会信用代码里不会有“{wrong}”（只用数字和大写字母，不用 I、O、S、V、Z）"
        case "organisation_check":
            return f"第 17 位（组织机构代码的校验位）应为 {codes.organisation_check(code[8:16])}，这里是 {code[16]}"
        case _:
            return f"第 18 位（校验位）应为 {codes.check(code[:17])}，这里是 {code[17]}"


def _wrong_id(origin: Origin, name: str, text: str) -> Iterator[RowFault]:
    if not text:
        yield RowFault(origin, name, "", "required", "缺少编号，再次导入时要靠它认出同一项")
    yield from too_long(origin, name, text, LONGEST_NAME)


def _wrong_name(origin: Origin, name: str, text: str) -> Iterator[RowFault]:
    if not text:
        yield RowFault(origin, name, "", "required", "缺少名称")
    yield from too_long(origin, name, text, LONGEST_NAME)
