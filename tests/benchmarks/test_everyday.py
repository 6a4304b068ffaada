import re
import sys

import pytest

from benchmarks import catalogue, everyday
from benchmarks.reliability import Said
from search.matching.examples import Learning
from search.matching.routing import Router
from tests.benchmarks.services import SERVICES, WORDS

ROWS = [
    {"text": "下水道又堵了", "categories": "X-2", "routes": "property"},
    {"text": "孩子放学没人接送", "categories": "X-1|Y-1", "routes": "provider|government"},
    {"text": "下水道堵得厉害", "categories": "X-1", "routes": "government"},
    {"text": "？", "categories": "X-1", "routes": "provider"},
]


@pytest.fixture(scope="module")
def asked():
    router = Router(SERVICES, WORDS, model=catalogue.taught(SERVICES, WORDS, Learning()))
    return everyday.asked(router, ROWS)


def test_the_first_guess_the_first_three_and_the_solver_are_counted(asked):
    assert everyday.figures(asked) == ["0.500", "0.750", "0.500"]


def test_a_sentence_nothing_was_guessed_for_says_no_chance(asked):
    found = everyday.said(asked)
    assert [each.right for each in found] == [True, True, False]
    assert all(isinstance(each, Said) and 0 < each.chance <= 1 for each in found)


def test_our_own_services_say_all_that_the_seeds_hold():
    found = catalogue.profiles()
    assert len(found) == len({profile.code for profile in found}) >= 100
    assert all(profile.examples and profile.sayings and profile.routes for profile in found)
    assert len(catalogue.lexicon().entries) > 1_000


def test_a_file_is_asked_by_every_view_and_with_one_left_out(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(catalogue, "profiles", lambda: SERVICES)
    monkeypatch.setattr(catalogue, "lexicon", lambda: WORDS)
    file = tmp_path / "said.csv"
    lines = ["text,categories,routes", *(",".join(row.values()) for row in ROWS)]
    file.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["everyday", str(file)])
    everyday.main()
    said = capsys.readouterr().out
    assert "given: 4 sentences of said.csv, 3 services" in said
    for views in ("all", "without what was learned", "without the lexicon", "without nearest examples"):
        assert re.search(rf"^\| {views} +(\| +0\.\d{{3}} ){{3}}\|$", said, re.MULTILINE)
    assert "expected calibration error" in said
