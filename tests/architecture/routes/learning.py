"""The pages that watch the learning."""

ROUTES = {
    "GET /watch": "assessor lead auditor",
    "GET /watch/words": "assessor lead auditor",
    "POST /watch/words": "lead",
    "GET /watch/withdraw": "lead",
    "POST /watch/withdraw": "lead",
}
