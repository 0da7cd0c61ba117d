"""Lists that are remembered: read once for a whole team, and never older than what the pulse and the minute say."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import assign_conversation
from allmende.inbox.actions.scrub_erased import scrub_erased
from allmende.inbox.queries import remembered as module
from allmende.inbox.queries.remembered import remembered

pytestmark = pytest.mark.django_db
INDEX = reverse("inbox:index", args=["lotsenforum"])
# Rows, people and places to choose, hours, objectives, numbers.
READ, OWN = 5, 4


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """`clock(20)` makes it twenty seconds past the minute."""
    minute = timezone.now().replace(second=0, microsecond=0)

    def say(seconds: float) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: minute + timedelta(seconds=seconds))

    say(5)
    return say


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def look(client) -> tuple[list[int], dict[str, int], int]:
    """The rows of the first page, the numbers beside it, and how many queries it took."""
    with CaptureQueriesContext(connection) as queries:
        found = client.get(INDEX).context["listing"]
    return [row.pk for row in found.rows], dict(found.counts), len(queries)


def test_what_one_person_read_nobody_reads_again_within_the_minute(client, client_of, new_person, asked):
    asked(3)
    colleague = client_of(new_person("manager"))
    rows, counts, many = look(client)
    assert look(client) == (rows, counts, many - READ)
    # A person's own is what there is to choose, for they kept views, and what of those who wait lies with them.
    assert look(colleague) == (rows, counts, many - READ + OWN)
    assert look(colleague) == (rows, counts, many - READ)


def test_what_changed_stands_on_the_next_page(client, owner, asked, clock):
    (one,) = asked(1)
    assert look(client)[1]["mine"] == 0
    clock(10)
    assign_conversation(person=owner, conversation=one, assignee=owner, now=timezone.now())
    assert look(client)[1]["mine"] == 1
    clock(20)
    asked(1, first=1)
    rows, counts, _queries = look(client)
    assert (len(rows), counts["all"]) == (2, 2)


def test_a_minute_later_it_is_read_anew(client, asked, clock):
    asked(2)
    look(client)
    few = look(client)[2]
    clock(61)
    assert look(client)[2] == few + READ


def test_mine_is_not_what_is_mine_for_somebody_else(client, client_of, new_person, owner, asked):
    (one,) = asked(1)
    assign_conversation(person=owner, conversation=one, assignee=owner, now=timezone.now())
    colleague = client_of(new_person("manager"))
    for _ in range(2):
        assert [row.pk for row in client.get(INDEX, {"tab": "mine"}).context["listing"].rows] == [one.pk]
        assert client.get(INDEX, {"tab": "mine"}).context["listing"].counts["mine"] == 1
        assert not colleague.get(INDEX, {"tab": "mine"}).context["listing"].rows
        assert colleague.get(INDEX, {"tab": "mine"}).context["listing"].counts == {
            "all": 1, "mine": 0, "free": 0, "others": 1, "snoozed": 0, "late": 0,
        }  # fmt: skip


def test_what_was_remembered_goes_by_itself_also_where_nobody_asks_any_more(client, asked):
    asked(1)
    look(client)
    assert module._REMEMBERED
    sweeper = module._Sweeper()
    sweeper.wake(0.01)
    first = sweeper.timer
    sweeper.wake(5)
    first.join(5)
    assert not module._REMEMBERED and sweeper.timer is None
    assert module._SWEEPER.timer.is_alive() and module._SWEEPER.timer.interval <= 90, "a page woke the one that sweeps"


def test_whoever_is_erased_is_forgotten_in_this_process_at_once(
    client, asked, owner, django_capture_on_commit_callbacks
):
    (one,) = asked(1)
    look(client)
    member = one.entries.get().message.identity.member
    with django_capture_on_commit_callbacks(execute=True):
        scrub_erased(member, ["Birgit Ahlers"], timezone.now())
    assert not module._REMEMBERED


def test_what_changed_in_one_workspace_is_forgotten_there_alone(monkeypatch):
    monkeypatch.setattr("allmende.inbox.queries.remembered.MOST_WORKSPACES", 2)
    here, there, number = SimpleNamespace(workspace_id=1), SimpleNamespace(workspace_id=2), iter(range(9))
    said = [
        remembered(whose, stand, "numbers", lambda: next(number))
        for whose, stand in ((here, ("now",)), (there, ("now",)), (here, ("later",)), (there, ("now",)))
    ]
    assert said == [0, 1, 2, 1]
