"""What seeds/ holds: the tree of services, the words that lead to it, the areas, and the invented organisations."""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from directory.cli.seeds import FOLDER, rows_of
from directory.db import db
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Area, Category, LexiconWord
from directory.operations import parameters
from directory.rules import uscc
from directory.rules.eligibility import FactKind

ROUTES = {"provider", "property", "department", "self"}
STREETS = {f"310105-{n:02}" for n in range(1, 11)}
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def level(number):
    return db.session.scalars(select(Category).where(Category.level == number)).all()


def test_the_tree_has_thirteen_fields_and_over_a_hundred_and_thirty_services(catalogue):
    assert len(level(1)) == 13
    assert len(level(2)) >= 130
    assert {child.parent.code for child in level(2)} == {field.code for field in level(1)}


def test_every_service_of_the_tree_says_what_it_is_and_by_what_standard(catalogue):
    for category in level(2):
        assert category.name, category.code
        assert category.name_en, category.code
        assert len(category.description) >= 20, category.code
        assert len(set(category.examples)) >= 5, category.code
        assert category.keywords, category.code
        assert len(category.standard["deliverables"]) >= 3, category.code
        assert len(category.standard["acceptance"]) >= 3, category.code
        assert category.price_unit, category.code
        assert 0 <= category.price_low <= category.price_high, category.code
        assert re.fullmatch(r"C\d{2}(\d{2}){0,3}", category.procurement_code), category.code
        assert category.procurement_name, category.code


def test_every_route_is_known_and_names_whom_to_call(catalogue):
    for category in level(2):
        assert set(category.route) <= ROUTES, category.code
        assert len(category.route) == len(set(category.route)) >= 1, category.code
        if {"department", "property"} & set(category.route):
            assert category.authority, category.code
            assert re.fullmatch(r"[0-9-]{3,13}(、[0-9-]{3,13})*", category.phone), category.code
            assert category.hand_off, category.code


def test_what_is_not_for_a_provider_names_providers_who_help_around_it(catalogue):
    served = set(db.session.scalars(select(Category.code).join(Service, Service.category_id == Category.id)))
    for category in level(2):
        assert set(category.around) <= served - {category.code}, category.code
        if category.route[0] != "provider":
            assert category.around, category.code


def test_names_codes_and_examples_are_said_once(catalogue):
    categories = level(2)
    for said in (
        [c.code for c in categories],
        [c.name for c in categories],
        [c.name_en for c in categories],
        [example for c in categories for example in c.examples],
    ):
        assert [text for text, number in Counter(said).items() if number > 1] == []


def test_official_codes_are_official(catalogue):
    """The list beside this repository was read off a printed page: names may be cut short or run into the next line."""
    file = SHARED / "procurement_services_2022.csv"
    if not file.exists():
        pytest.skip("the official catalogue is not beside this repository")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        official = {row["catalog_code"]: row["catalog_name"] for row in csv.DictReader(lines)}
    for category in level(2):
        printed, name = official[category.procurement_code], category.procurement_name
        assert printed.startswith(name) or name.startswith(printed), category.code


def test_the_lexicon_leads_from_everyday_words_to_known_services(catalogue):
    words = db.session.scalars(select(LexiconWord)).all()
    assert len(words) >= 1000
    assert all(word.category.level == 2 and word.word.strip() == word.word != "" for word in words)
    assert {word.category_id for word in words} == {category.id for category in level(2)}
    assert all(other not in word.word for word in words for other in word.unless)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("养老保险断缴了怎么办", set()),
        ("养老金没到账", set()),
        ("老人想找个养老的地方", {"居家养老"}),
        ("有人在小区里搞传销", {"社区治安防范"}),
    ],
)
def test_words_that_mean_something_else_elsewhere_keep_silent(catalogue, text, names):
    lexicon = catalogue.extensions["engine"].router(parameters.in_force().views)[0].lexicon
    codes = {hit.entry.category for hit in lexicon.hits(text)}
    assert set(db.session.scalars(select(Category.name).where(Category.code.in_(codes)))) == names


def test_there_are_ten_streets_and_dozens_of_neighbourhoods_below_them(catalogue):
    areas = db.session.scalars(select(Area)).all()
    assert {area.code for area in areas if area.level == 1} == STREETS
    neighbourhoods = [area for area in areas if area.level == 2]
    assert len(neighbourhoods) >= 24
    assert {area.parent.code for area in neighbourhoods} == STREETS


def test_demo_organisations_are_many_and_say_that_they_are_invented(catalogue):
    made = db.session.scalars(select(Organisation).where(Organisation.is_demo)).all()
    assert len(made) >= 150
    assert all("示例" in organisation.name for organisation in made)
    assert all(uscc.problem(organisation.uscc) is None for organisation in made)
    assert {organisation.area_code for organisation in made} == STREETS
    assert len({organisation.name for organisation in made}) == len(made)


def test_no_demo_organisation_bears_a_real_ones_name(catalogue):
    known = SHARED / "organisations.csv"
    if not known.exists():
        pytest.skip("the list of real organisations is not beside this repository")
    with known.open(encoding="utf-8-sig", newline="") as file:
        real = {row["name"] for row in csv.DictReader(file)}
    made = db.session.scalars(select(Organisation.name).where(Organisation.is_demo)).all()
    assert [name for name in made if name in real or name.removeprefix("示例·") in real] == []


def test_demo_services_cover_every_category_and_every_area(catalogue):
    rows = db.session.execute(
        select(ServiceVersion.areas, Category.code)
        .join_from(Entry, ServiceVersion, Entry.version_id == ServiceVersion.id)
        .join(Service, Entry.service_id == Service.id)
        .join(Category, Service.category_id == Category.id)
    ).all()
    assert len(rows) >= 500
    assert {code for _, code in rows} == {category.code for category in level(2)}
    assert {area for areas, _ in rows for area in areas} >= STREETS
    codes = set(db.session.scalars(select(Area.code)))
    assert {area for areas, _ in rows for area in areas} <= codes


def test_no_two_demo_services_are_alike(catalogue):
    versions = db.session.scalars(select(ServiceVersion)).all()
    assert len({version.name for version in versions}) == len(versions)
    assert len({version.description for version in versions}) == len(versions)
    sentences = Counter(
        sentence
        for version in versions
        for sentence in {part.strip() for part in re.split("[。！？；]", version.description)} - {""}
    )
    assert [sentence for sentence, number in sentences.items() if number > 1] == []


def test_demo_texts_say_something(catalogue):
    versions = db.session.scalars(select(ServiceVersion)).all()
    assert min(len(version.description) for version in versions) >= 25
    assert not [
        v.name for v in versions if re.search("待补充|测试文本|xxx|lorem|优质服务|TODO", v.description, re.IGNORECASE)
    ]


def test_demo_entries_stand_in_every_state(catalogue):
    states = Counter(db.session.scalars(select(Entry.state)))
    assert min(states[state] for state in ("listed", "suspended", "exited")) >= 5
    assert states["listed"] >= 500


@pytest.mark.parametrize("fact", ["grade", "annual_check", "abnormal_list", "dishonest_list", "penalty", "evaluator"])
def test_the_ways_to_be_left_out_all_occur_in_the_demo(catalogue, fact):
    kinds = {row["kind"] for row in rows_of("demo/facts.csv")}
    assert FactKind(fact) in kinds


def test_the_day_the_demo_was_written_for_is_said(catalogue):
    about = json.loads((FOLDER / "demo" / "about.json").read_text("utf-8"))
    assert date.fromisoformat(about["as_of"])
    assert "虚构" in about["notice"]
