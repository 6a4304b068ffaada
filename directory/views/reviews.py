"""Public pages about reviews: how they are checked, what was removed, reporting one."""

from flask import Blueprint

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
