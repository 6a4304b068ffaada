"""The forms of the evaluation centre: assigning, declaring, marking, rubrics."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField

from directory.errors import Invalid
from directory.forms import fields
from directory.forms.once import Once
from directory.models.assessment import Mark
from directory.models.rubric import Criterion, Rubric
from directory.operations.criteria import Wording
from directory.operations.rubrics import Terms
from directory.operations.sheets import Given
from directory.wording import assessing as words

_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,6})?")
_LINE = re.compile(r"[\s|｜:：,，%％]+")


def number(text: str, field: str) -> Decimal:
    """Raises Invalid for what is no number."""
    given = text.strip().replace("．", ".").replace("。", ".")
    if not _NUMBER.fullmatch(given):
        raise Invalid(field, text[:40], "number", f"{text[:40]!r} is no number")
    try:
        return Decimal(given)
    except InvalidOperation as error:
        raise Invalid(field, text[:40], "number", f"{text[:40]!r} is no number") from error


class Form(fields.Form):
    worded = staticmethod(words.fault)


class AssignForm(Form):
    once = Once()
    rubric = SelectField(_l("用哪一份指标"), validate_choice=False)
    assessors = SelectMultipleField(_l("评估员"), validate_choice=False)


class AddForm(Form):
    once = Once()
    assessor = SelectField(_l("另派谁"), validate_choice=False)


class ReleaseForm(Form):
    sheet = SelectField(_l("收回谁的评分表"), validate_choice=False)
    reason = StringField(_l("为什么收回"))


class DeclareForm(Form):
    conflict = StringField(_l("有没有需要回避的情形"))
    note = StringField(_l("补充说明（选“其他”时要写）"))


class AppealForm(Form):
    once = Once()
    reason = TextAreaField(_l("对哪一项、为什么有异议"))


class TermsForm(Form):
    once = Once()
    name = StringField(_l("名称"))
    kind = SelectField(_l("用于哪种机构"), validate_choice=False)
    category = SelectField(_l("只用于哪类服务"), validate_choice=False)
    scale = SelectField(_l("满分"), validate_choice=False)
    gap = StringField(_l("复评分差"))
    thresholds = TextAreaField(_l("等级分数线"))
    source = TextAreaField(_l("来源"))

    def terms(self) -> Terms:
        """Raises Invalid."""
        scale = self.scale.data or ""
        try:
            gap = number(self.gap.data or "", "gap")
        except Invalid as fault:
            raise Invalid("gap", fault.value, "range", str(fault)) from fault
        return Terms(
            self.name.data or "",
            self.kind.data or "",
            self.category.data or "",
            int(scale) if scale.isascii() and scale.isdecimal() and len(scale) < 6 else 0,
            gap,
            [_pair(line, "thresholds", first=str.upper) for line in _lines(self.thresholds.data)],
            self.source.data or "",
        )


class CriterionForm(Form):
    once = Once()
    name = StringField(_l("名称"))
    points = StringField(_l("分值"))
    parent = SelectField(_l("放在哪一项下面"), validate_choice=False)
    levels = TextAreaField(_l("各档要做到什么"))

    def wording(self, *, keeps: Decimal | None = None) -> Wording:
        """`keeps`: the points of a group, which nobody writes. Raises Invalid."""
        try:
            most = keeps if keeps is not None else number(self.points.data or "", "points")
        except Invalid as fault:
            raise Invalid("points", fault.value, "range", str(fault)) from fault
        lines = [_pair(line, "levels", first=_share) for line in _lines(self.levels.data)]
        return Wording(self.name.data or "", most, lines)

    def under(self) -> int | None:
        """Raises Invalid."""
        given = self.parent.data or ""
        if given and not (given.isascii() and given.isdecimal() and len(given) < 18):
            raise Invalid("parent", given[:40], "inside", "no such criterion")
        return int(given) if given else None


def terms_of(rubric: Rubric) -> dict[str, Any]:
    """What the form of its terms says at first."""
    return {
        "name": rubric.name,
        "kind": rubric.kind.value if rubric.kind else "",
        "category": rubric.category.code if rubric.category else "",
        "scale": str(rubric.scale),
        "gap": words.points(rubric.gap),
        "thresholds": "\n".join(f"{grade} {words.points(least)}" for grade, least in rubric.thresholds),
        "source": rubric.source,
    }


def wording_of(criterion: Criterion) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "points": words.points(criterion.points),
        "parent": str(criterion.parent_id or ""),
        "levels": "\n".join(f"{words.points(float(share) * 100)} {text}" for share, text in criterion.anchors),
    }


@dataclass(slots=True)
class MarkInput:
    """What stands in the boxes of one criterion, what is picked to be added as evidence, and what is wrong with it."""

    points: str = ""
    note: str = ""
    evidence: str = ""
    proof: str = ""
    error: str = ""


def mark_inputs(marks: Mapping[int, Mark | None]) -> dict[int, MarkInput]:
    return {
        criterion: MarkInput(words.points(mark.points), mark.note, mark.evidence) if mark else MarkInput()
        for criterion, mark in marks.items()
    }


def sent_marks(form: Mapping[str, str], criteria: Iterable[int]) -> dict[int, MarkInput]:
    """As a form of a section sent them."""
    return {
        each: MarkInput(*(form.get(f"{name}-{each}", "") for name in ("points", "note", "evidence", "proof")))
        for each in criteria
    }


def given(sent: MarkInput, name: str) -> Given:
    """Raises Invalid for points that are no number; none at all are not written yet."""
    said = number(sent.points, name) if sent.points.strip() else None
    proof = sent.proof.strip()
    added = [proof] if proof and proof not in sent.evidence else []
    return Given(said, sent.note, "；".join([sent.evidence.strip(), *added] if sent.evidence.strip() else added))


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _share(text: str) -> Decimal:
    return number(text, "levels") / 100


def _pair(line: str, field: str, *, first: Any) -> Any:
    """Thresholds read "5A 90", levels "60 what it takes"; both come as (what is first, what is second)."""
    parts = _LINE.split(line, maxsplit=1)
    if len(parts) != 2:
        raise Invalid(field, line[:40], "line", f"{line[:40]!r} has no two parts")
    try:
        return (first(parts[0]), parts[1]) if field == "levels" else (first(parts[0]), number(parts[1], field))
    except Invalid as fault:
        raise Invalid(field, line[:40], "line", str(fault)) from fault
