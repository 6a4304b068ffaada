"""The words for codes: one table a kind of code, read by every page. Chinese is the source, English a translation."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale, gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from directory.errors import Invalid
from directory.wording import engagements, labels, needs, organisation, states
from directory.wording.labels import CRITERIA, CRITERION_FACTS, FACETS, GROUPS, ORDERS, PRICE_UNITS
from directory.wording.tables import joined

FAULTS = joined(labels.FAULTS, organisation.FAULTS, needs.FAULTS, engagements.FAULTS)

__all__ = ["CRITERIA", "CRITERION_FACTS", "FACETS", "FAULTS", "GROUPS", "ORDERS", "PRICE_UNITS", "states"]

STATES = {"listed": _l("已列入"), "suspended": _l("暂停"), "exited": _l("已退出")}

STATE_REASONS = {
    "grade_lapsed": _l("评估等级到期"),
    "annual_check": _l("年度检查未通过"),
    "credit_listing": _l("被列入异常名录或失信名单"),
    "withdrawn_by_organisation": _l("机构自行退出"),
    "expired": _l("有效期届满"),
    "removed": _l("被移出目录"),
    "source_inactive": _l("来源目录标为暂停"),
    "not_cured": _l("到期没有恢复条件"),
    "registered": _l("登记年限不够"),
    "grade": _l("评估等级到期或不够"),
    "abnormal_list": _l("被列入活动异常名录"),
    "dishonest_list": _l("被列入严重违法失信名单"),
    "penalty": _l("近年有重大处罚"),
    "staff": _l("专职人员不够"),
    "evaluator": _l("承担评估工作，不能同时列入"),
    "complaint_confirmed": _l("投诉属实"),
    "service_stopped": _l("服务已停止"),
    "false_statement": _l("资料不实"),
    "other": _l("其他原因"),
}

ROUTES = {
    "provider": _l("社会组织可以帮忙"),
    "property": _l("先找物业公司"),
    "department": _l("归政府部门管"),
    "self": _l("居民自己商量着办"),
}

ROUTE_TAGS = {"provider": _l("社会组织"), "property": _l("物业"), "department": _l("政府部门"), "self": _l("居民自治")}

KINDS = {
    "non_enterprise": _l("社会服务机构"),
    "association": _l("社会团体"),
    "foundation": _l("基金会"),
    "other": _l("其他机构"),
}

FACTS = {
    "registration": _l("登记成立"),
    "grade": _l("评估等级"),
    "annual_check": _l("年度检查"),
    "abnormal_list": _l("活动异常名录"),
    "dishonest_list": _l("严重违法失信名单"),
    "penalty": _l("行政处罚"),
    "staff": _l("专职人员"),
    "evaluator": _l("承担评估工作"),
    "honour": _l("荣誉"),
}

FACT_VALUES = {
    ("annual_check", "passed"): _l("合格"),
    ("annual_check", "basic"): _l("基本合格"),
    ("annual_check", "failed"): _l("不合格"),
    ("annual_check", "missed"): _l("未参加"),
    ("penalty", "major"): _l("重大处罚"),
    ("penalty", "minor"): _l("一般处罚"),
    ("registration", ""): _l("已登记"),
}

GATES = {
    "registered": _l("登记年限"),
    "grade": _l("评估等级"),
    "annual_check": _l("年度检查"),
    "abnormal_list": _l("异常名录"),
    "dishonest_list": _l("失信名单"),
    "penalty": _l("行政处罚"),
    "staff": _l("专职人员"),
    "evaluator": _l("评估回避"),
    "state": _l("目录状态"),
    "area": _l("服务区域"),
}

CODES = {
    "old_enough": _l("登记年限够了"),
    "too_new": _l("登记年限不够"),
    "registration_unknown": _l("没有登记日期的记录"),
    "grade_valid": _l("等级有效"),
    "grade_lapsed": _l("等级已过期"),
    "grade_too_low": _l("等级不够"),
    "no_grade": _l("没有评估等级"),
    "grade_unknown": _l("等级待核实"),
    "checks_passed": _l("近年年检合格"),
    "check_basic": _l("年检基本合格"),
    "check_failed": _l("年检不合格"),
    "check_missed": _l("未参加年检"),
    "check_unknown": _l("年检结果待核实"),
    "check_not_yet_due": _l("还没到第一次年检"),
    "on_abnormal_list": _l("在异常名录中"),
    "not_on_abnormal_list": _l("不在异常名录"),
    "on_dishonest_list": _l("在严重违法失信名单中"),
    "not_on_dishonest_list": _l("不在失信名单"),
    "credit_unknown": _l("信用记录待核实"),
    "recent_penalty": _l("近年有重大处罚"),
    "no_recent_penalty": _l("近年没有重大处罚"),
    "staffed": _l("专职人员够了"),
    "too_few_staff": _l("专职人员不够"),
    "staff_unknown": _l("专职人数待核实"),
    "is_evaluator": _l("评估中心自己不列入"),
    "no_evaluator": _l("不承担评估工作"),
    "area_not_served": _l("不服务本街道"),
    **STATE_REASONS,
}

# Longer words for codes whose answer rests on a fact: said, value, year, since and until may stand in them.
GATE_DETAILS = {
    "grade_lapsed": _l("%(value)s 等级已于%(until)s到期"),
    "grade_valid": _l("%(said)s：%(value)s，到%(until)s"),
    "grade_too_low": _l("%(said)s：%(value)s，到%(until)s"),
    "check_basic": _l("%(year)s 年度：%(said)s"),
    "check_failed": _l("%(year)s 年度：%(said)s"),
    "check_missed": _l("%(year)s 年度：%(said)s"),
    "too_new": _l("%(said)s：%(since)s才登记"),
    "on_abnormal_list": _l("%(said)s（%(since)s起）"),
    "on_dishonest_list": _l("%(said)s（%(since)s起）"),
    "recent_penalty": _l("%(said)s（%(since)s）"),
    "too_few_staff": _l("%(said)s：%(value)s 人"),
    "staffed": _l("%(said)s：%(value)s 人"),
}

_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def label(table: Mapping[Any, Any], code: Any) -> str:
    """The word for a code; an unknown code stands for itself."""
    return str(table.get(code, code))


def chinese(text: object) -> Markup:
    """What somebody wrote in Chinese: marked so on an English page, so that it is read aloud as Chinese."""
    return Markup('<span lang="zh-CN">{}</span>').format(text) if foreign(text) else escape(text)


def foreign(text: object) -> bool:
    """Whether it is Chinese on an English page, for what can only say so by itself, such as an option."""
    return str(get_locale()).startswith("en") and _CHINESE.search(str(text)) is not None


def series(items: Iterable[object]) -> Markup:
    """One after another, as the language of the page strings them."""
    return escape(gettext("、")).join(map(escape, items))


def groups(given: Iterable[str]) -> Markup:
    """The groups a service is for; one that is not ours stands for itself."""
    return series(label(GROUPS, group) for group in given)


def fault(error: Invalid) -> str:
    """What is wrong with a value; where no words are kept for it, those it came with."""
    said = FAULTS.get((error.field, error.rule))
    return str(said) % {"value": str(error.value)[:40]} if said else str(error)


def day(given: date | str | None) -> str:
    if not given:
        return ""
    return str(format_date(date.fromisoformat(given) if isinstance(given, str) else given, "long"))


def month(given: date) -> str:
    return str(format_skeleton("yMMM", given, locale=get_locale()))


def gate_reason(reason: Mapping[str, Any]) -> str:
    """One gate's answer in words, with the value and the day it rests on."""
    said = label(CODES, reason["code"])
    longer = GATE_DETAILS.get(reason["code"])
    if longer is None or not reason.get("since"):
        return said
    return str(longer) % {
        "said": said,
        "value": reason.get("value", ""),
        "year": reason["since"][:4],
        "since": day(reason["since"]),
        "until": day(reason.get("until")) or gettext("长期"),
    }


def criterion_fact(criterion: str, facts: Mapping[str, str], *, exact: bool = False) -> str:
    """What a criterion's points rest on, in a few words; "" where the bar says it all. `exact` rounds no rating."""
    said = CRITERION_FACTS.get("unrated" if "usual" in facts else "served" if "served" in facts else criterion)
    if not said or not facts:
        return ""
    return str(said) % {
        name: value if exact and name in _RATINGS else _fact(name, value) for name, value in facts.items()
    }


def rating(given: Decimal | str) -> str:
    """A rating as it is read: to one place."""
    return str(Decimal(given).quantize(Decimal("0.1"), ROUND_HALF_UP))


_RATINGS = {"rating", "usual"}


def _fact(name: str, value: str) -> str:
    if name in _RATINGS:
        return rating(value)
    if name == "groups":
        return groups(value.split("、"))
    if name in {"price_low", "budget"}:
        return f"{Decimal(value):,}"
    return day(value) if name.endswith("_on") else value


def money(low: int | None, high: int | None, unit: str) -> str:
    """A price range as people say it."""
    if low is None or high is None:
        return str(gettext("价格面议"))
    if high == 0:
        return str(gettext("免费"))
    said = label(PRICE_UNITS, unit)
    if low == high:
        return str(gettext("%(unit)s %(low)s 元", unit=said, low=f"{low:,}"))
    return str(gettext("%(unit)s %(low)s–%(high)s 元", unit=said, low=f"{low:,}", high=f"{high:,}"))


def grouped(code: str | None) -> str:
    """A unified social credit code in groups: registry and type, area, body, check."""
    return " ".join((code[:2], code[2:8], code[8:17], code[17:])) if code else ""
