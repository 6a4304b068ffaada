"""What holds for every template."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[2] / "templates"
FRAMED = {
    path.relative_to(TEMPLATES).as_posix(): text
    for path in sorted(TEMPLATES.rglob("*.html"))
    if path.name != "frame.html" and re.search(r'{% extends "\w+/frame.html" %}', text := path.read_text("utf-8"))
}

# Those of a need that is chosen for begin with the way to it.
CRUMBS = r"{% block crumbs %}{{ (crumbs|way)\("


def test_there_is_something_to_read():
    assert len(FRAMED) > 50


def test_every_page_of_a_workspace_says_where_it_stands():
    assert [name for name, text in FRAMED.items() if not re.search(CRUMBS, text)] == []
