"""What the lead of the evaluation puts right: words of the list, confirmed needs of a source."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from directory.db import db
from directory.models.audit import AuditEvent
from directory.models.taxonomy import LexiconWord
from directory.operations import learning
from tests import factories
from tests.views.conftest import token
from tests.views.evaluating import MISLED, post, words
from tests.views.page import Page, said


def test_a_disagreement_leads_from_its_word_to_the_form_that_corrects_it(centre, misled):
    page = Page(centre.get("/watch"))
    shown = [said(e) for e in page.one("ol", kind="differing").findall("li")]
    assert len(shown) == 3
    assert shown[0].startswith(f"{MISLED} 我们先猜建筑垃圾清运 确认的是停车管理")
    (first,) = {
        a.get("href")
        for a in page.all("a", inside="differing")
        if said(a) == "改词：碎砖头" and "need=3" in a.get("href")
    }
    form = Page(centre.get(first))
    assert form.status == 200
    assert MISLED in form.text
    right = form.link("改这一条")
    assert parse_qs(urlsplit(right).query) == {"word": ["碎砖头"], "category": ["P-015"], "need": ["3"]}
    fields = {e.get("name"): e.get("value") for e in Page(centre.get(right)).all("input", inside="panel-form")}
    assert (fields["category"], fields["weight"], fields["need"]) == ("P-015", "0.9", "3")


def test_the_effect_is_shown_and_nothing_is_saved(centre, misled):
    page = post(centre, "/watch/words", preview="1", **words())
    assert page.status == 200
    assert "由错变对：3 条" in page.text
    assert "由对变错：0 条" in page.text
    assert [said(e) for e in page.all("li", inside="cases")] == 3 * [f"{MISLED}建筑垃圾清运 → 停车管理"]
    assert page.one("textarea").text.strip() == "车位"
    assert db.session.scalars(select(LexiconWord)).one().unless == []


def test_saving_says_so_and_the_word_counts_at_once(app, centre, misled):
    router, _ = app.extensions["engine"].router(learning.parameters.in_force().views)
    assert router.route(MISLED).suggested == "P-015"
    answer = centre.post("/watch/words", data=words(csrf_token=token(centre), save="1", reason="误导", need="1"))
    assert answer.status_code == 303
    page = Page(centre.get(answer.headers["Location"]))
    assert "已经改好，下一次回答就按新的来" in said(page.one(kind="notice"))
    assert "人工改过" in page.text
    db.session.rollback()
    router, _ = app.extensions["engine"].router(learning.parameters.in_force().views)
    assert router.route(MISLED).suggested == "P-001"
    assert db.session.scalars(select(AuditEvent.event)).all() == ["lexicon:edit"]


@pytest.mark.parametrize(
    ("changed", "field", "words_"),
    [
        ({"weight": "0"}, "weight", "0.05 到 1 之间"),
        ({"weight": "nan"}, "weight", "0.05 到 1 之间"),
        ({"weight": ""}, "weight", "0.05 到 1 之间"),
        ({"weight": "很多"}, "weight", "0.05 到 1 之间"),
        ({"unless": "砖头"}, "unless", "永远不起作用"),
        ({"unless": "长" * 21}, "unless", "最多 20 个字"),
        ({"reason": ""}, "reason", "请写明原因"),
        ({"reason": "长" * 201}, "reason", "最多 200 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(centre, changed, field, words_):
    page = post(centre, "/watch/words", save="1", **words(**{"reason": "误导"} | changed))
    assert page.status == 422
    assert words_ in page.fault_beside(field)
    assert len(page.faults) == 1
    assert db.session.scalars(select(LexiconWord)).one().unless == []


@pytest.mark.parametrize("changed", [{"category": "P-999"}, {"category": ""}, {"word": "停" * 5000}, {"word": ""}])
def test_a_form_that_was_tampered_with_is_refused(centre, changed):
    assert post(centre, "/watch/words", preview="1", **words(**changed)).status == 422


def test_a_source_is_withdrawn_with_a_reason_and_the_next_step_is_said(centre, misled, now):
    page = Page(centre.get(Page(centre.get("/watch")).link("撤回")))
    assert "天山路街道" in page.title
    assert "全部 3 条" in page.text
    refused = post(centre, "/watch/withdraw", source=factories.STREET, reason=" ")
    assert refused.status == 422
    assert "请写明原因" in refused.fault_beside("reason")
    data = {"csrf_token": token(centre), "source": factories.STREET, "reason": "随手点的"}
    page = Page(centre.post("/watch/withdraw", data=data, follow_redirects=True))
    assert "已撤回 3 条" in said(page.one(kind="notice"))
    assert "重新训练" in said(page.one(kind="notice"))
    assert "还没有人确认过需求" in page.text
    deed = db.session.scalars(select(AuditEvent)).one()
    assert (deed.event, deed.actor, deed.reason) == ("need:withdraw", "lead:1", "随手点的")
