"""What the fields of a sealed row and the kinds of difference are called."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from directory import wording
from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.rules.editions import Change
from directory.wording import states

STATES = states.EDITION_STATES
STEPS = states.ENTRY_STEPS

DIFFERENCES = {
    "admitted": _l("新列入"),
    "restored": _l("恢复"),
    "suspended": _l("暂停"),
    "exited": _l("已退出"),
    "changed": _l("内容变更"),
}

FIELDS = {
    "since": _l("列入日期"),
    "assessed": _l("评估得分"),
    "grade": _l("评估等级"),
    "category.code": _l("类目编号"),
    "category.name": _l("类目"),
    "category.field.code": _l("领域编号"),
    "category.field.name": _l("领域"),
    "service.version": _l("服务版本"),
    "service.approved_at": _l("版本批准日期"),
    "service.name": _l("服务项目"),
    "service.description": _l("服务内容"),
    "service.areas": _l("服务区域"),
    "service.groups": _l("服务对象"),
    "service.price.low": _l("价格下限"),
    "service.price.high": _l("价格上限"),
    "service.price.unit": _l("计价单位"),
    "organisation.name": _l("机构名称"),
    "organisation.uscc": _l("统一社会信用代码"),
    "organisation.kind": _l("机构类型"),
    "organisation.area.code": _l("机构所在（编号）"),
    "organisation.area.name": _l("机构所在"),
    "organisation.phone": _l("办公电话"),
    "organisation.demo": _l("示例"),
    "facts": _l("资质事实"),
}
# Fields that say again what another one beside them says better.
UNSAID = {"category.code": "name", "category.field.code": "name", "organisation.area.code": "name"}
UNSAID |= {"service.approved_at": "version"}

Told = tuple[str, Markup | str | None, Markup | str | None]


def told(changes: Sequence[Change]) -> Iterator[Told]:
    """Name, before and after of each field that differs, in words; of facts only those that went and those that came.

    None stands for nothing to say on that side.
    """
    named = {change.field for change in changes}
    for change in changes:
        parent = change.field.rpartition(".")[0]
        if change.field in UNSAID and f"{parent}.{UNSAID[change.field]}" in named:
            continue
        before: Markup | str | None = _value(change.field, change.before)
        after: Markup | str | None = _value(change.field, change.after)
        if change.field == "facts" and change.before and change.after:
            went = [fact for fact in change.before if fact not in change.after]
            came = [fact for fact in change.after if fact not in change.before]
            before, after = (_value("facts", side) if side else None for side in (went, came))
        yield wording.label(FIELDS, change.field), before, after


def day(given: datetime | str) -> str:
    """The day of a moment in the district."""
    at = datetime.fromisoformat(given) if isinstance(given, str) else given
    return wording.day(day_of(at))


def moment(given: datetime | str) -> str:
    """The day and minute in the district."""
    at = datetime.fromisoformat(given) if isinstance(given, str) else given
    local = at.astimezone(DISTRICT_ZONE)
    return f"{wording.day(local.date())} {local:%H:%M}"


def fact_value(said: Mapping[str, Any]) -> str:
    """What a sealed fact says."""
    kind, value = said["kind"], said["value"]
    worded = wording.label(wording.FACT_VALUES, (kind, value)) if (kind, value) in wording.FACT_VALUES else value
    if kind == "annual_check":
        return str(gettext("%(year)d 年度 %(value)s", year=int(said["since"][:4]), value=worded))
    return str(gettext("%(n)s 人", n=value)) if kind == "staff" else worded


def _fact(said: Mapping[str, Any]) -> str:
    """A sealed fact in one line."""
    span = gettext("%(since)s起", since=wording.day(said["since"]))
    if said["until"]:
        span = gettext("%(since)s至%(until)s", since=wording.day(said["since"]), until=wording.day(said["until"]))
    return f"{wording.label(wording.FACTS, said['kind'])} {fact_value(said)} {span}"


def _value(field: str, value: Any) -> Markup | str:
    match value:
        case None:
            return ""
        case bool():
            return str(gettext("是") if value else gettext("否"))
        case list():
            return wording.series(_item(field, item) for item in value)
        case str() if field in {"since", "service.approved_at"}:
            return day(value)
        case str() if field == "organisation.kind":
            return wording.label(wording.KINDS, value)
        case _:
            return escape(value)


def _item(field: str, item: Any) -> str:
    if field == "facts":
        return _fact(item)
    if field == "service.groups":
        return wording.label(wording.GROUPS, item)
    return str(item.get("name") or item.get("code")) if isinstance(item, dict) else str(item)
