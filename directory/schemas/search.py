"""What the API takes for a search of the catalogue, and what it gives."""

from typing import Any

from marshmallow import fields, post_load, validate

from directory.operations.searches import COUNTED, Search
from directory.rules.eligibility import GRADES
from directory.rules.lifecycle import EntryState
from directory.rules.terms import MOST_YUAN
from directory.schemas.answer import Answer
from directory.schemas.catalogue import OfferSchema, PageSchema
from directory.schemas.taking import CODE, WORDS, Digits, has_words
from search.query import Order

LONGEST_QUERY = 200
ROUTES = ("provider", "property", "department", "self")


def _one_or_more(each: validate.Validator, description: str, **metadata: str) -> fields.List[str]:
    return fields.List(
        fields.String(validate=each, metadata=metadata),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": description},
    )


class SearchSchema(PageSchema):
    q = fields.String(
        load_default="",
        validate=[validate.Length(max=LONGEST_QUERY), has_words],
        metadata={"description": "Words that must all be there.", "pattern": f"^$|{WORDS}"},
    )
    field = _one_or_more(CODE, "Codes of service fields.", x_codes="field")
    category = _one_or_more(CODE, "Codes of services of the tree.", x_codes="category")
    area = _one_or_more(CODE, "Codes of areas served.", x_codes="area")
    grade = _one_or_more(validate.OneOf(GRADES), "Valid grade of the organisation.")
    route = _one_or_more(validate.OneOf(ROUTES), "Who usually solves it.")
    state = _one_or_more(validate.OneOf([*EntryState]), "Without: listed services only.")
    price_low = Digits(
        validate=validate.Range(0, MOST_YUAN),
        metadata={"description": "Yuan; services without a price drop out. Above price_high it finds nothing."},
    )
    price_high = Digits(validate=validate.Range(0, MOST_YUAN), metadata={"description": "Yuan."})
    order = fields.Enum(Order, by_value=fields.String, load_default=Order.RELEVANCE)

    @post_load
    def to_search(self, data: dict[str, Any], **_kwargs: Any) -> Search:
        where = {name: frozenset(data[name]) for name in COUNTED if data[name]}
        return Search(
            data["q"].strip(), where, data.get("price_low"), data.get("price_high"), data["order"], data["page"]
        )


class ItemSchema(OfferSchema):
    """Dumps an (offer, grade of its organisation) pair."""

    grade = fields.String(metadata={"description": "Valid grade of the organisation today; empty for none."})

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        offer, grade = obj
        return grade if attr == "grade" else super().get_attribute(offer, attr, default)


class ResultsSchema(Answer):
    total = fields.Integer()
    pages = fields.Integer()
    page = fields.Integer()
    facets = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Integer()),
        metadata={"description": "Facet, value: how many choosing that value of it would show."},
    )
    items = fields.List(fields.Nested(ItemSchema))
    stale = fields.Boolean(metadata={"description": "true: the latest changes may be missing."})
