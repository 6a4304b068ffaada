"""Where the rows of a test are: a SQLite file, or with `pytest --postgres` a PostgreSQL server of our own."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

OWNER = "postgres"  # PostgreSQL refuses to run as root
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=''")


class NoServer(Exception):
    """PostgreSQL is not installed."""


class Server:
    """In a folder of its own, reached through a socket file only. Started when made; give it back with stop()."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._programs = _programs()
        self._user = OWNER if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--no-locale", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in (*CARELESS, f"unix_socket_directories={self.folder}"))
        self._run("pg_ctl", "--wait", f"--log={self.folder / 'log'}", f"--options={options}", "start")
        self._databases: dict[Path, str] = {}

    def stop(self) -> None:
        self._run("pg_ctl", "--wait", "--mode=immediate", "stop")
        shutil.rmtree(self.folder)

    def database(self, instance: Path) -> str:
        """The address of an instance's database; at first it is empty."""
        if instance not in self._databases:
            name = f"instance_{len(self._databases)}"
            engine = create_engine(self._address("postgres"), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
            engine.dispose()
            self._databases[instance] = self._address(name)
        return self._databases[instance]

    def _address(self, name: str) -> str:
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.folder}"

    def _run(self, program: str, *words: str) -> None:
        said = subprocess.run(  # noqa: S603 - an installed program, our own words
            [self._programs / program, *words],
            check=False,
            env={"PGDATA": str(self.folder / "data"), "PATH": os.environ["PATH"], "LC_ALL": "C"},
            cwd=self.folder,
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if said.returncode:
            raise RuntimeError(f"{program}: {said.stderr}")


class Databases:
    """What a run of the tests uses. A server is started when the first test asks for it."""

    def __init__(self) -> None:
        self.on_postgres = False
        self._server: Server | None = None

    def address(self, instance: Path) -> str:
        if not self.on_postgres:
            return f"sqlite:///{instance / 'directory.db'}"
        self._server = self._server or Server()
        return self._server.database(instance)

    def close(self) -> None:
        if self._server:
            self._server.stop()


DATABASES = Databases()


def _programs() -> Path:
    """Debian keeps them by version, outside the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: float(at.parts[4]))
    if not versions:
        raise NoServer("PostgreSQL is not installed (apt-get install postgresql)")
    return versions[-1].parent
