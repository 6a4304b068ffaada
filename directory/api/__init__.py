"""JSON for other programs: flask-smorest blueprints under /api/v1."""
