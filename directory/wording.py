"""The words for codes: one table a kind of code, read by every page. Chinese is the source, English a translation."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import format_date, get_locale, gettext
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from directory.errors import Invalid

STATES = {"listed": _l("已列入"), "suspended": _l("暂停"), "exited": _l("已退出")}

STATE_REASONS = {
    "grade_lapsed": _l("评估等级到期"),
    "annual_check": _l("年度检查未通过"),
    "credit_listing": _l("被列入异常名录或失信名单"),
    "withdrawn_by_organisation": _l("机构自行退出"),
    "expired": _l("有效期届满"),
    "removed": _l("被移出目录"),
    "source_inactive": _l("来源目录标为暂停"),
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

# What a criterion's points rest on; the keys are those of its facts.
CRITERION_FACTS = {
    "assessed": _l("%(score)s 分"),
    "capacity": _l("还能接 %(free)s 个"),
    "freshness": _l("%(confirmed_on)s确认"),
    "reach": _l("%(services)s 项服务相关"),
    "price": _l("最低 %(price_low)s 元，预算 %(budget)s 元"),
    "groups": _l("%(groups)s"),
    "rating": _l("%(rating)s（%(reviews)s 条评价）"),
    "finished": _l("%(finished)s 次"),
}

CRITERIA = {
    "category": (_l("类目吻合"), _l("需求与这项服务所属类目有多吻合")),
    "field": (_l("领域吻合"), _l("需求与所属服务领域有多吻合")),
    "text": (_l("内容相近"), _l("服务介绍与需求用词有多相近")),
    "reach": (_l("机构专长"), _l("这家机构的各项服务合起来与需求有多相近")),
    "area": (_l("服务区域"), _l("是否服务需求所在街道")),
    "groups": (_l("服务对象"), _l("服务对象与需求涉及的人群有多一致")),
    "price": (_l("价格"), _l("最低价是否在预算以内")),
    "assessed": (_l("评估得分"), _l("评估中心打的分")),
    "rating": (_l("评价"), _l("完成服务后的评价，少于三条不显示")),
    "finished": (_l("类似完成"), _l("签收过的类似服务")),
    "capacity": (_l("可接项目"), _l("现在还能接几个项目")),
    "freshness": (_l("资料新鲜"), _l("机构上次确认资料属实的时间")),
}

ORDERS = {"relevance": _l("最相关"), "quality": _l("评估得分高"), "price": _l("价格低")}

FACETS = {
    "field": _l("领域"),
    "category": _l("服务"),
    "area": _l("区域"),
    "grade": _l("等级"),
    "route": _l("解决路径"),
    "state": _l("状态"),
}

GROUPS = {
    "老年人": _l("老年人"),
    "残疾人": _l("残疾人"),
    "儿童": _l("儿童"),
    "青少年": _l("青少年"),
    "妇女": _l("妇女"),
    "家庭": _l("家庭"),
    "困难群体": _l("困难群体"),
    "新就业群体": _l("新就业群体"),
    "退役军人": _l("退役军人"),
    "外来人员": _l("外来人员"),
    "全体居民": _l("全体居民"),
    "社会组织": _l("社会组织"),
    "社区工作者": _l("社区工作者"),
}

PRICE_UNITS = {
    "每项目": _l("每项目"),
    "每场": _l("每场"),
    "每月": _l("每月"),
    "每次": _l("每次"),
    "每案": _l("每案"),
    "每人次": _l("每人次"),
    "每户": _l("每户"),
    "每楼栋": _l("每楼栋"),
    "每小时": _l("每小时"),
    "每课时": _l("每课时"),
    "每人每周": _l("每人每周"),
    "每人每月": _l("每人每月"),
    "每人每年": _l("每人每年"),
    "每户每年": _l("每户每年"),
    "每台每月": _l("每台每月"),
    "每点每月": _l("每点每月"),
    "每点位": _l("每点位"),
    "每处": _l("每处"),
    "每家": _l("每家"),
    "每辆": _l("每辆"),
    "每车": _l("每车"),
    "每件": _l("每件"),
    "每楼道": _l("每楼道"),
    "每门洞": _l("每门洞"),
    "每只": _l("每只"),
    "每组": _l("每组"),
    "每客": _l("每客"),
    "每平方米": _l("每平方米"),
}

# What is wrong with a value, for the errors an operation raises in the words of a programmer.
FAULTS = {
    ("field", "unknown"): _l("没有“%(value)s”这个服务领域，请从列表里选。"),
    ("category", "unknown"): _l("没有“%(value)s”这类服务，请从服务分类里选。"),
    ("area", "unknown"): _l("没有“%(value)s”这个地方，请从列表里选。"),
    ("text", "empty"): _l("这里面没有字，请用自己的话说说遇到了什么。"),
}

_CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def label(table: Mapping[Any, Any], code: Any) -> str:
    """The word for a code; an unknown code stands for itself."""
    return str(table.get(code, code))


def chinese(text: object) -> Markup:
    """What somebody wrote in Chinese: marked so on an English page, so that it is read aloud as Chinese."""
    english = str(get_locale()).startswith("en") and _CHINESE.search(str(text))
    return Markup('<span lang="zh-CN">{}</span>').format(text) if english else escape(text)


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


def criterion_fact(criterion: str, facts: Mapping[str, str]) -> str:
    """What a criterion's points rest on, in a few words; "" where the bar says it all."""
    said = CRITERION_FACTS.get(criterion)
    return str(said) % {name: _fact(name, value) for name, value in facts.items()} if said and facts else ""


def _fact(name: str, value: str) -> str:
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
