"""Words for reviews and ratings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.operations.reports import NoReport, Removed
from directory.operations.reviews import NoReview
from directory.rules.calendar import day_of
from directory.wording.anchors import ANCHORS

__all__ = ["ANCHORS"]

# Kind of notice → title and sentence, see notices.py; subject and action of a deed, see auditing.py.
NOTICES: Mapping[str, tuple[Any, Any]] = {
    "review_open": (_l("可以评价了"), _l("“%(title)s”已经签收，请评价对方。对方写好以前，您的评价不公开。")),
    "review_due": (
        _l("评价快要截止"),
        _l("“%(title)s”还等您评价，过了截止日期就不能写了。对方写好以前，您的评价不公开。"),
    ),
    "review_in": (
        _l("对方已经写好评价"),
        _l(
            "“%(title)s”的对方写好了评价，正封存着。请在截止日期以前也写好，两份同时公开；对方的公开以后，就不能再写了。"
        ),
    ),
    "reviews_published": (_l("双方评价已公开"), _l("“%(title)s”的两份评价都到了，已经公开，您可以回应一次。")),
    "review_published": (
        _l("评价已公开"),
        _l("“%(title)s”只有一方写了评价，封存期已满，现在公开。被评价的一方可以回应一次。"),
    ),
    "review_replied": (_l("对方回应了您的评价"), _l("“%(title)s”的评价有了回应。")),
    "review_reported": (_l("有一条评价被举报"), _l("有人认为对%(organisation)s的一条评价不该保留，请核对。")),
    "review_hidden": (_l("您的评价被移除"), _l("“%(title)s”的评价经核实不能保留，已经移除，不再计分。")),
    "reply_hidden": (
        _l("您的回应被移除"),
        _l("您对“%(title)s”的评价写的回应，经核实不能保留，已经移除。评价本身不变。"),
    ),
    "report_kept": (_l("您举报的评价予以保留"), _l("您举报的对%(organisation)s的评价，经核实予以保留。")),
    "report_hidden": (_l("您举报的评价已移除"), _l("您举报的对%(organisation)s的评价，经核实已经移除。")),
}
SUBJECTS: Mapping[str, Any] = {"review": _l("评价"), "report": _l("评价举报"), "reputation": _l("评分合计")}
ACTIONS: Mapping[str, Any] = {
    "write": _l("写下"),
    "publish": _l("公开"),
    "hide": _l("移除"),
    "hide_reply": _l("移除回应"),
    "reply": _l("回应"),
    "keep": _l("保留"),
    "rebuild": _l("重新计算"),
}

DIMENSIONS = {
    "professional": _l("专业"),
    "timely": _l("及时"),
    "effective": _l("效果"),
    "communication": _l("沟通"),
    "orderly": _l("规范"),
}
SIDES = {"neighbourhood": _l("居民区评价机构"), "provider": _l("机构评价居民区")}
REPLIES = {"neighbourhood": _l("机构的回应"), "provider": _l("居民区的回应")}  # by the side that wrote the review
STATES = {"sealed": _l("已封存"), "published": _l("已公开"), "hidden": _l("已移除")}
REPORT_STATES = {"open": _l("待处理"), "kept": _l("保留"), "hidden": _l("已移除")}
TONES = {"published": "good", "kept": "good", "open": "warn", "sealed": "warn", "hidden": "bad"}
REASONS = {
    "personal": _l("泄露个人信息"),
    "insult": _l("辱骂或人身攻击"),
    "untrue": _l("与事实不符"),
    "unrelated": _l("与这次服务无关"),
    "pressure": _l("受人指使或有利益交换"),
    "advert": _l("广告或拉客"),
    "other": _l("其他"),
}


def removed(line: Removed) -> str:
    """What a line of the public log is about."""
    return str((REPLIES if line.of_reply else SIDES)[line.review.side.value])


def day(moment: datetime) -> str:
    """The day in the district on which something was."""
    return wording.day(day_of(moment))


def refused(error: NoReview) -> str:
    """Why a review or a reply is not taken."""
    if error.why == "over":
        return str(gettext("评价期已于%(day)s结束，不能再写。", day=wording.day(error.until or "")))
    said = {
        "written": gettext("您这一方已经评价过了，一方只能写一次。"),
        "published": gettext("对方的评价已经公开，看过再写就不公平了，所以不能再写。"),
        "replied": gettext("您已经回应过了，只能回应一次。"),
    }
    return str(said.get(error.why, ""))


def not_reported(error: NoReport) -> str:
    if error.why == "waiting" or error.decided_at is None:
        return str(gettext("这条评价已经有人举报，正在核实，不用再报。"))
    on: date = day_of(error.decided_at)
    return str(
        gettext(
            "同样的理由在%(day)s核实过，决定保留：%(answer)s。不再重复受理；有别的理由可以另选。",
            day=wording.day(on),
            answer=error.answer.rstrip("。"),
        )
    )
