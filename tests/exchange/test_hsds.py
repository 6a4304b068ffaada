import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.exchange.hsds import reading, writing
from directory.exchange.hsds.files import escaped, plain
from directory.exchange.tables import LARGEST_FILE, WrongTable
from directory.operations import exports
from directory.operations.records import CategoryRow, Identity
from directory.policy import OPERATOR
from tests.factories import code

REAL = Path(__file__).resolve().parents[3] / "shared/benchmarks/hsds"
ORGANISATIONS = "id,name,description,url,tax_id\no1,Open Door,We help.,https://x.example,\n"
SERVICES = "id,organization_id,name,description,status\ns1,o1,Food Pantry,Groceries.,active\n"


def folder(tmp_path, **files):
    for name, text in ({"organizations": ORGANISATIONS, "services": SERVICES} | files).items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def read(tmp_path, **files):
    return reading.read(folder(tmp_path, **files), source="hsds")


def faults(delivery):
    return [(*fault.origin, fault.field, fault.rule) for fault in delivery.faults]


def test_organisations_and_services_are_read(tmp_path):
    delivery = read(tmp_path)
    (organisation,), (service,) = delivery.organisations, delivery.services
    assert (organisation.identity, organisation.name, organisation.summary, organisation.website) == (
        Identity("hsds", "o1"),
        "Open Door",
        "We help.",
        "https://x.example",
    )
    assert (service.organisation, service.external_id, service.name) == (organisation.identity, "s1", "Food Pantry")
    assert (service.category.name, service.active) == ("Uncategorised", True)


@pytest.mark.parametrize(
    ("status", "active"), [("active", True), ("", True), ("inactive", False), ("temporarily closed", False)]
)
def test_a_service_not_offered_now_is_not_active(tmp_path, status, active):
    (service,) = read(tmp_path, services=SERVICES.replace("active", status)).services
    assert service.active is active


@pytest.mark.parametrize(("owner", "rule"), [("o9", "dangling"), ("", "dangling"), ('"o1,o2"', "several")])
def test_a_service_that_points_nowhere_is_refused_by_line(tmp_path, owner, rule):
    delivery = read(tmp_path, services=f"{SERVICES}s2,{owner},Legal Aid,,active\n")
    assert faults(delivery) == [("services.csv", 3, "organization_id", rule)]
    assert [service.external_id for service in delivery.services] == ["s1"]


def test_the_first_term_that_is_not_about_people_is_the_category(tmp_path):
    terms = "id,term,taxonomy\nt1,Veterans,Service Eligibility\nt2,Food,Service Category\nt3,Care,Service Category\n"
    links = "id,service_id,taxonomy_term_id\n1,s1,t1\n2,s1,t2\n3,s1,t3\n4,s9,t2\n5,s1,t9\n"
    delivery = read(tmp_path, taxonomy_terms=terms, service_attributes=links)
    assert delivery.services[0].category == CategoryRow("t2", "Food")
    assert faults(delivery) == [
        ("service_attributes.csv", 5, "service_id", "dangling"),
        ("service_attributes.csv", 6, "taxonomy_term_id", "dangling"),
    ]


@pytest.mark.parametrize(
    "files",
    [
        {"taxonomy": "id,name\nt1,Food\n", "services_taxonomy": "id,service_id,taxonomy_id\n1,s1,t1\n"},
        {
            "taxonomy": "taxonomy_id,name\nt1,Food\n",
            "services": SERVICES.replace("status", "taxonomy_ids").replace("active", "t1"),
        },
        {
            "taxonomy_terms": "id,code,name\nt1,F,Food\n",
            "attributes": "id,link_id,link_entity,taxonomy_term_id\n1,o1,organization,t1\n2,s1,service,t1\n",
        },
    ],
    ids=["1.1", "ohana", "3.0"],
)
def test_each_version_links_terms_its_own_way(tmp_path, files):
    delivery = read(tmp_path, **files)
    assert delivery.services[0].category == CategoryRow("t1", "Food")
    assert delivery.faults == ()


def test_the_office_line_is_the_organisations_own_voice_line(tmp_path):
    phones = (
        "id,organization_id,service_id,number,type\n1,o1,,(202) 555-0101,fax\n2,o1,s1,(202) 555-0102,voice\n"
        "3,o1,,Phone: (202) 555-0103 ext 4,voice\n4,o1,,13812345678,voice\n5,o1,,tset,voice\n6,o1,,23,voice\n"
    )
    delivery = read(tmp_path, phones=phones)
    assert delivery.organisations[0].phone == "(202) 555-0103"
    assert faults(delivery) == [
        ("phones.csv", 5, "number", "mobile"),
        ("phones.csv", 6, "number", "phone"),
        ("phones.csv", 7, "number", "phone"),
    ]


def test_a_location_tells_where_an_organisation_is_and_whose_a_service_is(tmp_path):
    delivery = read(
        tmp_path,
        locations="id,organization_id,name\nl1,o1,Office\n",
        physical_addresses="id,location_id,address_1,city\n1,l1,5 Main St,Town\n",
        phones="id,location_id,number\n1,l1,202 555 0101\n",
        services="id,location_id,name\ns1,l1,Food\n",
    )
    assert (delivery.organisations[0].address, delivery.organisations[0].phone) == ("5 Main St, Town", "202 555 0101")
    assert delivery.services[0].organisation == Identity("hsds", "o1")


def test_prefixed_columns_are_read(tmp_path):
    delivery = read(
        tmp_path,
        organizations="organization_uuid,organization_name,organization_description\no1,Open Door,We help.\n",
        services="service_uuid,organization_uuid,service_name,service_description,,\ns1,o1,Food,Groceries.,,\n",
    )
    assert [(row.name, row.description) for row in delivery.services] == [("Food", "Groceries.")]


def test_a_tax_id_that_is_a_credit_code_is_the_credit_code(tmp_path):
    organisations = f"id,name,tax_id\no1,A,{code(1)}\no2,B,574374770\n"
    assert [row.uscc for row in read(tmp_path, organizations=organisations).organisations] == [code(1), None]


def test_how_to_apply_and_who_may_come_are_told_and_known_groups_noted(tmp_path):
    (service,) = read(
        tmp_path,
        services="id,organization_id,name,application_process,fees\ns1,o1,Food,Walk in.,None.\n",
        eligibility="id,service_id,eligibility\n1,s1,老年人\n2,s1,adults\n",
    ).services
    assert service.groups == ("老年人",)
    assert service.description == "For: adults\nHow to apply: Walk in.\nFees: None."


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Courses in <ul>\n<li>Art</li>\n</ul>", "Courses in \n\n\nArt\n\n\n"),
        ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
        ("<script>alert(1)</script>Safe<!-- no -->", "Safe"),
        ('<a href="x">Link</a>', "Link"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("plain", "plain"),
    ],
)
def test_html_becomes_plain_text(given, text):
    assert plain(given).split() == text.split()
    assert "<" not in plain(given) or "5 < 6" in given


@given(st.text())
def test_our_own_text_survives_being_read_as_html(text):
    text = text.strip()
    assert plain(escaped(text)) == text


def test_a_zip_reads_like_its_folder(tmp_path):
    expected = read(tmp_path)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for file in tmp_path.glob("*.csv"):
            archive.write(file, f"inner/{file.name}")
    assert reading.read(tmp_path / "x.zip", source="hsds") == expected


def test_what_is_no_hsds_says_so(tmp_path):
    (tmp_path / "services.csv").write_text(SERVICES, encoding="utf-8")
    with pytest.raises(WrongTable, match=r"no organizations\.csv"):
        reading.read(tmp_path, source="hsds")
    with pytest.raises(WrongTable, match="neither a folder nor a readable zip"):
        reading.read(tmp_path / "services.csv", source="hsds")
    with pytest.raises(WrongTable, match="No such file"):
        reading.read(tmp_path / "absent", source="hsds")
    (tmp_path / "organizations.csv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(WrongTable, match="no column id, name"):
        reading.read(tmp_path, source="hsds")


def test_a_zip_that_unpacks_to_too_much_is_refused_unread(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("services.csv", b"\0" * (LARGEST_FILE + 1))
    with pytest.raises(WrongTable, match="when unpacked"):
        reading.read(tmp_path / "x.zip", source="hsds")


def test_the_whole_catalogue_is_written_and_read_back_equal(catalogue, tmp_path):
    lines = list(exports.lines(state=None, by=OPERATOR, on=date(2026, 11, 23)))
    assert writing.write(tmp_path / "new" / "folder", lines) == len(lines) > 500
    delivery = reading.read(tmp_path / "new" / "folder", source="hsds")
    assert delivery.faults == ()
    assert list(delivery.services) == [line.service for line in lines]
    assert set(delivery.organisations) == {line.organisation for line in lines}


@pytest.mark.skipif(not REAL.exists(), reason="the shared benchmark files are not here")
@pytest.mark.parametrize(
    ("name", "organisations", "services", "refused"),
    [
        ("dc_orservices", 57, 495, {"services.csv": 6, "phones.csv": 4, "service_attributes.csv": 1277}),
        ("florida_legal", 20, 135, {}),
        ("ohana_sample", 8, 23, {}),
        ("sample_hsds", 10, 13, {}),
        ("hsds3_examples", 1, 1, {}),
    ],
)
def test_real_directories_are_read(name, organisations, services, refused):
    delivery = reading.read(REAL / name, source="hsds")
    counts = {file: len([f for f in delivery.faults if f.origin.file == file]) for file in refused}
    assert (len(delivery.organisations), len(delivery.services)) == (organisations, services)
    assert (counts, len(delivery.faults)) == (refused, sum(refused.values()))
    assert not any("<li>" in row.description for row in delivery.services)
