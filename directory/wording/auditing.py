"""What deeds, and those who did them, are called in the record."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.wording import choosing, engagements, needs, reviews, states, supply
from directory.wording.tables import joined

SUBJECTS = joined(
    {
        "account": _l("账号"),
        "appeal": _l("申诉"),
        "application": _l("入录申请"),
        "assessment": _l("评估"),
        "category": _l("服务类目"),
        "claim": _l("认领"),
        "claimed_fact": _l("申报的事实"),
        "criterion": _l("单项指标"),
        "daily": _l("每日处理"),
        "edition": _l("目录版次"),
        "entry": _l("目录条目"),
        "fact": _l("资质事实"),
        "lexicon": _l("词表"),
        "list": _l("名单"),
        "match": _l("匹配"),
        "model": _l("学到的模型"),
        "need": _l("需求"),
        "objection": _l("异议"),
        "organisation": _l("机构资料"),
        "parameters": _l("参数"),
        "rubric": _l("评估指标表"),
        "seed": _l("初始数据"),
        "service": _l("服务项目"),
        "sheet": _l("评分表"),
        "version": _l("服务版本"),
    },
    needs.SUBJECTS,
    choosing.SUBJECTS,
    engagements.SUBJECTS,
    reviews.SUBJECTS,
    supply.SUBJECTS,
)

ACTIONS = joined(
    {
        "add": _l("新增"),
        "approve": _l("批准"),
        "ask": _l("提问"),
        "assign": _l("已分派"),
        "begin": _l("起草"),
        "call_third": _l("请第三人评分"),
        "capacity": _l("更新可接数量"),
        "close": _l("结束"),
        "confirm": _l("确认"),
        "confirmed": _l("维持"),
        "change": _l("内容变更"),
        "changed": _l("改变"),
        "copy": _l("另起一版"),
        "create": _l("新建"),
        "declare": _l("申报回避"),
        "describe": _l("改说明"),
        "dismiss": _l("驳回"),
        "drop_second_factor": _l("去掉两步验证"),
        "edit": _l("修改"),
        "enrol": _l("开通"),
        "file": _l("提出"),
        "freeze": _l("启用"),
        "import": _l("导入"),
        "invite": _l("邀请"),
        "load": _l("载入"),
        "lock": _l("锁定"),
        "merge": _l("并入另一类"),
        "move": _l("移动"),
        "password": _l("改密码"),
        "propose": _l("申报"),
        "recall": _l("收回"),
        "record": _l("记录"),
        "recuse": _l("回避"),
        "refuse": _l("不采纳"),
        "remove": _l("删去"),
        "release": _l("收回分派"),
        "reopen": _l("重新启用"),
        "reset": _l("重设密码"),
        "retire": _l("停用"),
        "run": _l("运行"),
        "save": _l("保存"),
        "second_factor": _l("设两步验证"),
        "seal": _l("封存"),
        "send": _l("送审"),
        "sign_in": _l("登录"),
        "submit": _l("提交"),
        "supersede": _l("取代"),
        "train": _l("训练"),
        "uninvite": _l("撤回邀请"),
        "uphold": _l("成立"),
        "withdraw": _l("撤回"),
    },
    needs.ACTIONS,
    choosing.ACTIONS,
    engagements.ACTIONS,
    reviews.ACTIONS,
    supply.ACTIONS,
)


def event(code: str) -> str:
    """subject:action in words; what is not known stands for itself."""
    subject, _, action = code.partition(":")
    steps = {"entry": states.ENTRY_STEPS, "application": states.APPLICATION_STEPS}.get(subject, {})
    done = wording.label(steps, action) if action in steps else wording.label(ACTIONS, action)
    return str(gettext("%(subject)s：%(action)s", subject=wording.label(SUBJECTS, subject), action=done))


def actor(code: str, name: str = "") -> str:
    """A role in words, with the name of the account where there is one."""
    role, _, number = code.partition(":")
    said = wording.label(states.ROLES, role)
    if not number:
        return said
    return f"{said} · {name or number}"


FAULTS = {
    "does not follow the event before it": _l("接不上前一条：中间少了、多了，或者换了次序"),
    "was changed after it was written": _l("写下以后被改过"),
}


def fault(said: str) -> str:
    return wording.label(FAULTS, said)
