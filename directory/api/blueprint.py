"""A flask-smorest blueprint that reads strictly and answers errors with problems."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import request
from flask_smorest import Blueprint
from marshmallow import RAISE

from directory.api import problems
from directory.api.reading import StrictParser
from directory.db import LARGEST_ID

LARGEST_BODY = 256 * 1024
ID = f"int(max={LARGEST_ID})"

View = TypeVar("View", bound=Callable[..., Any])


class Noun(Blueprint):  # type: ignore[misc]  # flask_smorest has no types
    """Everything the API has to say about one noun, under /api/v1."""

    ARGUMENTS_PARSER = StrictParser(unknown=RAISE)

    def __init__(self, noun: str, description: str) -> None:
        super().__init__(f"api_{noun}", __name__, url_prefix="/api/v1", description=description)
        self.register_error_handler(Exception, problems.answer)
        self.before_request(_limit_body)

    def refuses(self, *statuses: int) -> Callable[[View], View]:
        """Document problem answers."""

        def decorator(view: View) -> View:
            for status in statuses:
                view = self.alt_response(status, HTTPStatus(status).name)(view)
            return view

        return decorator


def _limit_body() -> None:
    request.max_content_length = LARGEST_BODY
