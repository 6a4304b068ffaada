"""Letters on their way: files in a folder, and the server that takes them, where there is one.

A letter is a file from the moment it is written, so none is lost with a process or for a server that is away.
Without a server the folder is the mailbox: open the files in it.
"""

import logging
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10
STUCK_SECONDS = 600
STAMP = "%Y%m%dT%H%M%S"
REFUSED = 500  # codes from here on are for good, those below mean "later"
FORGOTTEN = timedelta(days=14)  # nobody needs a letter this old: the addresses in it have expired


@dataclass(frozen=True, slots=True)
class Post:
    """`server` is "file" or smtp://user:password@host:port, with smtps:// for TLS from the start.

    `address` is where this site is reached: what addresses in letters begin with.
    """

    folder: Path
    server: str
    sender: str
    address: str

    @property
    def waiting(self) -> Path:
        """Where letters wait for the server; without one they stay where they are."""
        return self.folder if self.server == "file" else self.folder / "waiting"

    def write(self, *, to: str, subject: str, text: str, now: datetime) -> Path:
        """Put a letter on its way. Nothing that is secret but a one-time address belongs into it."""
        letter = EmailMessage(policy=SMTP)
        letter["From"], letter["To"] = _line(self.sender), _line(to)
        letter["Subject"], letter["Date"] = _line(subject), now
        letter["Message-ID"] = make_msgid(domain=urlsplit(self.address).hostname)
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(text, charset="utf-8", cte="8bit")  # the files are there to be read
        self.waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.waiting / f"{now.astimezone(UTC):{STAMP}}-{uuid4().hex}.eml"
        new = file.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_bytes(letter.as_bytes())
        new.replace(file)
        return file

    def send(self, *, now: datetime) -> int:
        """Give what waits to the server; how many letters it took. A server that is away is tried again next time."""
        if self.server == "file":
            return 0
        for stuck in self.waiting.glob("*.sending"):  # whoever had it was killed
            with suppress(FileNotFoundError):
                if now.timestamp() - stuck.stat().st_mtime > STUCK_SECONDS:
                    stuck.replace(stuck.with_suffix(".eml"))
        files = sorted(self.waiting.glob("*.eml"))
        if not files:
            return 0
        try:
            with _connected(self.server) as server:
                return sum(self._hand_over(file, server, now=now) for file in files)
        except (OSError, smtplib.SMTPException) as error:
            log.warning("%d letters wait: the mail server does not take them (%s)", len(files), type(error).__name__)
            return 0

    def _hand_over(self, file: Path, server: smtplib.SMTP, *, now: datetime) -> bool:
        mine = file.with_suffix(".sending")
        with suppress(FileNotFoundError):  # another process has it
            written = datetime.strptime(file.name.partition("-")[0], STAMP).replace(tzinfo=UTC)
            file.replace(mine)
            mine.touch()
            try:
                if now - written > FORGOTTEN:
                    log.error("a letter could not be sent for %d days and is dropped", FORGOTTEN.days)
                else:
                    _send(mine, server)
            except BaseException:
                mine.replace(file)
                raise
            mine.unlink()
            return True
        return False


def _send(file: Path, server: smtplib.SMTP) -> None:
    try:
        server.send_message(message_from_bytes(file.read_bytes(), policy=SMTP))
    except smtplib.SMTPRecipientsRefused as error:
        if any(code < REFUSED for code, _ in error.recipients.values()):
            raise
        log.error("the mail server refuses a recipient")  # noqa: TRY400 - the trace would hold the address
    except smtplib.SMTPDataError as error:
        if error.smtp_code < REFUSED:
            raise
        log.error("the mail server refuses a letter")  # noqa: TRY400 - as above


def _connected(address: str) -> smtplib.SMTP:
    parts = urlsplit(address)
    host, secure = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT_SECONDS, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_SECONDS)
        server.ehlo_or_helo_if_needed()
        if server.has_extn("starttls"):
            server.starttls(context=secure)
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server


def _line(text: str) -> str:
    """One line, whatever somebody called themselves: a second one would be a header of its own."""
    return " ".join(text.split())
