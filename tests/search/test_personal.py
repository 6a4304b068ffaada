import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import features, mask, mask_doors


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("电话52389999", "电话［电话］"),
        ("62511234-801", "［电话］"),
        ("６２５１１２３４", "［电话］"),
        ("打6251-1234找我", "打［电话］找我"),
        ("6251 1234转801", "［电话］"),
        ("25381234 分机 12。", "［电话］。"),
        ("32511234打不通", "［电话］打不通"),
        ("62511234、62511235，62511236/62511237", "［电话］、［电话］，［电话］/［电话］"),
        ("62511234-62511235", "［电话］-［电话］"),
        ("021-62511234-801", "［电话］"),
        ("+86 21 62511234", "+86 21 ［电话］"),
        ("1.62511234", "1.［电话］"),
        ("电话：20231234", "电话：［电话］"),  # the word before it settles what looks like a year
        ("座机 6251-2012", "座机 ［电话］"),
        ("电话号码82511234", "电话号码［电话］"),
        ("Tel62511234", "Tel［电话］"),
        ("在62511234上加我", "在［电话］上加我"),
    ],
)
def test_a_telephone_of_the_city_written_without_its_code_is_masked(said, read):
    assert mask(said) == mask(read) == read


@pytest.mark.parametrize(
    "said",
    [
        "一共20000000元，预算62511234元，合25381234.50元",
        "金额￥62511234，年服务25381234人次，面积 32511234 平方米",
        "总额20000000，另有60000000",
        "每月2500-3500元，3000-5000户，2580-2980元，5000 6000",
        "20261123、20261123-20261130、2026-1123",
        "2016-2026年，2026-2030，2021 2022 2023 2024",
        "GB 12345-2008、GB/T 2893-2020、GB 2894-2008、MZ/T 039-2013",
        "52310105DEM000014A、51310105501776543X、523101055017765432",
        "合同编号52389999，合同号：62511234，HT52389999，HT-2026-52389999，2026-52389999",
        "沪民社登〔2025〕第52389999号，第62511234号",
        "310105000250112345678-55123456",
        "https://example.gov.cn/item/62511234?id=25381234",
        "IMG_52389999.jpg，20261123.pdf",
        "121.42389999，3.1415926",
        "12345、962121、95598、400-820-8820",
        "延长路1号，仙霞路2345号",
    ],
)
def test_what_only_looks_like_a_telephone_stays(said):
    assert mask(said) == mask_doors(said) == said


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("卡号6222021001112345678", "卡号［卡号］"),
        ("6222 0210 0111 2345 678", "［卡号］"),
        ("6222-0210-0111-2345", "［卡号］"),
        ("打到4367421234567890上", "打到［卡号］上"),
        ("622202100111234567", "［卡号］"),
    ],
)
def test_the_number_of_a_bank_card_is_masked(said, read):
    assert mask(said) == mask(read) == read


@pytest.mark.parametrize(
    "said",
    [
        "523101055017765432",
        "2026112300000001",
        "合同编号6222021001112345",
        "HT6222021001112345",
        "310105000250112345678",
        "https://example.gov.cn/6222021001112345",
        "2021 2022 2023 2024",
    ],
)
def test_a_long_number_of_a_file_is_no_card(said):
    assert mask(said) == said


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("18楼1802漏水", "＊＊＊漏水"),
        ("18 楼 1802室", "＊＊＊"),
        ("1号门202有人吵", "＊＊＊有人吵"),
        ("我是3楼302的", "我是＊＊＊的"),
        ("延长路1号，1号门门口，18楼的电梯", "延长路1号，1号门门口，18楼的电梯"),
        ("2楼300多人，5楼120平方，1号门300户，3楼2026年", "2楼300多人，5楼120平方，1号门300户，3楼2026年"),
        ("2楼120名老人，2楼120个人，二楼100级台阶", "2楼120名老人，2楼120个人，二楼100级台阶"),
    ],
)
def test_a_door_by_its_floor_or_its_gate_is_not_told(said, read):
    assert mask_doors(said) == mask_doors(read) == read


def test_a_masked_number_says_nothing_of_the_problem():
    assert features(mask("停车难，电话62511234，卡6222021001112345")) == features("停车难，电话，卡")


PIECES = st.sampled_from(
    ["6251", "1234", "62511234", "2012", "20", "8", "-", " ", "转", "电话", "号", "元", "编号", "第", "/", "a"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_masking_numbers_twice_is_masking_them_once(said):
    assert mask(mask(said)) == mask(said)
