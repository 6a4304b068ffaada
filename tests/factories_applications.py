"""What an organisation sends: services not in the catalogue yet, applications with them, facts it proposes, files."""

import struct
import zlib
from datetime import date
from typing import Any

from sqlalchemy import func, select

from directory.db import db
from directory.models.application import Application
from directory.models.assessment import Assessment, ScoreSheet
from directory.models.claimed import ClaimedFact
from directory.models.evidence import Evidence
from directory.models.organisation import Organisation
from directory.models.rubric import Rubric
from directory.models.service import Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ApplicationState, SheetState, VersionState
from tests.factories import NOW, STREET


def _chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND")
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\x00\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
    b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0"
    b"\x00\x00\xff\xd9"
)
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n45\n%%EOF\n"


def offer(made: Organisation, category: str = "P-001", **changed: Any) -> ServiceVersion:
    """A new service that is not in the catalogue, at a draft version."""
    place = (db.session.scalar(select(func.max(Service.id))) or 0) + 1
    service = Service(
        organisation_id=made.id,
        category_id=db.session.scalars(select(Category.id).filter_by(code=category)).one(),
        external_id=f"own-{place}",
        capacity=2,
    )
    values: dict[str, Any] = {
        "number": 1,
        "name": "夜间停车协商",
        "description": "请居民坐下来把夜里怎么停车说清楚。",
        "areas": [STREET],
        "price_low": 800,
        "price_high": 1500,
        "price_unit": "每项目",
        "state": VersionState.DRAFT,
        "changed_at": NOW,
    }
    version = ServiceVersion(service=service, **(values | changed))
    db.session.add(version)
    db.session.flush()
    return version


def pending(service: Service, **changed: Any) -> ServiceVersion:
    """The next version of a service, still a draft."""
    last = service.versions[-1]
    kept = {key: getattr(last, key) for key in ("name", "description", "areas", "groups", "price_low", "price_high")}
    values = kept | {"price_unit": last.price_unit, "state": VersionState.DRAFT, "changed_at": NOW}
    version = ServiceVersion(service=service, number=last.number + 1, **(values | changed))
    db.session.add(version)
    db.session.flush()
    return version


def application(version: ServiceVersion, **changed: Any) -> Application:
    """An application with a service at this version, a draft by default."""
    state = changed.get("state", ApplicationState.DRAFT)
    values: dict[str, Any] = {"since": NOW, "created_at": NOW}
    if state is not ApplicationState.DRAFT:
        values["submitted_at"] = NOW
    if state is ApplicationState.PUBLICITY:
        values |= {"admitted": True, "publicity_from": date(2026, 11, 23), "publicity_until": date(2026, 11, 30)}
    made = Application(
        organisation_id=version.service.organisation_id,
        service=version.service,
        version=version,
        **(values | changed),
    )
    db.session.add(made)
    db.session.flush()
    return made


def evidence(made: Organisation, **changed: Any) -> Evidence:
    """A file by name only: nothing is stored."""
    values: dict[str, Any] = {
        "name": "等级证书.pdf",
        "kind": "pdf",
        "size": len(PDF),
        "digest": "0" * 64,
        "uploaded_at": NOW,
    }
    kept = Evidence(organisation_id=made.id, **(values | changed))
    db.session.add(kept)
    db.session.flush()
    return kept


def claimed(made: Organisation, **changed: Any) -> ClaimedFact:
    """A grade proposed, with evidence, waiting for government."""
    values: dict[str, Any] = {
        "kind": FactKind.GRADE,
        "value": "5A",
        "since": date(2026, 9, 1),
        "until": date(2031, 8, 31),
        "source": "等级证书（示例）",
        "created_at": NOW,
    }
    if "evidence" not in changed:
        values["evidence"] = evidence(made)
    said = ClaimedFact(organisation_id=made.id, **(values | changed))
    db.session.add(said)
    db.session.flush()
    return said


def sheet(made: Application, assessor_id: int, state: SheetState = SheetState.OPEN) -> ScoreSheet:
    """One assessor's sheet on an application, by a rubric made for it."""
    place = (db.session.scalar(select(func.max(Rubric.id))) or 0) + 1
    rubric = Rubric(code=f"r-{place}", version=1, name="示例评估指标", scale=100, gap=10, thresholds=[], created_at=NOW)
    assessment = Assessment(application=made, rubric=rubric, created_at=NOW)
    declared = None if state is SheetState.ASSIGNED else NOW
    scored = ScoreSheet(assessment=assessment, assessor_id=assessor_id, assigned_at=NOW, state=state)
    scored.declared_at = declared
    db.session.add(scored)
    db.session.flush()
    return scored
