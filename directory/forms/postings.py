"""The forms in which a neighbourhood writes, confirms, changes, joins and ends needs."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import Optional

from directory import wording
from directory.forms.fields import ChecksField, Form, WholeField
from directory.forms.government import DayField
from directory.forms.needs import YuanField
from directory.forms.once import Once
from directory.models.need import Need
from directory.models.taxonomy import Category
from directory.operations.details import Details
from directory.operations.postings import AMENDABLE
from directory.rules.groups import GROUPS
from directory.rules.needs import WITHDRAWALS, Urgency
from directory.wording import needs as words


def _urgency() -> RadioField:
    return RadioField(
        _l("有多急"),
        choices=[SelectChoice(code, words.URGENCIES[code]) for code in Urgency],
        default=Urgency.SOON,
        validate_choice=False,
    )


def _urgent(field: Field) -> Urgency:
    return Urgency(field.data) if field.data in set(Urgency) else Urgency.SOON


class AmendForm(Form):
    """What may still be otherwise of a need that is out."""

    seen = HiddenField()
    place = StringField(_l("具体地点（可不填）"))
    urgency = _urgency()
    people = WholeField(_l("大约影响多少人（可不填）"), [Optional()])
    wanted_from = DayField(_l("最早什么时候（可不填）"), [Optional()])
    wanted_until = DayField(_l("最晚什么时候（可不填）"), [Optional()])
    public = BooleanField(_l("公开在需求公告板上，别的居民区可以加入"), default=True)

    def fill(self, need: Need) -> "AmendForm":
        for name in AMENDABLE:
            self[name].data = getattr(need, name)
        return self

    def changed(self) -> dict[str, object]:
        said = {name: self[name].data for name in AMENDABLE}
        return said | {"place": (self.place.data or "").strip(), "urgency": _urgent(self.urgency)}


class PostingForm(Form):
    """A need as one would say it."""

    once = Once()
    seen = HiddenField()
    said = TextAreaField(_l("小区遇到了什么问题？"))
    place = StringField(_l("具体地点（可不填）"))
    urgency = _urgency()
    people = WholeField(_l("大约影响多少人（可不填）"), [Optional()])
    groups = ChecksField(_l("主要是哪些人（可不选）"), validate_choice=False)
    budget_low = YuanField(_l("预算从（元）"), [Optional()])
    budget_high = YuanField(_l("到（元）"), [Optional()])
    wanted_from = DayField(_l("最早什么时候（可不填）"), [Optional()])
    wanted_until = DayField(_l("最晚什么时候（可不填）"), [Optional()])
    resident = StringField(_l("替哪位居民写的（可不填）"))
    public = BooleanField(_l("公开在需求公告板上，别的居民区可以加入"), default=True)

    def offer(self) -> "PostingForm":
        self.groups.choices = [(group, wording.label(wording.GROUPS, group)) for group in GROUPS]
        return self

    def fill(self, details: Details) -> "PostingForm":
        for name in Details.__dataclass_fields__:
            self[name].data = getattr(details, name)
        return self

    def details(self) -> Details:
        return Details(
            said=self.said.data or "",
            place=self.place.data or "",
            resident=self.resident.data or "",
            groups=tuple(self.groups.data or ()),
            people=self.people.data,
            urgency=_urgent(self.urgency),
            budget_low=self.budget_low.data,
            budget_high=self.budget_high.data,
            wanted_from=self.wanted_from.data,
            wanted_until=self.wanted_until.data,
            public=self.public.data,
        )

    def more_is_said(self) -> bool:
        """Whether something stands in the fields that are folded away at first, or is wrong with it."""
        names = ("groups", "budget_low", "budget_high", "wanted_from", "wanted_until", "resident")
        return any(self[name].data or self[name].errors for name in names)


class UnderstoodForm(Form):
    """Which category, and who should solve it; what is picked from all categories goes before what was suggested."""

    seen = HiddenField()
    category = HiddenField()
    other = SelectField(_l("都不是，从全部类目里选"), [Optional()], validate_choice=False)
    route = HiddenField()

    def offer(self, categories: Iterable[Category]) -> "UnderstoodForm":
        choices: dict[str, list[tuple[str, str]]] = {gettext("请选择"): [("", gettext("上面选的就对"))]}
        for each in categories:
            if each.level == 2 and each.retired_at is None and each.parent is not None:
                choices.setdefault(each.parent.name, []).append((each.code, each.name))
        self.other.choices = choices
        return self

    @property
    def chosen(self) -> str:
        return self.other.data or self.category.data or ""


class HandOffForm(Form):
    note = StringField(_l("对方的受理编号（可不填）"))


def _reason(label: str, codes: Iterable[str]) -> RadioField:
    return RadioField(label, choices=[SelectChoice(code, words.REASONS[code]) for code in codes], validate_choice=False)


class WithdrawNeedForm(Form):
    reason = _reason(_l("为什么撤回"), WITHDRAWALS)
    note = TextAreaField(_l("说明（可不填）"))


class JoinForm(Form):
    """`instead` is a draft that is given up for it."""

    once = Once()
    instead = HiddenField()
    people = WholeField(_l("你们那里大约影响多少人（可不填）"), [Optional()])
    note = TextAreaField(_l("补充说明（可不填）"))


class StepForm(Form):
    """A step that asks nothing more, once."""

    once = Once()
