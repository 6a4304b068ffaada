"""Words for invitations, proposals and awards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Conflict, Invalid
from directory.operations.awards import HasProposed, NothingProposed
from directory.operations.inquiries import AskedEnough
from directory.operations.invitations import Opened, TooMany
from directory.operations.proposals import AnswersOver, Sealed
from directory.operations.shortlists import Full, NotListed
from directory.rules.calendar import DISTRICT_ZONE
from directory.rules.inviting import LONGEST, SHORTEST
from directory.wording import needs

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "invited": (_l("有居民区邀请你们应标"), _l("“%(need)s”的需求邀请你们提交方案，截止当天 %(hour)s 前答复。")),
    "deadline_extended": (_l("应标截止时间延后了"), _l("“%(need)s”的应标时间延长，截止当天 %(hour)s 前答复。")),
    "answer_due": (_l("应标快要截止"), _l("“%(need)s”的邀约还没有答复，截止当天 %(hour)s 前提交方案或说明不参加。")),
    "invitation_recalled": (_l("邀约已收回"), _l("“%(need)s”的邀约收回了，不用再答复。")),
    "invitation_lapsed": (_l("邀约已过期"), _l("“%(need)s”的邀约到截止时间没有收到答复，已经过期。")),
    "invitation_declined": (_l("有机构说明不参加"), _l("%(organisation)s不参加“%(need)s”，可以再邀请别家。")),
    "all_answered": (_l("受邀机构都答复了"), _l("“%(need)s”的方案已经启封，请比较以后选定。")),
    "all_declined": (_l("受邀机构都不参加"), _l("“%(need)s”没有收到方案，请另邀机构，或者说明没有合适的。")),
    "proposals_open": (_l("应标截止，可以看方案了"), _l("“%(need)s”的方案已经启封，请比较以后选定。")),
    "nobody_answered": (
        _l("应标截止，没有收到方案"),
        _l("“%(need)s”没有机构提交方案，请另邀机构，或者说明没有合适的。"),
    ),
    "decide_due": (
        _l("方案等着您选定"),
        _l("“%(need)s”的方案启封已经 %(days)s 天，请选定一家，或者说明没有合适的。应标的机构都在等。"),
    ),
    "empty_round_due": (
        _l("没有收到方案的需求等着您处理"),
        _l("“%(need)s”这一轮没有收到方案，已经 %(days)s 天。请另邀机构，或者说明没有合适的。"),
    ),
    "inquiries_due": (
        _l("应标快要截止，还有提问没有答复"),
        _l("“%(need)s”还有 %(number)s 个提问没有答复，截止当天 %(hour)s 前请答复，机构写方案要用。"),
    ),
    "not_chosen": (_l("这次没有选上"), _l("“%(need)s”选了别家。")),
    "need_unmet": (_l("这项需求没有选定机构"), _l("“%(need)s”看过各家方案以后，没有选定机构。")),
    "need_awarded": (_l("需求选定了机构"), _l("“%(need)s”交给%(organisation)s来做。")),
    "question_asked": (_l("受邀机构有问题要问"), _l("有机构就“%(need)s”提问，请尽快答复，答复各家都看得到。")),
    "question_answered": (_l("居民区答复了提问"), _l("“%(need)s”的提问有了答复，写方案时请参考。")),
}
SUBJECTS: Mapping[str, Any] = {"invitation": _l("邀约"), "inquiry": _l("需求问答")}
ACTIONS: Mapping[str, Any] = {
    "award": _l("选定"),
    "pass_over": _l("没有选上"),
    "decline": _l("说明不参加"),
    "lapse": _l("到期失效"),
    "extend": _l("延长截止时间"),
    "answer": _l("答复"),
    "give_up": _l("说明没有合适的"),
    "solve": _l("记下由谁解决"),
    "unsolve": _l("划去没能解决的机构"),
}

STATES = {
    "sent": _l("等待答复"),
    "proposed": _l("已交方案"),
    "declined": _l("不参加"),
    "lapsed": _l("到期没有答复"),
    "awarded": _l("已选定"),
    "not_chosen": _l("没有选上"),
    "recalled": _l("已收回"),
}
TONES = {"sent": "warn", "proposed": "good", "awarded": "good", "declined": "bad", "lapsed": "bad"}

DECLINES = {
    "no_capacity": _l("现在排满了，接不了"),
    "not_our_work": _l("不是我们做的事"),
    "not_our_area": _l("不在我们服务的区域"),
    "budget_too_low": _l("预算不够"),
    "too_soon": _l("时间太紧"),
    "other": _l("其他原因"),
}
CHOICES = {
    "plan": _l("方案更合适"),
    "price": _l("价格更合适"),
    "experience": _l("经验更多"),
    "schedule": _l("时间安排更合适"),
    "other": _l("其他原因"),
}
NOT_CHOSEN = {
    "other_plan": _l("别家的方案更合适"),
    "other_price": _l("别家的价格更合适"),
    "other_experience": _l("别家的经验更多"),
    "other_schedule": _l("别家的时间安排更合适"),
    "not_eligible": _l("现在不在目录里，不能选"),
    "withdrawn": _l("机构自己退出"),
    "other": _l("其他原因"),
}
UNMET = needs.UNMET
# Also where nobody was chosen, or nobody is asked any more, each hears why.
PASSED_OVER = {**UNMET, **NOT_CHOSEN}
RECALLED = needs.REASONS
FUNDING = {
    "street_budget": _l("街道预算"),
    "self_government": _l("居民自治金"),
    "donation": _l("捐赠"),
    "free": _l("免费"),
}

FAULTS = {
    ("entries", "empty"): _l("请先勾选要邀请的机构。"),
    ("entries", "deadline_near"): _l("%(value)s就截止了，不到 1 小时，来不及写方案。请先延长应标期限，再邀请。"),
    ("entries", "same_organisation"): _l("%(value)s这一轮已经邀请了，一家机构一轮只邀请一次。"),
    ("deadline", "empty"): _l("请写截止的日期和时间。"),
    ("deadline", "too_soon"): _l(
        "%(value)s太近了，至少留 %(hours)d 小时让机构写方案。", value="%(value)s", hours=SHORTEST // timedelta(hours=1)
    ),
    ("deadline", "too_late"): _l(
        "%(value)s太远了，截止时间要在 %(days)d 天以内。", value="%(value)s", days=LONGEST.days
    ),
    ("deadline", "not_later"): _l("截止时间只能往后延，%(value)s不比现在的晚。"),
    ("outside", "outside_empty"): _l("这家不在匹配结果里，请写明为什么邀请它。"),
    ("outside", "outside_long"): _l("最多 200 个字，现在有 %(value)s 个。"),
    ("reason", "decline_unknown"): _l("请选一个不参加的原因。"),
    ("reason", "choice_unknown"): _l("请选一个选定的理由。"),
    ("reason", "unmet_unknown"): _l("请选一个没有合适机构的原因。"),
    ("why", "passed_empty"): _l("请选一个没有选这家的理由，机构会看到。"),
    ("note", "other_empty"): _l("选了“其他原因”，请写明是什么原因。"),
    ("note", "direct_empty"): _l("这家没有提交方案，请写明为什么直接选它。"),
    ("plan", "plan_empty"): _l("请写方案：打算怎么做。"),
    ("plan", "over_5000"): _l("方案最多 5,000 个字，现在有 %(value)s 个。"),
    ("schedule", "over_2000"): _l("时间安排最多 2,000 个字，现在有 %(value)s 个。"),
    ("staff", "over_2000"): _l("人员安排最多 2,000 个字，现在有 %(value)s 个。"),
    ("price", "range"): _l("价格要在 0 到 1 亿元之间，只写数字；免费写 0。"),
    ("amount", "range"): _l("价格要在 0 到 1 亿元之间，只写数字；免费写 0。"),
    ("funding", "funding_empty"): _l("请选钱从哪里来。"),
    ("funding", "free"): _l("价格是 0 才算免费；要付钱的，请选钱从哪里来。"),
    ("starts_on", "past"): _l("开始日期 %(value)s 已经过了，请写今天以后的日子。"),
    ("ends_on", "order"): _l("结束日期 %(value)s 早于开始日期，请改其中一个。"),
    ("ends_on", "too_far"): _l("结束日期 %(value)s 太远了，请写五年以内的日子。"),
    ("text", "question_empty"): _l("请写要问的问题。"),
    ("text", "question_long"): _l("问题最多 500 个字，现在有 %(value)s 个。"),
    ("answer", "answer_empty"): _l("请写答复。"),
    ("answer", "answer_long"): _l("答复最多 500 个字，现在有 %(value)s 个。"),
    ("q", "too_long"): _l("搜索词最多 60 个字，现在有 %(value)s 个。"),
}


def fault(error: Invalid) -> str:
    """What is wrong with a value of these forms, also where one field stands for one provider: why_12."""
    known = FAULTS.get((error.field.rstrip("0123456789_"), error.rule))
    return str(known) % {"value": str(error.value)[:40]} if known else wording.fault(error)


def moment(at: datetime) -> str:
    """A day and its hour in the district."""
    there = at.astimezone(DISTRICT_ZONE)
    return f"{format_date(there.date(), 'long')} {there:%H:%M}"


_SAID: dict[type[Conflict], Any] = {
    Opened: _l("这一轮的方案已经可以看了，不能再加机构，也不能再延期。要另邀机构，请先结束这一轮。"),
    Full: _l("最多同时比较 10 家，请先去掉一家。"),
    NothingProposed: _l("这家机构这一轮没有可以选定的方案。要选它，请用“选一家没有交方案的机构”。"),
    HasProposed: _l("这家机构这一轮交了方案，请在它的方案旁边选定。"),
    AskedEnough: _l("一家机构最多提 10 个问题。"),
}


def refusal(error: Conflict) -> str:
    """What stands against a step of choosing; "" for refusals of other things."""
    match error:
        case NotListed(name=name):
            state, why = wording.label(wording.STATES, error.state), wording.label(wording.STATE_REASONS, error.reason)
            said = gettext(
                "%(name)s现在%(state)s（%(why)s），不在推荐之列，不能邀请也不能选定。", name=name, state=state, why=why
            )
        case AnswersOver(late=True):
            said = gettext("答复截止到%(when)s，已经过了，不能再提交或修改。", when=moment(error.deadline))
        case AnswersOver():
            said = gettext("受邀机构都已答复，方案已经启封，不能再提交或修改。")
        case Sealed(deadline=datetime() as deadline):
            said = gettext("方案还封着：%(when)s截止以后，或者受邀机构都答复以后才能看。", when=moment(deadline))
        case TooMany():
            said = gettext("一轮最多邀请 %(most)d 家。要另邀机构，请先结束这一轮。", most=error.most)
        case _:
            said = _SAID.get(type(error), "")
    return str(said)
