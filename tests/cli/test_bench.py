import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[3] / "shared/benchmarks"
METHODS = ("random", "BM25, words", "BM25, character pairs", "TF-IDF, characters and pairs", "the catalogue")
FILES = {
    "listings.csv": """listing_id,provider,cat1,cat2,cat3,keywords,train_tickets
S1,城管局,市容,占道,占道经营,流动摊贩、摆摊,7
S2,城管局,市容,噪声,工地噪声,夜间施工,1
S3,供水公司,公用事业,供水,停水,水管、爆裂,3
S4,公交公司,交通,公交,线路,班次、站点,2
""",
    "queries.csv": """qid,text,cat1,cat2,cat3,provider
Q1,路口天天有人占道摆摊,GOLD,GOLD,GOLD,GOLD
Q2,家里停水两天了,GOLD,GOLD,GOLD,GOLD
Q3,？,GOLD,GOLD,GOLD,GOLD
""",
    "qrels.csv": "qid,listing_id,grade\nQ1,S1,3\nQ1,S2,1\nQ2,S3,3\n",
    "tickets.csv": """fold,usable,text_clean,处置单位,行业分类2级,行业分类3级
test,1,家里停水两天了,公交公司,公交,线路
""",
}


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8-sig")
    return folder


@pytest.fixture
def bench(runner):
    def invoke(*arguments):
        result = runner.invoke(args=["bench", *map(str, arguments)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return invoke


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(output):
    """method → its figures, from the table printed."""
    cells = [[cell.strip() for cell in line.strip("| ").split("|")] for line in output.splitlines() if "|" in line]
    return {name: [float(figure) for figure in numbers] for name, *numbers in cells[2:]}


def test_our_answers_are_scored_in_one_table_with_plain_searches(bench, town):
    output = bench("quality", town)
    assert "4 listings, 3 needs, answered cold" in output
    assert tuple(figures(output)) == METHODS
    ndcg, _mrr, first, five, _ = figures(output)["the catalogue"]
    assert (first, five) == (0.6667, 0.6667)  # the third need says nothing, so nothing answers it
    assert 0.6 < ndcg <= 0.6667


def test_the_run_has_every_answer_in_its_place(bench, town, tmp_path):
    bench("quality", town, "--run", tmp_path / "run.csv")
    found = rows(tmp_path / "run.csv")
    assert found[0] == {"qid": "Q1", "listing_id": "S1", "rank": "1"}
    assert [row["listing_id"] for row in found if (row["qid"], row["rank"]) == ("Q2", "1")] == ["S3"]
    assert len({(row["qid"], row["listing_id"]) for row in found}) == len(found)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("queries.csv", ("GOLD", "供水公司")),
        ("qrels.csv", ("Q1,S1,3", "Q1,S4,3")),
        ("tickets.csv", ("公交公司,公交,线路", "城管局,占道,占道经营")),
        ("listings.csv", ("摆摊,7", "摆摊,0")),
    ],
)
def test_what_is_gold_changes_no_answer(bench, town, tmp_path, name, change):
    bench("quality", town, "--run", tmp_path / "before.csv")
    file = town / name
    assert change[0] in file.read_text("utf-8-sig")
    file.write_text(file.read_text("utf-8-sig").replace(*change), encoding="utf-8-sig")
    bench("quality", town, "--run", tmp_path / "after.csv")
    assert (tmp_path / "before.csv").read_bytes() == (tmp_path / "after.csv").read_bytes()


def test_a_folder_without_grades_is_answered_all_the_same(bench, town, tmp_path):
    (town / "qrels.csv").unlink()
    (town / "tickets.csv").unlink()
    assert "nothing to score by" in bench("quality", town, "--run", tmp_path / "run.csv")
    assert rows(tmp_path / "run.csv")


def test_a_real_town_is_answered_as_well_as_asked_and_our_score_is_the_scorers(bench, tmp_path):
    town, scorer = REAL / "haikou-2018-01", REAL / "score.py"
    if not scorer.exists():
        pytest.skip(f"no {scorer}: the shared benchmarks are not beside this checkout")
    ours = figures(bench("quality", town, "--run", tmp_path / "run.csv"))["the catalogue"]
    assert ours[0] >= 0.34
    score = [sys.executable, scorer, town, tmp_path / "run.csv"]
    said = subprocess.run(score, capture_output=True, text=True, check=True).stdout  # noqa: S603 - the given scorer
    assert [float(number) for number in re.findall(r"=(0\.\d+)", said)] == ours[:4]


def test_speed_tells_what_a_match_costs_beside_its_peers(bench):
    output = bench("speed", "--services", "60", "--needs", "4", "--rounds", "1")
    assert re.search(r"whole match +\| +60 \|", output)
    assert re.search(r"Whoosh OR +\| +60 \| +[\d.]+ \| +[\d.]+ \| +[\d.]+ \|", output)
    assert re.search(r"SQLite FTS5 +\| +60 \| +[\d.]+ \| +[\d.]+ \| +[\d.]+ \|", output)
    assert "index build s" in output
    assert "one change p50 ms" in output


def test_a_field_that_does_not_exist_is_named(runner):
    result = runner.invoke(args=["bench", "speed", "--field", "SH-99"])
    assert result.exit_code == 2
    assert "no field SH-99" in result.output
