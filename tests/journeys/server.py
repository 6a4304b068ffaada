"""A real server on an instance folder of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Its address, while it runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"DIRECTORY_INSTANCE": str(folder), "DIRECTORY_RATE_LIMIT": "100000 per minute"}
    settings["DIRECTORY_SIGN_IN_RATE"] = "100000 per minute"
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--threads", "4", "wsgi:app"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")} | settings
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(gunicorn, cwd=ROOT, env=environment, stdout=log, stderr=log)  # noqa: S603 - ours
        try:
            _await(f"http://127.0.0.1:{port}/health", folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=10)


def _await(address: str, log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - our own server
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")
