from datetime import UTC, datetime

import pytest

from directory import auth
from tests.cli.calling import call


def test_it_prints_an_address_that_lets_in(tmp_path):
    result = call(tmp_path, "watch", "link", "--base", "https://catalogue.example/")
    assert result.exit_code == 0, result.output
    address, _, token = result.stdout.rstrip("\n").partition("?token=")
    assert address == "https://catalogue.example/watch/enter"
    key = (tmp_path / "secret_key").read_text()
    assert auth.lets_in(token, key, now=datetime.now(UTC))


def test_the_address_leads_to_this_machine_where_none_is_named(tmp_path):
    assert call(tmp_path, "watch", "link").stdout.startswith("http://127.0.0.1:5000/watch/enter?token=")


@pytest.mark.parametrize(
    "base", ["catalogue.example", "ftp://catalogue.example", "https://", "", "javascript:alert(1)"]
)
def test_what_is_no_address_is_refused(tmp_path, base):
    result = call(tmp_path, "watch", "link", "--base", base)
    assert result.exit_code == 2
    assert "is no address" in result.stderr
    assert result.stdout == ""
