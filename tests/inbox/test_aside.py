"""Laying aside: gone from the list, back by itself, and the promise stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.actions import CannotSnooze, close_conversation, snooze_conversation
from allmende.inbox.forms import ReplyForm
from allmende.inbox.jobs import file_new, wake_snoozed
from allmende.inbox.models import Conversation
from allmende.inbox.queries import Filter, count_waiting, listing, moments_for, rows_due
from allmende.team.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def aside(owner, asked):
    """Two wait; the first is laid aside for an hour."""
    first, second = asked(2)
    snooze_conversation(person=owner, conversation=first, until=timezone.now() + timedelta(hours=1), now=timezone.now())
    first.refresh_from_db()
    return first, second


def test_laid_aside_waits_in_no_list_but_its_own(workspace, owner, aside):
    first, second = aside
    now = timezone.now()
    assert [row.pk for row in listing(workspace, owner, now).rows] == [second.pk]
    assert [row.pk for row in listing(workspace, owner, now, Filter("snoozed")).rows] == [first.pk]
    assert listing(workspace, owner, now).counts["snoozed"] == 1
    assert count_waiting(workspace, now)[0] == rows_due(workspace, now, 5).waiting == 1


def test_the_promise_does_not_move(aside):
    first, _ = aside
    assert first.due_at and first.state == "waiting"


def test_it_comes_back_by_itself_and_says_so_once(owner, aside):
    first, _ = aside
    assert wake_snoozed(timezone.now()) == 0
    later = timezone.now() + timedelta(hours=2)
    assert (wake_snoozed(later), wake_snoozed(later)) == (1, 0)
    first.refresh_from_db()
    assert first.snoozed_until is None
    assert Notice.objects.filter(person=owner, kind="inbox.woken").count() == 1


def test_a_members_word_brings_it_back(forum, aside):
    first, _ = aside
    now = timezone.now() + timedelta(minutes=1)
    item = Item(
        Ref("n1"), "message", "answered", Author("m9", name="Peer"), now, "q0", reply_to="q0", text="Ich weiß es!"
    )
    record_batch(channel=forum, batch=Batch([item], "n"), now=now)
    file_new(now)
    first.refresh_from_db()
    assert first.snoozed_until is None


def test_what_is_closed_is_not_laid_aside(owner, aside):
    first, second = aside
    now = timezone.now()
    close_conversation(person=owner, conversation=first, reason="spam", now=now)
    first.refresh_from_db()
    assert first.snoozed_until is None
    with pytest.raises(CannotSnooze):
        snooze_conversation(person=owner, conversation=first, until=now + timedelta(hours=1), now=now)
    with pytest.raises(CannotSnooze):
        snooze_conversation(person=owner, conversation=second, until=now, now=now)


def test_the_moments_on_offer_lie_ahead_and_mornings_begin_with_service(asked, now):
    (one,) = asked(1)
    with timezone.override("Europe/Berlin"):
        found = dict(moments_for(one, now))
        assert all(at > now for at in found.values())
        morning = timezone.localtime(found["tomorrow"])
    assert morning.date() == now.date() + timedelta(days=1)
    assert (morning.hour, morning.minute) == (8, 0)


def test_a_moment_that_is_not_on_offer_is_refused_in_words(client_of, owner, asked):
    (one,) = asked(1)
    url = reverse("inbox:snooze", args=["lotsenforum", one.public_id])
    for typed in ({"until": "never"}, {}, {"at": "2020-01-01T08:00"}):
        answer = client_of(owner).post(url, typed)
        assert answer.status_code == 422 and "Nicht auf Wiedervorlage gelegt" in answer.content.decode()
    assert Conversation.objects.get().snoozed_until is None


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        # In the night of 25 March 2035 the clock skips this hour, in that of 28 October it shows it twice.
        ("2035-03-25T02:30", datetime(2035, 3, 25, 1, 30, tzinfo=UTC)),
        ("2035-10-28T02:30", datetime(2035, 10, 28, 0, 30, tzinfo=UTC)),
        ("2035-10-28T03:00", datetime(2035, 10, 28, 2, tzinfo=UTC)),
    ],
)
def test_in_the_nights_in_which_clocks_change_it_is_laid_aside_as_in_any_other(client_of, owner, asked, typed, until):
    (one,) = asked(1)
    url = reverse("inbox:snooze", args=["lotsenforum", one.public_id])
    assert client_of(owner).post(url, {"at": typed}).status_code == 302
    one.refresh_from_db()
    assert one.snoozed_until == until
    assert wake_snoozed(until - timedelta(seconds=1)) == 0 and wake_snoozed(until) == 1
    with timezone.override(owner.workspace.zone):
        form = ReplyForm({"text": "Bald.", "send_at": typed})
        assert form.is_valid() and form.cleaned_data["send_at"] == until


def test_a_moment_that_is_none_is_refused_once_and_stands_in_the_form(client_of, owner, asked):
    (one,) = asked(1)
    url = reverse("inbox:snooze", args=["lotsenforum", one.public_id])
    answer = client_of(owner).post(url, {"at": "übermorgen"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="übermorgen"' in page
    assert page.count("Nicht auf Wiedervorlage gelegt") == 1


def test_beyond_the_promise_is_said(client_of, owner, asked):
    (one,) = asked(1)
    url = reverse("inbox:snooze", args=["lotsenforum", one.public_id])
    page = client_of(owner).post(url, {"at": "2030-01-07T08:00"}, follow=True).content.decode()
    assert "Unsere Zusage endet vorher" in page
