"""What is written in the letters the site sends: notices, invitations, new passwords, answers to claims.

In Chinese, whatever language the page of whoever caused them was in: they are for somebody else.
"""

from datetime import datetime

from flask import Response as FlaskResponse
from flask import after_this_request, current_app, has_request_context
from flask_babel import force_locale

from directory import wording
from directory.db import db, transaction
from directory.mail import Post
from directory.models.account import Claim, Enrolment
from directory.models.notice import Notice
from directory.operations import notices
from directory.rules.calendar import day_of
from directory.wording import notices as notice_words
from directory.wording.states import ROLES

NAME = "社会组织推荐目录"


def deliver(*, now: datetime) -> int:
    """Mail the notices that were not mailed yet, and whatever still waits for the mail server; how many notices.

    After each commit, and daily for what a commit could not send.
    """
    number = 0
    if notices.any_to_mail():
        with transaction(announce=False):
            number = notices.mail(lambda notice: _notice(notice, now=now), now=now)
    else:
        db.session.rollback()
    if number or not has_request_context():
        _send_later(now=now)
    return number


def invitation(enrolment: Enrolment, token: str, *, now: datetime) -> str:
    """Mail an invitation; the address in it."""
    address = f"{post().address}/account/enrol/{token}"
    _write(
        enrolment.email,
        "请开通您的账号",
        f"您受邀以“{_role(enrolment)}”的身份使用{NAME}。\n\n"
        f"请打开下面的地址，填写姓名、设置密码：\n{address}\n\n"
        f"这个地址只能用一次，{_day(enrolment.expires_at)}以前有效。"
        "谁拿到它谁就能开通，请不要转发。\n不认识这件事，不理它就行。",
        now=now,
    )
    return address


def new_password(email: str, token: str, *, now: datetime) -> None:
    _write(
        email,
        "重设密码",
        f"有人要给您在{NAME}的账号重设密码。\n\n是您自己，请在 2 小时以内打开：\n"
        f"{post().address}/account/password/{token}\n\n这个地址只能用一次，请不要转发。\n"
        "不是您自己，不理它就行，密码不会变。",
        now=now,
    )


def password_changed(email: str, *, now: datetime) -> None:
    _write(
        email,
        "密码已经改了",
        f"您在{NAME}的密码刚刚改过，其他地方的登录都已退出。\n不是您自己改的，请马上重设：{post().address}/account/password",
        now=now,
    )


def claim_refused(claim: Claim, *, now: datetime) -> None:
    _write(
        claim.email,
        "认领没有通过",
        f"您认领“{claim.organisation.name}”目录资料的申请没有通过。\n\n原因：{claim.reason}\n\n"
        f"弄清楚以后可以再提交一次：{post().address}/account/claim",
        now=now,
    )


def post() -> Post:
    kept: Post = current_app.extensions["post"]
    return kept


def _notice(notice: Notice, *, now: datetime) -> None:
    with force_locale("zh"):
        title, said = notice_words.title(notice.kind), notice_words.sentence(notice.kind, notice.facts)
    ours = post().address
    text = f"{said}\n\n去处理：{ours}/account/notices/{notice.id}\n\n不想收邮件，可以在这里关掉：{ours}/account"
    _write(notice.account.email, title, text, now=now, later=False)


def _write(to: str, subject: str, text: str, *, now: datetime, later: bool = True) -> None:
    post().write(to=to, subject=f"【{NAME}】{subject}", text=text, now=now)
    if later:
        _send_later(now=now)


def _send_later(*, now: datetime) -> None:
    """Once the answer is on its way, so that nobody waits for a mail server, nor learns from the wait who has mail."""
    ours = post()
    if not has_request_context():
        ours.send(now=now)
        return

    @after_this_request
    def afterwards(response: FlaskResponse) -> FlaskResponse:
        response.call_on_close(lambda: ours.send(now=now))
        return response


def _role(enrolment: Enrolment) -> str:
    with force_locale("zh"):
        role = wording.label(ROLES, enrolment.role)
    return f"{enrolment.organisation.name}{role}" if enrolment.organisation else role


def _day(moment: datetime) -> str:
    with force_locale("zh"):
        return wording.day(day_of(moment))
