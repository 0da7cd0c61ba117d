"""What stays held after a stop, what was promised, and what the log keeps of the words that were settled (S3-21, I-16)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from allmende.channels.actions import hand_over, release_held, send_due
from allmende.crisis import actions
from allmende.crisis.models import LogEntry
from allmende.crisis.queries import overview
from tests.crisis.test_statements import burn

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", ["lift", "end", "queue", "take_back"])
def test_i_16_what_is_still_to_come_is_released_one_by_one_too_unless_it_was_a_mistake(act, owner, forum, now):
    ahead = hand_over(
        person=owner, channel=forum, kind="post", text="Frage der Woche", now=now, send_after=now + timedelta(hours=3)
    )
    incident = burn(owner, now, channels=[forum])
    later = now + timedelta(minutes=10)
    if act == "lift":
        actions.lift_holds(person=owner, incident=incident, now=later)
    elif act == "end":
        actions.end_incident(person=owner, incident=incident, reason="Ruhig seit zwei Stunden", now=later)
    elif act == "queue":
        actions.end_stop(person=owner, hold=incident.holds.get().hold, now=later)
    else:
        actions.take_back(person=owner, incident=incident, now=later)
    send_due(now=now + timedelta(hours=4))
    ahead.refresh_from_db()
    assert ahead.state == ("sent" if act == "take_back" else "held")


def test_i_16_what_is_released_early_leaves_at_its_time(owner, forum, now):
    at = now + timedelta(hours=3)
    ahead = hand_over(person=owner, channel=forum, kind="post", text="Frage der Woche", now=now, send_after=at)
    incident = burn(owner, now, channels=[forum])
    actions.lift_holds(person=owner, incident=incident, now=now + timedelta(minutes=10))
    ahead.refresh_from_db()
    release_held(person=owner, dispatch=ahead, now=now + timedelta(minutes=20))
    for moment, state in ((at - timedelta(minutes=1), "waiting"), (at, "sent")):
        send_due(now=moment)
        ahead.refresh_from_db()
        assert ahead.state == state


def test_i_16_what_is_still_held_is_released_where_the_incident_is_read(owner, forum, now, client_of, monkeypatch):
    ahead = hand_over(
        person=owner, channel=forum, kind="post", text="Frage der Woche", now=now, send_after=now + timedelta(hours=3)
    )
    incident = burn(owner, now, channels=[forum])
    actions.lift_holds(person=owner, incident=incident, now=now + timedelta(minutes=10))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(minutes=20))
    client, slug = client_of(owner), owner.workspace.slug
    here, again = reverse("crisis:incident", args=[slug, incident.pk]), reverse("editorial:again", args=[slug])
    page = client.get(here).content.decode()
    form = page.split(f'action="{again}"')[1].split("</form>")[0]
    assert f'name="picked" value="{ahead.public_id}"' in form and 'value="release"' in form
    typed = {"picked": str(ahead.public_id), "kind": "release", "next": f"{here}#held"}
    answer = client.post(again, typed)
    assert (answer.status_code, answer["Location"]) == (303, f"{here}#held")
    ahead.refresh_from_db()
    assert ahead.state == "waiting"


def test_s3_21_a_promise_of_news_stands_when_the_level_sinks_and_comes_sooner_when_it_rises(owner, forum, now):
    incident = burn(owner, now, channels=[forum])
    promised = incident.next_update_at
    given = {"person": owner, "reason": "Weniger Meldungen"}
    incident = actions.change_level(incident=incident, level=2, now=now + timedelta(minutes=5), **given)
    assert incident.next_update_at == promised
    incident = actions.change_level(incident=incident, level=5, now=now + timedelta(minutes=10), **given)
    assert incident.next_update_at == now + timedelta(minutes=70)


def test_s3_21_the_log_keeps_every_word_that_was_settled_in_the_language_of_the_workspace(owner, forum, now):
    incident = burn(owner, now)
    with translation.override("en"):
        for spokesperson in ("Jana Petersen", "Emre Yıldız"):
            actions.set_line(
                person=owner, incident=incident, line="Wir prüfen.", never_say="Ein Hacker", spokesperson=spokesperson,
                public_text="Wir wissen davon.", now=now,
            )  # fmt: skip
        actions.save_fact(
            person=owner, incident=incident, fact=None, kind="unknown", text="Wie viele", source="", answer_by_at=None,
            now=now,
        )  # fmt: skip
    said = list(LogEntry.objects.filter(incident=incident).order_by("number").values_list("text", flat=True))[2:]
    assert said == [
        "Sprachregelung: Wir prüfen.",
        "Nicht zu sagen: Ein Hacker",
        "Eine Stimme: Jana Petersen",
        "Auf unseren öffentlichen Seiten: Wir wissen davon.",
        "Eine Stimme: Emre Yıldız",
        "Unbekannt: Wie viele",
    ]


def test_s3_21_an_undo_writes_down_only_what_it_changed(owner, forum, now):
    incident = burn(owner, now)
    words = {"line": "Wir prüfen.", "never_say": "Ein Hacker", "public_text": "Wir wissen davon."}
    for spokesperson in ("Jana Petersen", "Emre Yıldız"):
        saved = actions.set_line(person=owner, incident=incident, spokesperson=spokesperson, now=now, **words)
    before = {**words, "spokesperson": "Jana Petersen"}
    actions.undo_incident(person=owner, now=now, pk=str(saved.pk), revision=saved.revision, before=before)
    said = list(LogEntry.objects.filter(incident=incident).order_by("number").values_list("text", flat=True))
    assert said[-2:] == ["Eine Stimme: Emre Yıldız", "Eine Stimme: Jana Petersen"]


def test_of_what_was_the_newest_stands_first_a_drill_too(owner, forum, workspace, now):
    for day, is_drill in ((0, False), (1, True), (2, False)):
        at = now + timedelta(days=day)
        incident = burn(owner, at, channels=[forum], is_drill=is_drill)
        actions.take_back(person=owner, incident=incident, now=at)
    assert [one.is_drill for one in overview(workspace, now + timedelta(days=3)).past] == [False, True, False]
