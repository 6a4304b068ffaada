import pytest

from directory.exchange.tables import WrongTable
from directory.exchange.townfolder import Confirmed, Listing, Question, TownFolder, graded

FILES = {
    "listings.csv": "listing_id,provider,cat1,cat2,cat3,keywords,train_tickets\nS1,城管局,市容,占道,摆摊,流动摊贩,7\n",
    "queries.csv": "qid,text,cat1,cat2,cat3,provider\nQ1,路口天天有人摆摊,市容,占道,摆摊,城管局\nQ2,没人管,,,,\n",
    "qrels.csv": "qid,listing_id,grade\nQ1,S1,3\nQ9,S1,2\n",
    "tickets.csv": "tid,fold,usable,text_clean,处置单位,行业分类2级,行业分类3级\n"
    "1,train,1,摆摊的占了路,城管局,占道,摆摊\n2,train,0,听不清,城管局,占道,摆摊\n3,test,1,答案,城管局,占道,摆摊\n",
}


@pytest.fixture
def town(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    return TownFolder(tmp_path)


def test_listings_and_questions_come_without_the_columns_that_are_gold(town):
    assert town.listings() == [Listing("S1", "城管局", ("市容", "占道", "摆摊"), "流动摊贩")]
    assert town.questions() == [Question("Q1", "路口天天有人摆摊"), Question("Q2", "没人管")]


def test_only_usable_needs_of_the_training_fold_are_confirmed(town):
    assert town.confirmed() == [Confirmed("摆摊的占了路", "城管局", ("占道", "摆摊"))]


def test_every_question_has_gold_if_only_none(town):
    assert town.gold() == {"Q1": {"S1": 3}, "Q2": {}}


def test_a_folder_without_grades_has_no_gold(town):
    (town.path / "qrels.csv").unlink()
    assert town.gold() is None


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("listings.csv", "listing_id,provider\nS1,城管局\n", "no column cat1"),
        ("listings.csv", FILES["listings.csv"].splitlines()[0] + "\n", "no listings"),
        ("queries.csv", "id,text\n1,摆摊\n", "no column qid"),
        ("qrels.csv", "qid,listing_id,grade\nQ1,S1,good\n", "line 2: grade 'good'"),
    ],
)
def test_a_folder_of_another_shape_is_refused_by_name(town, name, text, said):
    (town.path / name).write_text(text, encoding="utf-8")
    with pytest.raises(WrongTable, match=f"{name}.*{said}"):
        _ = town.listings(), town.questions(), town.gold()


def test_a_missing_file_is_refused_by_name(town):
    (town.path / "queries.csv").unlink()
    with pytest.raises(WrongTable, match=r"queries\.csv"):
        town.questions()


@pytest.mark.parametrize(
    ("provider", "tree", "grade"),
    [
        ("城管局", ("市容", "占道", "摆摊"), 3),
        ("城管局", ("市容", "占道", "堆物"), 2),
        ("公安局", ("市容", "占道", "摆摊"), 1),
        ("公安局", ("市容", "占道", "堆物"), None),
        ("城管局", ("市容", "噪声", "摆摊"), None),
    ],
)
def test_a_confirmed_need_grades_listings_as_the_scorer_does(provider, tree, grade):
    need = Confirmed("摆摊", "城管局", ("占道", "摆摊"))
    assert graded(need, [Listing("S1", provider, tree, "")]).get("S1") == grade
