"""Every error under /api/ is a problem answer, whatever goes wrong and wherever."""

from pathlib import Path

import pytest

from directory.app import create_app
from directory.config import Settings


@pytest.fixture
def unprepared(tmp_path: Path):
    """A client of an app whose database has no tables and whose rate is low."""
    app = create_app(
        Settings(tmp_path, f"sqlite:///{tmp_path / 'directory.db'}", "for tests only, long enough", "2 per hour")
    )
    return app.test_client()


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/search", "/api/v1/search/", "/api/v1/%00", "/api/你好"]
)
def test_a_path_that_is_not_there_is_a_404(visitor, refused, path):
    assert refused(visitor.get(path), 404) == []


def test_pages_outside_the_api_keep_their_own_errors(visitor):
    response = visitor.get("/nothing/here")
    assert (response.status_code, response.mimetype) == (404, "text/html")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/api/v1/categories", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/api/v1/services/1", {"GET", "HEAD", "OPTIONS"}),
        ("PUT", "/api/v1/search", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/api/v1/match", {"POST", "OPTIONS"}),
        ("TRACE", "/api/v1/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_is_not_there_is_a_405_and_says_which_are(visitor, refused, method, path, allowed):
    response = visitor.open(path, method=method)
    assert refused(response, 405) == []
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_too_many_requests_are_a_429(unprepared, refused):
    for _ in range(2):
        unprepared.get("/api/v1/search?page=0")
    response = unprepared.get("/api/v1/search?page=0")
    assert refused(response, 429) == []
    assert "2 per 1 hour" in response.json["detail"]


def test_a_database_that_cannot_be_used_is_a_503(unprepared, refused):
    assert refused(unprepared.get("/api/v1/categories"), 503) == []


def test_what_we_did_not_foresee_is_a_500_that_tells_nothing(app, client, refused, caplog):
    app.extensions["engine"] = "no engine at all"
    response = client.get("/api/v1/search")
    assert refused(response, 500) == []
    assert "engine" not in response.text
    assert "no engine at all" not in response.text
    assert "str.find() takes no keyword arguments" in caplog.text


def test_a_match_needs_no_token_against_forgery(visitor):
    assert visitor.post("/api/v1/match", json={"text": "停车"}).status_code == 200
