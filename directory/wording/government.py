"""The words of government's workspace: deeds, who did them, facts, queues."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Invalid
from directory.rules.calendar import DISTRICT_ZONE
from directory.wording import states

OBJECTION_STEPS = {"file": _l("提出异议"), "uphold": _l("认定异议成立"), "dismiss": _l("认定异议不成立")}
FACT_STEPS = {"record": _l("记入"), "supersede": _l("被更正")}
CLAIMED_STEPS = {
    "propose": _l("提交核实"),
    "confirm": _l("核实采纳"),
    "refuse": _l("不采纳"),
    "withdraw": _l("撤回"),
}
VERSION_STEPS = {
    "draft": _l("起草"),
    "send": _l("提交审核"),
    "approve": _l("批准"),
    "return": _l("退回修改"),
    "recall": _l("取回"),
}
DEEDS: dict[str, dict[str, Any]] = {
    "application": states.APPLICATION_STEPS,
    "entry": states.ENTRY_STEPS,
    "objection": OBJECTION_STEPS,
    "fact": FACT_STEPS,
    "claimed_fact": CLAIMED_STEPS,
    "version": VERSION_STEPS,
    "report": {"file": _l("举报"), "keep": _l("决定保留"), "hide": _l("决定移除")},
}
BULK = {
    "done": _l("已办"),
    "moved": _l("没有办：它已经不在能办这一步的状态"),
    "missing": _l("没有办：没有这件申请"),
    "refused": _l("没有办：不在您的办理范围"),
}
ORDERS = {"longest": _l("等得最久的在前"), "latest": _l("最近的在前"), "organisation": _l("按机构名称")}
ENTRY_ORDERS = {
    "organisation": _l("按机构名称"),
    "latest": _l("最近变动的在前"),
    "cure": _l("整改期限近的在前"),
}
TONES = {
    "listed": "good",
    "confirmed": "good",
    "approved": "good",
    "dismissed": "good",
    "suspended": "warn",
    "publicity": "warn",
    "open": "warn",
    "waiting": "warn",
    "returned": "warn",
    "rejected": "bad",
    "refused": "bad",
    "upheld": "bad",
}


def deed(event: str) -> str:
    """subject:action in words."""
    subject, _, action = event.partition(":")
    return wording.label(DEEDS.get(subject, {}), action)


def actor(said: str) -> str:
    """Who did it, by role: names are for the audit."""
    return wording.label(states.ROLES, said.partition(":")[0])


def fact_value(kind: str, value: str, since: date) -> str:
    """What a fact says, in words."""
    said = wording.label(wording.FACT_VALUES, (kind, value)) if (kind, value) in wording.FACT_VALUES else value
    if kind == "annual_check":
        return str(gettext("%(year)d 年度 %(value)s", year=since.year, value=said))
    if kind == "staff":
        return str(gettext("%(n)s 人", n=value))
    return said or wording.label(wording.FACTS, kind)


def moment(at: datetime) -> str:
    """A moment in the district, to the minute."""
    here = at.astimezone(DISTRICT_ZONE)
    return f"{wording.day(here.date())} {here:%H:%M}"


def entry_fault(error: Invalid) -> str:
    """What is wrong with a step of an entry, also where it is a gate that is not passed."""
    if error.field != "gates":
        return wording.fault(error)
    gate, why = wording.label(wording.GATES, error.value), wording.label(wording.CODES, error.rule)
    return str(gettext("现在不能恢复：“%(gate)s”这一条今天没有通过（%(why)s）。", gate=gate, why=why))
