"""The public board of needs."""

from flask import Blueprint

bp = Blueprint("board", __name__, url_prefix="/needs")
