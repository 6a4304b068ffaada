"""The forms in which parties review each other, anyone reports a review, and government decides."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from directory.forms.fields import Form
from directory.forms.government import NO_SUCH, TOO_LONG, Act
from directory.forms.once import Once
from directory.models.review import DIMENSIONS
from directory.operations import reports, reviews
from directory.rules.engagements import Side
from directory.rules.reviews import MOST, REASONS
from directory.wording import reviews as words


class Mark(RadioField):
    """One dimension: from the best to the worst, each mark with what it means for who writes."""

    def __init__(self, dimension: str, **given: Any) -> None:
        super().__init__(
            words.DIMENSIONS[dimension],
            [InputRequired(_l("“%(name)s”还没有打分，请选一项。", name=words.DIMENSIONS[dimension]))],
            coerce=str,
            validate_choice=False,
            **given,
        )


class ReviewForm(Form):
    once = Once()
    professional = Mark("professional")
    timely = Mark("timely")
    effective = Mark("effective")
    communication = Mark("communication")
    orderly = Mark("orderly")
    text = TextAreaField(
        _l("想说的话（可不填）"),
        [Length(max=reviews.LONGEST_TEXT, message=TOO_LONG)],
        filters=[lambda said: said or ""],
    )

    def of(self, side: Side) -> "ReviewForm":
        """With the words of the side that writes."""
        for name in DIMENSIONS:
            anchors = words.ANCHORS[side.value][name]
            self[name].choices = [
                SelectChoice(str(mark), _l("%(mark)d 分：%(means)s", mark=mark, means=anchors[mark - 1]))
                for mark in range(MOST, 0, -1)
            ]
        return self

    @property
    def marks(self) -> dict[str, int | None]:
        """What was picked; None for what is no mark."""
        given = {name: str(self[name].data or "") for name in DIMENSIONS}
        return {name: int(mark) if mark in {"1", "2", "3", "4", "5"} else None for name, mark in given.items()}

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for name, mark in self.marks.items():
            if mark is None and not self[name].errors:
                self[name].errors = [NO_SUCH]
                good = False
        return good


class ReplyForm(Form):
    once = Once()
    reply = TextAreaField(
        _l("您的回应"),
        [DataRequired(_l("请写下您的回应。")), Length(max=reviews.LONGEST_REPLY, message=TOO_LONG)],
    )


class ReportForm(Form):
    once = Once()
    about = RadioField(
        _l("举报哪一部分"),
        choices=[SelectChoice("review", _l("这条评价")), SelectChoice("reply", _l("下面的回应"))],
        default="review",
        validate_choice=False,
    )
    reason = RadioField(
        _l("为什么不该保留"),
        [DataRequired(_l("请选一个理由。"))],
        choices=[SelectChoice(code, words.REASONS[code]) for code in REASONS],
        validate_choice=False,
    )
    text = TextAreaField(_l("说明（选“其他”必填）"), [Length(max=reports.LONGEST_TEXT, message=TOO_LONG)])

    def validate_reason(self, field: Field) -> None:
        if field.data not in REASONS:
            raise ValidationError(NO_SUCH)


class DecideReportForm(Act):
    outcome = RadioField(
        _l("结论"),
        [DataRequired(_l("请选择保留还是移除。"))],
        choices=[
            SelectChoice("keep", _l("保留，继续公开和计分")),
            SelectChoice("hide", _l("移除，不再公开和计分，不能恢复")),
        ],
        validate_choice=False,
    )
    reason = SelectField(
        _l("移除的原因（公开记录里写的就是它）"),
        choices=[SelectChoice("", _l("请选择")), *(SelectChoice(code, words.REASONS[code]) for code in REASONS)],
        validate_choice=False,
    )
    answer = TextAreaField(
        _l("核实了什么，为什么这样决定"),
        [
            DataRequired(_l("请写明核实了什么、为什么这样决定。")),
            Length(max=reports.LONGEST_ANSWER, message=TOO_LONG),
        ],
    )

    def validate_outcome(self, field: Field) -> None:
        if field.data not in {"keep", "hide"}:
            raise ValidationError(NO_SUCH)

    def validate_reason(self, field: Field) -> None:
        if self.outcome.data == "hide" and field.data not in REASONS:
            raise ValidationError(NO_SUCH)
