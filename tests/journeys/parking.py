"""What the way from a need to its reviews finds: accounts of three who see to parking, and reviews of two of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category
from directory.operations import recounting
from directory.rules.calendar import day_of
from directory.rules.work import EngagementState, ReviewState
from tests import factories_work as working
from tests.conftest import app_in

WINNER, LOSER, DECLINER = "tingche", "gongdao", "bange"
SCALES, MOORING, HALF = "公道秤", "泊序", "半格"  # first, second and third of the answer
PARKING = "P-001"


def make_ready(folder: Path) -> None:
    """Two reviews are too few for a rating: a third of the second makes one, and the first scores below it then."""
    with app_in(folder).app_context():
        with transaction(announce=False):
            _give_account(LOSER, SCALES)
            _give_account(DECLINER, HALF)
            _review(MOORING, 5, ("310105-06-01", "310105-06-02"))
            _review(SCALES, 2, ("310105-05-02", "310105-03-01"))
            recounting.write()
        db.session.remove()
        db.engine.dispose()


def _give_account(name: str, organisation: str) -> None:
    """As the owner has whom the demo knows."""
    query = select(Organisation).where(Organisation.short_name.startswith(organisation))
    theirs = db.session.scalars(query).one()
    like = db.session.scalars(select(Account).filter_by(email=f"{WINNER}@demo.example")).one()
    given = {key: getattr(like, key) for key in ("password", "role", "is_demo", "mails", "created_at")}
    fresh = {"email": f"{name}@demo.example", "name": f"示例·{theirs.short_name} 负责", "fs_uniquifier": uuid4().hex}
    db.session.add(Account(organisation_id=theirs.id, **given, **fresh))
    db.session.flush()


def _review(organisation: str, points: int, areas: tuple[str, ...]) -> None:
    """Parking work of two months ago, signed off and reviewed by one neighbourhood after another."""
    query = select(Entry).join(Entry.service).join(Service.organisation).join(Service.category)
    parking = query.where(Organisation.short_name.startswith(organisation), Category.code == PARKING)
    entry = db.session.scalars(parking).one()
    then = datetime.now(UTC) - timedelta(days=60)
    for area in areas:
        done = working.engagement(
            entry,
            area_code=area,
            title="示例·停车共治",
            state=EngagementState.SIGNED_OFF,
            **dict.fromkeys(("starts_on", "ends_on"), day_of(then)),
            **dict.fromkeys(("since", "created_at", "signed_off_at"), then),
        )
        when = dict.fromkeys(("since", "created_at", "published_at"), then + timedelta(days=1))
        working.review(done, points=points, state=ReviewState.PUBLISHED, **when)
