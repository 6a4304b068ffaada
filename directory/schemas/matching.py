"""What the API and the command line take for a match, and what they give."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from directory.operations.matches import LONGEST_TEXT
from search.query import Need

GROUPS = (
    "老年人",
    "残疾人",
    "儿童",
    "青少年",
    "妇女",
    "家庭",
    "困难群体",
    "新就业群体",
    "退役军人",
    "外来人员",
    "全体居民",
    "社会组织",
    "社区工作者",
)


class NeedSchema(Schema):
    text = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TEXT),
        metadata={"description": "The problem in everyday words; personal data is masked before it is stored."},
    )
    area = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 32))
    category = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 64))
    groups = fields.List(
        fields.String(validate=validate.OneOf(GROUPS)), load_default=list, validate=validate.Length(max=13)
    )
    budget = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 100_000_000))

    @post_load
    def to_need(self, data: dict[str, Any], **_kwargs: Any) -> tuple[Need, str | None]:
        budget = data["budget"]
        need = Need(data["text"], data["area"], frozenset(data["groups"]), None if budget is None else Decimal(budget))
        return need, data["category"]


class RouteSchema(Schema):
    kind = fields.String(
        allow_none=True, metadata={"description": "provider, property, department, self; null: unclear"}
    )
    authority = fields.String()
    phone = fields.String()
    hand_off = fields.String()


class GuessSchema(Schema):
    code = fields.String()
    name = fields.String()
    probability = fields.Float()
    words = fields.List(fields.String())


class ReasonSchema(Schema):
    criterion = fields.String()
    points = fields.Float()
    weight = fields.Float()
    facts = fields.Dict(keys=fields.String(), values=fields.String())


class MatchSchema(Schema):
    service_id = fields.Integer()
    service = fields.String()
    organisation_id = fields.Integer()
    organisation = fields.String()
    category = fields.String()
    score = fields.Float()
    reasons = fields.List(fields.Nested(ReasonSchema))


class ExcludedSchema(Schema):
    service_id = fields.Integer()
    service = fields.String()
    organisation_id = fields.Integer()
    organisation = fields.String()
    reasons = fields.List(fields.Dict())


class MatchRunSchema(Schema):
    run_id = fields.String()
    sure = fields.Boolean(metadata={"description": "false: choose one of the categories and ask again with it"})
    route = fields.Nested(RouteSchema)
    categories = fields.List(fields.Nested(GuessSchema))
    matches = fields.List(fields.Nested(MatchSchema))
    excluded = fields.List(fields.Nested(ExcludedSchema))
    basis = fields.Dict()
    stale = fields.Boolean()
