"""Letters: none is lost, none says more than one line in a header, and a server that is away stops nobody."""

import socketserver
from datetime import timedelta
from email import message_from_bytes, policy
from threading import Thread

import pytest

from directory.mail import Post

LETTER = {"to": "zhou@example.org", "subject": "请开通账号", "text": "您好\n第二行"}


def post(tmp_path, server="file"):
    return Post(tmp_path / "mail", server, "目录 <from@example.org>", "https://catalogue.example.org")


def read(file):
    return message_from_bytes(file.read_bytes(), policy=policy.SMTP)


class Talk(socketserver.StreamRequestHandler):
    """Enough of a mail server to take letters, or to refuse them with `answer`."""

    def handle(self):
        self.wfile.write(b"220 hello\r\n")
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1
                self.wfile.write(b"250 taken\r\n")
            elif word == "RCPT":
                self.wfile.write(self.server.answer + b"\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as made:
        made.daemon_threads, made.taken, made.answer = True, 0, b"250 fine"
        Thread(target=made.serve_forever, daemon=True).start()
        made.address_ = f"smtp://127.0.0.1:{made.server_address[1]}"
        yield made
        made.shutdown()


def test_a_letter_is_a_file_for_its_owner_only(tmp_path, now):
    file = post(tmp_path).write(**LETTER, now=now)
    letter = read(file)
    assert (letter["To"], letter["Subject"]) == ("zhou@example.org", "请开通账号")
    assert letter.get_content().splitlines() == ["您好", "第二行"]
    assert file.stat().st_mode & 0o077 == 0
    assert post(tmp_path).send(now=now) == 0
    assert file.exists()


@pytest.mark.parametrize("name", ["subject", "to"])
def test_a_line_break_makes_no_header_of_its_own(tmp_path, now, name):
    broken = LETTER | {name: "a@example.org\r\nBcc: all@example.org\n\n<script>"}
    letter = read(post(tmp_path).write(**broken, now=now))
    assert letter["Bcc"] is None
    assert letter.get_content().splitlines() == ["您好", "第二行"]


@pytest.mark.enable_socket
def test_a_server_takes_what_waits_once(tmp_path, now, server):
    ours = post(tmp_path, server.address_)
    for _ in range(3):
        ours.write(**LETTER, now=now)
    assert ours.send(now=now) == 3
    assert ours.send(now=now) == 0
    assert server.taken == 3
    assert list(ours.waiting.iterdir()) == []


@pytest.mark.enable_socket
def test_a_server_that_is_away_loses_nothing(tmp_path, now):
    ours = post(tmp_path, "smtp://127.0.0.1:1")
    file = ours.write(**LETTER, now=now)
    assert ours.send(now=now) == 0
    assert list(ours.waiting.iterdir()) == [file]


@pytest.mark.enable_socket
@pytest.mark.parametrize(("answer", "kept"), [(b"451 later", 1), (b"550 nobody", 0)])
def test_what_is_refused_for_good_is_not_tried_for_ever(tmp_path, now, server, answer, kept):
    server.answer = answer
    ours = post(tmp_path, server.address_)
    ours.write(**LETTER, now=now)
    ours.send(now=now)
    assert server.taken == 0
    assert len(list(ours.waiting.glob("*.eml"))) == kept


@pytest.mark.enable_socket
def test_what_is_older_than_the_addresses_in_it_is_dropped(tmp_path, now, server):
    ours = post(tmp_path, server.address_)
    ours.write(**LETTER, now=now - timedelta(days=15))
    ours.send(now=now)
    assert (server.taken, list(ours.waiting.iterdir())) == (0, [])


@pytest.mark.enable_socket
def test_what_a_killed_process_was_sending_is_sent_again(tmp_path, now, server):
    ours = post(tmp_path, server.address_)
    file = ours.write(**LETTER, now=now)
    stuck = file.rename(file.with_suffix(".sending"))
    assert ours.send(now=now.fromtimestamp(stuck.stat().st_mtime + 60, now.tzinfo)) == 0
    assert ours.send(now=now.fromtimestamp(stuck.stat().st_mtime + 700, now.tzinfo)) == 1
