"""Guidelines and netiquettes: written in parts, put in force in versions, read and acknowledged."""

from datetime import time
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from allmende.channels.models import Channel
from allmende.guidelines.models import Acknowledgement, Guideline, GuidelineRule, GuidelineSection
from allmende.team.actions import add_hours, save_hours
from allmende.team.models import Notice
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/written/"
SKELETON = (
    "Willkommen", "Wo das gilt", "Wie wir miteinander reden", "Was wir nicht hinnehmen", "Was wir dann tun",
    "Wann wir da sind", "Werbung, Links, Urheberrecht", "Persönliche Daten", "Kontakt und Einspruch",
)  # fmt: skip
PARTS = {"how": "Ruhig und mit Quelle.", "when": "Binnen eines Tages.", "what": "Nichts über Verträge."}


def begun(client, **typed):
    """A draft as somebody types it; returns its row."""
    given = {"title": "Leitfaden", "addressee": "team", "channel": "", **typed}
    assert client.post(f"{HOME}new/", given).status_code == 302
    return Guideline.objects.order_by("-created_at").first()


def text(client, address):
    return client.get(address).content.decode()


def say(client, draft, verb, **typed):
    return client.post(f"{HOME}{draft.pk}/{verb}/", typed, follow=True)


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


@pytest.fixture
def in_force(client):
    draft = begun(client)
    say(client, draft, "edit", title="Leitfaden", channel="", needs_acknowledgement="on", seen_revision="1", **PARTS)
    say(client, draft, "put-in-force")
    return Guideline.objects.get(pk=draft.pk)


def test_s2_11_how_when_and_what_are_three_parts_and_none_may_be_missing(client):
    draft = begun(client)
    assert list(draft.sections.values_list("kind", flat=True))[:3] == ["how", "when", "what"]
    refused = say(client, draft, "put-in-force").content.decode()
    assert "Nicht in Kraft gesetzt" in refused and Guideline.objects.get().state == "draft"
    say(client, draft, "edit", title="Leitfaden", channel="", seen_revision="1", **PARTS)
    say(client, draft, "put-in-force")
    page = text(client, f"{HOME}{draft.pk}/")
    assert Guideline.objects.get().state == "in_force" and all(part in page for part in PARTS.values())


@pytest.mark.parametrize("missing", ["how", "when", "what"])
def test_s2_11_each_of_the_three_is_asked_for_by_itself(client, missing):
    draft = begun(client)
    say(client, draft, "edit", title="Leitfaden", channel="", seen_revision="1", **{**PARTS, missing: " "})
    assert "Nicht in Kraft gesetzt" in say(client, draft, "put-in-force").content.decode()
    assert Guideline.objects.get().state == "draft"


def test_s2_14_who_gets_which_feedback_is_a_part_of_the_guideline(client):
    draft = begun(client)
    say(
        client,
        draft,
        "edit",
        title="Leitfaden",
        seen_revision="1",
        feedback="Wünsche gehen bis Freitag an Ida.",
        **PARTS,
    )
    say(client, draft, "put-in-force")
    assert "Wünsche gehen bis Freitag an Ida." in text(client, f"{HOME}{draft.pk}/")


def test_s4_10_what_binds_ourselves_is_a_part_of_the_guideline(client):
    draft = begun(client)
    say(client, draft, "edit", title="Leitfaden", seen_revision="1", conduct="Wir geben Fehler zu.", **PARTS)
    assert GuidelineSection.objects.get(kind="conduct").text == "Wir geben Fehler zu."
    assert "Wir geben Fehler zu." in text(client, f"{HOME}{draft.pk}/")


def test_s3_14_the_team_is_told_and_says_that_it_has_read(client, in_force, new_person, client_of):
    ada = new_person("author", "Ada")
    assert Notice.objects.filter(kind="guidelines.guideline_to_read", person__name="Jana Petersen").exists()
    assert "Ada" in text(client, f"{HOME}{in_force.pk}/")
    say(client, in_force, "remind")
    assert Notice.objects.filter(kind="guidelines.guideline_to_read", person=ada).exists()
    say(client_of(ada), in_force, "read")
    asks = Notice.objects.filter(kind="guidelines.guideline_to_read", seen_at__isnull=True)
    assert not asks.filter(person=ada).exists() and asks.exists(), "who has read it is asked no more; others are"
    assert list(Acknowledgement.objects.values_list("person__name", flat=True)) == ["Ada"]
    assert not say(client_of(ada), in_force, "read").context["page"].is_for_me


def test_s3_14_people_beyond_the_team_read_and_acknowledge_by_a_link(client, in_force, client_of):
    shown = client.post(f"{HOME}{in_force.pk}/link/", {"guest_name": "Dr. Weiß"})
    door = shown.context["link"].removeprefix("http://testserver")
    guest = type(client)()
    page = guest.get(door).content.decode()
    assert PARTS["how"] in page and "Dr. Weiß" in page
    assert guest.post(door).status_code == 200 and guest.post(door).status_code == 200
    assert list(Acknowledgement.objects.values_list("guest_name", flat=True)) == ["Dr. Weiß"]
    assert "Dr. Weiß" in text(client, f"{HOME}{in_force.pk}/")
    assert guest.get("/guest/guideline/falsch/").status_code == 404


def test_s4_13_a_netiquette_is_public_with_version_and_hours(client, channel, owner):
    draft = begun(client, title="Wie wir hier reden", addressee="members", channel=str(channel.pk))
    address = "/n/lotsenforum/forum/"
    assert client.get(address).status_code == 404
    assert draft.rules.count() == 5
    say(client, draft, "put-in-force")
    guest = type(client)()
    assert address in text(client, f"{HOME}{draft.pk}/")
    page = guest.get(address).content.decode()
    assert "Wie wir hier reden" in page and "Version 1" in page and draft.rules.first().text in page
    say(client, draft, "next")
    second = Guideline.objects.get(number=2)
    client.post(f"{HOME}{second.pk}/rules/new/", {"text": "Keine Kettenbriefe", "ladder": ["hint", "remove"]})
    say(client, second, "put-in-force")
    assert "Keine Kettenbriefe" in guest.get(address).content.decode()
    old = guest.get(f"{address}1/").content.decode()
    assert "Keine Kettenbriefe" not in old and "frühere" in old
    assert guest.get(f"{address}7/").status_code == 404 and guest.get("/n/fremd/forum/").status_code == 404
    Channel.objects.filter(slug="forum").update(state="considered")
    assert guest.get(address).status_code == 404


def test_s4_13_a_netiquette_begins_with_the_whole_skeleton_and_the_public_reads_each_part(client, channel):
    """Welcome, scope, tone, what is not accepted with examples, what follows and that reasons are given, hours, advertising and
    copyright, personal data, contact and objection, version and day (`domain.md` 3.9)."""
    draft = begun(client, title="Wie wir hier reden", addressee="members", channel=str(channel.pk))
    say(client, draft, "put-in-force")
    page = unescape(type(client)().get("/n/lotsenforum/forum/").content.decode())
    places = [page.index(f">{heading}<") for heading in SKELETON]
    assert places == sorted(places)
    for said in (
        "auch für uns", "Kritik ist willkommen", "Zuerst ein Hinweis", "verbergen oder entfernen wir", "sperren wir das Konto",
        "den Grund und die Regel", "Keine Adressen", "Keine Werbung",
    ):  # fmt: skip
        assert said in page, said
    for rule in draft.rules.all():
        assert rule.text in page and rule.counter_example in page
    assert "Version 1, in Kraft seit" in page and 'class="hours"' in page


def test_s2_17_the_service_hours_of_a_channel_are_public_and_change_with_them(client, channel, owner, now):
    kept = {"name": "Abend", "zone": "Europe/Berlin", "country": "DE", "subdivision": "", "keeps_holidays": False}
    evening = add_hours(person=owner, spans=[(1, time(17), time(19, 30))], now=now, **kept)
    Channel.objects.filter(pk=channel.pk).update(hours=evening)
    draft = begun(client, title="Wie wir hier reden", addressee="members", channel=str(channel.pk))
    say(client, draft, "put-in-force")

    def told() -> str:
        page = type(client)().get("/n/lotsenforum/forum/").content.decode()
        return page.split('<ul class="hours">')[1].split("</ul>")[0]

    assert "Dienstag" in told() and "17" in told() and "19:30" in told() and "Montag" not in told()
    save_hours(person=owner, hours=evening, spans=[(2, time(8), time(10))], now=now, **kept)
    assert "Mittwoch" in told() and "Dienstag" not in told()


def test_a_rule_keeps_its_key_in_the_next_version(client):
    draft = begun(client, addressee="members")
    say(client, draft, "put-in-force")
    say(client, draft, "next")
    second = Guideline.objects.get(number=2)
    assert set(second.rules.values_list("key", flat=True)) == set(draft.rules.values_list("key", flat=True))
    assert Guideline.objects.get(pk=draft.pk).state == "in_force"
    say(client, second, "put-in-force")
    assert Guideline.objects.get(pk=draft.pk).state == "revised"


def test_two_netiquettes_do_not_hold_for_one_channel(client, channel):
    for _ in range(2):
        draft = begun(client, addressee="members", channel=str(channel.pk))
        answer = say(client, draft, "put-in-force").content.decode()
    assert "Nicht in Kraft gesetzt" in answer
    assert Guideline.objects.filter(state="in_force").count() == 1


def test_who_was_consulted_stands_there_until_the_words_change(client):
    draft = begun(client)
    say(client, draft, "edit", title="Leitfaden", seen_revision="1", **PARTS)
    said = say(client, draft, "consulted", consulted_with="Betriebsrat")
    assert Guideline.objects.get().state == "consulted" and "Betriebsrat" in said.content.decode()
    client.post(offer(said))
    assert Guideline.objects.get().state == "draft"
    say(client, draft, "consulted", consulted_with="Betriebsrat")
    revision = Guideline.objects.get().revision
    say(client, draft, "edit", title="Leitfaden", seen_revision=str(revision), **PARTS)
    assert Guideline.objects.get().state == "draft"


def test_what_was_in_force_is_altered_by_no_path(client, in_force):
    section, table = in_force.sections.first(), Guideline.objects.filter(pk=in_force.pk)
    rule = {"guideline": in_force, "rank": 9, "text": "Nachgeschoben", "updated_at": timezone.now()}
    Acknowledgement.objects.create(guideline=in_force, guest_name="Dr. Weiß", at=timezone.now())
    for change in (
        lambda: table.update(title="Anders"),
        lambda: table.delete(),
        lambda: GuidelineSection.objects.filter(pk=section.pk).update(text="Anders"),
        lambda: GuidelineSection.objects.filter(pk=section.pk).delete(),
        lambda: GuidelineRule.objects.create(**rule),
        lambda: Acknowledgement.objects.update(guest_name="Wer anders"),
        lambda: Acknowledgement.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    with connection.cursor() as cursor, pytest.raises(IntegrityError), transaction.atomic():
        cursor.execute("UPDATE guidelines_guideline SET addressee = 'members'")


def test_a_draft_is_put_away_a_rule_taken_out_and_a_guideline_withdrawn_with_undo(client, in_force):
    said = say(client, in_force, "withdraw")
    assert Guideline.objects.get(pk=in_force.pk).state == "withdrawn"
    client.post(offer(said))
    assert Guideline.objects.get(pk=in_force.pk).state == "in_force"
    draft = begun(client, addressee="members")
    rule = draft.rules.first()
    said = client.post(f"{HOME}rules/{rule.pk}/drop/", follow=True)
    assert draft.rules.count() == 4
    client.post(offer(said))
    assert draft.rules.filter(key=rule.key, text=rule.text).exists() and draft.rules.count() == 5
    said = client.post(f"{HOME}{draft.pk}/rules/new/", {"text": "Keine Kettenbriefe"}, follow=True)
    assert draft.rules.count() == 6
    client.post(offer(said))
    assert draft.rules.count() == 5
    said = say(client, draft, "discard")
    assert Guideline.objects.get(pk=draft.pk).archived_at
    client.post(offer(said))
    assert not Guideline.objects.get(pk=draft.pk).archived_at


def test_an_undo_does_not_reach_into_what_came_into_force(client):
    draft = begun(client, addressee="members")
    said = client.post(f"{HOME}rules/{draft.rules.first().pk}/drop/", follow=True)
    say(client, draft, "put-in-force")
    refused = client.post(offer(said), follow=True)
    assert refused.status_code == 200 and draft.rules.count() == 4


def test_two_people_who_write_learn_of_each_other(client, new_person, client_of):
    draft = begun(client)
    emre = client_of(new_person("manager", "Emre"))
    say(emre, draft, "edit", title="Emres Titel", seen_revision="1", **PARTS)
    answer = say(client, draft, "edit", title="Mein Titel", seen_revision="1", **PARTS)
    assert answer.status_code == 422 and "Mein Titel" in answer.content.decode()
    assert Guideline.objects.get().title == "Emres Titel"


def test_who_may_not_write_reads(client, in_force, new_person, client_of):
    ada = client_of(new_person("author", "Ada"))
    page = text(ada, f"{HOME}{in_force.pk}/")
    assert PARTS["what"] in page and "/edit/" not in page and "/withdraw/" not in page
    for verb in ("edit", "put-in-force", "withdraw", "next", "link", "remind", "discard", "consulted"):
        assert ada.post(f"{HOME}{in_force.pk}/{verb}/").status_code == 403, verb
    assert "Leitfaden" in text(ada, HOME)


def test_the_list_and_a_page_take_few_queries(client, in_force, django_assert_max_num_queries):
    client.get(HOME)
    with django_assert_max_num_queries(8):
        client.get(HOME)
    with django_assert_max_num_queries(12):
        client.get(f"{HOME}{in_force.pk}/")
