"""Puts the API into an app."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from flask_wtf import CSRFProtect

from directory.api import categories, editions, matching, openapi, organisations, problems, search, services

NOUNS = (categories, organisations, services, search, matching, editions, openapi)


class ReadableJSON(DefaultJSONProvider):
    """Chinese as Chinese, fields in the order of the schema."""

    ensure_ascii = False
    sort_keys = False


def register(app: Flask, *, csrf: CSRFProtect) -> None:
    """Call it when the app has its limiter, whose default limits count here too."""
    app.json = ReadableJSON(app)
    api = openapi.Described(app, spec_kwargs=openapi.ABOUT)
    app.before_request(problems.answer_for_paths)
    for noun in NOUNS:
        api.register_blueprint(noun.bp)
        csrf.exempt(noun.bp)  # no cookie gives a right here, so there is nothing to forge
