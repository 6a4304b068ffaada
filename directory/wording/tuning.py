"""The words of the parameters: what each number is, and what is wrong with one."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory.errors import Invalid
from directory.wording.labels import CRITERIA

SECTIONS = {
    "gates": (_l("入录条件"), _l("改了以后，从下一次每日检查起按新条件暂停和恢复。")),
    "periods": (_l("期限"), _l("已经开始的公示和整改照原来的期限。")),
    "reminders": (_l("催办"), _l("从下一次每日检查起照新的日子提醒，提醒过的不再提醒。")),
    "contracting": (_l("邀约与付款"), _l("管以后发出的邀约和以后定下的服务，已经定下的不变。")),
    "reputation": (_l("评分的算法"), _l("机构页上的评分和匹配时的“评价”一项都照这个算。")),
    "weights": (_l("排序的权重"), _l("每项从 0 到 10，0 就是不看这一项；只看各项之间的比例。")),
    "limits": (_l("匹配的界限"), _l("多有把握才直接推荐、名单多长。")),
}

NAMES: dict[str, Any] = {
    "gates-registered_years": _l("登记满几年"),
    "gates-least_grade": _l("最低评估等级"),
    "gates-annual_checks": _l("最近几次年检要合格"),
    "gates-penalty_years": _l("几年内没有重大处罚"),
    "gates-least_staff": _l("最少专职人数"),
    "gates-check_due_month": _l("年检截止月"),
    "gates-check_due_day": _l("年检截止日"),
    "periods-publicity_days": _l("公示几个工作日"),
    "periods-cure_days": _l("暂停后几天内整改"),
    "periods-confirm_months": _l("资料几个月确认一次"),
    "periods-remind_days": _l("提前几天提醒（几个数，用顿号隔开）"),
    "periods-lapsing_days": _l("条件到期前几天预警"),
    "periods-enrolment_days": _l("开户邀请几天有效"),
    "periods-answer_days": _l("邀约几天内答复（没有另定时）"),
    "periods-sign_days": _l("各阶段都验收后几天没签收，就自动签收"),
    "periods-sealed_days": _l("评价最多密封几天"),
    "periods-review_days": _l("签收后几天内可以评价"),
    "reminders-step_days": _l("阶段到期前几天提醒机构"),
    "reminders-accept_days": _l("交付后超过几天没有验收、签收就提醒居民区"),
    "reminders-decide_days": _l("方案启封后满几天没有选定就提醒居民区（几个数，用顿号隔开）"),
    "reminders-terms_days": _l("变更提出后满几天没有答复就提醒对方（几个数，用顿号隔开）"),
    "reminders-deadline_days": _l("应标截止前几天提醒答复邀约、答复提问"),
    "contracting-most_invited": _l("一次最多邀请几家"),
    "contracting-shares": _l("各步付款占百分之几（几个数，用顿号隔开，合计 100）"),
    "reputation-prior_weight": _l("评分向同类平均靠拢，相当于几条评价"),
    "reputation-prior_mean": _l("还没有评价的类目按几分起算（1 到 5）"),
    "reputation-half_life_years": _l("评价过几年分量减半"),
    "reputation-least_reviews": _l("满几条评价才显示评分"),
    "reputation-pair_share": _l("同一居民区再评同一机构，每条分量是上一条的几倍（0.01 到 1）"),
    "limits-confidence": _l("直接推荐要有的把握（0 到 1）"),
    "limits-fit_floor": _l("列出未入选机构的最低吻合度（0 到 1）"),
    "limits-around_fit": _l("周边服务的吻合度（0 到 1）"),
    "limits-least_fit": _l("进名单的最低吻合度（0 到 1）"),
    "limits-categories": _l("最多考虑几类服务"),
    "limits-proven": _l("最多几家以往解决过的机构"),
    "limits-candidates": _l("最多比较几项服务"),
    "limits-shown": _l("名单最多几项"),
    "limits-excluded": _l("最多列几项未入选"),
}

FAULTS = {
    "whole": _l("“%(name)s”要写整数，“%(value)s”不是。"),
    "number": _l("“%(name)s”要写数字，“%(value)s”不是。"),
    "range": _l("“%(name)s”不能是 %(value)s，应当%(rule)s。"),
    "unknown": _l("“%(name)s”只能从列表里选。"),
    "too_many": _l("“%(name)s”要写 1 到 6 个数。"),
    "hundred": _l("“%(name)s”加起来要正好是 100，现在是 %(value)s。"),
    "sum": _l("权重不能全是 0，那样就排不出先后了。"),
    "day": _l("没有这一天，请改年检截止月或日。"),
    "same": _l("和现行的一样，没有要保存的。"),
}


def name(field: str) -> str:
    section, _, rest = field.partition("-")
    if section == "weights" and rest in CRITERIA:
        return str(CRITERIA[rest][0])
    return str(NAMES.get(field, field))


def fault(error: Invalid) -> str:
    """What is wrong, naming the number; "" where no words are kept."""
    said = FAULTS.get(error.rule)
    if said is None:
        return ""
    low, _, high = str(error).removeprefix("from ").partition(" to ")
    rule = gettext("从 %(low)s 到 %(high)s", low=low, high=high)
    return str(said) % {"name": name(error.field), "value": str(error.value)[:40], "rule": rule}


def value(given: Any) -> str:
    """A number, or several, as a form holds them."""
    if isinstance(given, list | tuple):
        return "、".join(str(each) for each in given)
    return f"{given:.10g}" if isinstance(given, float) else "" if given is None else str(given)
