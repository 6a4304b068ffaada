"""Government decides on an application: an act of its own, which may differ from what the score suggests."""

from datetime import datetime

from directory.models.application import Application
from directory.models.assessment import Assessment
from directory.operations import applications, sending
from directory.policy import Actor
from directory.rules.lifecycle import APPLICATIONS


def suggested(result: Assessment | None) -> bool | None:
    """Whether the score speaks for listing: a total that earns a grade does. None where nothing was scored."""
    return None if result is None else bool(result.grade)


def differs(result: Assessment | None, *, admit: bool) -> bool:
    """Whether a decision goes against the score, which is then said openly."""
    speaks_for = suggested(result)
    return speaks_for is not None and speaks_for is not admit


def decide(application: Application, *, admit: bool, reason: str, seen: str, by: Actor, now: datetime) -> None:
    """Admit or reject, unless somebody acted since the page was shown. Raises Overtaken, NotAllowed, Invalid.

    Without that check a rejection sent by a second officer would overturn an admission nobody told them of: an
    application can still be rejected during its public notice.
    """
    APPLICATIONS.after("admit" if admit else "reject", application.state)
    sending.unmoved(application.since, seen)
    if admit:
        applications.admit(application, reason=reason, by=by, now=now)
    else:
        applications.reject(application, reason=reason, by=by, now=now)
