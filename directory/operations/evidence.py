"""Files that prove something, kept under their digest where no web server reaches."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.application import Application
from directory.models.assessment import Assessment, ScoreSheet
from directory.models.engagement import Engagement, ServiceRecord
from directory.models.evidence import Evidence
from directory.models.organisation import Organisation
from directory.operations import assessors
from directory.operations.records import one_line
from directory.policy import Actor, Permission, can, require
from directory.rules import files
from directory.rules.lifecycle import SheetState
from search.text import mask

LONGEST_NAME = 120
REFERENCE = "证明材料 {} 号"  # how a text names a file; the same in every language, for it is kept
_REFERENCE = re.compile(r"证明材料 ?(\d{1,9}) ?号")
ENDINGS = {files.PDF: ".pdf", files.JPEG: ".jpg", files.PNG: ".png"}
TYPES = {files.PDF: "application/pdf", files.JPEG: "image/jpeg", files.PNG: "image/png"}


def keep(content: bytes, name: str, organisation: Organisation, *, folder: Path, by: Actor, now: datetime) -> Evidence:
    """Store a file of an organisation. Raises Invalid for what is no whole PDF, JPEG or PNG.

    The file is in place before the row is committed, so a row never names a file that is not there. Where the
    transaction fails, the file stays unnamed: nothing leads to it.
    """
    require(by, Permission.PROPOSE_FACT, organisation)
    kind = files.kind_of(content)
    digest = hashlib.sha256(content).hexdigest()
    _put(content, place(folder, digest))
    kept = Evidence(
        organisation_id=organisation.id,
        name=_plain(name, kind),
        kind=kind,
        size=len(content),
        digest=digest,
        uploaded_by_id=by.id,
        uploaded_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def get(evidence_id: int, *, by: Actor) -> Evidence:
    """A file that the actor may see. Raises NotFound, Forbidden."""
    found = db.session.get(Evidence, evidence_id)
    if found is None:
        raise NotFound(f"no evidence {evidence_id}")
    work = _work(found)
    if work is not None:
        require(by, Permission.READ_ENGAGEMENT, work)
        return found
    if not _may_open(db.session.get_one(Organisation, found.organisation_id), by=by):
        raise Forbidden(f"{by.role} may not see evidence {evidence_id}")
    return found


def open_to(by: Actor, organisation: Organisation) -> dict[int, Evidence]:
    """The files of an organisation by their ids, the latest first; none for who may not open them.

    Those of a record of work are among them only for who may read that work, as `get` asks of each.
    """
    if not _may_open(organisation, by=by):
        return {}
    kept = select(Evidence).where(Evidence.organisation_id == organisation.id).order_by(Evidence.id.desc())
    of_work = (
        select(ServiceRecord.evidence_id, Engagement)
        .join(Engagement, ServiceRecord.engagement_id == Engagement.id)
        .where(Engagement.organisation_id == organisation.id, ServiceRecord.evidence_id.is_not(None))
    )
    closed = {file for file, work in db.session.execute(of_work) if not can(by, Permission.READ_ENGAGEMENT, work)}
    return {each.id: each for each in db.session.scalars(kept) if each.id not in closed}


def reference(kept: Evidence) -> str:
    return REFERENCE.format(kept.id)


def pieces(text: str, known: Mapping[int, Evidence]) -> list[tuple[str, Evidence | None]]:
    """A text cut where it names a file; with a file that is not among those known, it is text like any other."""
    found: list[tuple[str, Evidence | None]] = []
    past = 0
    for named in _REFERENCE.finditer(text):
        if kept := known.get(int(named[1])):
            found += [(text[past : named.start()], None), (named[0], kept)]
            past = named.end()
    return [(said, kept) for said, kept in [*found, (text[past:], None)] if said]


def read(kept: Evidence, *, folder: Path) -> bytes:
    """The file as it was stored. Raises NotFound where it is gone or is not what was stored."""
    try:
        content = place(folder, kept.digest).read_bytes()
    except OSError as error:
        raise NotFound(f"the file of evidence {kept.id} is gone") from error
    if hashlib.sha256(content).hexdigest() != kept.digest:
        raise NotFound(f"the file of evidence {kept.id} was changed")
    return content


def place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def named(ids: Iterable[int]) -> dict[int, Evidence]:
    return {kept.id: kept for kept in db.session.scalars(select(Evidence).where(Evidence.id.in_(set(ids))))}


def _may_open(organisation: Organisation, *, by: Actor) -> bool:
    return can(by, Permission.READ_ORGANISATION, organisation) or _assesses(by, organisation.id)


def _work(kept: Evidence) -> Engagement | None:
    """The work that a file is a record of: it is shown to those who may read that, not to who judges the organisation.

    What it shows happened in a neighbourhood, and may show its people.
    """
    of_it = ServiceRecord.engagement_id == Engagement.id, ServiceRecord.evidence_id == kept.id
    return db.session.scalar(select(Engagement).join(ServiceRecord, of_it[0]).where(of_it[1]).limit(1))


def _assesses(by: Actor, organisation_id: int) -> bool:
    """Whether the actor has a sheet open on an application of the organisation that still waits for it."""
    sheets = (
        select(ScoreSheet)
        .join(Assessment, ScoreSheet.assessment_id == Assessment.id)
        .join(Application, Assessment.application_id == Application.id)
        .where(
            ScoreSheet.assessor_id == by.id,
            ScoreSheet.state == SheetState.OPEN,
            Application.organisation_id == organisation_id,
            assessors.under_way(),
        )
        .limit(1)
    )
    return any(can(by, Permission.WRITE_SHEET, sheet) for sheet in db.session.scalars(sheets))


def _put(content: bytes, path: Path) -> None:
    """Write beside its place, then move: nobody ever reads half a file."""
    new = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(written.fileno())
        new.replace(path)
    except OSError as error:
        with suppress(OSError):  # where there is no folder, there is nothing to remove
            new.unlink(missing_ok=True)
        raise Invalid("file", "", "not_stored", "the file could not be stored") from error


def _plain(name: str, kind: str) -> str:
    """What its owner calls the file, without folders, personal data or a false ending."""
    last = one_line(mask(name.replace("\\", "/").rsplit("/", 1)[-1]))
    stem = last.rsplit(".", 1)[0].strip(" .")[:LONGEST_NAME]
    return (stem or "evidence") + ENDINGS[kind]
