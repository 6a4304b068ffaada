"""Pages of the sealed editions, their files, and the catalogue as of any day. Anyone may read them."""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import SQLAlchemyError

from directory import wording
from directory.db import db
from directory.errors import Invalid
from directory.exchange import editions as files
from directory.forms.editions import day_from, name_from
from directory.forms.search import page_from
from directory.models.edition import Edition
from directory.operations import asof, editions, paging
from directory.operations.editions import SealedRow
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState
from directory.wording import editions as words

bp = Blueprint("editions", __name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_STATES = (EntryState.LISTED, EntryState.SUSPENDED, EntryState.EXITED)
BLOCK = 64 * 1024
KEPT = "directory.edition_in_force"
MOST_OFFERED = 200  # editions to choose from
RECIPE = (Path(__file__).parent.parent / "static" / "verify_edition.txt").read_text("utf-8")


@bp.app_context_processor
def frame() -> dict[str, Any]:
    """For every page's footer."""
    return {"edition_in_force": in_force, "edition_words": words}


def in_force() -> Edition | None:
    """Asked of the database once a page; none where the database cannot say, for error pages have the footer too."""
    if KEPT not in request.environ:
        try:
            request.environ[KEPT] = editions.in_force()
        except SQLAlchemyError:
            db.session.rollback()
            request.environ[KEPT] = None
    found: Edition | None = request.environ[KEPT]
    return found


@bp.get("/editions")
def listing() -> ResponseReturnValue:
    page = page_from(request.args)
    found, total = editions.listing(offset=(page - 1) * editions.PAGE, limit=editions.PAGE)
    pages = paging.pages(total, editions.PAGE)
    return render_template("editions/list.html", editions=found, total=total, page=page, pages=pages)


@bp.get("/editions/compare")
def compare() -> ResponseReturnValue:
    """The form that asks for two editions leads to the address of their difference."""
    older, newer = (editions.get(request.args.get(name, "")).number for name in ("older", "newer"))
    return redirect(url_for(".diff", older=older, newer=newer), 303)


@bp.get("/editions/<number>")
def edition(number: str) -> ResponseReturnValue:
    found, page = editions.get(number), page_from(request.args)
    text, field = name_from(request.args), request.args.get("field", "")[:40]
    fields = editions.fields(found)
    rows, total = editions.rows(found, text=text, field=field, page=page)
    before, after = editions.around(found)
    return render_template(
        "editions/edition.html",
        edition=found,
        fields=fields,
        chosen=next((known for known in fields if known.code == field), None),
        groups=by_field(rows),
        total=total,
        text=text,
        page=page,
        pages=paging.pages(total, editions.PAGE),
        before=before,
        after=after,
        others=editions.listing(limit=MOST_OFFERED)[0],
        recipe=RECIPE,
    )


@bp.get("/editions/<number>/print")
def printable(number: str) -> ResponseReturnValue:
    found = editions.get(number)
    return render_template("editions/print.html", edition=found, groups=by_field(editions.all_rows(found)))


@bp.get("/editions/<number>.csv")
def as_csv(number: str) -> ResponseReturnValue:
    found = editions.get(number)
    return _file(found, "csv", "text/csv; charset=utf-8", files.csv_chunks(editions.all_rows(found)))


@bp.get("/editions/<number>.json")
def as_json(number: str) -> ResponseReturnValue:
    found = editions.get(number)
    return _file(found, "json", "application/json", files.json_chunks(found, editions.all_rows(found)))


@bp.get("/editions/<number>.xlsx")
def as_xlsx(number: str) -> ResponseReturnValue:
    found = editions.get(number)
    return _file(found, "xlsx", XLSX, _workbook(found))


@bp.get("/editions/<number>/entries/<int:entry_id>")
def entry(number: str, entry_id: int) -> ResponseReturnValue:
    """One row as it was sealed: an address that stays."""
    found = editions.get(number)
    row = editions.row(found, entry_id)
    return render_template("editions/entry.html", edition=found, row=row, holding=editions.holding(entry_id))


@bp.get("/editions/<older>/diff/<newer>")
def diff(older: str, newer: str) -> ResponseReturnValue:
    first, second, page = editions.get(older), editions.get(newer), page_from(request.args)
    found = editions.between(first, second)
    of_first, of_second = partial(editions.rows_of, first), partial(editions.rows_of, second)
    return render_template(
        "editions/diff.html",
        older=first,
        newer=second,
        difference=found,
        items=editions.told(found, of_first, of_second, page=page),
        page=page,
        pages=paging.pages(len(found), editions.PAGE),
        others=editions.listing(limit=MOST_OFFERED)[0],
    )


@bp.get("/catalogue")
def catalogue() -> ResponseReturnValue:
    """The catalogue as it stood when a day ended."""
    today = day_of(datetime.now(UTC))
    show = partial(render_template, "editions/catalogue.html", today=today, states=SHOWN_STATES)
    try:
        on, page = day_from(request.args, today=today), page_from(request.args)
        state = _state(request.args.get("state", ""))
        day = asof.catalogue(on, state=state, page=page, today=today)
    except Invalid as fault:
        return show(day=None, fault=_worded(fault), given=request.args.get("on", "")[:40]), 422
    groups = [(category, list(stood)) for category, stood in groupby(day.items, key=attrgetter("category"))]
    return show(day=day, groups=groups, fault=None, given=on.isoformat())


def by_field(rows: Iterable[SealedRow]) -> Iterator[tuple[str, Iterator[SealedRow]]]:
    """The name of each field with its rows, one after the other, as the rows come."""
    return ((name, group) for (_, name), group in groupby(rows, key=_field_of))


def _field_of(row: SealedRow) -> tuple[str, str]:
    field = row.content["category"]["field"]
    return field["code"], field["name"]


def _worded(fault: Invalid) -> Invalid:
    if fault.rule != "future":
        return fault
    said = gettext("%(day)s还没有到，最晚看到今天。", day=wording.day(str(fault.value)))
    return Invalid(fault.field, fault.value, fault.rule, said)


def _state(given: str) -> EntryState:
    try:
        return EntryState(given or EntryState.LISTED)
    except ValueError:
        message = gettext("没有“%(state)s”这种状态。", state=given[:40])
        raise Invalid("state", given[:40], "unknown", message) from None


def _file(found: Edition, ending: str, kind: str, chunks: Iterator[Any]) -> Response:
    """Sent as it is read: an edition may have tens of thousands of rows. What fails at once is told, not sent."""
    chunks = chain([next(chunks)], chunks)
    response = Response(stream_with_context(chunks), content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename=catalogue-{found.number}.{ending}"
    return response


def _workbook(found: Edition) -> Iterator[bytes]:
    """A workbook is a ZIP: written to a file first, row by row, then sent from there."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edition.xlsx"
        files.write_xlsx(path, editions.all_rows(found))
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
