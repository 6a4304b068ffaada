"""Reads a request strictly: what we do not understand is refused, never skipped."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from itertools import islice
from typing import Any, NoReturn

from flask import Request
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from directory.api.problems import MOST_FAULTS, Fault, Refused, faults, shown


class StrictParser(FlaskParser):
    def load_querystring(self, req: Request, schema: Schema) -> Any:
        for name, values in req.args.lists():
            if len(values) > 1 and not isinstance(schema.fields.get(name), fields.List):
                said = Fault(name, "repeated", "Given more than once.", shown(values))
                raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, said)
        return super().load_querystring(req, schema)

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not req.is_json:
            said = Fault("", "content_type", "The body must be application/json.", shown(req.content_type or ""))
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, said)
        try:
            return _parsed(req.get_data())
        except RecursionError as error:
            raise _malformed("Nested too deep.") from error
        except UnicodeError as error:
            raise _malformed("Not UTF-8.") from error
        except ValueError as error:
            raise _malformed(f"Not JSON: {str(error).partition(';')[0]}.") from error

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        ((location, messages),) = error.messages_dict.items()
        found: Iterator[Fault] = islice(faults(messages, error.data), MOST_FAULTS)
        if location == "query":  # which of the values it was, its value says
            found = (replace(fault, field=fault.field.partition(".")[0]) for fault in found)
        raise Refused(HTTPStatus(error_status_code or HTTPStatus.UNPROCESSABLE_ENTITY), *found) from error


def _parsed(body: bytes) -> Any:
    """RFC 8259 only: no NaN, and no escape that stands for half a character."""
    read = json.loads(body.decode(), parse_constant=_no_number)
    json.dumps(read, ensure_ascii=False).encode()
    return read


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _malformed(message: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, Fault("", "malformed_json", message))
