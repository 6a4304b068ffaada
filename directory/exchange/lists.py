"""An office's lists of organisations and of facts, CSV or Excel: rows in, and templates to fill in out."""

import io
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from directory.exchange import tables, xlsx
from directory.exchange.tables import Columns, Line, WrongTable
from directory.models.organisation import OrganisationKind
from directory.operations.fact_lists import FactRow
from directory.operations.lists import MOST_ROWS, ListedOrganisation, identity
from directory.operations.records import OrganisationRow, RowFault
from directory.rules.eligibility import FactKind

E = TypeVar("E", bound=StrEnum)
EXAMPLE = "示例"  # a first cell that begins so is the template's own row, and passed over

ORGANISATION_NAMES = {
    "统一社会信用代码": "uscc",
    "机构名称": "organisation",
    "机构类型": "kind",
    "所在街道": "area",
    "地址": "address",
    "办公电话": "phone",
    "网址": "website",
    "简介": "summary",
}
FACT_NAMES = {
    "统一社会信用代码": "uscc",
    "事实": "kind",
    "内容": "value",
    "起": "since",
    "止": "until",
    "来源": "source",
}
ORGANISATIONS = Columns(("uscc", "organisation"), frozenset(ORGANISATION_NAMES.values()), ORGANISATION_NAMES)
FACTS = Columns(("uscc", "kind", "since", "source"), frozenset(FACT_NAMES.values()), FACT_NAMES)
CHINESE = {column: name for name, column in (FACT_NAMES | ORGANISATION_NAMES).items()}

KINDS = {
    "社会服务机构": OrganisationKind.NON_ENTERPRISE,
    "民办非企业单位": OrganisationKind.NON_ENTERPRISE,
    "社会团体": OrganisationKind.ASSOCIATION,
    "基金会": OrganisationKind.FOUNDATION,
    "其他": OrganisationKind.OTHER,
}
FACT_KINDS = {
    "登记成立": FactKind.REGISTRATION,
    "评估等级": FactKind.GRADE,
    "年度检查": FactKind.ANNUAL_CHECK,
    "活动异常名录": FactKind.ABNORMAL_LIST,
    "严重违法失信名单": FactKind.DISHONEST_LIST,
    "行政处罚": FactKind.PENALTY,
    "专职人员": FactKind.STAFF,
    "承担评估工作": FactKind.EVALUATOR,
    "荣誉": FactKind.HONOUR,
}
VALUES = {
    "合格": "passed",
    "基本合格": "basic",
    "不合格": "failed",
    "未参加": "missed",
    "重大": "major",
    "重大处罚": "major",
    "一般": "minor",
    "一般处罚": "minor",
}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:T00:00:00| 00:00:00)?")
_YEAR = re.compile(r"(\d{4})\s*(?:年|年度)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

TEMPLATES: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], tuple[tuple[str, str], ...]]] = {
    "organisations": (
        ORGANISATION_NAMES,
        (
            "示例 52310105DEM000014A",
            *("示例·某某社区服务中心", "社会服务机构", "天山路街道", "天山路街道某路 1 号"),
            *("021-0000-0000", "https://example.org", "做什么、有多少人、服务过多少户，两三句话。"),
        ),
        (
            ("统一社会信用代码", "必填，18 位。第一格以“示例”开头的行导入时跳过。"),
            ("机构名称", "必填，登记证书上的全名。"),
            ("机构类型", "、".join(KINDS) + "；可留空。"),
            ("所在街道", "街道或镇的全名，或区域代码；可留空。"),
            ("地址", "可留空。"),
            ("办公电话", "座机；不要写个人手机。"),
            ("网址", "以 http:// 或 https:// 开头；可留空。"),
            ("简介", "最多 10000 个字；可留空。"),
            ("留空的格", "不改目录里原有的内容。"),
        ),
    ),
    "facts": (
        FACT_NAMES,
        ("示例 52310105DEM000014A", "评估等级", "4A", "2024-11-16", "2029-11-15", "2024 年社会组织评估公告"),
        (
            ("统一社会信用代码", "必填，目录里已有的机构。第一格以“示例”开头的行导入时跳过。"),
            ("事实", "、".join(FACT_KINDS)),
            ("内容：评估等级", "1A、2A、3A、4A、5A"),
            ("内容：年度检查", "合格、基本合格、不合格、未参加；“起”写所查年度，比如 2025"),
            ("内容：行政处罚", "重大、一般；“起”写处罚决定日期"),
            ("内容：专职人员", "人数，比如 6；“起”写从哪天起是这个数"),
            ("内容：名录、名单", "列入原因，可留空；“止”写移出日期的前一天，还没移出就留空"),
            ("内容：登记成立、承担评估工作", "留空"),
            ("内容：荣誉", "荣誉名称"),
            ("起、止", "写成 2026-11-23。“止”是最后有效的一天；评估等级必填。"),
            ("来源", "必填：哪一年的公告、哪份文书。"),
            ("更正", "同一机构、同一事实、同一起日再导入一次，就是更正；原来那条留着，标为已被更正。"),
        ),
    ),
}


def organisations(data: bytes, name: str) -> tuple[list[ListedOrganisation], list[RowFault]]:
    """The rows of a list of organisations, and those that could not be read. Raises WrongTable."""
    rows: list[ListedOrganisation] = []
    faults: list[RowFault] = []
    for line in _lines(data, name, ORGANISATIONS, faults):
        kind, wrong = None, _formulas(line)
        if line["kind"] and (kind := _meant(line["kind"], KINDS, OrganisationKind)) is None:
            message = f"没有“{line['kind'][:40]}”这种机构类型，可选：{'、'.join(KINDS)}"
            wrong.append(RowFault(line.origin, "kind", line["kind"][:40], "unknown", message))
        uscc = _code(line["uscc"])
        row = OrganisationRow(
            identity(uscc),
            line["organisation"],
            uscc=uscc or None,
            summary=line["summary"] or None,
            address=line["address"] or None,
            phone=line["phone"] or None,
            website=line["website"] or None,
            origin=line.origin,
        )
        faults += wrong
        if not wrong:
            rows.append(ListedOrganisation(row, kind, line["area"]))
    return rows, faults


def facts(data: bytes, name: str) -> tuple[list[FactRow], list[RowFault]]:
    """The rows of a list of facts, and those that could not be read. Raises WrongTable."""
    rows: list[FactRow] = []
    faults: list[RowFault] = []
    for line in _lines(data, name, FACTS, faults):
        wrong = _formulas(line)
        kind = _meant(line["kind"], FACT_KINDS, FactKind)
        if kind is None:
            message = f"没有“{line['kind'][:40]}”这种事实，可选：{'、'.join(FACT_KINDS)}"
            wrong.append(RowFault(line.origin, "kind", line["kind"][:40], "unknown", message))
        checked = kind is FactKind.ANNUAL_CHECK
        since, until = _day(line, "since", wrong, year=checked), _day(line, "until", wrong)
        if checked and since and (since.month, since.day) == (1, 1):
            until = until or since.replace(month=12, day=31)
        faults += wrong
        if kind is not None and since is not None and not wrong:
            value = VALUES.get(line["value"], line["value"])
            if kind in {FactKind.GRADE, FactKind.STAFF}:
                value = unicodedata.normalize("NFKC", value).upper().removesuffix("级").removesuffix("人")
            rows.append(FactRow(_code(line["uscc"]), kind, value, since, until, line["source"], line.origin))
    return rows, faults


def template_xlsx(kind: str) -> bytes:
    names, example, allowed = TEMPLATES[kind]
    return xlsx.template(tuple(names), example, allowed)


def template_csv(kind: str) -> bytes:
    """With the mark that tells Excel the encoding."""
    names, example, _ = TEMPLATES[kind]
    file = io.StringIO()
    tables.write_rows(file, tuple(names), [example])
    return file.getvalue().encode("utf-8-sig")


def _lines(data: bytes, name: str, columns: Columns, faults: list[RowFault]) -> list[Line]:
    """The lines that hold rows; those that cannot be read join the faults."""
    read: list[Line] = []
    for number, line in enumerate(xlsx.either(data, name, columns), 1):
        if number > MOST_ROWS:
            raise WrongTable(f"{name}: more than {MOST_ROWS:,} rows; split it", rule="too_many", value=str(MOST_ROWS))
        if isinstance(line, RowFault):
            faults.append(line)
        elif not line["uscc"].startswith(EXAMPLE):
            read.append(line)
    return read


def _formulas(line: Line) -> list[RowFault]:
    message = "单元格是公式，这里不计算公式，请填上内容本身"
    return [RowFault(line.origin, column, line[column][:40], "formula", message) for column in sorted(line.formulas)]


def _code(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").upper()


def _meant(text: str, words: Mapping[str, E], codes: type[E]) -> E | None:
    """What a word, or one of our own codes, stands for."""
    return words.get(text) or next((code for code in codes if code.value == text), None)


def _day(line: Line, column: str, wrong: list[RowFault], *, year: bool = False) -> date | None:
    """The day in a cell, None where it is empty; what is no day joins the faults. A `year` may stand for its first."""
    text = unicodedata.normalize("NFKC", line[column]).strip()
    if column in line.formulas or (not text and column != "since"):
        return None
    if year and (alone := _YEAR.fullmatch(text)):
        text = f"{alone[1]}-01-01"
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    message = f"“{text[:40]}”不是日期，请写成 2026-11-23"
    if not text:
        message = "缺少日期，请写成 2026-11-23"
    elif _SERIAL.fullmatch(text):
        message = f"“{text}”像是 Excel 的日期序号，请把这一列设成文本或日期再填"
    wrong.append(RowFault(line.origin, column, text[:40], "date", message))
    return None
