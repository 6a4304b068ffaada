"""Writing needs as a neighbourhood does, for the tests of what becomes of them."""

from directory.db import transaction
from directory.models.need import Need
from directory.operations import needs, postings
from directory.operations.details import Details
from directory.policy import Actor
from directory.rules.roles import Role
from tests import factories_work
from tests.factories import NEIGHBOURHOOD, NOW

SECRETS = "13812345678", "310105198001011234", "1288弄5号302室"
SAID = f"晚上没地方停车，找王阿姨{SECRETS[0]}，证件{SECRETS[1]}，住{SECRETS[2]}"


def neighbour(area_code: str = NEIGHBOURHOOD) -> Actor:
    account = factories_work.neighbour(area_code)
    return Actor(account.id, Role.NEIGHBOURHOOD, None, area_code)


def post(app, said=SAID, *, by, now=NOW, category=None, **more) -> list[int]:
    """The ids of the drafts it becomes."""
    details, drafted = postings.work_out(
        Details(said, **more), category=category, by=by, now=now, engine=app.extensions["engine"]
    )
    with transaction():
        return [need.id for need in postings.post(details, drafted, by=by, now=now)]


def confirm(app, need_id, category="P-001", route="provider", *, by, now=NOW) -> None:
    need = needs.get(need_id, by=by)
    shown = need.since.isoformat()
    drafted = postings.corrected(need, category, by=by, now=now, engine=app.extensions["engine"])
    with transaction():
        need = needs.get(need_id, by=by)
        postings.confirm(need, category=category, route=route, drafted=drafted, shown=shown, by=by, now=now)


def opened(app, said="晚上没地方停车", *, by, **more) -> Need:
    (need_id,) = post(app, said, by=by, **more)
    confirm(app, need_id, by=by)
    return needs.get(need_id, by=by)


def act(step, need_id, *, by, now=NOW, **more):
    """One step of a need, in a transaction of its own."""
    with transaction():
        return step(needs.get(need_id, by=by), by=by, now=now, **more)
