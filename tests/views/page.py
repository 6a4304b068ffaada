"""A page as a reader of its HTML sees it."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from werkzeug.test import TestResponse

# Addresses of pages with work to do, and of what it is about.
_FIRST = (
    *("account", "neighbourhood", "engagements", "organisation", "evaluation", "government", "audit", "watch"),
    *("applications", "publicity", "editions", "catalogue", "needs", "reviews", "calls"),
)
WORKSPACES = rf"/({'|'.join(_FIRST)})\b"


class Page:
    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.tree: Element = response.tree

    @property
    def text(self) -> str:
        """All that stands in the main part, blanks made one."""
        return said(self.one("main"))

    @property
    def title(self) -> str:
        return said(self.one("h1"))

    @property
    def faults(self) -> list[str]:
        """The lines of the error summary."""
        return [said(line) for line in self.all("li", inside="error-summary")]

    def fault_beside(self, name: str) -> str:
        """The error tied to a field, "" for none."""
        field = next(f for f in self.all() if f.get("name") == name and f.get("id") == name)
        tied = (field.get("aria-describedby") or "").split()
        return " ".join(said(e) for e in self.all(kind="error") if e.get("id") in tied)

    def all(self, tag: str | None = None, *, kind: str = "", inside: str = "") -> list[Element]:
        """The elements with a tag, of a class, inside an element of a class or with an id."""
        if inside:
            holders = [e for e in self.tree.iter() if inside in {*classes(e), e.get("id")}]
            found: Iterator[Element] = (e for holder in holders for e in holder.iter(tag))
        else:
            found = self.tree.iter(tag)
        return [e for e in found if not kind or kind in classes(e)]

    def one(self, tag: str | None = None, *, kind: str = "", inside: str = "") -> Element:
        (found,) = self.all(tag, kind=kind, inside=inside)
        return found

    def link(self, words: str, *, inside: str = "") -> str:
        """The address of the one link that begins with these words."""
        (found,) = {a.get("href") for a in self.all("a", inside=inside) if said(a).startswith(words)}
        return str(found)

    def addresses(self) -> list[str]:
        """Whatever a browser may fetch or go to from here."""
        names = ("href", "src", "action", "formaction", "poster", "data", "srcset")
        return [value for e in self.tree.iter() for name in names if (value := e.get(name)) is not None]


def classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def said(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()
