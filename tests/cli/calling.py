"""The `directory` command on an instance folder, as a person calls it: arguments in, words and a status out."""

import os
from pathlib import Path

from click.testing import CliRunner, Result

from directory.__main__ import cli


def call(instance: Path, *words: str) -> Result:
    ours = dict.fromkeys((name for name in os.environ if name.startswith("DIRECTORY_")), None)
    return CliRunner().invoke(cli, list(words), env={**ours, "DIRECTORY_INSTANCE": str(instance)})
