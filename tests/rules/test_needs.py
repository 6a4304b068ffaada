"""The codes a need can end with, or a provider answer with: each list is one that can be chosen from."""

import pytest

from directory.rules import needs
from directory.rules.needs import Urgency

LISTS = {name: codes for name, codes in vars(needs).items() if name.isupper() and isinstance(codes, tuple)}


def test_how_urgent_is_one_of_three_the_most_urgent_first():
    assert list(Urgency) == ["now", "soon", "planned"]


def test_these_are_the_lists():
    assert set(LISTS) == {"WITHDRAWALS", "UNMET", "DECLINES", "CHOICES", "NOT_CHOSEN"}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_list_names_a_code_once_and_ends_with_what_nobody_thought_of(name):
    codes = LISTS[name]
    assert len(set(codes)) == len(codes) > 1
    assert codes[-1] == "other"
    assert all(code.isidentifier() and code.islower() for code in codes)


def test_each_reason_to_choose_one_is_a_reason_not_to_choose_the_others():
    assert {f"other_{code}" for code in needs.CHOICES if code != "other"} <= set(needs.NOT_CHOSEN)


def test_a_hand_off_is_no_reason_to_give_up_or_take_back():
    assert needs.HANDED_OFF not in {*needs.UNMET, *needs.WITHDRAWALS}
