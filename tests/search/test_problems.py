import pytest

from search.lexicon import Lexicon
from search.matching.problems import MOST, problems
from search.matching.routing import Router
from tests.factories import profile, word
from tests.search.test_everyday import FILES, sentences

# Five kinds of trouble, each with one word that says it all; 天气 is none.
TROUBLES = ("停车", "消防", "送餐", "合同", "养狗")
NAMES = ("车位管理", "火灾安全", "老人助餐", "律师咨询", "动物管理")
ROUTER = Router(
    (profile(f"P-{n}", name) for n, name in enumerate(NAMES)),
    Lexicon(word(trouble, f"P-{n}") for n, trouble in enumerate(TROUBLES)),
)


def parts(text, sure=0.4):
    return problems(text, ROUTER, sure=sure)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("门口停车太乱而且消防没人管", ["门口停车太乱", "消防没人管"]),
        ("门口停车太乱。消防没人管！", ["门口停车太乱", "消防没人管"]),
        ("门口停车太乱，还有消防没人管，另外送餐太迟", ["门口停车太乱", "消防没人管", "送餐太迟"]),
        ("门口停车太乱；门口停车还贵；消防没人管", ["门口停车太乱，门口停车还贵", "消防没人管"]),
        ("今天天气真好。门口停车太乱。消防没人管", ["今天天气真好，门口停车太乱", "消防没人管"]),
        ("门口停车太乱。大家都很生气。消防没人管", ["门口停车太乱，大家都很生气", "消防没人管"]),
        ("门口停车太乱。消防没人管。大家都很生气", ["门口停车太乱", "消防没人管，大家都很生气"]),
        ("门口停车太乱\n消防没人管\n门口停车还贵", ["门口停车太乱，门口停车还贵", "消防没人管"]),
    ],
)
def test_clauses_that_ask_for_different_services_are_problems_of_their_own(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "停车",
        "。。！",
        "门口停车太乱，消防没人管",  # what follows a comma mostly tells more of the same trouble
        "门口停车太乱而且停车还贵",
        "门口停车太乱。唉",
        "今天天气真好。大家都很生气",
        "今天天气真好。门口停车太乱",
        "停车。消防",  # too short to say something
        "。".join(f"门口{trouble}太乱" for trouble in TROUBLES),  # more than anybody says in one breath
    ],
)
def test_a_text_of_one_problem_stays_as_it_is(text):
    assert parts(text) == [text]


def test_at_most_so_many_problems_are_told_apart():
    text = "。".join(f"门口{trouble}太乱" for trouble in TROUBLES[:MOST])
    assert len(parts(text)) == MOST == len(TROUBLES) - 1


def test_a_clause_that_nobody_is_sure_of_opens_no_problem():
    assert parts("门口停车太乱而且消防没人管", sure=1.01) == ["门口停车太乱而且消防没人管"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("消防通道堆物而且灭火器过期", ["消防通道堆物", "灭火器过期"]),
        ("晚上没地方停车，还有楼道里堆满杂物", ["晚上没地方停车", "楼道里堆满杂物"]),
        ("加装电梯谈不拢，还有路灯坏了", ["加装电梯谈不拢", "路灯坏了"]),
        ("下水道堵了，而且小区里高空抛物", ["下水道堵了", "小区里高空抛物"]),
    ],
)
def test_our_own_catalogue_tells_two_troubles_apart(taught, seeds, text, expected):
    assert problems(text, taught, sure=seeds.parameters["limits"]["confidence"]) == expected


@pytest.mark.parametrize("name", FILES)
def test_sentences_of_one_problem_are_hardly_ever_torn_apart(taught, seeds, name):
    sure = seeds.parameters["limits"]["confidence"]
    whole = [problems(row["text"], taught, sure=sure) == [row["text"]] for row in sentences(name)]
    assert sum(whole) / len(whole) >= 0.98
