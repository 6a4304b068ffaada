"""The one thing the app asks of a search index."""

from collections.abc import Iterable
from typing import Protocol

from search.documents import Found, ServiceDocument
from search.query import Query


class BrokenIndex(Exception):
    """The index cannot be read or written; the database is untouched and a rebuild mends it."""


class Index(Protocol):
    @property
    def generation(self) -> str:
        """Names the build that answers; another name, another set of files."""

    def put(self, documents: Iterable[ServiceDocument]) -> None:
        """Add each document, or replace the one with its entry_id."""

    def drop(self, entry_ids: Iterable[int]) -> None:
        """Forget these documents; an unknown id is not an error."""

    def find(self, query: Query) -> Found:
        """The documents that answer, in the query's order; ties by entry_id."""

    def entry_ids(self) -> frozenset[int]:
        """Every document held: for comparing index and database."""
