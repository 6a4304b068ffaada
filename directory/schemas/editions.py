"""What the API gives of the sealed editions, and of the catalogue as of a day."""

import re
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from directory.models.organisation import OrganisationKind
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EditionState, EntryState
from directory.schemas.answer import Answer
from directory.schemas.catalogue import LAST_PAGE, PageSchema
from directory.schemas.taking import Digits


class Day(fields.Date):
    """A day spelled 2026-11-23, and no other way."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise self.make_error("invalid", obj_type="date")
        return super()._deserialize(value, attr, data, **kwargs)


class RowsSchema(PageSchema):
    q = fields.String(
        load_default="",
        validate=validate.Length(max=60),
        metadata={"description": "Stands in the name of the organisation or of the service."},
    )


class OnSchema(Schema):
    on = Day(required=True, metadata={"description": "A day of the district; not one to come."})
    page = Digits(load_default=1, validate=validate.Range(1, LAST_PAGE))


class EditionSchema(Answer):
    number = fields.String()
    title = fields.String()
    state = fields.Enum(EditionState, by_value=fields.String)
    sealed_at = fields.AwareDateTime()
    parameters = fields.Integer(attribute="parameters_version", metadata={"description": "Version of the rules."})
    rows = fields.Integer(metadata={"description": "How many entries it holds."})
    previous = fields.String(metadata={"description": "Digest of the edition before; 64 zeros for the first."})
    digest = fields.String(metadata={"description": "SHA-256 over all that was sealed; see docs/editions.md."})


class EditionsSchema(Answer):
    total = fields.Integer()
    pages = fields.Integer()
    page = fields.Integer()
    items = fields.List(fields.Nested(EditionSchema))


class SealedNodeSchema(Answer):
    code = fields.String()
    name = fields.String()


class SealedCategorySchema(SealedNodeSchema):
    field = fields.Nested(SealedNodeSchema)


class SealedPriceSchema(Answer):
    low = fields.Integer(allow_none=True, metadata={"description": "Yuan for one unit."})
    high = fields.Integer(allow_none=True)
    unit = fields.String()


class SealedServiceSchema(Answer):
    id = fields.Integer()
    version = fields.Integer()
    name = fields.String()
    description = fields.String()
    areas = fields.List(fields.Nested(SealedNodeSchema))
    groups = fields.List(fields.String())
    price = fields.Nested(SealedPriceSchema)
    approved_at = fields.String()


class SealedOrganisationSchema(Answer):
    id = fields.Integer()
    name = fields.String()
    uscc = fields.String(allow_none=True)
    kind = fields.String(validate=validate.OneOf([kind.value for kind in OrganisationKind]))
    area = fields.Nested(SealedNodeSchema)
    phone = fields.String(metadata={"description": "The office line."})
    demo = fields.Boolean(metadata={"description": "true: invented, to show how it works."})


class SealedFactSchema(Answer):
    kind = fields.String(validate=validate.OneOf([kind.value for kind in FactKind]))
    value = fields.String()
    since = fields.String()
    until = fields.String(allow_none=True)
    source = fields.String()


class ContentSchema(Answer):
    """What was sealed of one entry; its digest covers exactly this, as canonical JSON."""

    entry = fields.Integer()
    since = fields.String()
    assessed = fields.String(allow_none=True)
    grade = fields.String(metadata={"description": "Valid on the day it was sealed; empty for none."})
    category = fields.Nested(SealedCategorySchema)
    service = fields.Nested(SealedServiceSchema)
    organisation = fields.Nested(SealedOrganisationSchema)
    facts = fields.List(fields.Nested(SealedFactSchema))


class SealedRowSchema(Answer):
    position = fields.Integer()
    digest = fields.String()
    content = fields.Nested(ContentSchema)


class EditionAnswerSchema(Answer):
    edition = fields.Nested(EditionSchema)
    total = fields.Integer()
    pages = fields.Integer()
    page = fields.Integer()
    items = fields.List(fields.Nested(SealedRowSchema))


class StoodSchema(Answer):
    entry = fields.Integer(attribute="step.entry_id")
    service_id = fields.Integer(attribute="service.id")
    service = fields.String(attribute="version.name", metadata={"description": "As it was on that day."})
    version = fields.Integer(attribute="version.number")
    organisation_id = fields.Integer(attribute="organisation.id")
    organisation = fields.String(attribute="organisation.name", metadata={"description": "As it is named today."})
    category = fields.String(attribute="category.code")
    state = fields.Enum(EntryState, by_value=fields.String, attribute="step.state")
    since = fields.AwareDateTime(attribute="step.at", metadata={"description": "Since when it stood so."})
    assessed = fields.Float(attribute="step.assessed", allow_none=True)


class DaySchema(Answer):
    on = fields.Date()
    first = fields.Date(allow_none=True, metadata={"description": "The first day there is a record of."})
    total = fields.Integer()
    pages = fields.Integer()
    page = fields.Integer()
    items = fields.List(fields.Nested(StoodSchema))
