import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.lexicon import Lexicon
from search.text import fold
from tests.factories import word

LEXICON = Lexicon(
    [
        word("养老", "P-061", 0.5, unless=["养老保险", "养老金"]),
        word("养老院", "P-064", 0.9),
        word("传销", "P-130", 0.7, unless=["举报", "打击"]),
        word("停车", "P-001", 0.4),
        word("停车难", "P-001", 0.9),
        word("停车", "P-002", 0.3, unless=["自家"]),
        word("WiFi", "P-070", 0.6),
    ]
)


def found(text):
    return [(hit.entry.word, hit.entry.category) for hit in LEXICON.hits(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("想找个养老的地方", [("养老", "P-061")]),
        ("想找养老院", [("养老院", "P-064")]),
        ("养老院和居家养老", [("养老院", "P-064"), ("养老", "P-061")]),
        ("养老保险怎么转", []),
        ("养老金没到账，想问居家养老", [("养老", "P-061")]),
        ("养老金没到账又想问居家养老", []),
        ("想问居家养老。养老金的事另说", [("养老", "P-061")]),
        ("举报有人搞传销", []),
        ("邻居被传销骗了", [("传销", "P-130")]),
        ("我们这里停车难", [("停车难", "P-001")]),
        ("停车的事", [("停车", "P-001"), ("停车", "P-002")]),
        ("自家停车的事", [("停车", "P-001")]),
        ("養老院", [("养老院", "P-064")]),
        ("ｗｉｆｉ坏了", [("WiFi", "P-070")]),
        ("", []),
        ("🙂", []),
        ("别的事", []),
    ],
)
def test_which_words_speak(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize("mark", "，。；！？,;!?\n")
def test_a_negative_context_counts_in_its_own_clause_only(mark):
    assert found(f"养老金没到账{mark}想问居家养老") == [("养老", "P-061")]
    assert found(f"想问居家养老{mark}养老金没到账") == [("养老", "P-061")]


def test_where_the_longer_word_is_unsaid_the_shorter_one_may_speak():
    lexicon = Lexicon([word("停车", "P-001"), word("停车收费", "P-002", unless=["公示"])])
    assert [hit.entry.category for hit in lexicon.hits("停车收费没公示")] == ["P-001"]


def test_the_version_follows_every_change_and_not_the_order():
    one, two = word("停车", "P-001", 0.5), word("噪声", "P-133", 0.5)
    assert Lexicon([one, two]).version == Lexicon([two, one]).version
    others = [[one], [one, word("噪声", "P-133", 0.6)], [one, word("噪声", "P-133", 0.5, unless=["装修"])]]
    assert len({Lexicon(words).version for words in ([one, two], *others)}) == 4


@given(st.text(st.sampled_from("养老院保险停车难，。金传销")))
def test_a_hit_is_where_it_says_and_none_lies_inside_another(text):
    hits = LEXICON.hits(text)
    assert all(fold(text)[hit.start : hit.end] == fold(hit.entry.word) for hit in hits)
    spans = {(hit.start, hit.end) for hit in hits}
    assert not [(a, b) for a in spans for b in spans if a != b and b[0] <= a[0] and a[1] <= b[1]]
