"""What a notice says: a title and a sentence for each kind, with the facts it came with."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.operations.accounts import LOCKED, MOST_FAILURES
from directory.wording import choosing, engagements, needs, reviews, states, supply
from directory.wording.tables import joined

# Kind → title and sentence. A sentence whose facts did not come is left out.
NOTICES = joined(
    {
        "application_submitted": (
            _l("有一份入录申请等初审"),
            _l("%(organisation)s提交了“%(service)s”的申请，请核对入录条件。"),
        ),
        "application_returned": (_l("申请被退回修改"), _l("“%(service)s”的申请要补正，改好以后再提交一次就行。")),
        "application_screened": (_l("有一份申请等分派评估"), _l("“%(service)s”通过了初审，请分派两位评估员。")),
        "application_admitted": (_l("申请进入公示"), _l("“%(service)s”决定列入目录，公示期满没有异议就正式列入。")),
        "application_rejected": (_l("申请没有列入"), _l("“%(service)s”这次没有列入目录。理由和各项得分都可以查看。")),
        "application_listed": (_l("服务已列入目录"), _l("“%(service)s”从今天起列入推荐目录。")),
        "application_withdrawn": (_l("机构撤回了申请"), _l("%(organisation)s撤回了“%(service)s”的申请，不用再处理。")),
        "entry_suspend": (_l("服务被暂停"), _l("“%(service)s”暂时不在推荐之列，补正以后可以恢复。")),
        "entry_restore": (_l("服务恢复列入"), _l("“%(service)s”已经恢复，重新出现在目录里。")),
        "entry_relist": (_l("服务重新列入"), _l("“%(service)s”重新列入目录。")),
        "entry_exit": (_l("服务退出目录"), _l("“%(service)s”已退出目录。想再列入，请重新申请。")),
        "sheet_assigned": (_l("有一份评分表交给您"), _l("请先申报要不要回避，再给“%(service)s”评分。")),
        "sheet_recused": (_l("有一位评估员回避了"), _l("“%(service)s”少了一位评估员，请另外分派。")),
        "third_called": (
            _l("两份评分相差太大，请第三人评分"),
            _l("“%(service)s”的两份评分相差超过限度，要再请一位评估员。"),
        ),
        "result_ready": (_l("评估结果出来了"), _l("“%(service)s”的评估已经完成，等待决定。")),
        "objection_filed": (_l("公示期收到异议"), _l("有人对“%(service)s”的公示提出异议，答复以前不能列入。")),
        "objection_answered": (_l("异议已经答复"), _l("“%(service)s”公示期收到的一条异议已经答复。")),
        "appeal_filed": (_l("机构提出复核"), _l("“%(service)s”的评估结果要复核，请分派没有评过它的评估员。")),
        "appeal_closed": (_l("复核结束"), _l("“%(service)s”的复核已有结论，可以查看。")),
        "fact_confirmed": (_l("提交的资质已核实"), _l("“%(fact)s”已经核实，记进资质事实。")),
        "fact_refused": (_l("提交的资质没有采纳"), _l("“%(fact)s”没有采纳，可以补充证明后再提交。")),
        "fact_recorded": (_l("新记入一项资质事实"), _l("“%(fact)s”由政府部门记入，请核对，有错可以申请更正。")),
        "fact_proposed": (_l("有一项资质等核实"), _l("%(organisation)s提交了一项资质，请核对证明材料。")),
        "version_waiting": (
            _l("有一项服务修改等审核"),
            _l("%(organisation)s修改了“%(service)s”，批准以前公开的还是原来的内容。"),
        ),
        "version_approved": (_l("服务修改已批准"), _l("“%(service)s”的新内容已经公开。")),
        "version_returned": (_l("服务修改被退回"), _l("“%(service)s”的修改没有通过，公开的仍是原来的内容。")),
        "claim_filed": (_l("有机构认领等核实"), _l("有人认领%(organisation)s的目录资料，请核实身份。")),
        "profile_due": (_l("请确认机构资料"), _l("请在%(due)s以前确认一次资料属实，过期会在公开页面上注明。")),
        "gate_lapsing": (_l("有一项入录条件快要到期"), _l("“%(gate)s”快要到期，到期以后列入的服务会自动暂停。")),
        "edition_sealed": (_l("新一版目录已发布"), _l("目录 %(number)s 版已经封版发布。")),
        "account_locked": (
            _l("账号被锁定"),
            _l(
                "您的账号连续 %(times)d 次输错密码或验证码，锁定 %(minutes)d 分钟。"
                "不是您自己，请马上改密码，并告诉管理员。",
                times=MOST_FAILURES,
                minutes=LOCKED // timedelta(minutes=1),
            ),
        ),
    },
    needs.NOTICES,
    choosing.NOTICES,
    engagements.NOTICES,
    reviews.NOTICES,
    supply.NOTICES,
)

# Reasons that are codes, beside those of gates: see SUSPENSIONS and EXITS of operations/entries.py.
REASONS = {
    **choosing.RECALLED,
    **choosing.PASSED_OVER,
    "complaint_confirmed": _l("投诉属实"),
    "service_stopped": _l("服务已停止"),
    "false_statement": _l("资料不实"),
    "not_cured": _l("暂停期内没有补正"),
    "other": _l("其他"),
}

# Facts that are codes, each from one list.
CODES = {"gate": wording.GATES, "fact": wording.FACTS, "result": states.OBJECTION_STATES}

# What stands behind the sentence where the fact came, in this order.
ADDED = {
    "result": _l("结果：%(result)s。"),
    "reason": _l("原因：%(reason)s。"),
    "note": _l("说明：%(note)s。"),
    "until": _l("截止日期：%(until)s。"),
}


def title(kind: str) -> str:
    return str(NOTICES[kind][0]) if kind in NOTICES else gettext("通知")


def sentence(kind: str, facts: Mapping[str, object]) -> str:
    """What happened and what to do, in one line."""
    said = {name: _fact(name, str(value)) for name, value in facts.items() if value not in {None, ""}}
    parts = [NOTICES[kind][1]] if kind in NOTICES else []
    parts += [added for name, added in ADDED.items() if name in said]
    between = "" if str(get_locale()).startswith("zh") else " "
    return between.join(filter(None, (_filled(str(part), said) for part in parts)))


def _filled(part: str, said: Mapping[str, str]) -> str:
    try:
        return part % said
    except KeyError:
        return ""


def _fact(name: str, value: str) -> str:
    match name:
        case "until" | "due":
            return _day(value)
        case "gate" | "fact" | "result":
            return wording.label(CODES[name], value)
        case "reason":
            return str(REASONS.get(value) or wording.label(wording.CODES, value)).rstrip("。.")
        case "note":
            return value.rstrip("。.")
    return value.replace("“", "‘").replace("”", "’")  # the sentence puts it in quotes


def _day(value: str) -> str:
    try:
        return wording.day(date.fromisoformat(value))
    except ValueError:
        return value
