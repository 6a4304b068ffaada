import threading

import pytest

from directory.db import db, transaction
from directory.operations import sending
from directory.operations.sending import SentBefore


def test_a_form_acts_once(app, now):
    sending.once("a" * 32, now=now)
    with pytest.raises(SentBefore) as refused:
        sending.once("a" * 32, now=now)
    assert refused.value.status == 409
    sending.once("b" * 32, now=now)


def send_and_fail(now):
    with transaction():
        sending.once("a" * 32, now=now)
        raise RuntimeError


@pytest.mark.parametrize("token", ["", "x" * 65])
def test_what_no_form_of_ours_carries_is_refused(app, now, token):
    with pytest.raises(SentBefore):
        sending.once(token, now=now)


def test_a_form_whose_deed_failed_can_be_sent_again(app, now):
    with pytest.raises(RuntimeError):
        send_and_fail(now)
    with transaction():
        sending.once("a" * 32, now=now)


def test_of_two_at_once_one_acts(app, now):
    done = []

    def send():
        with app.app_context():
            try:
                with transaction():
                    sending.once("a" * 32, now=now)
                done.append("acted")
            except SentBefore:
                done.append("refused")
            finally:
                db.session.remove()

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(done) == ["acted", "refused", "refused", "refused"]
