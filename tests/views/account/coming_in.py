"""Coming in, as tests of the account's pages do it."""

import re
from email import message_from_bytes, policy

from directory import auth
from tests.views.conftest import token

PASSWORD, OTHER = "Tian-shan5-Rd", "Xian-xia7-Rd"


def send(client, address, **data):
    return client.post(address, data={"csrf_token": token(client), **data})


def come_in(client, email="zhou@example.org", password=PASSWORD, **more):
    return send(client, "/account/sign-in", email=email, password=password, **more)


def letters(app):
    """The texts in the mailbox, by the time they were written."""
    files = sorted(app.extensions["post"].folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    return [message_from_bytes(file.read_bytes(), policy=policy.SMTP).get_content() for file in files]


def address_in(text, kind):
    return re.search(f"/account/{kind}/[A-Za-z0-9_.-]+", text).group()


def code_now(app, account):
    return auth.codes().generate_totp_password(account.tf_totp_secret)
