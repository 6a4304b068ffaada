"""Steps of an assessor, as tests of scoring take them."""

from directory.operations import sheets
from tests.factories_evaluation import actor_of


def submit(sheet, now):
    sheets.submit(sheet, by=actor_of(sheet.assessor), now=now)


def declared(sheet, now):
    sheets.declare(sheet, conflict="none", by=actor_of(sheet.assessor), now=now)
    return sheet
