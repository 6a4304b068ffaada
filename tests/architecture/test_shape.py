"""What a reader can rely on about the files themselves."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for package in ("directory", "search")
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations/versions" not in path.as_posix()
}
EDGES = (
    *("directory/app.py", "directory/web.py", "directory/auth.py"),
    *("directory/views/", "directory/api/", "directory/cli/"),
)


def test_there_is_something_to_read():
    assert len(FILES) > 50


def test_no_file_is_longer_than_300_lines():
    assert {name: len(text.splitlines()) for name, text in FILES.items() if len(text.splitlines()) > 300} == {}


def test_every_file_says_what_it_is_for():
    assert [name for name, text in FILES.items() if not ast.get_docstring(ast.parse(text))] == []


def test_no_file_is_named_for_nothing():
    idle = {"utils", "helpers", "common", "manager", "managers", "misc", "base"}
    assert [name for name in FILES if Path(name).stem in idle] == []


def test_a_page_never_trusts_that_a_refused_field_is_on_it():
    """Form.blame asks first: `form[fault.field]` of a form without that field is a broken page."""
    assert [name for name, text in FILES.items() if "[fault.field]" in text] == []


def test_only_one_place_commits():
    assert [name for name, text in FILES.items() if "session.commit(" in text] == ["directory/db.py"]


def test_only_the_edges_look_at_the_clock():
    assert [name for name, text in FILES.items() if "datetime.now(" in text and not name.startswith(EDGES)] == []


def test_a_rule_set_aside_says_why():
    """In the same line, or on the line before."""
    silent = []
    for name, text in FILES.items():
        lines = text.splitlines()
        for place, line in enumerate(lines):
            for mark in ("# noqa", "# type: ignore"):
                _, found, after = line.partition(mark)
                above = lines[place - 1].strip()
                told = any(sign in after for sign in (" - ", " # ")) or above.startswith("#") or mark in above
                if found and not told:
                    silent.append(f"{name}:{place + 1}: {line.strip()}")
    assert silent == []


def test_every_use_case_stands_in_the_overview_of_operations():
    folder = ROOT / "directory" / "operations"
    overview = ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""
    named = [word for line in overview.splitlines() if line.startswith("    ") for word in line.split()]
    assert sorted(named) == sorted(file.stem for file in folder.glob("*.py") if file.stem != "__init__")
