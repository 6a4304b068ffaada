"""What states, steps, roles and reasons are called: one name each, from the glossary."""

from flask_babel import lazy_gettext as _l

ROLES = {
    "public": _l("公众"),
    "neighbourhood": _l("居民区"),
    "owner": _l("机构负责人"),
    "editor": _l("机构编辑"),
    "assessor": _l("评估员"),
    "lead": _l("评估负责人"),
    "street": _l("街道经办"),
    "district": _l("区级经办"),
    "auditor": _l("审计"),
    "operator": _l("系统"),
}

APPLICATION_STATES = {
    "draft": _l("草稿"),
    "submitted": _l("已提交"),
    "returned": _l("退回修改"),
    "screened": _l("初审通过"),
    "assessing": _l("评估中"),
    "decided": _l("已决定"),
    "publicity": _l("公示中"),
    "listed": _l("已列入"),
    "rejected": _l("未列入"),
    "withdrawn": _l("已撤回"),
}

APPLICATION_STEPS = {
    "draft": _l("起草"),
    "revise": _l("修改申请说明"),
    "submit": _l("提交"),
    "return": _l("退回"),
    "screen": _l("通过初审"),
    "assess": _l("分派评估"),
    "admit": _l("决定列入"),
    "announce": _l("开始公示"),
    "list": _l("列入目录"),
    "reject": _l("决定不列入"),
    "withdraw": _l("撤回"),
}

ENTRY_STEPS = {
    "list": _l("列入"),
    "relist": _l("重新列入"),
    "change": _l("内容变更"),
    "suspend": _l("暂停"),
    "restore": _l("恢复"),
    "exit": _l("已退出"),
}

VERSION_STATES = {
    "draft": _l("草稿"),
    "waiting": _l("等待审核"),
    "approved": _l("已批准"),
    "returned": _l("退回修改"),
}

CLAIMED_STATES = {
    "waiting": _l("等待核实"),
    "confirmed": _l("已核实"),
    "refused": _l("未采纳"),
    "withdrawn": _l("已撤回"),
}

OBJECTION_STATES = {"open": _l("待答复"), "upheld": _l("异议成立"), "dismissed": _l("异议不成立")}

RUBRIC_STATES = {"draft": _l("草稿"), "frozen": _l("使用中，不能改"), "retired": _l("已停用")}

ASSESSMENT_STATES = {"scoring": _l("评分中"), "third": _l("等待第三人评分"), "closed": _l("已完成")}

SHEET_STATES = {
    "assigned": _l("等待申报回避"),
    "open": _l("评分中"),
    "submitted": _l("已提交"),
    "recused": _l("已回避"),
}

EDITION_STATES = {"sealed": _l("现行"), "superseded": _l("已被新版取代")}
