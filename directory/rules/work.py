"""What may become what on the way from a need to its reviews: tables like those of lifecycle.py, nothing else."""

from enum import StrEnum

from directory.rules.lifecycle import Lifecycle


class NeedState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    SHORTLISTED = "shortlisted"
    AWARDED = "awarded"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    UNMET = "unmet"


class InvitationState(StrEnum):
    SENT = "sent"
    PROPOSED = "proposed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    AWARDED = "awarded"
    NOT_CHOSEN = "not_chosen"
    RECALLED = "recalled"


class EngagementState(StrEnum):
    AGREED = "agreed"
    RUNNING = "running"
    DELIVERED = "delivered"
    SIGNED_OFF = "signed_off"
    TERMINATED = "terminated"


class MilestoneState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    ACCEPTED = "accepted"


class TermsState(StrEnum):
    """Of a change that one side proposes to the terms."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ReviewState(StrEnum):
    SEALED = "sealed"
    PUBLISHED = "published"
    HIDDEN = "hidden"


class ReportState(StrEnum):
    """Of a report that a review must not stand."""

    OPEN = "open"
    KEPT = "kept"
    HIDDEN = "hidden"


_N = NeedState
NEEDS = Lifecycle[NeedState](
    {
        "confirm": (frozenset({_N.DRAFT}), _N.OPEN),
        "hand_off": (frozenset({_N.DRAFT, _N.OPEN}), _N.CLOSED),
        "invite": (frozenset({_N.OPEN, _N.SHORTLISTED}), _N.SHORTLISTED),
        "award": (frozenset({_N.OPEN, _N.SHORTLISTED}), _N.AWARDED),
        "start": (frozenset({_N.AWARDED}), _N.IN_SERVICE),
        "complete": (frozenset({_N.IN_SERVICE}), _N.COMPLETED),
        "close": (frozenset({_N.COMPLETED}), _N.CLOSED),
        "reopen": (frozenset({_N.SHORTLISTED, _N.AWARDED, _N.IN_SERVICE, _N.UNMET}), _N.OPEN),
        "give_up": (frozenset({_N.OPEN, _N.SHORTLISTED}), _N.UNMET),
        "withdraw": (frozenset({_N.DRAFT, _N.OPEN, _N.SHORTLISTED}), _N.WITHDRAWN),
    }
)

_ASKED = frozenset({InvitationState.SENT, InvitationState.PROPOSED})
INVITATIONS = Lifecycle[InvitationState](
    {
        "propose": (_ASKED, InvitationState.PROPOSED),
        "decline": (_ASKED, InvitationState.DECLINED),
        "lapse": (frozenset({InvitationState.SENT}), InvitationState.LAPSED),
        "award": (frozenset({InvitationState.PROPOSED}), InvitationState.AWARDED),
        "pass_over": (_ASKED, InvitationState.NOT_CHOSEN),
        "recall": (_ASKED, InvitationState.RECALLED),
    }
)

_E = EngagementState
ENGAGEMENTS = Lifecycle[EngagementState](
    {
        "start": (frozenset({_E.AGREED}), _E.RUNNING),
        "deliver": (frozenset({_E.RUNNING}), _E.DELIVERED),
        "return": (frozenset({_E.DELIVERED}), _E.RUNNING),
        "sign_off": (frozenset({_E.RUNNING, _E.DELIVERED}), _E.SIGNED_OFF),
        "terminate": (frozenset({_E.AGREED, _E.RUNNING, _E.DELIVERED}), _E.TERMINATED),
    }
)

MILESTONES = Lifecycle[MilestoneState](
    {
        "deliver": (frozenset({MilestoneState.PENDING}), MilestoneState.DELIVERED),
        "return": (frozenset({MilestoneState.DELIVERED}), MilestoneState.PENDING),
        "accept": (frozenset({MilestoneState.DELIVERED}), MilestoneState.ACCEPTED),
    }
)

TERMS = Lifecycle[TermsState](
    {
        "accept": (frozenset({TermsState.OPEN}), TermsState.ACCEPTED),
        "refuse": (frozenset({TermsState.OPEN}), TermsState.REFUSED),
        "withdraw": (frozenset({TermsState.OPEN}), TermsState.WITHDRAWN),
    }
)

REVIEWS = Lifecycle[ReviewState](
    {
        "publish": (frozenset({ReviewState.SEALED}), ReviewState.PUBLISHED),
        "hide": (frozenset({ReviewState.PUBLISHED}), ReviewState.HIDDEN),
    }
)

REPORTS = Lifecycle[ReportState](
    {
        "keep": (frozenset({ReportState.OPEN}), ReportState.KEPT),
        "hide": (frozenset({ReportState.OPEN}), ReportState.HIDDEN),
    }
)
