"""What anyone may use."""

from tests.architecture.routes.guard import ANYONE

ROUTES = dict.fromkeys(
    (
        "GET /",
        "GET /about",
        "GET /accessibility",
        "GET /categories",
        "GET /categories/<code>",
        "GET /health",
        "GET /match/<run_id>",
        "GET /organisations/<organisation_id>",
        "GET /preferences",
        "GET /ranking",
        "GET /rubrics",
        "GET /rubrics/<rubric_id>",
        "GET /search",
        "GET /services/<service_id>",
        "GET /static/<filename>",
        "GET /bootstrap/static/<filename>",
        "POST /match",
        "POST /match/<run_id>/confirm",
        "GET /api/v1/categories",
        "GET /api/v1/categories/<code>",
        "GET /api/v1/match/<run_id>",
        "GET /api/v1/openapi.json",
        "GET /api/v1/organisations",
        "GET /api/v1/organisations/<organisation_id>",
        "GET /api/v1/search",
        "GET /api/v1/services/<service_id>",
        "POST /api/v1/match",
    ),
    ANYONE,
)
