"""Words for agreed work."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory.wording import needs

STATES = {
    "agreed": _l("待机构确认开始"),
    "running": _l("进行中"),
    "delivered": _l("已交付，待签收"),
    "signed_off": _l("已签收"),
    "terminated": _l("已终止"),
}
TONES = {"signed_off": "good", "delivered": "warn", "agreed": "warn", "terminated": "bad"}
MILESTONE_STATES = {"pending": _l("待交付"), "delivered": _l("待验收"), "accepted": _l("已验收")}
MILESTONE_TONES = {"delivered": "warn", "accepted": "good"}
TERMS_STATES = {
    "open": _l("等答复"),
    "accepted": _l("已同意"),
    "refused": _l("没有同意"),
    "withdrawn": _l("已撤回"),
}
TERMS_TONES = {"open": "warn", "accepted": "good", "refused": "bad"}
SIDES = {"neighbourhood": _l("居民区"), "provider": _l("承接机构")}
FUNDINGS = {
    "street_budget": _l("街道预算"),
    "self_government": _l("居民自治金"),
    "donation": _l("捐赠"),
    "free": _l("免费服务"),
}
TERMINATIONS = {
    "by_agreement": _l("双方商量好结束"),
    "not_delivered": _l("没有按约定完成"),
    "provider_suspended": _l("承接机构被暂停或退出目录"),
    "no_longer_needed": _l("不再需要"),
    "no_funds": _l("经费没有落实"),
    "other": _l("其他原因"),
}
# Why the need nobody could meet after the work ended: see rules/needs.py.
UNMET = needs.UNMET
TERMS_FIELDS = {
    "title": _l("项目名称"),
    "contract": _l("合同编号"),
    "amount": _l("金额"),
    "funding": _l("经费来源"),
    "starts_on": _l("开始日期"),
    "ends_on": _l("结束日期"),
    "steps": _l("阶段和付款"),
}

# What was done, as both sides read it: subject:action → words.
DEEDS = {
    "engagement:begin": _l("居民区发起合约"),
    "engagement:start": _l("机构确认约定，服务开始"),
    "engagement:deliver": _l("机构交付全部工作"),
    "engagement:return": _l("居民区退回，请再完善"),
    "engagement:sign_off": _l("居民区签收"),
    "engagement:terminate": _l("合约终止"),
    "milestone:deliver": _l("阶段交付"),
    "milestone:accept": _l("阶段验收通过"),
    "milestone:return": _l("阶段退回"),
    "terms:propose": _l("提出变更约定"),
    "terms:accept": _l("同意变更，约定已更新"),
    "terms:refuse": _l("不同意变更"),
    "terms:withdraw": _l("撤回变更"),
}

# Who acts next, and how, by state: for the neighbourhood, for the provider, for those who look on.
NEXT = {
    "agreed": (
        _l("等承接机构核对约定、确认开始。要改约定，可以现在提出变更。"),
        _l("请核对下面的约定。没有问题就确认开始；要改，先提出变更；接不了，请说明理由终止。"),
        _l("等承接机构核对约定、确认开始。"),
    ),
    "running": (
        _l("机构正在服务。机构交付一个阶段，您会收到通知，请对照标准验收。"),
        _l("请按阶段完成并交付，做一次记一次服务记录；各阶段都交付以后，交付全部工作。"),
        _l("机构正在服务。"),
    ),
    "delivered": (
        _l("机构已交付全部工作。各阶段都验收以后，请签收；还有问题，请退回并说明。"),
        _l("等居民区验收、签收。有退回会发通知给您。"),
        _l("等居民区验收、签收。"),
    ),
    "signed_off": (
        _l("工作已经签收。"),
        _l("工作已经签收。"),
        _l("工作已经签收。"),
    ),
    "terminated": (
        _l("合约已经终止，不用再办。"),
        _l("合约已经终止，不用再办。"),
        _l("合约已经终止。"),
    ),
}

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "engagement_begun": (_l("有一项合约等您确认"), _l("“%(title)s”已经定给贵机构，请核对约定，确认开始。")),
    "engagement_started": (_l("服务开始了"), _l("%(organisation)s确认了“%(title)s”的约定，开始服务。")),
    "engagement_delivered": (
        _l("有一项工作等您签收"),
        _l("%(organisation)s交付了“%(title)s”的全部工作，请对照标准验收、签收。"),
    ),
    "engagement_returned": (_l("工作被退回"), _l("居民区把“%(title)s”退了回来，请看理由，完善后再交付。")),
    "engagement_terminated": (_l("合约终止了"), _l("“%(title)s”的合约已由对方终止，理由写在合约页面上。")),
    "milestone_delivered": (
        _l("有一个阶段等您验收"),
        _l("%(organisation)s交付了“%(title)s”的一个阶段，请对照标准验收。"),
    ),
    "milestone_accepted": (_l("阶段验收通过"), _l("居民区验收了“%(title)s”的一个阶段。")),
    "milestones_accepted": (
        _l("各阶段都已验收"),
        _l("“%(title)s”的各个阶段都已验收，请交付全部工作，居民区就可以签收。"),
    ),
    "milestone_returned": (_l("阶段被退回"), _l("“%(title)s”有一个阶段被退回，请看理由，改好后再交付。")),
    "terms_proposed": (_l("对方想改约定，等您答复"), _l("对方提出变更“%(title)s”的约定，请逐项核对后答复。")),
    "terms_accepted": (_l("变更已经同意"), _l("对方同意了“%(title)s”的变更，约定已经更新。")),
    "terms_refused": (_l("变更没有同意"), _l("对方没有同意“%(title)s”的变更，约定照旧，理由可以查看。")),
    "terms_withdrawn": (_l("变更已撤回"), _l("对方撤回了“%(title)s”的变更，约定照旧，不用再答复。")),
    "joined_started": (_l("您加入的需求开始服务了"), _l("%(organisation)s开始解决“%(need)s”。")),
    "joined_finished": (_l("您加入的需求已经完成"), _l("%(organisation)s解决了“%(need)s”，牵头的居民区已签收。")),
    "joined_ended": (
        _l("您加入的需求，合约终止了"),
        _l("%(organisation)s不再解决“%(need)s”，最新情况请看需求页面。"),
    ),
    "invited_interrupted": (
        _l("您邀请的机构，服务暂停或退出目录"),
        _l("%(organisation)s被邀请的那项服务现在不在推荐之列。邀约还在，要不要选它，请看过情况再定。"),
    ),
    "work_interrupted": (
        _l("承接机构的服务暂停或退出目录"),
        _l("%(organisation)s做“%(title)s”的那项服务现在不在推荐之列。工作可以继续，也可以由您终止。"),
    ),
    "own_work_interrupted": (
        _l("服务暂停或退出目录，手上的合约还在"),
        _l("“%(title)s”可以继续做完；做不了，请说明理由终止。居民区已经收到通知。"),
    ),
    "milestone_due": (_l("有一个阶段快到期"), _l("“%(title)s”有一个阶段快到交付日期，做好请交付。")),
    "milestone_late": (_l("有一个阶段过期了"), _l("“%(title)s”有一个阶段过了交付日期，请尽快交付，或提出变更。")),
    "milestone_waits": (
        _l("有一个阶段交付了，还没验收"),
        _l("“%(title)s”有一个阶段交付已经 %(days)s 天，请验收或退回。"),
    ),
    "work_waits": (_l("有一项工作交付了，还没签收"), _l("“%(title)s”交付已经 %(days)s 天，请签收或退回。")),
    "start_late": (_l("到了开始日期，还没有确认"), _l("“%(title)s”过了约定的开始日期，请确认开始，或说明理由终止。")),
    "work_late": (_l("过了结束日期，还没有交付"), _l("“%(title)s”过了约定的结束日期，请交付，或提出变更延期。")),
    "awaited_late": (
        _l("合约过了结束日期"),
        _l("“%(title)s”过了约定的结束日期，机构还没有交付。可以催办、同意延期，或者终止。"),
    ),
}
SUBJECTS: Mapping[str, Any] = {
    "engagement": _l("服务合约"),
    "milestone": _l("合约阶段"),
    "terms": _l("合约约定"),
    "service_record": _l("服务记录"),
}
ACTIONS: Mapping[str, Any] = {
    "start": _l("开始"),
    "deliver": _l("交付"),
    "return": _l("退回"),
    "accept": _l("接受"),
    "sign_off": _l("签收"),
    "terminate": _l("终止"),
    "strike": _l("划去"),
}

# What is wrong with a value: see wording/labels.py.
FAULTS = {
    ("title", "empty"): _l("请写项目名称，让双方一看就知道是什么事。"),
    ("title", "too_long"): _l("项目名称最多 100 个字，现在有 %(value)s 个。"),
    ("title", "unchanged"): _l("和现在的约定一样，没有要改的。请至少改一项。"),
    ("contract", "too_long"): _l("合同编号最多 60 个字，现在有 %(value)s 个。"),
    ("amount", "range"): _l("金额要在 0 到 1 亿元之间，“%(value)s”不行。"),
    ("funding", "unknown"): _l("没有“%(value)s”这种经费来源，请从列表里选。"),
    ("funding", "free"): _l("免费服务的金额是 0，其他经费来源的金额要大于 0，请改其中一个。"),
    ("starts_on", "range"): _l("“%(value)s”不像开始日期，请检查年份。"),
    ("ends_on", "range"): _l("“%(value)s”不像结束日期，请检查年份。"),
    ("ends_on", "order"): _l("结束日期 %(value)s 早于开始日期，请改其中一个。"),
    ("starts_on", "recorded"): _l("%(value)s 已经有服务记录，开始日期不能晚于那一天。"),
    ("steps", "number"): _l("要有 1 到 10 个阶段，现在有 %(value)s 个。"),
    ("steps", "unnamed"): _l("每个阶段都要有名称、日期和付款比例；不要的阶段，请把三样都清空。"),
    ("steps", "incomplete"): _l("每个阶段都要有名称、日期和付款比例；不要的阶段，请把三样都清空。"),
    ("steps", "long_name"): _l("阶段名称最多 60 个字，请把“%(value)s…”写短些。"),
    ("steps", "share"): _l("付款比例要在 0 到 100 之间，“%(value)s”不行。"),
    ("steps", "sum"): _l("各阶段的付款比例加起来要正好 100，现在是 %(value)s。"),
    ("steps", "due"): _l("阶段的日期 %(value)s 不在开始和结束日期之间，请改其中一个。"),
    ("steps", "settled"): _l("阶段“%(value)s”已经交付或验收，不能再改。"),
    ("steps", "unknown"): _l("阶段和现在的约定对不上，请重新打开这一页再改。"),
    ("met", "incomplete"): _l("验收标准的每一条，请都选“达到”或“没达到”。"),
    ("note", "not_met"): _l("有没达到的，要验收请写明为什么；不然请退回。"),
    ("note", "empty"): _l("请写几句话说明情况，对方会看到。"),
    ("on", "future"): _l("%(value)s 还没有到，请写已经服务过的日期。"),
    ("on", "before_start"): _l("%(value)s 早于合约的开始日期，请检查日期。"),
    ("cases", "number"): _l("次数要在 0 到 100 万之间，“%(value)s”不行。"),
    ("people", "number"): _l("人数要在 0 到 100 万之间，“%(value)s”不行。"),
    ("cases", "nothing_done"): _l("次数、人数和说明至少写一项，不然看不出做了什么。"),
    ("note", "long_record"): _l("说明最多 1000 个字，现在有 %(value)s 个。"),
    ("reason", "termination"): _l("请从列出的原因里选一项。"),
    ("unmet", "unknown"): _l("请从列出的原因里选一项。"),
}


def step_name(name: str) -> str:
    """A step that nobody named is called by its number."""
    return gettext("第 %(n)s 阶段", n=name) if name.isdigit() else name


def deed(event: str) -> str:
    return str(DEEDS.get(event, event))


def said(event: str, reason: str) -> str:
    """What was written with a deed; a code at its beginning in words."""
    code, colon, note = reason.partition(": ")
    if event == "engagement:terminate" and code in TERMINATIONS:
        return f"{TERMINATIONS[code]}{gettext('：') if note else ''}{note}"
    if event.startswith("milestone:") and code.startswith("#"):
        number, _, name = code[1:].partition(" ")
        return f"{step_name(name or number)}{gettext('：') if colon else ''}{note}"
    return reason
