import os
import stat
from pathlib import Path
from threading import Thread

import pytest

from directory.config import ROOT, Settings, WrongSetting
from tests.cli.calling import call
from tests.processes import command, ended

SIXTEEN = "sixteen letters."


def read(tmp_path, **given):
    environ = {"DIRECTORY_INSTANCE": str(tmp_path)} | {f"DIRECTORY_{name}": value for name, value in given.items()}
    return Settings.from_environment(environ)


def test_nothing_needs_to_be_set_but_where_to_keep_things(tmp_path):
    settings = read(tmp_path)
    assert settings.instance == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'directory.db'}"
    assert settings.index_folder == tmp_path / "index"
    assert (settings.rate_limit, settings.proxies) == ("120 per minute", 0)
    assert (settings.sign_in_rate, settings.require_2fa) == ("10 per minute", False)
    assert (settings.mail, settings.mail_folder) == ("file", tmp_path / "mail")


def test_without_an_instance_folder_it_is_the_one_beside_the_code(monkeypatch, tmp_path):
    monkeypatch.setattr("directory.config.ROOT", tmp_path)
    assert Settings.from_environment({}).instance == tmp_path / "instance"
    assert (ROOT / "wsgi.py").exists()


def test_every_setting_can_be_given(tmp_path):
    settings = read(
        tmp_path,
        DATABASE_URL="postgresql://someone@localhost/directory",
        SECRET_KEY=SIXTEEN,
        RATE_LIMIT="5 per second",
        PROXIES="2",
        SIGN_IN_RATE="3 per minute",
        REQUIRE_2FA="1",
        ADDRESS="https://catalogue.example.org/",
        MAIL="smtps://someone:secret%40@mail.example.org:465",
        MAIL_FROM="目录 <from@example.org>",
    )
    assert (settings.sign_in_rate, settings.require_2fa) == ("3 per minute", True)
    assert settings.address == "https://catalogue.example.org"
    assert settings.mail == "smtps://someone:secret%40@mail.example.org:465"
    assert settings.mail_from.endswith("<from@example.org>")
    assert settings.database_url == "postgresql://someone@localhost/directory"
    assert settings.secret_key == SIXTEEN
    assert (settings.rate_limit, settings.proxies) == ("5 per second", 2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "not an address"),
        ("DATABASE_URL", "mysql://localhost/directory"),
        ("DATABASE_URL", "://"),
        ("SECRET_KEY", ""),
        ("SECRET_KEY", "fifteen charact"),
        ("RATE_LIMIT", ""),
        ("RATE_LIMIT", "many"),
        ("RATE_LIMIT", "0 per minute"),
        ("RATE_LIMIT", "-1 per minute"),
        ("RATE_LIMIT", "10 per year"),
        ("RATE_LIMIT", "10/minute"),
        ("SIGN_IN_RATE", "often"),
        ("REQUIRE_2FA", "yes"),
        ("REQUIRE_2FA", ""),
        ("ADDRESS", "catalogue.example.org"),
        ("ADDRESS", "ftp://catalogue.example.org"),
        ("ADDRESS", "https://catalogue.example.org/catalogue"),
        ("ADDRESS", "https://"),
        ("MAIL", ""),
        ("MAIL", "smtp"),
        ("MAIL", "smtp://"),
        ("MAIL", "http://mail.example.org"),
        ("MAIL", "smtp://mail.example.org:port"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
        ("PROXIES", ""),
        ("PROXIES", "-1"),
        ("PROXIES", "10"),
        ("PROXIES", "two"),
        ("PROXIES", "1.5"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_itself(tmp_path, name, value):
    with pytest.raises(WrongSetting, match=f"DIRECTORY_{name}"):
        read(tmp_path, **{name: value})


@pytest.mark.parametrize("name", ["X", "DATABASE", "INSTANCE_PATH", "DEBUG"])
def test_an_unknown_setting_is_named(tmp_path, name):
    with pytest.raises(WrongSetting, match=f"DIRECTORY_{name} is not a setting"):
        read(tmp_path, **{name: "1"})


def test_other_programs_settings_are_none_of_ours(tmp_path):
    assert Settings.from_environment({"DIRECTORY_INSTANCE": str(tmp_path), "FLASK_DEBUG": "1", "PORT": "x"})


def test_a_wrong_value_never_prints_a_secret(tmp_path):
    with pytest.raises(WrongSetting) as wrong:
        read(tmp_path, SECRET_KEY="hunter2")  # noqa: S106 - it is to be refused
    assert "hunter2" not in str(wrong.value)
    with pytest.raises(WrongSetting) as wrong:
        read(tmp_path, MAIL="http://someone:hunter2@mail.example.org")
    assert "hunter2" not in str(wrong.value)
    for address in ("mysql://someone:hunter2@localhost/directory", "//someone:hunter2@localhost"):
        with pytest.raises(WrongSetting) as wrong:
            read(tmp_path, DATABASE_URL=address)
        assert "hunter2" not in str(wrong.value)


def test_a_key_is_made_once_and_is_for_the_owner_only(tmp_path):
    key = read(tmp_path).secret_key
    assert len(key) == 64
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert read(tmp_path).secret_key == key


def test_no_key_file_where_a_key_is_given(tmp_path):
    read(tmp_path, SECRET_KEY=SIXTEEN)
    assert not (tmp_path / "secret_key").exists()


@pytest.mark.parametrize("content", ["", "short"])
def test_a_damaged_key_file_stops_the_start_and_names_itself(tmp_path, content):
    (tmp_path / "secret_key").write_text(content)
    with pytest.raises(WrongSetting, match="secret_key"):
        read(tmp_path)


def test_processes_that_start_at_once_share_one_key(tmp_path):
    keys = []
    starters = [Thread(target=lambda: keys.append(read(tmp_path).secret_key)) for _ in range(8)]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_two_instances_have_two_keys(tmp_path):
    assert read(tmp_path / "one").secret_key != read(tmp_path / "two").secret_key


def test_the_folder_is_made_where_it_is_missing(tmp_path):
    assert read(tmp_path / "far" / "away").instance.is_dir()


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match=r"DIRECTORY_INSTANCE=.*file: cannot write there"):
        read(tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(WrongSetting, match=r"DIRECTORY_INSTANCE=.*cannot write there"):
        read(tmp_path)


@pytest.mark.skipif(not os.access("/proc/self", os.R_OK), reason="needs a folder nobody may write in")
def test_a_read_only_folder_is_named_by_the_command_in_one_line():
    result = call(Path("/proc/self/directory-instance"), "audit", "verify")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: DIRECTORY_INSTANCE=/proc/self/directory-instance: cannot write there")
    assert result.stderr.count("\n") == 1


def test_an_empty_database_is_told_in_one_line(tmp_path):
    result = call(tmp_path, "audit", "verify")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: the database cannot be used")
    assert result.stderr.count("\n") == 1


def test_the_command_starts_with_what_it_is_given(tmp_path):
    assert "audit" in ended(command("--help", instance=tmp_path))
