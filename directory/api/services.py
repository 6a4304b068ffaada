"""Services in the catalogue."""

from directory.api.blueprint import ID, Noun
from directory.operations import catalogue
from directory.operations.catalogue import Offer
from directory.schemas.catalogue import ServiceSchema

bp = Noun("services", "What organisations offer, as it stands in the catalogue")


@bp.get(f"/services/<{ID}:service_id>")
@bp.response(200, ServiceSchema)
@bp.refuses(404)
def service(service_id: int) -> Offer:
    """One service: the approved version, its state, and the versions before it."""
    return catalogue.service(service_id)
