from sqlalchemy import update

from directory import audit
from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.policy import OPERATOR
from tests.cli.calling import call
from tests.factories import NOW


def record(times):
    with transaction():
        return [audit.record("test:done", by=OPERATOR, thing=f"Thing:{n}", now=NOW).id for n in range(times)]


def test_a_whole_chain_holds(app, tmp_path):
    record(3)
    result = call(tmp_path, "audit", "verify")
    assert (result.exit_code, result.stdout) == (0, "the chain holds\n")


def test_a_broken_chain_names_the_events_with_status_1(app, tmp_path):
    ids = record(4)
    with transaction():
        db.session.execute(update(AuditEvent).where(AuditEvent.id.in_(ids[1:3])).values(reason="改过"))
    result = call(tmp_path, "audit", "verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"event {ids[1]} was changed after it was written",
        f"event {ids[2]} was changed after it was written",
        "2 broken events",
    ]
