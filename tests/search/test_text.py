import pytest

from search.text import asked, mask, required, terms, words


@pytest.mark.parametrize(
    ("given", "masked"),
    [
        ("打13812345678找我", "打［手机号］找我"),
        ("打138 1234 5678找我", "打［手机号］找我"),
        ("１３８１２３４５６７８", "［手机号］"),
        ("身份证310105194910010012", "身份证［证件号］"),
        ("座机021-62345678", "座机［电话］"),
        ("沪A12345停在门口", "［车牌］停在门口"),
        ("沪AD12345堵门", "［车牌］堵门"),
        ("写信a.b@example.cn", "写信［邮箱］"),
        ("12345和119照旧", "12345和119照旧"),
        ("一共20000000元", "一共20000000元"),
    ],
)
def test_personal_data_is_masked_and_nothing_else(given, masked):
    assert mask(given) == masked
    assert mask(mask(given)) == masked


@pytest.mark.parametrize("spelling", ["樓道堆雜物", "楼道堆杂物", "  楼道，堆杂物"])
def test_traditional_and_simplified_share_terms(spelling):
    assert {"楼道", "杂物"} <= set(terms(spelling))


def test_width_and_case_are_folded():
    assert terms("ＬＥＧＡＬ Aid") == ("legal", "aid")


def test_every_character_begins_a_term():
    assert {t[0] for t in terms("养狗扰民")} == set("养狗扰民")


@pytest.mark.parametrize("nothing", ["", "   ", "，。！", "🙂🙂", "\x00\x1f"])
def test_empty_words_ask_nothing(nothing):
    assert asked(nothing) == ()
    assert words(nothing) == []


def test_a_search_needs_all_pairs_of_each_word():
    assert required("消防 养老院") == (("消防",), ("养老", "老院"))


def test_a_single_character_is_asked_as_a_beginning():
    assert required("狗") == (("狗",),)
