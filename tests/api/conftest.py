"""What the tests of the API share."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

Refusal = Callable[[TestResponse, int], list[tuple[str, str]]]


@pytest.fixture
def refused() -> Refusal:
    """(field, rule) of each fault in a problem answer of the status expected."""

    def read(response: TestResponse, status: int) -> list[tuple[str, str]]:
        assert response.status_code == status, response.text
        assert response.content_type == "application/problem+json"
        problem: dict[str, Any] = response.get_json(force=True)
        assert list(problem) == ["status", "title", "detail", "errors"]
        assert problem["status"] == status
        assert problem["title"]
        assert problem["detail"]
        assert all(list(fault) == ["field", "rule", "message", "value"] for fault in problem["errors"])
        return [(fault["field"], fault["rule"]) for fault in problem["errors"]]

    return read
