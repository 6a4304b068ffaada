"""Words for needs and the board."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory.operations.endings import DRAFTS_KEPT

STATES = {
    "draft": _l("草稿，等确认"),
    "open": _l("已发布"),
    "shortlisted": _l("已邀请机构"),
    "awarded": _l("已选定机构"),
    "in_service": _l("服务中"),
    "completed": _l("已验收"),
    "closed": _l("已结束"),
    "withdrawn": _l("已撤回"),
    "unmet": _l("没有找到合适的"),
}
TONES = {
    "draft": "warn",
    "completed": "good",
    "closed": "good",
    "unmet": "bad",
    "in_service": "good",
    "awarded": "good",
}

# What comes next, for the neighbourhood whose need it is.
NEXT = {
    "draft": _l(
        "看一遍我们的理解，确认或者改正；%(days)d 天没有确认，草稿会自动撤回；确认由别的单位办理的，按转办结束。",
        days=DRAFTS_KEPT.days,
    ),
    "open": _l("从推荐的机构里比一比，邀请最多 %(most)s 家来应标；也可以直接选定一家。"),
    "shortlisted": _l("等机构应标。截止以后打开方案，选定一家，或者说明没有合适的。"),
    "awarded": _l("等机构确认开始服务。"),
    "in_service": _l("机构正在服务。每个阶段交付以后，请对照标准验收。"),
    "completed": _l("请写评价；双方的评价都公布，或者评价期过了，这件事就结束。"),
    "closed": _l("这件事已经结束。再遇到同样的问题，可以一步重提。"),
    "withdrawn": _l("已经撤回，不再找机构。要重新提，可以一步重提。"),
    "unmet": _l("已经记进“没解决的需求”，供区里征集机构时参考。情况有变，可以重新发布。"),
}


def next_step(state: str, *, most: int) -> str:
    """`most` is how many may be invited at a time."""
    return str(NEXT[state]) % {"most": most}


# The same for those who joined it, and for all who read the board.
NEXT_PUBLIC = {
    "open": _l("正在找能解决的机构。"),
    "shortlisted": _l("已经请机构应标，正等方案。"),
    "awarded": _l("已经选定机构，就要开始。"),
    "in_service": _l("机构正在服务。"),
    "completed": _l("服务已经验收。"),
    "closed": _l("这件事已经结束。"),
    "withdrawn": _l("提出的居民区撤回了。您那里还有这个问题，可以接着提。"),
    "unmet": _l("这一次没有找到合适的机构。您那里还有这个问题，可以接着提。"),
}

URGENCIES = {"now": _l("很急，影响安全或生活"), "soon": _l("尽快，一个月左右"), "planned": _l("不急，可以排计划")}
URGENCIES_SHORT = {"now": _l("很急"), "soon": _l("尽快"), "planned": _l("不急")}

WITHDRAWALS = {
    "solved": _l("问题已经解决"),
    "done_otherwise": _l("用别的办法在办"),
    "mistaken": _l("写错了，或者重复了"),
    "other": _l("其他原因"),
}
UNMET = {
    "nobody_found": _l("目录里没有做这件事的机构"),
    "nobody_fits": _l("有机构，但都不合适"),
    "too_dear": _l("价格超出预算"),
    "no_capacity": _l("机构都排满了"),
    "nobody_answered": _l("邀请了，没有机构应标"),
    "not_this_area": _l("机构不到这里来"),
    "other": _l("其他原因"),
}
REASONS = {**WITHDRAWALS, **UNMET, "handed_off": _l("转给了该管的单位")}

FIELDS = {
    "said": _l("问题"),
    "place": _l("具体地点"),
    "resident": _l("替谁写的"),
    "groups": _l("哪些人受影响"),
    "people": _l("大约多少人"),
    "urgency": _l("有多急"),
    "budget_low": _l("预算下限"),
    "budget_high": _l("预算上限"),
    "wanted_from": _l("最早什么时候"),
    "wanted_until": _l("最晚什么时候"),
    "public": _l("公开"),
}

# Steps of a need as its timeline names them.
STEPS = {
    "write": _l("写下需求"),
    "rewrite": _l("改写需求"),
    "confirm": _l("确认并发布"),
    "amend": _l("修改说明"),
    "hand_off": _l("转给该管的单位"),
    "shortlist": _l("放进比选"),
    "drop": _l("移出比选"),
    "invite": _l("邀请机构"),
    "extend": _l("延长应标期限"),
    "award": _l("选定机构"),
    "start": _l("开始服务"),
    "complete": _l("服务验收"),
    "close": _l("结束"),
    "reopen": _l("重新发布"),
    "give_up": _l("没有找到合适的"),
    "withdraw": _l("撤回"),
    "join": _l("有居民区加入"),
    "leave": _l("有居民区退出"),
}

ORDERS = {"newest": _l("最新的在前"), "joined": _l("加入最多的在前")}

FAULTS = {
    ("reason", "unknown"): _l("请选一个原因。"),
    ("said", "empty"): _l("这里面没有字，请用自己的话说说遇到了什么。"),
    ("said", "too_long"): _l("最多 1000 个字，现在有 %(value)s 个，请说得短一些。"),
    ("place", "too_long"): _l("地点最多 200 个字，现在有 %(value)s 个。"),
    ("resident", "too_long"): _l("最多 50 个字，现在有 %(value)s 个。"),
    ("people", "range"): _l("人数要在 1 到 10 万之间，“%(value)s”不行；不清楚就空着。"),
    ("budget_low", "range"): _l("预算要在 0 到 1 亿元之间，“%(value)s”不行。"),
    ("budget_high", "range"): _l("预算要在 0 到 1 亿元之间，“%(value)s”不行。"),
    ("budget_high", "missing"): _l("写了预算下限，也请写上限；没有预算就都空着。"),
    ("budget_high", "order"): _l("预算上限 %(value)s 小于下限，请改其中一个。"),
    ("wanted_from", "past"): _l("“%(value)s”已经过去了，请写今天以后的日子，或者空着。"),
    ("wanted_until", "past"): _l("“%(value)s”已经过去了，请写今天以后的日子，或者空着。"),
    ("wanted_from", "too_far"): _l("“%(value)s”太远了，请写五年以内的日子。"),
    ("wanted_until", "too_far"): _l("“%(value)s”太远了，请写五年以内的日子。"),
    ("wanted_until", "order"): _l("最晚的日子 %(value)s 早于最早的日子，请改其中一个。"),
    ("category", "unconfirmed"): _l("请先确认这是哪类服务。"),
    ("note", "joining_long"): _l("说明最多 200 个字，现在有 %(value)s 个。"),
}

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "need_opened": (_l("一条需求已经发布"), _l("“%(title)s”已经确认并发布，接下来比选和邀请机构。")),
    "need_amended": (_l("需求的说明改过了"), _l("“%(title)s”的说明有改动，请看新的内容。")),
    "need_joined": (_l("有居民区加入了您的需求"), _l("%(area)s也有这个问题，加入了“%(title)s”。")),
    "need_left": (_l("有居民区退出了您的需求"), _l("%(area)s退出了“%(title)s”。")),
    "need_withdrawn": (
        _l("您加入的需求被撤回"),
        _l("“%(title)s”由提出的居民区撤回。您那里还有这个问题，可以一步接着提。"),
    ),
    "need_given_up": (
        _l("您加入的需求没有找到合适的机构"),
        _l("“%(title)s”这次没有人接。您那里还有这个问题，可以一步接着提。"),
    ),
    "need_handed_off": (_l("您加入的需求转给了该管的单位"), _l("“%(title)s”转给了该管的单位，不再找机构。")),
    "need_reopened": (_l("您加入的需求重新发布"), _l("“%(title)s”重新找机构了。")),
    "need_closed": (_l("一条需求已经结束"), _l("“%(title)s”已经办完，评价也到期了。")),
    "hand_off_assumed": (
        _l("一条需求已按转办结束"),
        _l(
            "“%(title)s”确认由别的单位办理以后很久没有再动，已按转办结束。找谁、电话多少，页面上还看得到。"
            "还要请社会组织协助，可以照样再提一次。"
        ),
    ),
    "draft_lapsed": (
        _l("需求草稿已自动撤回"),
        _l("“%(title)s”写好以后很久没有确认，已经撤回。还需要的话，可以一步重提。"),
    ),
}
SUBJECTS: Mapping[str, Any] = {}
ACTIONS: Mapping[str, Any] = {
    "rewrite": STEPS["rewrite"],
    "amend": STEPS["amend"],
    "hand_off": STEPS["hand_off"],
    "complete": STEPS["complete"],
    "shortlist": STEPS["shortlist"],
    "drop": STEPS["drop"],
    "join": STEPS["join"],
    "leave": STEPS["leave"],
}


def budget(low: int | None, high: int | None) -> str:
    """What can be spent, as people say it."""
    if high is None or low is None:
        return str(gettext("还没有预算"))
    if high == 0:
        return str(gettext("没有钱，找免费的"))
    if low == 0:
        return str(gettext("%(high)s 元以内", high=f"{high:,}"))
    if low == high:
        return str(gettext("%(n)s 元", n=f"{high:,}"))
    return str(gettext("%(low)s–%(high)s 元", low=f"{low:,}", high=f"{high:,}"))


def step(event: str) -> str:
    """What was done, as the timeline of a need names it; see STEPS."""
    action = event.partition(":")[2]
    return str(STEPS.get(action, action))


def reason(event: str, said: str, areas: Mapping[str, str]) -> str:
    """What the record keeps with a step, in words; a code that has none here is passed over."""
    action = event.partition(":")[2]
    if action in {"amend", "rewrite"}:
        return str(gettext("、")).join(str(FIELDS.get(name, name)) for name in said.split(", ") if name)
    if action in {"join", "leave"}:
        return areas.get(said, said)
    if action in {"shortlist", "drop"}:
        return ""  # which entry it was, by its number
    code, _, note = said.partition(": ")
    if code in REASONS:
        return "".join(filter(None, (str(REASONS[code]), gettext("："), note))) if note else str(REASONS[code])
    return note if re.fullmatch("[a-z_]+", code) else said
