"""What an operation refused stands beside its field, or is the answer itself: it never breaks the page."""

import pytest

from directory.errors import Invalid
from directory.forms.account import InviteForm, MeForm
from directory.forms.assessing import AssignForm
from directory.operations.changes import Wrong


@pytest.fixture(autouse=True)
def request_context(app):
    with app.test_request_context(method="POST"):
        yield


def test_what_is_wrong_stands_beside_its_field():
    form = MeForm(formdata=None)
    assert form.blame(Invalid("name", "", "empty", "no name"))
    assert form.name.errors == ["请写姓名，用文字写，不用符号。"]


def test_of_several_faults_each_stands_beside_its_own():
    form = InviteForm(formdata=None)
    assert form.blame(Wrong((Invalid("email", "x", "email", ""), Invalid("area", "x", "unknown", ""))))
    assert (len(form.email.errors), len(form.area.errors)) == (1, 1)


def test_a_fault_of_no_field_is_not_taken():
    form = MeForm(formdata=None)
    assert not form.blame(Invalid("uscc", "", "length", "not 18"))
    assert not form.errors


def test_a_fault_of_no_field_may_stand_beside_another():
    form = AssignForm(formdata=None)
    assert form.blame(Invalid("category", "P-001", "unknown", "no such"), instead="rubric")
    assert form.rubric.errors == ["没有“P-001”这类服务，请从列表里选。"]
