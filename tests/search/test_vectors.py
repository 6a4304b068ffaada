from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.vectors import Vectors, rarity

bags = st.dictionaries(st.sampled_from("停车难狗吵"), st.integers(1, 5), max_size=5).map(Counter)
collections = st.lists(bags, min_size=1, max_size=6)


@given(collections, bags)
def test_similarity_is_a_cosine(documents, asked):
    similar = Vectors(documents, rarity(documents)).similar(asked)
    assert len(similar) == len(documents)
    assert all(-1e-9 <= each <= 1 + 1e-9 for each in similar)


@given(collections)
def test_each_document_is_most_like_itself(documents):
    vectors = Vectors(documents, rarity(documents))
    for place, document in enumerate(documents):
        assert vectors.similar(document)[place] == pytest.approx(1 if document else 0)


def test_a_word_few_documents_hold_tells_more():
    documents = [Counter("停车"), Counter("停难"), Counter("停吵")]
    weights = rarity(documents)
    assert weights["车"] > weights["停"]
    assert Vectors(documents, weights).similar(Counter("车"))[0] > Vectors(documents, weights).similar(Counter("停"))[0]


def test_a_term_weighs_in_the_documents_that_hold_it():
    vectors = Vectors([Counter("停车"), Counter("难")], rarity([Counter("停车"), Counter("难")]))
    assert vectors.weight(0, "停") == pytest.approx(0.5**0.5)
    assert (vectors.weight(1, "停"), vectors.weight(0, "狗")) == (0.0, 0.0)


def test_an_unknown_term_makes_a_text_less_alike():
    vectors = Vectors([Counter("停车")], rarity([Counter("停车")]))
    assert vectors.similar(Counter("停车吵"))[0] < vectors.similar(Counter("停车"))[0]
    assert list(vectors.similar(Counter("吵"))) == [0.0]
