"""What the API says of itself holds, for requests nobody thought of: every phase and check schemathesis has."""

import pytest
import schemathesis
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

EXAMPLES = 20


@pytest.fixture(scope="module")
def happened(_catalogue):
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True)
    config = SchemathesisConfig(seed=1, projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", _catalogue, config=config)
    return list(from_schema(schema).execute())


def test_no_check_fails(happened):
    failures = [
        f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
        for event in happened
        if isinstance(event, events.ScenarioFinished)
        for checks in event.recorder.checks.values()
        for check in checks
        if check.status is not Status.SUCCESS
    ]
    assert not failures, "\n\n".join(failures)


def test_nothing_stopped_it(happened):
    assert [event for event in happened if isinstance(event, events.NonFatalError | events.FatalError)] == []


@pytest.mark.parametrize("phase", ["coverage", "fuzzing", "stateful"])
def test_every_phase_ran(happened, phase):
    finished = [
        e for e in happened if isinstance(e, events.ScenarioFinished) and e.phase.value.lower().startswith(phase)
    ]
    assert finished
