"""Other processes that tests start: our own command, or a few lines of Python beside our own code."""

import os
import subprocess
import sys
from pathlib import Path

from tests.servers import DATABASES

ROOT = Path(__file__).resolve().parents[1]


def python(code: str, instance: Path | None = None) -> "subprocess.Popen[str]":
    return _start("-c", code, instance=instance)


def command(*words: str, instance: Path) -> "subprocess.Popen[str]":
    """`directory …`"""
    return _start("-m", "directory", *words, instance=instance)


def ended(process: "subprocess.Popen[str]", status: int = 0) -> str:
    """What the process said, once it has ended with that status."""
    said, complained = process.communicate(timeout=120)
    assert process.returncode == status, complained
    return said


def _start(*words: str, instance: Path | None) -> "subprocess.Popen[str]":
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DIRECTORY_")}
    if instance:
        environ |= {"DIRECTORY_INSTANCE": str(instance), "DIRECTORY_DATABASE_URL": DATABASES.address(instance)}
    return subprocess.Popen(  # noqa: S603 - our own code and command
        [sys.executable, *words], cwd=ROOT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
