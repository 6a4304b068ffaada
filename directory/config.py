"""Settings, read once from the environment; a wrong one stops the start and names itself."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "DIRECTORY_"
ROOT = Path(__file__).resolve().parent.parent


class WrongSetting(Exception):
    """A DIRECTORY_* variable cannot be used; the message names it, its value and the rule."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`instance` holds database, index, evidence and key; `rate_limit` is for each visitor and kind of page;
    `proxies` is how many trusted proxies stand in front of the server."""

    instance: Path
    database_url: str
    secret_key: str
    rate_limit: str = "120 per minute"
    proxies: int = 0

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
        return cls(
            instance=instance,
            database_url=_database(given.get("database_url") or f"sqlite:///{instance / 'directory.db'}"),
            secret_key=_key(given.get("secret_key"), instance / "secret_key"),
            rate_limit=_rate(given.get("rate_limit", "120 per minute")),
            proxies=_count("PROXIES", given.get("proxies", "0")),
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


def _rate(given: str) -> str:
    number, _, unit = given.partition(" per ")
    if not number.isdecimal() or int(number) < 1 or unit not in {"second", "minute", "hour"}:
        raise WrongSetting(f"{PREFIX}RATE_LIMIT={given!r}: say it like '120 per minute'")
    return given


def _count(name: str, given: str) -> int:
    if not given.isdecimal() or int(given) > 9:
        raise WrongSetting(f"{PREFIX}{name}={given!r}: a number from 0 to 9")
    return int(given)
