"""Who sees which of government's pages, and what stands there."""

import csv
import io

import pytest

from directory.db import transaction
from directory.rules.lifecycle import ApplicationState, EntryState
from directory.rules.roles import Role
from tests import factories
from tests import factories_government as made
from tests.factories import NEIGHBOURHOOD, OTHER_STREET, STREET

LISTS = ["", "/applications", "/objections", "/versions", "/facts", "/entries"]


@pytest.fixture
def here():
    """One of everything, in the street of the street officer."""
    with transaction():
        return filled(factories.organisation(1, area_code=NEIGHBOURHOOD), "本街道")


@pytest.fixture
def elsewhere():
    with transaction():
        return filled(factories.organisation(2, area_code=OTHER_STREET), "别的街道")


def filled(organisation, name):
    announced = made.application(organisation, ApplicationState.PUBLICITY, name=f"{name}公示")
    listed = factories.entry(organisation, name=f"{name}条目")
    return {
        "applications": made.application(organisation, name=f"{name}申请").id,
        "objections": made.objection(announced).id,
        "versions": made.edit(listed).id,
        "facts": made.claimed(organisation).id,
        "entries": listed.id,
        "organisation": organisation.id,
    }


def pages(ids):
    yield from (f"/government/{kind}/{number}" for kind, number in ids.items() if kind != "organisation")
    yield f"/government/organisations/{ids['organisation']}/facts"


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR])
def test_the_district_and_auditors_read_everything(officer, here, elsewhere, role):
    reader = officer(role)
    for address in (*(f"/government{path}" for path in LISTS), *pages(here), *pages(elsewhere)):
        assert reader.get(address).status == 200, address


def test_a_street_officer_reads_what_is_seated_in_the_street_and_nothing_else(officer, here, elsewhere):
    street = officer(Role.STREET, area_code=STREET)
    for address in pages(here):
        assert street.get(address).status == 200, address
    for address in pages(elsewhere):
        assert street.get(address).status == 403, address
    for path in LISTS[1:]:
        page = street.get(f"/government{path}")
        assert "邻里1社" in page.text, path
        assert "邻里2社" not in page.text, path
        assert not [form for form in page.all("form", inside="main") if form.get("method") == "post"]


def test_the_counts_are_those_of_the_lists(officer, district, here, elsewhere):
    for reader, number in ((district, "2"), (officer(Role.STREET, area_code=STREET), "1")):
        page = reader.get("/government")
        counted = {a.text: li for li in page.all("li", inside="tasks") for a in li.iter("a")}
        numbers = {name: "".join(li.itertext()).split()[1] for name, li in counted.items() if name}
        for name in ("待初审的申请", "待答复的异议", "待审核的服务变更", "待核实的资质事实", "公示中的申请"):
            assert numbers[name] == number, name


@pytest.mark.parametrize("role", [Role.OWNER, Role.ASSESSOR, Role.LEAD, Role.NEIGHBOURHOOD])
def test_nobody_else_comes_in(officer, here, role):
    other = officer(role, **({"organisation_id": here["organisation"]} if role is Role.OWNER else {}))
    for address in ("/government", *pages(here)):
        assert other.get(address).status == 403


def test_who_is_not_signed_in_is_sent_to_the_door(passer_by, here):
    for address in ("/government", *pages(here)):
        response = passer_by.client.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, f"/account/sign-in?next={address}")


def test_a_street_officer_acts_on_nothing(officer, district, here):
    street = officer(Role.STREET, area_code=STREET)
    for kind, step in (
        ("applications", "screen"),
        ("applications", "return"),
        ("applications", "decide"),
        ("versions", "approve"),
        ("versions", "return"),
        ("facts", "confirm"),
        ("facts", "refuse"),
        ("entries", "suspend"),
    ):
        address = f"/government/{kind}/{here[kind]}/{step}"
        assert street.post(address, once="x", reason="r", note="n").status == 403, address
    assert street.post(f"/government/objections/{here['objections']}", once="x").status == 403
    assert street.post("/government/applications", once="x", step="screen", chosen="1").status == 403
    assert street.get(f"/government/organisations/{here['organisation']}/facts/new?kind=grade").status == 403
    assert "已提交" in district.get(f"/government/applications/{here['applications']}").text


def test_who_objected_is_for_the_district_only(officer, district, here):
    address = f"/government/objections/{here['objections']}"
    assert "示例·居民" in district.get(address).text
    assert "13900000000" in district.get(address).text
    for role in (Role.STREET, Role.AUDITOR):
        page = officer(role).get(address)
        assert "示例·居民" not in page.text
        assert "［手机号］" in page.text


def test_a_draft_is_nobodys_business_but_its_organisations(district):
    with transaction():
        number = made.application(factories.organisation(), ApplicationState.DRAFT, name="草稿里的服务").id
    assert district.get(f"/government/applications/{number}").status == 404
    assert "草稿里的服务" not in district.get("/government/applications").text


@pytest.mark.parametrize(
    "address", ["applications/999", f"facts/{2**70}", "entries/1/eat", "versions/999", "objections/999", "entries.exe"]
)
def test_what_is_not_there_is_not_found(district, address):
    assert district.get(f"/government/{address}").status == 404


def test_filters_narrow_and_a_wrong_one_says_so(district, here, elsewhere):
    for query, words, missing in (
        ("state=submitted", "本街道申请", "本街道公示"),
        (f"street={OTHER_STREET}", "别的街道申请", "本街道申请"),
        ("field=SH-04", "本街道申请", "没有符合"),
        ("waited=30", "没有符合这些条件", "本街道申请"),
    ):
        page = district.get(f"/government/applications?{query}")
        assert words in page.text, query
        assert missing not in page.text, query
    assert "没有“eaten”这种状态" in district.get("/government/applications?state=eaten").text
    assert district.get("/government/entries?state=eaten").status == 422


def test_entries_are_exported_as_they_are_filtered(district, here, elsewhere):
    answer = district.client.get("/government/entries.csv?text=本街道")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"{here['entries']},本街道条目,示例·邻里1社")
    book = district.client.get("/government/entries.xlsx")
    assert book.get_data()[:2] == b"PK"
    assert book.headers["Content-Disposition"].endswith(".xlsx")


def table(reader, address):
    """A file in CSV, row by row."""
    answer = reader.client.get(address)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def test_applications_are_exported_as_they_are_filtered(officer, district, here, elsewhere):
    (row,) = table(district, f"/government/applications.csv?state=submitted&street={STREET}")
    assert (row["申请"], row["服务"], row["机构"]) == (str(here["applications"]), "本街道申请", "示例·邻里1社")
    assert (row["领域"], row["状态"], row["没有通过的条件"], row["决定"]) == ("社区治理", "已提交", "", "")
    decided = table(district, "/government/applications.csv?state=publicity")
    assert {each["决定"] for each in decided} == {"同意列入"}
    assert all(each["公示到"] for each in decided)
    book = district.client.get("/government/applications.xlsx")
    assert book.get_data()[:2] == b"PK"
    assert book.headers["Content-Disposition"].endswith(".xlsx")
    assert district.get("/government/applications").link("CSV") == "/government/applications.csv?order=longest"


def test_an_export_of_applications_tells_score_and_what_is_missing(district):
    with transaction():
        lacking = factories.organisation(1, facts=[f for f in factories.GOOD_STANDING if f[0] != "grade"])
        made.scored(lacking, "86.5", "A")
    (row,) = table(district, "/government/applications.csv")
    assert (row["评估得分"], row["满分"], row["评估等级"]) == ("86.5", "100", "A")
    assert "评估等级" in row["没有通过的条件"] + row["待核实的条件"]


@pytest.mark.parametrize("queue", ["applications", "entries"])
def test_a_street_officer_exports_the_own_street_only(officer, here, elsewhere, queue):
    street = officer(Role.STREET, area_code=STREET)
    for address in (f"/government/{queue}.csv", f"/government/{queue}.csv?street={OTHER_STREET}"):
        assert {row["机构"] for row in table(street, address)} <= {"示例·邻里1社"}
    assert table(street, f"/government/{queue}.csv")


@pytest.mark.parametrize("queue", ["applications", "entries"])
def test_what_cannot_be_asked_is_not_exported(district, queue):
    assert district.get(f"/government/{queue}.csv?state=eaten").status == 422
    assert district.get(f"/government/{queue}.exe").status == 404


def test_a_draft_is_not_exported(district):
    with transaction():
        made.application(factories.organisation(), ApplicationState.DRAFT)
    assert table(district, "/government/applications.csv") == []


@pytest.mark.parametrize("queue", ["applications", "entries"])
def test_a_formula_in_a_name_is_told_as_text(district, queue):
    with transaction():
        evil = factories.organisation(name="=cmd|'/c calc'!A1")
        factories.entry(evil)
        made.application(evil)
    assert "'=cmd" in district.client.get(f"/government/{queue}.csv").get_data().decode("utf-8-sig")


def test_what_lapses_soon_is_listed_with_its_day(district, now):
    with transaction():
        soon = factories.organisation(
            1,
            facts=[
                fact if fact[0] != "grade" else (fact[0], fact[1], fact[2], now.date().replace(year=now.year))
                for fact in factories.GOOD_STANDING
            ],
        )
        factories.entry(soon, name="快到期的")
        factories.entry(factories.organisation(2), name="还早的")
        factories.entry(soon, name="已暂停的", state=EntryState.SUSPENDED, reason="other")
    page = district.get("/government/entries?state=lapsing")
    assert "快到期的" in page.text
    assert "“评估等级”失效" in page.text
    assert "还早的" not in page.text
    assert "已暂停的" not in page.text
