"""What the API gives of the catalogue: categories, organisations, services."""

from marshmallow import Schema, fields, validate

from directory.models.organisation import OrganisationKind
from directory.rules.eligibility import FactKind, Outcome
from directory.rules.lifecycle import EntryState
from directory.schemas.answer import Answer
from directory.schemas.taking import Digits

LAST_PAGE = 10_000


class PageSchema(Schema):
    page = Digits(load_default=1, validate=validate.Range(1, LAST_PAGE))


class NodeSchema(Answer):
    code = fields.String()
    name = fields.String()
    name_en = fields.String()


class CountedSchema(Answer):
    code = fields.String(attribute="category.code")
    name = fields.String(attribute="category.name")
    name_en = fields.String(attribute="category.name_en")
    description = fields.String(attribute="category.description")
    listed = fields.Integer(metadata={"description": "How many services of it are listed."})


class BranchSchema(CountedSchema):
    services = fields.List(fields.Nested(CountedSchema), metadata={"description": "The purchasable services in it."})


class TreeSchema(Answer):
    items = fields.List(fields.Nested(BranchSchema))


class StandardSchema(Answer):
    deliverables = fields.List(fields.String(), dump_default=list)
    acceptance = fields.List(fields.String(), dump_default=list)
    price_note = fields.String(dump_default="")


class CategorySchema(NodeSchema):
    level = fields.Integer(metadata={"description": "1: a service field, 2: a purchasable service."})
    parent = fields.Nested(NodeSchema, allow_none=True)
    description = fields.String()
    procurement_code = fields.String(metadata={"description": "Official code; empty where there is none."})
    procurement_name = fields.String()
    keywords = fields.List(fields.String())
    examples = fields.List(fields.String(), metadata={"description": "Problems as people say them."})
    groups = fields.List(fields.String())
    standard = fields.Nested(StandardSchema)
    price_unit = fields.String()
    price_low = fields.Integer(metadata={"description": "Yuan for one price unit, the reference range."})
    price_high = fields.Integer()
    route = fields.List(fields.String(), metadata={"description": "Who usually solves it, the main one first."})
    authority = fields.String()
    phone = fields.String()
    hand_off = fields.String()
    around = fields.List(fields.String(), metadata={"description": "Codes of services that help around it."})
    source = fields.String()


class CategoryAnswerSchema(Answer):
    category = fields.Nested(CategorySchema)
    services = fields.List(
        fields.Nested(CountedSchema), metadata={"description": "What a service field holds; empty for a service."}
    )


class OfferSchema(Answer):
    """A service as it stands in the catalogue."""

    service_id = fields.Integer(attribute="service.id")
    service = fields.String(attribute="version.name")
    organisation_id = fields.Integer(attribute="organisation.id")
    organisation = fields.String(attribute="organisation.name")
    category = fields.String(attribute="category.code")
    category_name = fields.String(attribute="category.name")
    state = fields.Enum(EntryState, by_value=fields.String, attribute="entry.state")
    reason = fields.String(
        attribute="entry.reason", metadata={"description": "Why it is not listed; empty while it is."}
    )
    areas = fields.List(fields.String(), attribute="version.areas")
    groups = fields.List(fields.String(), attribute="version.groups")
    price_low = fields.Integer(
        attribute="version.price_low", allow_none=True, metadata={"description": "Yuan for one price unit."}
    )
    price_high = fields.Integer(attribute="version.price_high", allow_none=True)
    price_unit = fields.String(attribute="version.price_unit")


class VersionSchema(Answer):
    number = fields.Integer()
    name = fields.String()
    approved_at = fields.AwareDateTime()


class ServiceSchema(OfferSchema):
    description = fields.String(attribute="version.description")
    since = fields.AwareDateTime(attribute="entry.since", metadata={"description": "When it came to this state."})
    assessed = fields.Float(
        attribute="entry.assessed", allow_none=True, metadata={"description": "Total of the assessment, 0 to 100."}
    )
    capacity = fields.Integer(
        attribute="service.capacity", allow_none=True, metadata={"description": "How many more it can take on."}
    )
    version = fields.Integer(attribute="version.number")
    versions = fields.List(fields.Nested(VersionSchema), attribute="service.approved")


class OrganisationLineSchema(Answer):
    id = fields.Integer()
    uscc = fields.String(allow_none=True, metadata={"description": "Unified social credit code."})
    name = fields.String()
    short_name = fields.String()
    kind = fields.Enum(OrganisationKind, by_value=fields.String)
    area_code = fields.String()
    is_demo = fields.Boolean(metadata={"description": "true: invented, to show how it works."})


class OrganisationsSchema(Answer):
    total = fields.Integer()
    pages = fields.Integer()
    page = fields.Integer()
    items = fields.List(fields.Nested(OrganisationLineSchema))


class OrganisationSchema(OrganisationLineSchema):
    source = fields.String(metadata={"description": "Where the record came from."})
    summary = fields.String()
    address = fields.String()
    phone = fields.String()
    website = fields.String()
    confirmed_on = fields.Date(allow_none=True, metadata={"description": "When it last confirmed its profile."})


class DatedFactSchema(Answer):
    kind = fields.Enum(FactKind, by_value=fields.String)
    value = fields.String()
    since = fields.Date()
    until = fields.Date(allow_none=True, metadata={"description": "Its last day; null while it stands."})
    source = fields.String()


class FactSchema(DatedFactSchema):
    id = fields.Integer()
    recorded_at = fields.AwareDateTime()
    superseded_by_id = fields.Integer(allow_none=True, metadata={"description": "The fact that replaced it."})


class GateSchema(Answer):
    """What one gate of the catalogue says today, by which fact, and from which day on that may differ."""

    gate = fields.String()
    outcome = fields.Enum(Outcome, by_value=fields.String)
    code = fields.String()
    fact = fields.Nested(DatedFactSchema, allow_none=True)
    changes_on = fields.Date(allow_none=True)


class StandingSchema(Answer):
    organisation = fields.Nested(OrganisationSchema)
    facts = fields.List(fields.Nested(FactSchema))
    gates = fields.List(fields.Nested(GateSchema))
    services = fields.List(fields.Nested(OfferSchema), attribute="offers")
