"""What the API and the command line take for a match, and what they give."""

from decimal import Decimal
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from directory.operations.matches import LONGEST_TEXT
from directory.rules.groups import GROUPS
from directory.rules.terms import MOST_YUAN
from directory.schemas.answer import Answer
from directory.schemas.taking import CODE, WORDS, Whole
from search.query import Need


class NeedSchema(Schema):
    text = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_TEXT),
        metadata={
            "description": "The problem in everyday words; personal data is masked before it is stored.",
            "pattern": WORDS,
        },
    )
    area = fields.String(load_default=None, allow_none=True, validate=CODE, metadata={"x_codes": "area"})
    category = fields.String(
        load_default=None,
        allow_none=True,
        validate=CODE,
        metadata={"description": "The service wanted, instead of our guess.", "x_codes": "category"},
    )
    groups = fields.List(
        fields.String(validate=validate.OneOf(GROUPS)), load_default=list, validate=validate.Length(max=13)
    )
    budget = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, MOST_YUAN),
        metadata={"description": "Yuan for one price unit."},
    )

    @post_load
    def to_need(self, data: dict[str, Any], **_kwargs: Any) -> tuple[Need, str | None]:
        budget = data["budget"]
        need = Need(data["text"], data["area"], frozenset(data["groups"]), None if budget is None else Decimal(budget))
        return need, data["category"]


class RouteSchema(Answer):
    kind = fields.String(
        allow_none=True, metadata={"description": "provider, property, department, self; null: unclear"}
    )
    authority = fields.String()
    phone = fields.String()
    hand_off = fields.String()


class GuessSchema(Answer):
    code = fields.String()
    name = fields.String()
    probability = fields.Float()
    words = fields.List(fields.String())


class ReasonSchema(Answer):
    criterion = fields.String()
    points = fields.Float()
    weight = fields.Float()
    facts = fields.Dict(keys=fields.String(), values=fields.String())


class MatchSchema(Answer):
    service_id = fields.Integer()
    service = fields.String()
    organisation_id = fields.Integer()
    organisation = fields.String()
    category = fields.String()
    score = fields.Float()
    reasons = fields.List(fields.Nested(ReasonSchema))


class ExclusionSchema(Answer):
    """A gate that cost it, and the fact behind that where there is one."""

    gate = fields.String()
    code = fields.String()
    outcome = fields.String()
    value = fields.String(allow_none=True, dump_default=None)
    since = fields.String(allow_none=True, dump_default=None, metadata={"format": "date"})
    until = fields.String(allow_none=True, dump_default=None, metadata={"format": "date"})
    source = fields.String(allow_none=True, dump_default=None)
    changes_on = fields.String(allow_none=True, dump_default=None, metadata={"format": "date"})


class ExcludedSchema(Answer):
    service_id = fields.Integer()
    service = fields.String()
    organisation_id = fields.Integer()
    organisation = fields.String()
    reasons = fields.List(fields.Nested(ExclusionSchema))


class BasisSchema(Answer):
    """What the answer rests on: enough to repeat it."""

    parameters = fields.Integer()
    lexicon = fields.String()
    model = fields.String(allow_none=True)
    lost = fields.String(
        allow_none=True, metadata={"description": "The model that should have answered but could not be read."}
    )
    generation = fields.String()


class SaidSchema(Answer):
    run_id = fields.String()
    text = fields.String()


class MatchRunSchema(Answer):
    run_id = fields.String()
    problems = fields.List(
        fields.Nested(SaidSchema),
        metadata={"description": "When several problems were said in one breath: each with the run that answers it."},
    )
    sure = fields.Boolean(metadata={"description": "false: choose one of the categories and ask again with it"})
    route = fields.Nested(RouteSchema)
    categories = fields.List(fields.Nested(GuessSchema))
    matches = fields.List(fields.Nested(MatchSchema))
    excluded = fields.List(fields.Nested(ExcludedSchema))
    basis = fields.Nested(BasisSchema)
    stale = fields.Boolean()
