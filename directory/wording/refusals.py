"""Why a step was not taken, for those who wanted to take it."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from flask_babel import format_date, gettext
from flask_babel import lazy_gettext as _l

from directory import wording
from directory.errors import Conflict
from directory.operations.editions import Unreadable
from directory.operations.endings import NoDraft, NotElsewhere
from directory.operations.joinings import JoinedBefore, OwnNeed
from directory.operations.milestones import Dropped
from directory.operations.objections import NoticeOver
from directory.operations.reports import NoReport
from directory.operations.reviewing import AlreadySuperseded, DecidedWithApplication
from directory.operations.reviews import NoReview
from directory.operations.sending import Overtaken, SentBefore
from directory.operations.service_records import StruckBefore
from directory.operations.signing_off import StepsLeft
from directory.operations.terminations import AllAccepted
from directory.operations.terms import ChangeOpen, TermsMoved
from directory.rules.lifecycle import (
    ApplicationState,
    AssessmentState,
    ClaimedState,
    EditionState,
    EntryState,
    NotAllowed,
    ObjectionState,
    RubricState,
    SheetState,
    VersionState,
)
from directory.rules.work import (
    EngagementState,
    InvitationState,
    MilestoneState,
    NeedState,
    ReportState,
    ReviewState,
    TermsState,
)
from directory.wording import choosing, engagements, needs, reviews, states

STATES: dict[type[StrEnum], dict[str, Any]] = {
    ApplicationState: states.APPLICATION_STATES,
    AssessmentState: states.ASSESSMENT_STATES,
    ClaimedState: states.CLAIMED_STATES,
    EditionState: states.EDITION_STATES,
    InvitationState: choosing.STATES,
    NeedState: needs.STATES,
    EngagementState: engagements.STATES,
    EntryState: wording.STATES,
    MilestoneState: engagements.MILESTONE_STATES,
    ObjectionState: states.OBJECTION_STATES,
    ReportState: reviews.REPORT_STATES,
    ReviewState: reviews.STATES,
    RubricState: states.RUBRIC_STATES,
    SheetState: states.SHEET_STATES,
    TermsState: engagements.TERMS_STATES,
    VersionState: states.VERSION_STATES,
}
_SAID: dict[type[Conflict], Any] = {
    SentBefore: _l("这张表单已经提交过，只办理了一次。"),
    Overtaken: _l("您打开这一页以后，有人办过这一件，您看到的已经不是最新的。"),
    NotElsewhere: _l("这条需求是找社会组织或居民自治的，不用转办。"),
    NoDraft: _l("您自己的那条已经不是草稿，没有撤回，也没有加入。要加入这一条，请从需求公告板里再点一次加入。"),
    OwnNeed: _l("这是您自己居民区的需求，不用加入。"),
    JoinedBefore: _l("您的居民区已经加入了这条需求。"),
    AlreadySuperseded: _l("这条资质事实刚刚被更正过，请看最新的一条。"),
    DecidedWithApplication: _l("这个版本是随入录申请一起提交的，请在申请里办理。"),
    ChangeOpen: _l("已经有一项变更在等答复，请先等它有结果，或者撤回。"),
    TermsMoved: _l("提出变更以后，合约又有了进展，这项变更对不上了。请提出的一方撤回，重新提出。"),
    AllAccepted: _l("各阶段都已验收，工作已经做完，不能再终止。请居民区签收，双方互相评价。"),
    Dropped: _l("这个阶段在变更约定时去掉了，不用再办。"),
    StruckBefore: _l("这条记录已经划去过，不用再划。"),
}
_CONFLICTS = {
    "the evaluation has not finished": _l("评估还没有完成，现在不能决定列入。"),
    "the public notice is not over, or something stands against the listing": _l(
        "公示还没有期满，或者还有异议、申诉没有处理完。"
    ),
    "an application with this service is under way": _l("这项服务已有一件申请在办理中。"),
}


def state(of: str) -> str:
    """The word for a state of any lifecycle."""
    return str(STATES.get(type(of), {}).get(of, of)) if isinstance(of, StrEnum) else str(of)


def refusal(error: Conflict) -> str:
    """What stands against a step; "" where no words are kept for it."""
    worded = _WORDED.get(type(error))
    if worded is not None:
        return str(worded(error))
    return choosing.refusal(error) or str(_SAID.get(type(error)) or _CONFLICTS.get(str(error), ""))


def _wrong_state(error: NotAllowed) -> str:
    now, sources = f"『{state(error.state)}』", _either(f"『{state(source)}』" for source in error.sources)
    return str(gettext("现在是%(now)s，这一步只能从%(sources)s开始。", now=now, sources=sources))


def _no_notice(error: NoticeOver) -> str:
    if error.until is None:
        return str(gettext("这件申请没有在公示，不能提出异议。"))
    return str(gettext("公示已于%(day)s结束，不能再提出异议。", day=format_date(error.until, "long")))


def _unreadable(error: Unreadable) -> str:
    said = gettext(
        "第 %(entry)d 号条目封存的内容后来被人改动，已经读不出来。请告诉区民政局的目录管理员。", entry=error.entry_id
    )
    return str(said)


def _either(items: Iterable[str]) -> str:
    return str(gettext("或")).join(items)


def _steps_left(error: StepsLeft) -> str:
    names = wording.series(engagements.step_name(name) for name in error.names)
    return str(gettext("还有阶段没有做完这一步：%(names)s。请先办好这些阶段。", names=names))


_WORDED: dict[type[Conflict], Callable[[Any], str]] = {
    NotAllowed: _wrong_state,
    NoticeOver: _no_notice,
    NoReport: reviews.not_reported,
    NoReview: reviews.refused,
    StepsLeft: _steps_left,
    Unreadable: _unreadable,
}
