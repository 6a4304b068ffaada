"""Who may use the routes of the evaluation centre, and records to try them with."""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from directory.db import db
from directory.models.account import Account
from directory.models.assessment import Assessment
from directory.models.organisation import Organisation
from directory.models.rubric import Criterion, Rubric
from directory.rules.lifecycle import ApplicationState, RubricState
from directory.rules.roles import Role
from tests import factories
from tests import factories_evaluation as made

WATCHES = "lead district auditor"
SCORES_OR_WATCHES = "assessor lead district auditor"
OWN_SHEET = "assessor own"
ROUTES = {
    "GET /evaluation": SCORES_OR_WATCHES,
    "GET /evaluation/applications": WATCHES,
    "GET /evaluation/applications/<application_id>": "lead",
    "POST /evaluation/applications/<application_id>": "lead",
    "GET /evaluation/assessments": WATCHES,
    "GET /evaluation/assessments.csv": WATCHES,
    "GET /evaluation/assessments/<assessment_id>": WATCHES,
    "POST /evaluation/assessments/<assessment_id>/assessors": "lead",
    "POST /evaluation/assessments/<assessment_id>/release": "lead",
    "GET /evaluation/agreement": WATCHES,
    "GET /evaluation/agreement.csv": WATCHES,
    "GET /evaluation/sheets": "assessor lead",
    "GET /evaluation/sheets/<sheet_id>": OWN_SHEET,
    "POST /evaluation/sheets/<sheet_id>/declare": OWN_SHEET,
    "GET /evaluation/sheets/<sheet_id>/sections/<section_id>": OWN_SHEET,
    "POST /evaluation/sheets/<sheet_id>/sections/<section_id>": OWN_SHEET,
    "GET /evaluation/sheets/<sheet_id>/check": OWN_SHEET,
    "POST /evaluation/sheets/<sheet_id>/submit": OWN_SHEET,
    "GET /evaluation/rubrics": SCORES_OR_WATCHES,
    "GET /evaluation/rubrics/new": "lead",
    "POST /evaluation/rubrics": "lead",
    "GET /evaluation/rubrics/<rubric_id>": SCORES_OR_WATCHES,
    "GET /evaluation/rubrics/<rubric_id>/terms": "lead",
    "POST /evaluation/rubrics/<rubric_id>/terms": "lead",
    "POST /evaluation/rubrics/<rubric_id>/freeze": "lead",
    "POST /evaluation/rubrics/<rubric_id>/retire": "lead",
    "POST /evaluation/rubrics/<rubric_id>/versions": "lead",
    "GET /evaluation/rubrics/<rubric_id>/criteria/new": "lead",
    "POST /evaluation/rubrics/<rubric_id>/criteria": "lead",
    "GET /evaluation/rubrics/<rubric_id>/criteria/<criterion_id>": "lead",
    "POST /evaluation/rubrics/<rubric_id>/criteria/<criterion_id>": "lead",
    "POST /evaluation/rubrics/<rubric_id>/criteria/<criterion_id>/move": "lead",
    "POST /evaluation/rubrics/<rubric_id>/criteria/<criterion_id>/remove": "lead",
    "GET /applications/<application_id>/result": "owner own editor own lead district auditor",
    "POST /applications/<application_id>/appeal": "owner own",
}


def _application(organisation: Organisation, _accounts: Mapping[str, Account]) -> int:
    return made.application(organisation).id


def _assessment(organisation: Organisation, accounts: Mapping[str, Account]) -> Assessment:
    """Scored by the assessor among these accounts, who has declared no conflict, and somebody else."""
    applied = made.application(organisation, ApplicationState.ASSESSING)
    return made.assessment(applied, [accounts["assessor"], factories.account(Role.ASSESSOR)])


def _rubric(_organisation: Organisation, _accounts: Mapping[str, Account]) -> int:
    return made.rubric(state=RubricState.DRAFT).id


def _criterion(organisation: Organisation, accounts: Mapping[str, Account]) -> int:
    """One that is marked, of the newest rubric."""
    newest = db.session.scalar(select(func.max(Rubric.id))) or _rubric(organisation, accounts)
    return db.session.scalars(select(func.max(Criterion.id)).where(Criterion.rubric_id == newest)).one()


RECORDS: dict[str, Callable[[Organisation, Mapping[str, Account]], int]] = {
    "application_id": _application,
    "assessment_id": lambda organisation, accounts: _assessment(organisation, accounts).id,
    "sheet_id": lambda organisation, accounts: _assessment(organisation, accounts).sheets[0].id,
    "section_id": lambda _organisation, _accounts: 1,
    "rubric_id": _rubric,
    "criterion_id": _criterion,
}
