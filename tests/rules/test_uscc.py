import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules import uscc

REAL = (
    "51100000500002862F",
    "51100000500009247D",
    "51100000500012681T",
    "53100000500021676K",
    "53100000500019795A",
)

codes = st.builds(
    lambda kind, area, middle: _complete(kind + area + middle),
    st.sampled_from(["51", "52", "53", "59"]),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(uscc.ALPHABET, min_size=8, max_size=8),
)


def _complete(first_16: str) -> str:
    first_17 = first_16 + uscc.organisation_check(first_16[8:])
    return first_17 + uscc.check(first_17)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_real_bodies_are_valid(code):
    assert uscc.problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("51100000500000024G", "organisation_check"),
        ("53100000500020462H", "check"),
        ("531000005000074012", "check"),
        ("51100000500002862E", "check"),
        ("", "length"),
        ("5110000050000286", "length"),
        ("51100000500002862FF", "length"),
        ("51100000500002862I", "alphabet"),
        ("5110000050000286OF", "alphabet"),
        ("51100000500002862f", "alphabet"),
        ("５１100000500002862F", "alphabet"),
        ("51100000500002862 ", "alphabet"),
        ("Z1100000500002862F", "alphabet"),
    ],
)
def test_a_wrong_code_says_what_is_wrong(code, problem):
    assert uscc.problem(code) == problem


@given(codes)
def test_a_code_completed_with_its_checks_is_valid(code):
    assert uscc.problem(code) is None


@given(codes, st.integers(0, 17), st.sampled_from(uscc.ALPHABET))
def test_a_single_changed_character_is_always_noticed(code, place, character):
    """Weights are prime to 31, so no single change keeps the last check right."""
    changed = code[:place] + character + code[place + 1 :]
    assert (uscc.problem(changed) is None) == (changed == code)


@given(codes, st.integers(0, 15))
def test_two_neighbours_swapped_are_noticed(code, place):
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc.problem(swapped) is None) == (swapped == code)


def test_the_alphabet_leaves_out_what_is_misread():
    assert not set("IOSVZ") & set(uscc.ALPHABET)
    assert len(uscc.ALPHABET) == 31
