"""The briefing says each thing somebody should know before they begin, and to whom it is not said (S2-15)."""

from datetime import timedelta
from html import unescape

from django.urls import reverse
from django.utils import timezone

from allmende.crisis.actions import declare_incident, set_line
from allmende.guidelines.actions import put_guideline_in_force, save_guideline, save_message, write_guideline
from allmende.inbox.actions import assign_conversation
from allmende.team.actions import approve_absence, move_shift, plan_shift, request_absence
from tests.inbox.conftest import asked  # noqa: F401 - a fixture

HOUR = timedelta(hours=1)


def shift(person, doer, begin, end, now):
    return plan_shift(
        person=person, shift=None, hours=None, kind="full", doer=doer, starts_at=begin, ends_at=end, now=now
    )


def test_s2_15_each_part_of_the_briefing_stands_there_by_itself(owner, new_person, forum, asked, client_of):  # noqa: F811
    lena, emre, now = new_person("moderator", "Lena Brandt"), new_person("lead", "Emre Yılmaz"), timezone.now()
    talk = asked(1)[0]
    client, address = client_of(lena), reverse("web:briefing", args=["lotsenforum"])

    def said() -> str:
        return unescape(client.get(address).content.decode()).split("<main")[1]

    empty = said()
    incident = declare_incident(person=owner, title="Ausfall", cause="x", level=4, channels=[forum], now=now)
    set_line(person=owner, incident=incident, line="Wir prüfen.", never_say="Einzelfälle", spokesperson="", now=now)
    early = shift(owner, owner, now - 3 * HOUR, now - HOUR, now - 4 * HOUR)
    move_shift(person=owner, shift=early, to="on_duty", now=now - 2 * HOUR)
    move_shift(person=owner, shift=early, to="handed_over", note="Karl wartet noch.", now=now - HOUR)
    mine = shift(owner, lena, now + 2 * HOUR, now + 4 * HOUR, now)
    away = timezone.localdate() + timedelta(days=2)
    absence = request_absence(
        person=emre, absent=emre, kind="leave", starts_date=away, ends_date=away, deputy=None, now=now
    )
    approve_absence(person=owner, absence=absence, now=now)
    written = write_guideline(person=owner, title="Wie wir antworten", addressee="team", channel=None, now=now)
    texts = {"how": "Ruhig.", "when": "Bald.", "what": "Offen."}
    about = {"title": "Wie wir antworten", "channel": None, "needs_acknowledgement": True, "texts": texts}
    written = save_guideline(person=owner, guideline=written, now=now, **about)
    put_guideline_in_force(person=owner, guideline=written, now=now)
    save_message(
        person=owner, message=None, sentence="Hier antwortet, wer es kennt.", proof_points="",
        valid_from_date=timezone.localdate(), valid_until_date=None, now=now,
    )  # fmt: skip
    assign_conversation(person=owner, conversation=talk, assignee=lena, now=now)
    page = said()
    parts = {
        "what burns": "Ausfall", "the line": "Wir prüfen.", "what is never said": "Einzelfälle",
        "what was handed over": "Karl wartet noch.", "their duty": reverse("team:shift", args=["lotsenforum", mine.pk]),
        "who is away": "Emre Yılmaz", "what to read": "Wie wir antworten", "what to say": "Hier antwortet, wer es kennt.",
        "what waits for them": talk.title,
    }  # fmt: skip
    assert {name for name, words in parts.items() if words not in page} == set()
    assert {name for name, words in parts.items() if words in empty} == set()
    other = unescape(client_of(emre).get(address).content.decode()).split("<main")[1]
    assert talk.title not in other and "Karl wartet noch." not in other, "what is Lena's is told to Lena"
