"""The forms of the organisation's workspace."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from directory import wording
from directory.forms.fields import ChecksField, Form, WholeField
from directory.forms.needs import YuanField
from directory.forms.once import Once
from directory.models.service import Service, ServiceVersion
from directory.models.taxonomy import Area, Category
from directory.operations.offerings import FIELDS, Offering
from directory.operations.profiles import Profile
from directory.rules.groups import GROUPS

_PRICE = _l("请只写数字，例如 1200。")


class PriceField(YuanField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_PRICE) from None


class ProfileForm(Form):
    seen = HiddenField()
    summary = TextAreaField(_l("机构简介"))
    short_name = StringField(_l("简称"))
    area_code = SelectField(  # type: ignore[call-arg]  # the stubs are older than the message
        _l("所在街道"), [Optional()], invalid_choice_message=_l("没有这个地方，请从列表里选。")
    )
    address = StringField(_l("办公地址"))
    phone = StringField(_l("办公电话"))
    website = StringField(_l("网站"))

    def offer(self, areas: list[Area], known: str) -> "ProfileForm":
        """Fill the area picker; what the record says now can stay."""
        named = [(area.code, area.name) for area in areas if area.level == 1]
        kept = [] if known in {"", *(code for code, _ in named)} else [(known, _area_name(areas, known))]
        self.area_code.choices = [("", gettext("未说明")), *named, *kept]
        return self

    def said(self) -> Profile:
        values = {name: getattr(self, name).data or "" for name in Profile.__dataclass_fields__}
        return Profile(**values)


class ConfirmForm(Form):
    """Nothing but its token."""


class CapacityForm(Form):
    capacity = WholeField(_l("现在还能接几个项目"), [Optional()])


class ServiceForm(Form):
    once = Once()
    seen = HiddenField()
    category = SelectField(  # type: ignore[call-arg]  # the stubs are older than the message
        _l("服务类目"),
        [InputRequired(_l("请选一个服务类目。"))],
        invalid_choice_message=_l("没有这个类目，请从列表里选。"),
    )
    name = StringField(_l("服务名称"))
    description = TextAreaField(_l("服务内容"))
    areas = ChecksField(_l("服务区域"), validate_choice=False)
    groups = ChecksField(_l("服务对象（可不选）"), validate_choice=False)
    price_low = PriceField(_l("价格下限（元）"), [Optional()])
    price_high = PriceField(_l("价格上限（元）"), [Optional()])
    price_unit = SelectField(_l("计价单位"), [Optional()], validate_choice=False)

    def offer(
        self, categories: list[Category], areas: list[Area], known: ServiceVersion | None = None
    ) -> "ServiceForm":
        """Fill the pickers. What a version says already can stay; without categories the service keeps its own."""
        held = known.areas if known else []
        self.areas.choices = [(area.code, area.name) for area in areas if area.level < 2 or area.code in held]
        self.groups.choices = [(group, wording.label(wording.GROUPS, group)) for group in GROUPS]
        units = dict.fromkeys([*([known.price_unit] if known and known.price_unit else []), *wording.PRICE_UNITS])
        self.price_unit.choices = [
            ("", gettext("未说明")),
            *((u, wording.label(wording.PRICE_UNITS, u)) for u in units),
        ]
        if categories:
            self.category.choices = _by_field(categories)
        else:
            del self.category
        return self

    def fill(self, version: ServiceVersion) -> "ServiceForm":
        for name in FIELDS:
            self[name].data = getattr(version, name)
        return self

    def said(self) -> Offering:
        return Offering(
            name=self.name.data or "",
            description=self.description.data or "",
            areas=list(self.areas.data or []),
            groups=list(self.groups.data or []),
            price_low=self.price_low.data,
            price_high=self.price_high.data,
            price_unit=self.price_unit.data or "",
        )


class ApplyForm(Form):
    """What is said with an application."""

    once = Once()
    seen = HiddenField()
    statement = TextAreaField(_l("申请说明（可不填）"))


class SubmitForm(Form):
    seen = HiddenField()


class WithdrawForm(Form):
    reason = StringField(_l("为什么撤回（可不填）"), [Length(max=200, message=_l("最多 %(max)d 个字，请写短些。"))])


def capacity_of(service: Service) -> CapacityForm:
    return CapacityForm(formdata=None, capacity=service.capacity)


def _by_field(categories: Iterable[Category]) -> dict[str, list[tuple[str, str]]]:
    """The services that take something new, under the names of their fields; nothing chosen comes first."""
    choices: dict[str, list[tuple[str, str]]] = {gettext("请选择"): [("", gettext("请选择服务类目"))]}
    for category in categories:
        if category.level == 2 and category.retired_at is None and category.parent is not None:
            choices.setdefault(category.parent.name, []).append((category.code, category.name))
    return choices


def _area_name(areas: list[Area], code: str) -> str:
    return next((area.name for area in areas if area.code == code), code)
