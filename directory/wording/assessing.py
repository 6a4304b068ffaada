"""The words of the evaluation centre: conflicts, states of a sheet to others, what is wrong with what was written."""

from decimal import Decimal

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Invalid
from directory.rules.eligibility import DatedFact
from directory.wording import government

CONFLICTS = {
    "interest": _l("与这家机构有利益关系（出资、合作、收受报酬等）"),
    "worked_there": _l("在这家机构任职，或离职不满两年"),
    "kin": _l("与这家机构的负责人有亲属关系"),
    "competes": _l("自己所在的机构在这一类服务里与它竞争"),
    "other": _l("有其他可能影响公正的情形"),
}
LEFT = {
    "interest": _l("利益关系"),
    "worked_there": _l("任职或离职不满两年"),
    "kin": _l("亲属关系"),
    "competes": _l("所在机构同类竞争"),
    "other": _l("其他情形"),
    "released": _l("负责人收回"),
}
BARRED = {"self": _l("不能分派给自己"), "before": _l("已经评过或退出过这份申请")}
OUTCOMES = {"": _l("复评中"), "confirmed": _l("维持原结果"), "changed": _l("结果已更改")}
LISTS = {
    "waiting": _l("进行中"),
    "short": _l("缺评估员"),
    "third": _l("第三人评分"),
    "appeal": _l("申诉复评"),
    "closed": _l("已完成"),
    "all": _l("全部"),
}

ASSESSMENT_COLUMNS = (
    *(_l("编号"), _l("机构"), _l("服务"), _l("指标"), _l("状态")),
    *(_l("总分"), _l("等级"), _l("申诉"), _l("开始"), _l("完成")),
)
AGREEMENT_COLUMNS = (
    *(_l("类别"), _l("名称"), _l("时期"), _l("份数")),
    *(_l("平均相差"), _l("组内相关系数"), _l("第三人"), _l("偏离结果")),
)

# By field and rule; those of a mark, whose field is the name of a criterion, by rule alone.
FAULTS = {
    ("assessors", "two"): _l("请选两位不同的评估员。"),
    ("assessors", "self"): _l("不能把评估分派给自己，请由另一位负责人分派。"),
    ("assessors", "before"): _l("%(value)s 已经评过或退出过这份申请，请选别人。"),
    ("assessors", "unknown"): _l("选中的人现在不能评分，请重新选。"),
    ("rubric", "unknown"): _l("请选用哪一份指标来评。"),
    ("rubric", "retired"): _l("“%(value)s”已经停用，请选别的指标。"),
    ("criteria", "sum"): _l("各项分值合计 %(value)s 分，与满分不一致，请先调整。"),
    ("criteria", "too_many"): _l("一份指标最多 400 项。"),
    ("conflict", "unknown"): _l("请选一项：没有需要回避的情形，或者是哪一种情形。"),
    ("note", "empty"): _l("选“其他情形”时，请写明是什么情形。"),
    ("note", "too_long"): _l("说明最多 300 个字，现在有 %(value)s 个。"),
    ("name", "empty"): _l("请写名称。"),
    ("name", "too_long"): _l("名称最多 60 个字，现在有 %(value)s 个。"),
    ("source", "too_long"): _l("来源说明最多 600 个字，现在有 %(value)s 个。"),
    ("scale", "unknown"): _l("满分只能是 100 或 1000。"),
    ("gap", "range"): _l("复评分差要大于 0、不超过满分，最多两位小数。"),
    ("thresholds", "empty"): _l("请写等级分数线，一行一档，比如：5A 90。"),
    ("thresholds", "line"): _l("“%(value)s”看不懂。一行一档，先写等级再写最低分，比如：5A 90。"),
    ("thresholds", "grade"): _l("没有“%(value)s”这个等级，可以写 5A、4A、3A、2A、1A。"),
    ("thresholds", "range"): _l("“%(value)s”的分数不在 0 到满分之间。"),
    ("thresholds", "order"): _l("“%(value)s”的位置不对：从高等级到低等级写，分数一档比一档低。"),
    ("category", "unknown"): _l("没有“%(value)s”这类服务，请从列表里选。"),
    ("points", "range"): _l("分值要大于 0、不超过 1000，最多两位小数。"),
    ("levels", "line"): _l(
        "“%(value)s”看不懂。一行一档，先写占分值的百分比，再写要做到什么，比如：60 有制度，记录不全。"
    ),
    ("levels", "range"): _l("百分比要在 0 到 100 之间，“%(value)s”不行。"),
    ("levels", "order"): _l("各档从高到低写，每个百分比只写一次。"),
    ("levels", "length"): _l("每一档要有说明，最多 200 个字。"),
    ("levels", "too_many"): _l("最多写 8 档。"),
    ("parent", "inside"): _l("一项不能放到它自己下面。"),
    ("parent", "too_deep"): _l("指标最多四级，放在这里就太深了。"),
    ("state", "unknown"): _l("没有“%(value)s”这种筛选。"),
    ("q", "too_long"): _l("搜索词最多 60 个字。"),
    ("quarter", "unknown"): _l("“%(value)s”不是日期，请写成 2026-01-31 这样。"),
    ("reason", "appeal_empty"): _l("请写明对哪一项、为什么有异议。"),
    ("reason", "appeal_too_long"): _l("申诉理由最多 1000 个字，现在有 %(value)s 个。"),
    ("reason", "empty"): _l("请写明原因，一句话就行；它会记进操作记录。"),
}
MARK_FAULTS = {
    "missing": _l("“%(field)s”还没有打分。"),
    "note": _l("“%(field)s”还没有写理由。"),
    "range": _l("“%(field)s”的分数要在 0 到这一项的满分之间，“%(value)s”不行。"),
    "number": _l("“%(field)s”的分数“%(value)s”不是数字。"),
    "places": _l("“%(field)s”的分数最多两位小数，“%(value)s”不行。"),
    "note_too_long": _l("“%(field)s”的理由最多 500 个字，现在有 %(value)s 个。"),
    "evidence_too_long": _l("“%(field)s”的依据最多 200 个字，现在有 %(value)s 个。"),
}


def fault(error: Invalid) -> str:
    said = FAULTS.get((error.field, error.rule))
    return str(said) % {"value": str(error.value)[:40]} if said else wording.fault(error)


def mark_fault(error: Invalid) -> str:
    """What is wrong with a mark; the field is the criterion."""
    said = MARK_FAULTS.get(error.rule)
    return str(said) % {"field": error.field, "value": str(error.value)[:40]} if said else wording.fault(error)


def points(given: Decimal | float | None) -> str:
    """Without the zeros that say nothing."""
    if given is None:
        return ""
    return f"{Decimal(str(given)).quantize(Decimal('0.001')).normalize():f}"


def share_of(most: Decimal, share: float) -> str:
    """The points of a level."""
    return points((most * Decimal(str(share))).quantize(Decimal("0.01")))


def grade(given: str) -> str:
    return given or str(gettext("未达到等级"))


def fact(said: DatedFact) -> str:
    """A fact in a line, as evidence for a mark."""
    name = wording.label(wording.FACTS, said.kind.value)
    value = government.fact_value(said.kind.value, said.value, said.since)
    told = name if value == name else f"{name} {value}"
    return str(gettext("资质事实：%(fact)s（%(day)s起）", fact=told, day=wording.day(said.since)))
