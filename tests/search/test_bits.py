from hypothesis import given
from hypothesis import strategies as st

from search.index import bits

SIZE = 70
sets = st.frozensets(st.integers(0, SIZE - 1))


@given(sets)
def test_a_set_comes_back_as_it_went_in(members):
    assert list(bits.numbers(bits.of(members, SIZE))) == sorted(members)


@given(sets, sets)
def test_and_or_and_counting_are_those_of_sets(one, other):
    first, second = bits.of(one, SIZE), bits.of(other, SIZE)
    assert set(bits.numbers(first & second)) == one & other
    assert set(bits.numbers(first | second)) == one | other
    assert set(bits.numbers(bits.everything(SIZE) & ~first)) == set(range(SIZE)) - one
    assert first.bit_count() == len(one)


@given(sets)
def test_digits_answer_single_questions(members):
    digits = bits.digits(bits.of(members, SIZE), SIZE)
    assert len(digits) == SIZE
    assert {number for number in range(SIZE) if digits[number] == "1"} == members
