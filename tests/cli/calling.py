"""The `directory` command on an instance folder, as a person calls it: arguments in, words and a status out."""

import os
from pathlib import Path

from click.testing import CliRunner, Result

from directory.__main__ import cli
from tests.servers import DATABASES


def call(instance: Path, *words: str) -> Result:
    ours = dict.fromkeys((name for name in os.environ if name.startswith("DIRECTORY_")), None)
    place = {"DIRECTORY_INSTANCE": str(instance), "DIRECTORY_DATABASE_URL": DATABASES.address(instance)}
    return CliRunner().invoke(cli, list(words), env=ours | place)
