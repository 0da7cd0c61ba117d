"""Signals propose, a person decides (`domain.md` 3.10): volume, negative words, channels, newcomers, the media; reminders."""

from datetime import timedelta

import pytest
from django.urls import reverse

from allmende.channels.actions import choose_channel, record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.crisis import actions, states
from allmende.crisis.catalogue import GROUND_WORDS
from allmende.crisis.jobs import remind, watch_volume
from allmende.crisis.models import MediaMention, Signal, Usual
from allmende.inbox.jobs import file_new
from allmende.team.models import Notice

pytestmark = pytest.mark.django_db
MENTION = {"title": "Ärger um Update", "outlet": "Kieler Bote", "url": ""}


@pytest.fixture
def hears(forum):  # type: ignore[no-untyped-def]
    """`hears(12, now)`: so many members write within ten minutes before it."""

    def hear(number, at, text="Meine Vorlagen sind weg!", authors=99, who="", channel=forum):  # type: ignore[no-untyped-def]
        items = [
            Item(
                Ref(f"{at:%j%H%M}-{n}"), "message", "asked", Author(who or f"{at:%j%H%M}-{n % authors}", name=f"Mitglied {n}"),
                at - timedelta(minutes=10, seconds=-30 * n), f"{at:%j%H%M}-{n}", title=text, text=text,
            )
            for n in range(number)
        ]  # fmt: skip
        record_batch(channel=channel, batch=Batch(items, f"{at:%j%H%M}"), now=at)
        file_new(at)

    return hear


@pytest.fixture
def past(forum, hears, now):  # type: ignore[no-untyped-def]
    """Four weeks in which one member asks each day."""
    for day in range(30, 0, -1):
        hears(1, now - timedelta(days=day), who="stammgast")


def test_a_wave_is_proposed_within_twenty_minutes_and_people_who_may_declare_are_told(
    past, hears, owner, now, new_person
):
    manager, reader = new_person("manager"), new_person("observer")
    assert watch_volume(now) == 0 and Usual.objects.get().learnt_date == owner.workspace.day_at(now)
    hears(14, now)
    assert watch_volume(now) == 1
    signal = Signal.objects.get()
    assert signal.state == states.PROPOSED and signal.found["messages"] == 14 and "volume" in signal.grounds
    assert "newcomers" in signal.grounds and signal.found["expected"] < 2
    assert {one.person for one in Notice.objects.filter(kind="crisis.signal")} == {owner, manager}
    assert reader not in {one.person for one in Notice.objects.all()}
    assert watch_volume(now + timedelta(minutes=5)) == 1
    assert Signal.objects.count() == 1 and Notice.objects.filter(kind="crisis.signal").count() == 2


def test_each_sign_is_told_by_name_on_the_screen_of_the_proposal(past, hears, owner, client_of, forum, now):
    """All five of them, each where it holds and not before (`domain.md` 3.10)."""
    index = reverse("crisis:index", args=[owner.workspace.slug])
    second = choose_channel(
        person=owner, name="Chat", slug="chat", kind="own_chat", account=forum.account, place="chat", now=now
    )
    for day in (9, 6, 3):
        hears(1, now - timedelta(days=day), who="stammgast", channel=second)

    def found_after(minutes: int) -> set[str]:
        Signal.objects.all().delete()
        watch_volume(now + timedelta(minutes=minutes))
        return set(Signal.objects.get().grounds)

    hears(14, now)
    assert found_after(0) == {"volume", "newcomers"}
    hears(14, now + timedelta(hours=1), text="Ihr seid alle Witzfiguren, was für ein Schwachsinn")
    assert found_after(60) == {"volume", "newcomers", "negative"}
    hears(9, now + timedelta(hours=2), text="Ihr seid alle Witzfiguren, was für ein Schwachsinn")
    hears(9, now + timedelta(hours=2), channel=second)
    MediaMention.objects.all().delete()
    actions.save_mention(person=owner, weight=3, seen_at=now, now=now, **MENTION)
    assert found_after(120) == {"volume", "newcomers", "negative", "channels", "media"}
    page = client_of(owner).get(index).content.decode()
    assert all(str(word) in page for word in GROUND_WORDS.values())


def test_one_who_floods_is_no_wave(past, hears, now):
    hears(20, now, authors=1)
    assert watch_volume(now) == 0


def test_without_a_past_nothing_is_proposed(hears, now):
    hears(20, now)
    assert watch_volume(now) == 0


def test_a_signal_is_put_aside_with_a_name_and_a_reason_and_stays_quiet_for_some_hours(past, hears, owner, now):
    hears(14, now)
    watch_volume(now)
    signal = Signal.objects.get()
    with pytest.raises(actions.CannotDismiss):
        actions.dismiss_signal(person=owner, signal=signal, reason=" ", now=now)
    actions.dismiss_signal(person=owner, signal=signal, reason="Unser Gewinnspiel", now=now)
    signal.refresh_from_db()
    assert (signal.state, signal.answered_by, signal.reason) == (states.DISMISSED, owner, "Unser Gewinnspiel")
    assert watch_volume(now + timedelta(minutes=5)) == 0
    with pytest.raises(actions.CannotDismiss):
        actions.dismiss_signal(person=owner, signal=signal, reason="noch einmal", now=now)
    later = now + timedelta(hours=7)
    hears(14, later)
    assert watch_volume(later) == 1 and Signal.objects.count() == 2


def test_a_person_declares_from_a_signal_and_its_cause_is_kept(past, hears, owner, now):
    hears(14, now)
    watch_volume(now)
    signal = Signal.objects.get()
    incident = actions.declare_incident(
        person=owner, title="Vorlagen weg", cause="Vierzehn Meldungen", level=3, now=now, signal=signal
    )
    signal.refresh_from_db()
    assert (signal.state, signal.incident, signal.answered_by) == (states.DECLARED, incident, owner)
    assert watch_volume(now + timedelta(minutes=5)) == 0


def test_a_weighty_medium_is_a_sign_by_itself_and_weighs_in(past, hears, owner, now):
    actions.save_mention(person=owner, weight=2, seen_at=now, now=now, **MENTION)
    assert not Signal.objects.exists()
    actions.save_mention(person=owner, weight=3, seen_at=now, now=now, **MENTION)
    assert (Signal.objects.get().grounds, Signal.objects.get().level) == (["media"], 3)
    hears(14, now)
    watch_volume(now)
    assert set(Signal.objects.get().grounds) >= {"media", "volume"} and Signal.objects.count() == 1


def test_a_signal_is_answered_on_its_screen_and_undone(past, hears, client_of, owner, new_person, now):
    hears(14, now)
    watch_volume(now)
    client, slug = client_of(owner), owner.workspace.slug
    page = client.get(reverse("crisis:index", args=[slug])).content.decode()
    assert "14" in page and "signal" in page
    signal = Signal.objects.get()
    dismiss = reverse("crisis:dismiss", args=[slug, signal.pk])
    assert client.post(dismiss, {"reason": ""}).status_code == 422
    assert client.post(dismiss, {"reason": "Gewinnspiel"}).status_code == 302
    assert "Gewinnspiel" in client.get(reverse("crisis:index", args=[slug])).content.decode()
    actions.undo_dismiss(person=owner, now=now, pk=signal.pk)
    signal.refresh_from_db()
    assert signal.state == states.PROPOSED and signal.answered_by is None


def test_promised_news_is_remembered_once_and_again_for_a_new_time(owner, forum, now):
    incident = actions.declare_incident(person=owner, title="Ausfall", cause="Nichts geht", level=4, now=now)
    assert remind(now) == 0
    due = now + timedelta(minutes=115)
    assert remind(due) == 1 and remind(due) == 0
    assert Notice.objects.filter(person=owner, kind="crisis.update_due").count() == 1
    actions.set_next_update(person=owner, incident=incident, at=due + timedelta(hours=1), now=due)
    assert remind(due + timedelta(minutes=55)) == 1


def test_a_debrief_is_remembered_before_the_week_is_over(owner, forum, now):
    incident = actions.declare_incident(person=owner, title="Ausfall", cause="Nichts geht", level=4, now=now)
    actions.end_incident(person=owner, incident=incident, reason="Ruhe", now=now)
    assert remind(now + timedelta(days=4)) == 0
    assert remind(now + timedelta(days=5)) == 1
    assert remind(now + timedelta(days=6)) == 0
    assert remind(now + timedelta(days=8)) == 1
