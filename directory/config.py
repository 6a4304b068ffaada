"""Settings, read once from the environment; a wrong one stops the start and names itself."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from email.utils import formataddr, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "DIRECTORY_"
ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(Exception):
    """A DIRECTORY_* variable cannot be used; the message names it, its value and the rule."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`instance` holds database, index, evidence and key; `rate_limit` is for each visitor and kind of page;
    `sign_in_rate` for tries at passwords, codes and one-time addresses;
    `proxies` is how many trusted proxies stand in front of the server; `address` is where people reach the site,
    `mail` "file" (letters stay in the instance folder) or the address of a mail server."""

    instance: Path
    database_url: str
    secret_key: str
    rate_limit: str = "120 per minute"
    proxies: int = 0
    sign_in_rate: str = "10 per minute"
    require_2fa: bool = False
    address: str = "http://127.0.0.1:5000"
    mail: str = "file"
    mail_from: str = "directory@localhost"

    @property
    def mail_folder(self) -> Path:
        return self.instance / "mail"

    @property
    def index_folder(self) -> Path:
        return self.instance / "index"

    @property
    def models_folder(self) -> Path:
        return self.instance / "models"

    @property
    def evidence_folder(self) -> Path:
        return self.instance / "evidence"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        environ = os.environ if environ is None else environ
        given = {name[len(PREFIX) :].lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
        if unknown := given.keys() - {field.name for field in fields(cls)}:
            raise WrongSetting(f"{PREFIX}{min(unknown).upper()} is not a setting; see docs/deployment.md")
        instance = _writable(Path(given.get("instance") or ROOT / "instance").absolute())
        usual: dict[str, Any] = {field.name: field.default for field in fields(cls)}
        return cls(
            instance=instance,
            database_url=_database(given.get("database_url") or f"sqlite:///{instance / 'directory.db'}"),
            secret_key=_key(given.get("secret_key"), instance / "secret_key"),
            rate_limit=_rate("RATE_LIMIT", given.get("rate_limit", usual["rate_limit"])),
            proxies=_count("PROXIES", given.get("proxies", "0")),
            sign_in_rate=_rate("SIGN_IN_RATE", given.get("sign_in_rate", usual["sign_in_rate"])),
            require_2fa=_switch("REQUIRE_2FA", given.get("require_2fa", "0")),
            address=_address(given.get("address", usual["address"])),
            mail=_mail(given.get("mail", usual["mail"])),
            mail_from=_sender(given.get("mail_from", usual["mail_from"])),
        )


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-{secrets.token_hex(4)}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise WrongSetting(f"{PREFIX}INSTANCE={folder}: cannot write there ({error.strerror})") from error
    return folder


def _database(url: str) -> str:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise WrongSetting(f"{PREFIX}DATABASE_URL is not a database address") from error
    if address.get_backend_name() not in {"sqlite", "postgresql"}:
        raise WrongSetting(f"{PREFIX}DATABASE_URL={address!r}: only sqlite and postgresql are supported")
    return url


def _key(given: str | None, file: Path) -> str:
    if given is not None:
        return _long_enough(given, f"{PREFIX}SECRET_KEY")
    if not file.exists():
        new = file.with_name(f".key-{secrets.token_hex(4)}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as written:
            written.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first: its key is everybody's
            os.link(new, file)
        new.unlink()
    return _long_enough(file.read_text(encoding="ascii", errors="replace"), f"the key in {file}")


def _long_enough(key: str, name: str) -> str:
    if len(key) < 16:
        raise WrongSetting(f"{name} is too short: at least 16 characters")
    return key


def _rate(name: str, given: str) -> str:
    number, _, unit = given.partition(" per ")
    if not number.isdecimal() or int(number) < 1 or unit not in {"second", "minute", "hour"}:
        raise WrongSetting(f"{PREFIX}{name}={given!r}: say it like '120 per minute'")
    return given


def _count(name: str, given: str) -> int:
    if not given.isdecimal() or int(given) > 9:
        raise WrongSetting(f"{PREFIX}{name}={given!r}: a number from 0 to 9")
    return int(given)


def _switch(name: str, given: str) -> bool:
    if given not in {"0", "1"}:
        raise WrongSetting(f"{PREFIX}{name}={given!r}: 0 or 1")
    return given == "1"


def _address(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise WrongSetting(f"{PREFIX}ADDRESS={given!r}: say it like 'https://catalogue.example.org'")
    return given.rstrip("/")


def _mail(given: str) -> str:
    """The address of a mail server may hold its password, so a wrong one is not repeated."""
    if given == "file":
        return given
    try:
        parts = urlsplit(given)
        usable = parts.scheme in {"smtp", "smtps"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise WrongSetting(f"{PREFIX}MAIL: 'file', or an address like 'smtps://user:password@mail.example.org:465'")
    return given


def _sender(given: str) -> str:
    name, mailbox = parseaddr(given)
    local, at, domain = mailbox.partition("@")
    if not (local and at and domain) or not given.isprintable():
        raise WrongSetting(
            f"{PREFIX}MAIL_FROM={given!r}: a mail address, perhaps with a name: 'Name <name@example.org>'"
        )
    return formataddr((name, mailbox)) if name else mailbox
