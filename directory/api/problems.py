"""Error answers: what went wrong, and for a bad request which field breaks which rule."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request
from marshmallow import missing
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge, TooManyRequests
from werkzeug.routing import RequestRedirect

from directory.errors import DirectoryError, Invalid
from directory.schemas.answer import ProblemSchema
from directory.schemas.taking import rule_of

log = logging.getLogger(__name__)

PREFIX = "/api/"
CONTENT_TYPE = "application/problem+json"
MOST_FAULTS = 20
LONGEST_ECHO = 100
LONGEST_DETAIL = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request; `value` is None where nothing was given."""

    field: str
    rule: str
    message: str
    value: str | None = None


class Refused(DirectoryError):
    """A request that cannot be read."""

    def __init__(self, status: HTTPStatus, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.field or 'request'}: {fault.message}" for fault in faults))
        self.status, self.faults = status, faults


def answer(error: Exception) -> Response:
    """The answer to an error raised in, or on the way to, an API view."""
    status, detail, faults, headers = _read(error)
    problem = {
        "status": status,
        "title": HTTPStatus(status).phrase,
        "detail": detail[:LONGEST_DETAIL],
        "errors": faults,
    }
    response = jsonify(ProblemSchema().dump(problem))
    response.status_code, response.content_type = status, CONTENT_TYPE
    response.headers.extend(headers)
    return response


def answer_for_paths() -> Response | None:
    """What to answer where no view is reached: a wrong path or method under /api/."""
    error = request.routing_exception
    if not request.path.startswith(PREFIX) or isinstance(error, RequestRedirect):
        return None
    if "\0" in request.path:  # PostgreSQL takes it in no text
        error = NotFound()
    return answer(error) if error else None


def _read(error: Exception) -> tuple[int, str, tuple[Fault, ...], list[tuple[str, str]]]:
    match error:
        case Refused():
            return error.status, str(error), error.faults, []
        case Invalid():
            fault = Fault(error.field, error.rule, str(error), shown(error.value))
            return error.status, f"{error.field}: {error}", (fault,), []
        case DirectoryError():
            return error.status, str(error), (), []
        case HTTPException():
            headers = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
            too_large = (Fault("", "body_size", _worded(error)),) if isinstance(error, RequestEntityTooLarge) else ()
            return error.code or 500, _worded(error), too_large, headers
        case DataError() | OperationalError():
            return *_of_the_database(error), (), []
        case _:
            log.error("unexpected", exc_info=error)
            return 500, "this is our fault, and noted", (), []


def _of_the_database(error: DataError | OperationalError) -> tuple[int, str]:
    if isinstance(error, DataError):
        return 400, "a character or a number in it cannot be kept"
    log.error("the database cannot be used", exc_info=error)
    return 503, "the database cannot be used at the moment"


def _worded(error: HTTPException) -> str:
    match error:
        case NotFound():
            return f"no {request.path[:LONGEST_ECHO]} here; see /api/v1/openapi.json"
        case MethodNotAllowed():
            allowed = ", ".join(sorted(error.valid_methods or ()))
            return f"{request.method} is not for {request.path[:LONGEST_ECHO]}; allowed: {allowed}"
        case RequestEntityTooLarge():
            return f"at most {request.max_content_length} bytes"
        case TooManyRequests():
            return f"more than {error.description}; wait a little"
        case _:
            return error.description or ""


def faults(messages: Any, given: Any, path: tuple[str, ...] = ()) -> Iterator[Fault]:
    """Marshmallow's nested messages, one by one, each with the value it is about."""
    if not isinstance(messages, dict):
        for message in messages:
            yield Fault(".".join(path)[:LONGEST_ECHO], rule_of(message), message, shown(given))
        return
    for key, inner in messages.items():
        if key == "_schema":
            yield from faults(inner, given, path)
        else:
            yield from faults(inner, _inside(given, key), (*path, str(key)))


def _inside(given: Any, key: Any) -> Any:
    try:
        return given[key]
    except (KeyError, IndexError, TypeError):
        return missing


def shown(value: Any) -> str | None:
    if value is missing:
        return None
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:LONGEST_ECHO]
