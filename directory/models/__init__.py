"""The tables. Imports every module, for the mapper and the migrations; only app.py and migrations/env.py import it."""

from directory.models import audit, learning, match, need, organisation, outbox, parameters, service, taxonomy

__all__ = ["audit", "learning", "match", "need", "organisation", "outbox", "parameters", "service", "taxonomy"]
