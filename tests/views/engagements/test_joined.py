"""What several neighbourhoods want together: the provider is told how many they are, and what each of them wrote."""

from directory.db import transaction
from directory.rules.roles import Role
from tests import factories, factories_work
from tests.factories import NOW

NEXT_DOOR = "310105-01-02"
NOTE = "我们这里主要是夜里停不下"


def joined(work):
    with transaction():
        work.now.need.people = 100
        factories_work.joining(work.now.need, NEXT_DOOR, people=30, note=NOTE)
        factories_work.joining(work.now.need, "310105-06-01", people=7, note="不去了", left_at=NOW)
        work.now.need.joined -= 1
    return f"/engagements/{work.id}"


def test_both_parties_read_who_joined_and_how_many_they_are_together(work, provider, neighbour):
    address = joined(work)
    for desk in (provider, neighbour):
        page = desk.get(address)
        assert "约 130 人" in page.text
        assert "2 个居民区合计" in page.text
        assert NOTE in page.text
        assert "不去了" not in page.text


def test_others_read_nothing_of_those_who_joined(work, at):
    address = joined(work)
    with transaction():
        office = factories.actor(Role.DISTRICT)
    assert NOTE not in at(office).get(address).text


def test_who_was_asked_reads_the_sum_before_the_award(work, provider):
    with transaction():
        need = factories_work.need(people=100, text="楼道灯坏了")
        factories_work.joining(need, NEXT_DOOR, people=30, note=NOTE)
        invited = factories_work.invitation(need, work.now.entry).id
    page = provider.get(f"/organisation/invitations/{invited}")
    assert "约 130 人" in page.text
    assert "2 个居民区合计" in page.text
    assert NOTE not in page.text
