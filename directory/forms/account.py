"""The forms of accounts: the door, people and their invitations, claims."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import EqualTo, InputRequired, Length

from directory.forms.fields import Form
from directory.forms.once import Once
from directory.models.taxonomy import Area
from directory.operations.enrolments import AREA_LEVELS
from directory.rules.passwords import LONGEST
from directory.rules.roles import Role
from directory.wording.states import ROLES

EMAIL = {"autocomplete": "username", "inputmode": "email", "maxlength": "254"}
OLD = {"autocomplete": "current-password", "maxlength": str(LONGEST)}
NEW = {"autocomplete": "new-password", "maxlength": str(LONGEST)}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "9"}


class SignInForm(Form):
    email = StringField(_l("邮箱"), [InputRequired(_l("请写邮箱。"))], render_kw=EMAIL)
    password = PasswordField(_l("密码"), [InputRequired(_l("请写密码。"))], render_kw=OLD)
    next = HiddenField()


class CodeForm(Form):
    code = StringField(_l("6 位验证码"), [InputRequired(_l("请写验证器上现在的 6 位数字。"))], render_kw=CODE)
    next = HiddenField()


class SetUpCodeForm(Form):
    code = StringField(_l("6 位验证码"), [InputRequired(_l("请写验证器上现在的 6 位数字。"))], render_kw=CODE)
    current = PasswordField(_l("现在的密码"), [InputRequired(_l("请写现在的密码。"))], render_kw=OLD)


class DropCodeForm(Form):
    current = PasswordField(_l("现在的密码"), [InputRequired(_l("请写现在的密码。"))], render_kw=OLD)


class RecoverForm(Form):
    email = StringField(_l("邮箱"), [InputRequired(_l("请写邮箱。"))], render_kw=EMAIL)


class NewPasswordForm(Form):
    password = PasswordField(_l("新密码"), [InputRequired(_l("请写新密码。"))], render_kw=NEW)
    again = PasswordField(
        _l("再写一遍新密码"), [EqualTo("password", _l("两遍写的不一样，请都重写一次。"))], render_kw=NEW
    )


class ChangePasswordForm(NewPasswordForm):
    current = PasswordField(_l("现在的密码"), [InputRequired(_l("请写现在的密码。"))], render_kw=OLD)


class EnrolForm(NewPasswordForm):
    name = StringField(
        _l("姓名"), [InputRequired(_l("请写姓名。"))], render_kw={"autocomplete": "name", "maxlength": "40"}
    )


class MeForm(Form):
    name = StringField(
        _l("姓名"), [InputRequired(_l("请写姓名。"))], render_kw={"autocomplete": "name", "maxlength": "40"}
    )
    mails = BooleanField(_l("通知同时发到我的邮箱"))


class InviteForm(Form):
    once = Once()
    email = StringField(
        _l("对方的邮箱"), [InputRequired(_l("请写邮箱。"))], render_kw={"inputmode": "email", "maxlength": "254"}
    )
    role = SelectField(_l("角色"), validate_choice=False)
    area = SelectField(_l("地区（街道经办、居民区才选）"), validate_choice=False)

    def offer(self, roles: Iterable[Role], areas: Iterable[Area]) -> "InviteForm":
        """Those who may be invited, and the streets and neighbourhoods they can be of."""
        offered = list(roles)
        self.role.choices = [(str(role), ROLES[role]) for role in offered]
        if not AREA_LEVELS.keys() & set(offered):
            del self.area
            return self
        known = list(areas)
        names = {area.id: area.name for area in known}
        self.area.choices = [("", _l("不分地区"))] + [
            (area.code, f"{names.get(area.parent_id or 0, '')} {area.name}" if area.level > 1 else area.name)
            for area in known
            if area.level > 0
        ]
        return self


class ReasonForm(Form):
    reason = StringField(_l("原因"), render_kw={"maxlength": "200"})


class ClaimForm(Form):
    once = Once()
    uscc = StringField(
        _l("统一社会信用代码"),
        [InputRequired(_l("请写 18 位统一社会信用代码。"))],
        render_kw={"autocomplete": "off", "maxlength": "30"},
    )
    name = StringField(
        _l("您的姓名"), [InputRequired(_l("请写姓名。"))], render_kw={"autocomplete": "name", "maxlength": "40"}
    )
    email = StringField(
        _l("您的邮箱"),
        [InputRequired(_l("请写邮箱。"))],
        render_kw={"autocomplete": "email", "inputmode": "email", "maxlength": "254"},
    )
    phone = StringField(
        _l("联系电话"),
        [InputRequired(_l("请写电话。"))],
        render_kw={"autocomplete": "tel", "inputmode": "tel", "maxlength": "25"},
    )
    note = TextAreaField(_l("您在机构里做什么（可不填）"), [Length(max=2000)], render_kw={"maxlength": "500"})
