"""A small catalogue that has learned from a few confirmed needs: seconds become milliseconds."""

from collections.abc import Sequence
from itertools import product

from search.lexicon import Lexicon
from search.matching.examples import Example, Learning, sayings_of, words_of
from search.matching.learned import LearnedModel, model_of
from search.matching.routing import Router, Views
from search.matching.training import Arrays, Pool, arrays_of
from tests.factories import example, profile, word

PARKING, FIRE, LUNCH, LAW = "P-001", "P-008", "P-061", "P-120"
PROFILES = (
    profile(PARKING, "停车管理", keywords=("停车难", "车位"), examples=("回来晚了找不到车位", "外面的车停进来")),
    profile(
        FIRE,
        "消防设施维护",
        keywords=("灭火器", "消防栓"),
        examples=("灭火器过期了没人换",),
        routes=("property", "provider"),
        sayings=(("消防栓打开没有水", "property"), ("想请人教大家查灭火器", "provider")),
    ),
    profile(LUNCH, "社区助餐", parent="SH-01", keywords=("老人吃饭",), examples=("老人中午没饭吃",)),
    profile(LAW, "法律咨询", parent="SH-11", keywords=("合同", "律师"), examples=("签了合同想问问律师",)),
)
LEXICON = Lexicon([word("抢车位", PARKING), word("充电", FIRE, 0.9, ("手机",)), word("食堂", LUNCH)])
FIELDS = {each.code: each.parent for each in PROFILES}
CARS, BOTTLES, MEALS = 1, 2, 3  # organisations


def needs(number: int = 8) -> list[Example]:
    """So many confirmed needs of parking, fire and lunch, each kind solved by one organisation; none of law."""
    said = (
        (PARKING, CARS, product(("晚上", "周末", "下雨天"), ("没地方停车", "为车位吵架", "车停在草坪上"))),
        (FIRE, BOTTLES, product(("楼道", "三号楼", "地下室"), ("灭火器坏了", "消防栓漏水", "喷淋头锈了"))),
        (LUNCH, MEALS, product(("奶奶", "独居老人", "腿脚不便的"), ("中午吃饭难", "想吃热饭", "盼着送餐"))),
    )
    return [
        example(
            "".join(parts),
            category,
            route="property" if category == FIRE else "provider",
            organisation=organisation,
            field=FIELDS[category],
        )
        for category, organisation, sentences in said
        for parts in list(sentences)[:number]
    ]


def arrays(past: Sequence[Example] = (), *, pool: Pool | None = None, **how: float) -> Arrays:
    learning = Learning(**({"half_trust": 10.0} | how))
    return arrays_of(past, sayings_of(PROFILES), words_of(PROFILES, LEXICON.entries), learning, pool)


def model(past: Sequence[Example] = (), **how: float) -> LearnedModel:
    return model_of(arrays(past, **how))


def router(past: Sequence[Example] = (), views: Views | None = None, **how: float) -> Router:
    return Router(PROFILES, LEXICON, views, model(past, **how))
