"""What every JSON answer has in common, and the answer that says why there is none."""

from typing import Any

from marshmallow import Schema, fields


class Answer(Schema):
    """Something we give: each of its fields is always there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


class FaultSchema(Answer):
    field = fields.String(metadata={"description": "Where it was given; empty: the request as a whole."})
    rule = fields.String(metadata={"description": "Code of the rule it breaks."})
    message = fields.String()
    value = fields.String(allow_none=True, metadata={"description": "What was given, cut to 100 characters."})


class ProblemSchema(Answer):
    """Why a request was refused, or failed."""

    status = fields.Integer()
    title = fields.String()
    detail = fields.String()
    errors = fields.List(fields.Nested(FaultSchema))
