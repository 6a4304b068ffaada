import os
import signal
import subprocess
import sys
import textwrap

import pytest

from directory.db import transaction
from directory.errors import Forbidden
from directory.models.audit import AuditEvent
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.operations import imports
from directory.operations.imports import Refused
from directory.operations.records import (
    CategoryRow,
    Identity,
)
from directory.policy import VISITOR
from tests import factories
from tests.factories import STREET, code
from tests.operations.importing import count, delivery, faults, organisation, service, take


@pytest.fixture(autouse=True)
def _tree(app):
    with transaction():
        factories.taxonomy()


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"external_id": ""}, "service_id", "required"),
        ({"external_id": "x" * 201}, "service_id", "too_long"),
        ({"name": ""}, "service", "required"),
        ({"name": "\u200b \n"}, "service", "required"),
        ({"name": "长" * 201}, "service", "too_long"),
        ({"description": "长" * 10_001}, "description", "too_long"),
        ({"price_unit": "每" * 41}, "price_unit", "too_long"),
        ({"category": CategoryRow("P-999")}, "category", "unknown"),
        ({"category": CategoryRow("")}, "category", "unknown"),
        ({"category": CategoryRow("SH-04")}, "category", "level"),
        ({"areas": (STREET, "310105-99")}, "areas", "unknown"),
        ({"groups": ("老年人", "神仙")}, "groups", "unknown"),
        ({"price_low": 500, "price_high": 200}, "price_high", "price_order"),
        ({"price_low": 500}, "price_high", "required"),
        ({"price_high": 500}, "price_low", "required"),
        ({"price_low": -1, "price_high": 5}, "price_low", "range"),
        ({"price_low": 1, "price_high": 100_000_001}, "price_high", "range"),
        ({"capacity": -1}, "capacity", "range"),
        ({"organisation": Identity("far", "o9")}, "organisation_id", "dangling"),
        ({"external_id": "s1"}, "service_id", "duplicate"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_field_and_the_others_are_taken(app, now, changed, field, rule):
    report = take(delivery(service(1), service(7, **changed), service(9)), now)
    assert faults(report) == [(7, field, rule)]
    assert (report.taken, report.refused, count(Entry)) == (2, 1, 2)


def test_a_message_says_how_to_mend_it(app, now):
    report = take(delivery(service(price_low=500, price_high=200)), now)
    assert [fault.message for fault in report.faults] == ["价格上限 200 小于下限 500，请改其中一个"]


@pytest.mark.parametrize(
    ("wrong", "rule", "said"),
    [
        (code(1)[:17], "uscc_length", "17 位"),
        (f"{code(1)[:16]}I{code(1)[17]}", "uscc_alphabet", "“I”"),
        (f"{code(1)[:16]}{'1' if code(1)[16] != '1' else '2'}{code(1)[17]}", "uscc_organisation_check", "第 17 位"),
        (f"{code(1)[:17]}{'1' if code(1)[17] != '1' else '2'}", "uscc_check", "第 18 位"),
    ],
)
def test_a_wrong_credit_code_says_which_check_failed_on_every_row_that_names_it(app, now, wrong, rule, said):
    home = organisation(uscc=wrong, with_service=True)
    report = take(delivery(service(1), service(2), organisations=(home,)), now)
    assert {(fault.field, fault.rule) for fault in report.faults} == {("uscc", rule)}
    assert all(said in fault.message for fault in report.faults)
    assert (count(Organisation), count(Entry)) == (0, 0)


@pytest.mark.parametrize(
    ("second", "field", "rule"),
    [
        ({}, "organisation_id", "duplicate"),
        ({"identity": Identity("far", "o2"), "uscc": code(1)}, "uscc", "duplicate"),
        ({"identity": Identity("far", "o2"), "name": ""}, "organisation", "required"),
        ({"identity": Identity("far", ""), "name": "x"}, "organisation_id", "required"),
        ({"identity": Identity("far", "o2"), "summary": "长" * 10_001}, "summary", "too_long"),
        ({"identity": Identity("far", "o2"), "website": "x" * 401}, "website", "too_long"),
    ],
)
def test_a_bad_organisation_is_refused_and_the_first_one_stands(app, now, second, field, rule):
    report = take(delivery(organisations=(organisation(1, uscc=code(1)), organisation(2, **second))), now)
    assert faults(report) == [(2, field, rule)]
    assert (count(Organisation), count(Entry)) == (1, 1)


def test_a_code_that_belongs_to_another_name_is_a_contradiction(app, now):
    with transaction():
        factories.organisation(1, facts=(), name="暖檐社")
    report = take(delivery(organisations=(organisation(uscc=code(1)),)), now)
    assert faults(report)[0] == (1, "organisation", "contradiction")
    assert count(Organisation) == 1


def test_an_organisation_does_not_change_its_code_by_import(app, now):
    take(delivery(organisations=(organisation(uscc=code(1)),)), now)
    report = take(delivery(organisations=(organisation(uscc=code(2)),)), now)
    assert faults(report)[0] == (1, "uscc", "contradiction")


def test_a_code_already_held_by_another_is_a_contradiction(app, now):
    take(delivery(), now)
    with transaction():
        factories.organisation(1, facts=(), name="远方社")
    report = take(delivery(organisations=(organisation(uscc=code(1)),)), now)
    assert faults(report)[0] == (1, "uscc", "contradiction")


def test_a_strict_import_takes_none_if_one_is_bad(app, now):
    with pytest.raises(Refused) as refused:
        take(delivery(service(1), service(2, name="")), now, strict=True)
    assert refused.value.report.refused == 1
    assert [count(model) for model in (Organisation, Service, Entry, AuditEvent)] == [0, 0, 0, 0]
    assert take(delivery(service(1)), now, strict=True).taken == 1


def test_only_an_operator_imports(app, now):
    with pytest.raises(Forbidden):
        imports.take(delivery(), by=VISITOR, now=now)


def test_killed_half_way_it_leaves_nothing(app, now):
    script = """
        import os, signal, sys
        from datetime import datetime, UTC
        from directory.app import create_app
        from directory.db import transaction
        from directory.operations import imports
        from directory.operations.records import *
        from directory.policy import OPERATOR

        home = OrganisationRow(Identity("far", "o1"), "远方社")
        rows = [ServiceRow(home.identity, f"s{n}", CategoryRow("P-001"), f"停车{n}") for n in range(1000)]
        calls = []
        def die(rows):
            calls.append(rows)
            if len(calls) == 2:
                os.kill(os.getpid(), signal.SIGKILL)
        with create_app().app_context(), transaction():
            imports.take(Delivery("far", (home,), tuple(rows)), progress=die, by=OPERATOR, now=datetime.now(UTC))
    """
    folder = app.extensions["engine"].index.root.parent
    environment = os.environ | {"DIRECTORY_INSTANCE": str(folder)}
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", textwrap.dedent(script)], env=environment, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert [count(model) for model in (Organisation, Service, ServiceVersion, Entry)] == [0, 0, 0, 0]
    assert take(delivery(), now).taken == 1
