"""An assessor's own sheets: declare, then read and mark portion by portion, check, hand in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.assessing import DeclareForm, MarkInput, given, mark_inputs, sent_marks
from directory.forms.search import page_from
from directory.models.assessment import Mark, ScoreSheet
from directory.models.rubric import Criterion
from directory.operations import applications, catalogue, evidence, sheets, standings, worklists
from directory.operations.sheets import named
from directory.policy import Permission
from directory.rules import outlines
from directory.rules.calendar import day_of
from directory.rules.lifecycle import SheetState
from directory.rules.outlines import Placed
from directory.views import scoring
from directory.wording import assessing as words

bp = Blueprint("sheets", __name__, url_prefix="/evaluation/sheets")
scoring.set_up(bp, Permission.WRITE_SHEET)

Marked = tuple[Placed, Criterion, Mark | None]


class Section(NamedTuple):
    """A portion of the sheet: what one form marks. `heading` names the groups it stands in."""

    number: int
    heading: str
    lines: Sequence[Marked]

    @property
    def done(self) -> int:
        return sum(mark is not None and mark.points is not None and bool(mark.note) for _, _, mark in self.lines)


@bp.get("")
def mine() -> ResponseReturnValue:
    done = request.args.get("done") == "1"
    found = worklists.sheets_of(done=done, page=page_from(request.args), by=g.actor)
    return render_template("assessing/sheets.html", found=found, done=done)


@bp.get("/<int:sheet_id>")
def sheet(sheet_id: int) -> ResponseReturnValue:
    """What an assessor may see of an application at this step: before declaring, its name and nothing more."""
    found = sheets.get(sheet_id, by=g.actor)
    if found.state is SheetState.ASSIGNED:
        return _declare_page(found, DeclareForm(formdata=None))
    if found.state is SheetState.RECUSED:
        return render_template("assessing/recused.html", sheet=found)
    return _sheet_page(found, DeclareForm(formdata=None))


@bp.post("/<int:sheet_id>/declare")
def declare(sheet_id: int) -> ResponseReturnValue:
    form, now = DeclareForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            found = sheets.to_change(sheet_id, by=g.actor)
            sheets.declare(found, conflict=form.conflict.data or "", note=form.note.data or "", by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        found = sheets.get(sheet_id, by=g.actor)
        if found.state is SheetState.ASSIGNED:
            return _declare_page(found, form), 422
        sheets.check_declared(found)
        return _sheet_page(found, form), 422
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)


@bp.get("/<int:sheet_id>/sections/<int:section_id>")
def section(sheet_id: int, section_id: int) -> ResponseReturnValue:
    found = _declared(sheet_id)
    here = _section(found, section_id)
    return _section_page(found, here, mark_inputs({place.id: mark for place, _, mark in here.lines}))


@bp.post("/<int:sheet_id>/sections/<int:section_id>")
def save(sheet_id: int, section_id: int) -> ResponseReturnValue:
    """Keep what is written so far; then the next section."""
    found = _declared(sheet_id)
    here = _section(found, section_id)
    names = {place.id: named(place, criterion) for place, criterion, _ in here.lines}
    sent = sent_marks(request.form, names)
    now = datetime.now(UTC)
    kept = {}
    for criterion_id, said in sent.items():
        try:
            kept[criterion_id] = given(said, names[criterion_id])
        except Invalid as fault:
            said.error = words.mark_fault(fault)
    try:
        if len(kept) == len(sent):
            with transaction():
                sheets.save(sheets.to_change(sheet_id, by=g.actor), kept, by=g.actor, now=now)
    except Invalid as fault:
        next(sent[each] for each, name in names.items() if name == fault.field).error = words.mark_fault(fault)
    if any(said.error for said in sent.values()):
        found = _declared(sheet_id)
        return _section_page(found, _section(found, section_id), sent), 422
    flash(gettext("已保存。"))
    last = section_id >= len(_sections(found)) or "stay" in request.form
    if last:
        return redirect(url_for(".sheet", sheet_id=sheet_id, _anchor="sections"), 303)
    return redirect(url_for(".section", sheet_id=sheet_id, section_id=section_id + 1), 303)


@bp.get("/<int:sheet_id>/check")
def check(sheet_id: int) -> ResponseReturnValue:
    """All marks in one place, before they are final."""
    return _check_page(_declared(sheet_id))


@bp.post("/<int:sheet_id>/submit")
def submit(sheet_id: int) -> ResponseReturnValue:
    try:
        with transaction():
            sheets.submit(sheets.to_change(sheet_id, by=g.actor), by=g.actor, now=datetime.now(UTC))
    except Invalid as fault:
        return _check_page(_declared(sheet_id), words.mark_fault(fault)), 422
    flash(gettext("评分表已提交，不能再改。谢谢。"))
    return redirect(url_for(".sheet", sheet_id=sheet_id), 303)


def _declared(sheet_id: int) -> ScoreSheet:
    found = sheets.get(sheet_id, by=g.actor)
    sheets.check_declared(found)
    return found


def _declare_page(found: ScoreSheet, form: DeclareForm) -> str:
    return render_template("assessing/declare.html", sheet=found, form=form)


def _sheet_page(found: ScoreSheet, form: DeclareForm) -> str:
    application = found.assessment.application
    return render_template(
        "assessing/sheet.html",
        sheet=found,
        form=form,
        application=application,
        answers=applications.gates(application, on=day_of(datetime.now(UTC))),
        areas={area.code: area.name for area in catalogue.areas()},
        sections=_sections(found),
        total=_so_far(found),
        files=evidence.open_to(g.actor, application.organisation),
        money=wording.money,
    )


def _section_page(found: ScoreSheet, here: Section, inputs: dict[int, MarkInput]) -> str:
    return render_template(
        "assessing/section.html",
        sheet=found,
        here=here,
        inputs=inputs,
        sections=len(_sections(found)),
        proofs=_proofs(found) if found.state is SheetState.OPEN else [],
    )


def _proofs(found: ScoreSheet) -> list[tuple[str, str]]:
    """What may be picked as evidence, as it is kept and as it is shown: the organisation's files and its facts."""
    organisation = found.assessment.application.organisation
    files = [
        (evidence.reference(kept), f"{evidence.reference(kept)}：{kept.name}")
        for kept in evidence.open_to(g.actor, organisation).values()
    ]
    facts = dict.fromkeys(words.fact(fact) for fact in standings.facts([organisation.id])[organisation.id])
    return [*files, *((said, said) for said in facts)]


def _check_page(found: ScoreSheet, fault: str = "") -> str:
    of = {place.id: each.number for each in _sections(found) for place, _, _ in each.lines}
    return render_template(
        "assessing/check.html",
        sheet=found,
        marked=sheets.marked(found),
        lacking=[(place, criterion, what, of[place.id]) for place, criterion, what in sheets.gaps(found)],
        section_of=of,
        total=_so_far(found),
        pieces=partial(evidence.pieces, known=evidence.open_to(g.actor, found.assessment.application.organisation)),
        fault=fault,
    )


def _sections(found: ScoreSheet) -> list[Section]:
    marked = {each[0].id: each for each in sheets.marked(found)}
    portions = outlines.sections(place for place, _, _ in marked.values())
    return [
        Section(number, _heading(marked, portion), [marked[each] for each in portion])
        for number, portion in enumerate(portions, 1)
    ]


def _heading(marked: dict[int, Marked], portion: Sequence[int]) -> str:
    """The groups above; a leaf that stands by itself is named too."""
    first = portion[0]
    names = [marked[first][1].name] if len(portion) == 1 else []
    parent = marked[first][0].parent
    while parent is not None:
        names.insert(0, marked[parent][1].name)
        parent = marked[parent][0].parent
    return " › ".join(names) or marked[first][1].name


def _section(found: ScoreSheet, number: int) -> Section:
    here = next((each for each in _sections(found) if each.number == number), None)
    if here is None:
        raise NotFound(f"no section {number} in sheet {found.id}")
    return here


def _so_far(found: ScoreSheet) -> str:
    return words.points(sum(mark.points for mark in found.marks if mark.points is not None) or 0)
