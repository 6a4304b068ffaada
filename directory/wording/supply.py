"""Words for supply, exposure and calls."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Invalid
from directory.rules.mirrors import Loss
from directory.rules.supply import Gap
from directory.wording import needs

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "call_issued": (_l("区里征集服务，你们也许能做"), _l("“%(title)s”：看看要什么、为什么要，能做的请申请入录。")),
    "call_changed": (_l("一份征集有改动"), _l("“%(title)s”的说明或截止日期改过了，请看新的内容。")),
    "call_withdrawn": (_l("一份征集撤回了"), _l("“%(title)s”由区里撤回。平时仍随时可以申请入录。")),
}
SUBJECTS: Mapping[str, Any] = {"call": _l("征集")}
ACTIONS: Mapping[str, Any] = {"issue": _l("发布")}

# Why a need was given up on; the codes are those of rules/needs.py.
UNMET = needs.UNMET
GAPS = {Gap.NOBODY: _l("缺"), Gap.SHORT: _l("不够")}
GAP_TONES = {Gap.NOBODY: "bad", Gap.SHORT: "warn"}
ORDERS = {
    "shown": _l("推荐次数多的在前"),
    "never": _l("推荐次数少的在前"),
    "first": _l("第一名多的在前"),
    "rank": _l("平均名次高的在前"),
    "excluded": _l("未列入次数多的在前"),
    "chosen": _l("选中多的在前"),
    "assessed": _l("评估得分高的在前"),
}

# What an organisation can do about a gate or a criterion: the words of a link, and the page it leads to.
MEND = {
    "registered": (_l("看资质事实"), "facts"),
    "grade": (_l("报上新的等级"), "facts"),
    "annual_check": (_l("报上年检结果"), "facts"),
    "abnormal_list": (_l("看资质事实"), "facts"),
    "dishonest_list": (_l("看资质事实"), "facts"),
    "penalty": (_l("看资质事实"), "facts"),
    "staff": (_l("报上专职人数"), "facts"),
    "state": (_l("看这项服务的状态"), "service"),
    "area": (_l("改服务区域"), "edit"),
    "text": (_l("把居民常说的话写进介绍"), "edit"),
    "reach": (_l("补全服务介绍"), "edit"),
    "groups": (_l("写明服务对象"), "edit"),
    "price": (_l("改价格"), "edit"),
    "capacity": (_l("更新可接数量"), "service"),
    "freshness": (_l("确认资料"), "confirm"),
}

# What is wrong with a call or with a filter, as wording.FAULTS has it for others.
FAULTS = {
    ("title", "empty"): _l("请写标题，一句话说清要征集什么。"),
    ("categories", "retired"): _l("“%(value)s”已停用，不再接受申请，不能征集。"),
    ("title", "call_long"): _l("标题最多 60 个字，现在有 %(value)s 个。"),
    ("text", "call_long"): _l("说明最多 2000 个字，现在有 %(value)s 个。"),
    ("categories", "empty"): _l("请至少选一类服务。"),
    ("categories", "too_many"): _l("一次最多征集 30 类服务，现在选了 %(value)s 类。"),
    ("categories", "unknown"): _l("没有“%(value)s”这类服务，或者已经停用，请重新选。"),
    ("opens_on", "past"): _l("开始日期 %(value)s 已经过了，请写今天或以后的日子。"),
    ("closes_on", "order"): _l("截止日期 %(value)s 早于开始日期，请改其中一个。"),
    ("closes_on", "call_past"): _l("截止日期 %(value)s 已经过了，请写今天或以后的日子；不再征集，请撤回。"),
    ("closes_on", "call_far"): _l("截止日期 %(value)s 太远，征集最长一年。"),
    ("since", "month"): _l("“%(value)s”不是月份，请写成 2026-11 这样。"),
    ("until", "month"): _l("“%(value)s”不是月份，请写成 2026-11 这样。"),
    ("month", "month"): _l("“%(value)s”不是月份，请写成 2026-11 这样。"),
    ("until", "months"): _l("后一个月 %(value)s 早于前一个月，请改其中一个。"),
    ("street", "unknown"): _l("没有“%(value)s”这个街道，请从列表里选。"),
    ("field", "unknown"): _l("没有“%(value)s”这个服务领域，请从列表里选。"),
    ("reason", "unknown"): _l("没有“%(value)s”这种原因，请从列表里选。"),
}


def fault(error: Invalid) -> str:
    said = FAULTS.get((error.field, error.rule))
    return str(said) % {"value": str(error.value)[:40]} if said else wording.fault(error)


def loss(given: Loss) -> str:
    """What a criterion cost, as what both had: their facts where the criterion has some, else their points."""
    name = str(wording.CRITERIA[given.criterion][0])
    own, first = _side(given.criterion, given.own), _side(given.criterion, given.first)
    if given.criterion == "freshness" and given.own is None:
        return str(gettext("资料还没确认；第一名%(first)s", first=first))
    if given.own is None:
        return str(gettext("%(name)s：你们没有依据，第一名 %(first)s", name=name, first=first))
    if given.criterion == "price" or given.first is None or own == first:
        return str(gettext("%(name)s：你们 %(own)s", name=name, own=own))
    return str(gettext("%(name)s：你们 %(own)s，第一名 %(first)s", name=name, own=own, first=first))


def _side(criterion: str, reason: Mapping[str, Any] | None) -> str:
    if reason is None:
        return str(gettext("没有依据"))
    return wording.criterion_fact(criterion, reason["facts"]) or f"{reason['points']:.2f}"


def percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.0f}%"
