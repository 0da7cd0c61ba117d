"""Hiding and removing: with a rule and a reason, told to the author, objected to and reversed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.channels.actions import moderate_message
from allmende.channels.models import MessageMedia
from allmende.guidelines.actions import put_guideline_in_force, write_guideline
from allmende.inbox.actions import CannotDecide, carry_out, decide_moderation, reverse_moderation
from allmende.inbox.actions.carry_out_due import ask_network
from allmende.inbox.jobs import carry_out_decided, lapse_decisions
from allmende.inbox.models import Conversation, ModerationDecision
from allmende.inbox.queries import carrying_out, decided_about, words_in
from allmende.team.actions import change_person, save_training_unit
from allmende.team.models import AuditRow, Notice
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/inbox/"
FACTS = "Die Antwort beschimpft ein Mitglied als Idiot."


@pytest.fixture
def netiquette(owner, forum, now):
    written = write_guideline(person=owner, title="Wie wir reden", addressee="members", channel=None, now=now)
    return put_guideline_in_force(person=owner, guideline=written, now=now)


@pytest.fixture
def insult(says, listen):
    now = timezone.now()
    said = says("Birgit Ahlers", "Du Idiot, lies das Handbuch!", at=now - timedelta(minutes=5))
    conversation = listen(now)[0]
    return conversation.entries.get().message, said


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def decide(client, message, rule=None, **typed):
    given = {"measure": "hide", "rule": str(rule.pk) if rule else "", "law": "", "facts": FACTS, **typed}
    return client.post(f"{HOME}said/{message.pk}/moderate/", given, follow=True)


def decided(client, message, rule, **typed):
    decide(client, message, rule, statement="Wir haben Ihren Beitrag verborgen.", **typed)
    return ModerationDecision.objects.get()


def test_s2_25_nothing_is_hidden_without_a_rule_or_law_and_a_reason(client, insult, netiquette):
    message, rule = insult[0], netiquette.rules.first()
    for typed in ({"rule": None}, {"rule": rule, "facts": ""}, {"rule": None, "law": "", "statement": "Weg damit"}):
        assert decide(client, message, **typed).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        ModerationDecision.objects.create(
            workspace=netiquette.workspace, conversation=message.entry.conversation, message=message, measure="hide",
            ground="rule", facts=FACTS, statement="So.", created_at=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
    assert not ModerationDecision.objects.exists()


def test_s2_25_the_reasons_are_proposed_read_and_then_decided(client, insult, netiquette):
    message, rule = insult[0], netiquette.rules.first()
    proposed = decide(client, message, rule)
    words = proposed.context["form"].data["statement"]
    assert proposed.status_code == 200 and not ModerationDecision.objects.exists()
    assert FACTS in words and rule.text in words and "Ein Mensch hat das entschieden" in words and "Gericht" in words
    made = decided(client, message, rule)
    assert (made.state, made.rule, made.evidence["text"]) == ("decided", rule, message.text)
    assert AuditRow.objects.filter(verb="inbox.moderation.decided").exists()


def test_s2_25_the_reasons_name_scope_and_duration_and_an_account_is_suspended_until_a_day(
    client, insult, netiquette, owner
):
    message, rule = insult[0], netiquette.rules.first()
    assert "überall und unbefristet" in decide(client, message, rule).context["form"].data["statement"]
    endless = decide(client, message, rule, measure="suspend", statement="Gesperrt.")
    assert endless.status_code == 422 and "Bis wann" in endless.content.decode()
    assert decide(client, message, rule, measure="suspend").status_code == 422
    today = owner.workspace.day_at(timezone.now())
    proposed = decide(client, message, rule, measure="suspend", until_date=today.isoformat())
    assert "überall, bis " in proposed.context["form"].data["statement"]
    assert not ModerationDecision.objects.exists()


def test_s2_25_each_content_of_article_17_stands_in_the_reasons_by_itself(client, insult, netiquette, settings):
    """What, since which words, scope and duration, facts, how it came to us, automated or not, ground, redress (Art. 17(3))."""
    settings.ORIGIN = "https://lotsen.example"
    message, rule = insult[0], netiquette.rules.first()

    def proposed(**typed) -> list[str]:
        return decide(client, message, **typed).context["form"].data["statement"].split("\n\n")

    measure, scope, facts, ground, automated, redress = proposed(rule=rule)
    assert measure.startswith("Zu Ihrem Beitrag vom ") and " in Forum haben wir entschieden: verborgen" in measure
    assert scope == "Das gilt überall und unbefristet."
    assert facts.endswith(FACTS) and rule.text in ground and f"#rule-{rule.key}" in ground
    assert automated == "Ein Mensch hat das entschieden, keine Maschine. Wir haben den Beitrag selbst bemerkt."
    assert "antworten Sie" in redress and "außergerichtliche" in redress and "Gericht" in redress
    assert "gemeldet" in proposed(rule=rule, is_notice="on")[4]
    by_law = proposed(law="§ 185 StGB")[3]
    assert "§ 185 StGB" in by_law and rule.text not in by_law
    said = {one: proposed(rule=rule, measure=one)[0].rpartition(": ")[2] for one in ("hide", "remove", "lock", "ban")}
    assert len(set(said.values())) == 4, said


def test_s2_25_the_author_is_told_in_the_language_they_write(client, says, listen, netiquette):
    now = timezone.now()
    says("Ann Lee", "You are a complete idiot, read the manual before you write here again!", at=now)
    message = listen(now + timedelta(minutes=1))[-1].entries.get().message
    page = client.get(f"{HOME}said/{message.pk}/moderate/").content.decode()
    assert "schreibt Englisch" in page
    words = decide(client, message, netiquette.rules.first()).context["form"].data["statement"]
    assert "A person decided this; no machine did." in words and "Ein Mensch" not in words


def test_s2_25_it_is_hidden_at_the_network_told_objected_and_taken_back(client, insult, netiquette, practice):
    message, said = insult
    made = decided(client, message, netiquette.rules.first())
    page = f"{HOME}moderation/{made.pk}/"
    client.post(f"{page}carry-out/", follow=True)
    made.refresh_from_db()
    assert made.state == "in_effect" and not made.is_done_there
    assert practice.network.post(said["id"])["hidden"]
    client.post(f"{page}told/", {"how": "privately"})
    client.post(f"{page}objection/", {"complaint": "Das war ein Zitat."})
    assert "Das war ein Zitat." in client.get(page).content.decode()
    assert client.post(f"{page}reverse/", {"reason": ""}, follow=True).status_code == 200
    made.refresh_from_db()
    assert (made.state, made.told_how) == ("in_effect", "privately")
    client.post(f"{page}reverse/", {"reason": "Es war ein Zitat."}, follow=True)
    made.refresh_from_db()
    assert made.state == "reversed" and not practice.network.post(said["id"])["hidden"]


def test_what_the_network_cannot_do_is_done_there_by_hand_with_undo(client, insult, netiquette):
    made = decided(client, insult[0], netiquette.rules.first(), measure="ban")
    page = f"{HOME}moderation/{made.pk}/"
    assert "carry-out" not in client.get(page).content.decode()
    refused = client.post(f"{page}carry-out/", follow=True).content.decode()
    assert "Nicht getan" in refused
    said = client.post(f"{page}done-there/", follow=True)
    made.refresh_from_db()
    assert made.state == "in_effect" and made.is_done_there
    client.post(offer(said))
    made.refresh_from_db()
    assert made.state == "decided" and not made.is_done_there


def test_a_decision_is_not_rewritten(client, insult, netiquette):
    made = decided(client, insult[0], netiquette.rules.first())
    for change in (
        {"facts": "Anders"},
        {"measure": "remove"},
        {"statement": "Anders"},
        {"rule": netiquette.rules.last()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModerationDecision.objects.filter(pk=made.pk).update(**change)
    again = decide(client, insult[0], netiquette.rules.first(), statement="Noch einmal.")
    assert again.status_code == 422 and ModerationDecision.objects.count() == 1


def test_s4_13_the_decision_names_rule_and_version_of_the_public_netiquette(
    client, insult, netiquette, settings, owner, forum, now
):
    settings.ORIGIN = "https://lotsen.example"
    rule = netiquette.rules.first()
    words = decide(client, insult[0], rule).context["form"].data["statement"]
    made = decided(client, insult[0], rule)
    page = client.get(f"{HOME}moderation/{made.pk}/").content.decode()
    assert rule.text in page and "Version 1" in page
    place = f"/n/lotsenforum/forum/{netiquette.pk}/#rule-{rule.key}"
    assert f"https://lotsen.example{place}" in words
    guest = type(client)()
    own = write_guideline(person=owner, title="Nur hier", addressee="members", channel=forum, now=now)
    own.rules.all().delete()
    put_guideline_in_force(person=owner, guideline=own, now=now)
    assert "Nur hier" in guest.get("/n/lotsenforum/forum/").content.decode()
    assert rule.text in guest.get(place).content.decode()


def test_other_ground_or_measure_gives_other_reasons_to_read(client, insult, netiquette):
    first, last = netiquette.rules.first(), netiquette.rules.last()
    form = decide(client, insult[0], first).context["form"].data
    again = decide(client, insult[0], last, statement=form["statement"], proposed_for=form["proposed_for"])
    assert again.status_code == 200 and not ModerationDecision.objects.exists()
    assert last.text in again.context["form"].data["statement"]


def test_what_holds_for_a_time_is_taken_back_after_its_last_day(client, insult, netiquette, owner, practice):
    message, said = insult
    today = owner.workspace.day_at(timezone.now())
    made = decided(client, message, netiquette.rules.first(), until_date=today.isoformat())
    client.post(f"{HOME}moderation/{made.pk}/carry-out/")
    assert practice.network.post(said["id"])["hidden"]
    assert lapse_decisions(timezone.now()) == 0
    assert lapse_decisions(timezone.now() + timedelta(days=2)) == 1
    made.refresh_from_db()
    assert made.state == "lapsed" and not practice.network.post(said["id"])["hidden"]


def test_what_was_done_by_hand_for_a_time_is_asked_back_from_people(client, insult, netiquette, owner):
    today = owner.workspace.day_at(timezone.now())
    made = decided(client, insult[0], netiquette.rules.first(), measure="suspend", until_date=today.isoformat())
    client.post(f"{HOME}moderation/{made.pk}/done-there/")
    assert lapse_decisions(timezone.now() + timedelta(days=2)) == 1
    assert Notice.objects.filter(kind="inbox.moderation_over", person=owner).exists()


def test_nothing_is_decided_until_a_day_that_has_passed(client, insult, netiquette):
    assert (
        decide(client, insult[0], netiquette.rules.first(), statement="So.", until_date="2020-01-01").status_code == 422
    )


def test_two_who_carry_out_and_reverse_at_once_leave_nothing_hidden(client, insult, netiquette, owner, practice):
    message, said = insult
    made = decided(client, message, netiquette.rules.first())
    stale = ModerationDecision.objects.select_related("message__channel__account").get(pk=made.pk)
    reverse_moderation(person=owner, decision=made, reason="Irrtum", now=timezone.now())
    with pytest.raises(CannotDecide):
        carry_out(person=owner, decision=stale, now=timezone.now())
    assert not practice.network.post(said["id"])["hidden"]
    stale.state = "decided"
    with pytest.raises(CannotDecide):
        reverse_moderation(person=owner, decision=stale, reason="Noch einmal", now=timezone.now())


def test_anybody_reads_the_figures_and_no_word_of_anybody(client, insult, netiquette):
    made = decided(client, insult[0], netiquette.rules.first())
    assert "Verborgen" not in type(client)().get("/n/lotsenforum/").content.decode()
    client.post(f"{HOME}moderation/{made.pk}/carry-out/")
    page = type(client)().get("/n/lotsenforum/").content.decode()
    assert "Verborgen" in page and "Idiot" not in page and "Birgit" not in page
    assert type(client)().get("/n/fremd/").status_code == 404


def test_who_may_not_moderate_neither_sees_nor_decides(client, insult, netiquette, new_person, client_of):
    made = decided(client, insult[0], netiquette.rules.first())
    author = client_of(new_person("author", "Ada"))
    assert "/moderate/" not in author.get(f"{HOME}{insult[0].entry.conversation.public_id}/").content.decode()
    assert decide(author, insult[0], netiquette.rules.first()).status_code == 403
    for verb in ("", "carry-out/", "done-there/", "told/", "objection/", "reverse/"):
        assert author.post(f"{HOME}moderation/{made.pk}/{verb}").status_code in (403, 405)
    stranger = client_of(new_person("owner", slug="werkbank"))
    assert stranger.get(f"/w/werkbank/inbox/moderation/{made.pk}/").status_code == 404


def test_the_journal_is_searched(client, insult, netiquette, django_assert_max_num_queries):
    decided(client, insult[0], netiquette.rules.first())
    with django_assert_max_num_queries(9):
        assert FACTS in client.get(f"{HOME}moderation/").content.decode()
    assert FACTS not in client.get(f"{HOME}moderation/?q=Werbung").content.decode()
    assert FACTS not in client.get(f"{HOME}moderation/?state=reversed").content.decode()


def test_s3_16_nobody_moderates_without_the_training_it_needs(owner, asked):

    save_training_unit(
        person=owner, unit=None, name="Recht der Moderation", kind="law", gates_moderation=True, now=timezone.now()
    )
    message = asked(1)[0].entries.get().message
    with pytest.raises(CannotDecide, match="Recht der Moderation"):
        decide_moderation(
            person=owner, message=message, measure="hide", rule=None, law="§ 185 StGB", facts="x", statement="x",
            source="own", until_date=None, now=timezone.now(),
        )  # fmt: skip


@pytest.fixture
def wave(says, listen):
    """Four who advertise, one of them in a conversation of others."""
    now = timezone.now()
    for name in ("Sp Eins", "Sp Zwei", "Sp Drei"):
        says(name, "Jetzt günstige Kredite ohne Prüfung sichern!", at=now - timedelta(minutes=5))
    says("Sp Vier", "Get your cheap loans here without any check, today only!", at=now - timedelta(minutes=4))
    asked = says("Birgit Ahlers", "Wie lange hält der Deich?", at=now - timedelta(minutes=3))
    says("Sp Fünf", "Kredite!", at=now - timedelta(minutes=2), reply_to=asked["id"])
    return listen(now)


def moderate_several(client, conversations, **typed):
    picked = [str(one.public_id) for one in conversations]
    return client.post(f"{HOME}several/moderate/", {"picked": picked, **typed}, follow=True)


def test_s2_25_a_wave_is_decided_in_one_go_and_each_decision_stands_by_itself(
    client, wave, netiquette, practice, owner
):
    page = moderate_several(client, wave)
    form = page.context["form"]
    alone = {one.pk for one in form.said.values() if one.text.startswith(("Jetzt", "Get"))}
    assert form.ticked == alone and len(form.said) == 6
    rule = netiquette.rules.first()
    typed = {
        "words": sorted(alone), "measure": "hide", "rule": str(rule.pk), "facts": "Werbung für Kredite.", "law": "",
        "carries_out": "on",
    }  # fmt: skip
    proposed = moderate_several(client, wave, **typed)
    assert not ModerationDecision.objects.exists()
    said = {message.text: words for message, words in proposed.context["statements"]}
    assert len(said) == 2 and len(proposed.context["statements"]) == 4
    assert any("A person decided this" in words for words in said.values())
    basis = proposed.context["form"].data["proposed_for"]
    changed = moderate_several(client, wave, **typed | {"facts": "Anderes.", "proposed_for": basis})
    assert not ModerationDecision.objects.exists() and changed.context["statements"]
    done = moderate_several(client, wave, **typed, proposed_for=basis)
    assert "4 entschieden" in done.content.decode() and "warten auf ihr Netzwerk" in done.content.decode()
    assert {one.state for one in ModerationDecision.objects.all()} == {"decided"}, "no network is asked in the request"
    assert carry_out_decided(timezone.now()) == 4 and carry_out_decided(timezone.now()) == 0
    made = list(ModerationDecision.objects.all())
    assert {one.message_id for one in made} == alone and {one.state for one in made} == {"in_effect"}
    for one in made:
        assert one.rule == rule and one.facts == "Werbung für Kredite." and rule.text in one.statement
        assert one.evidence["text"] == one.message.text and practice.network.post(one.message.native_id)["hidden"]
    assert AuditRow.objects.filter(verb="inbox.moderation.decided").count() == 4
    again = moderate_several(client, wave, **typed, proposed_for=basis)
    assert again.status_code == 422 and ModerationDecision.objects.count() == 4
    reverse_moderation(person=owner, decision=made[0], reason="Ein Zitat", now=timezone.now())
    assert ModerationDecision.objects.filter(state="reversed").count() == 1


def test_s2_25_of_a_wave_nothing_is_decided_without_words_a_ground_and_a_reason(
    client, wave, netiquette, new_person, client_of
):
    rule = netiquette.rules.first()
    words = [wave[0].entries.get().message_id]
    typed = {"words": words, "measure": "hide", "rule": str(rule.pk), "facts": "Werbung.", "law": ""}
    for wrong in ({"words": []}, {"facts": ""}, {"words": [10**9]}):
        assert moderate_several(client, wave, **typed | wrong).status_code == 422
    ungrounded = typed | {"rule": ""}
    basis = moderate_several(client, wave, **ungrounded).context["form"].data["proposed_for"]
    assert moderate_several(client, wave, **ungrounded, proposed_for=basis).status_code == 422
    author = client_of(new_person("author"))
    assert moderate_several(author, wave, **typed).status_code == 403
    for picked in ([], wave[:1] * 101):
        assert "Nichts geändert" in moderate_several(client, picked).content.decode()
    assert not ModerationDecision.objects.exists()


def test_s2_25_of_a_conversation_that_is_shown_in_part_nothing_is_ticked_at_first(wave, monkeypatch):
    monkeypatch.setattr("allmende.inbox.queries.moderation.MOST_WORDS", 1)
    two = next(one for one in wave if one.entries.count() == 2)
    (first,) = words_in([two])
    assert first.text.startswith("Wie lange") and not first.is_alone


def test_s2_25_an_account_is_suspended_once_whatever_it_said_and_its_words_are_hidden_each():
    said = [
        SimpleNamespace(pk=pk, identity_id=identity, channel_id=channel)
        for pk, identity, channel in [
            (1, 7, "a"),
            (2, 7, "a"),
            (3, 8, "a"),
            (4, 7, "b"),
            (5, None, "a"),
            (7, None, "a"),
        ]
    ]
    assert [one.pk for one in decided_about(said, "suspend")] == [1, 3, 4, 5, 7]
    assert decided_about(said, "ban") == decided_about(said, "suspend")
    assert decided_about(said, "hide") == said


def decide_wave(client, wave, netiquette, **more):
    """Four decisions that wait for their network."""
    alone = [one.pk for one in words_in(wave) if one.text.startswith(("Jetzt", "Get"))]
    typed = {
        "words": alone,
        "measure": "hide",
        "rule": str(netiquette.rules.first().pk),
        "facts": "Werbung.",
        "law": "",
    }
    typed |= {"carries_out": "on"} | more
    basis = moderate_several(client, wave, **typed).context["form"].data["proposed_for"]
    moderate_several(client, wave, **typed, proposed_for=basis)
    return ModerationDecision.objects.order_by("created_at", "pk")


@pytest.fixture
def decided_wave(client, wave, netiquette):
    return decide_wave(client, wave, netiquette)


def test_a_network_that_does_not_answer_is_asked_again_and_then_a_person_is(client, decided_wave, practice, owner):
    start = timezone.now()
    practice.face.faults.plant("moderate", "error_before")
    assert carry_out_decided(start) == 4 and carrying_out(owner.workspace) == (4, 0)
    assert carry_out_decided(start) == 0, "not before its time"
    assert "warten auf ihr Netzwerk" in client.get(f"{HOME}moderation/").content.decode()
    for minutes in (2, 8, 40):
        assert carry_out_decided(start + timedelta(minutes=minutes)) == 4
    assert carrying_out(owner.workspace) == (0, 4) and carry_out_decided(start + timedelta(days=1)) == 0
    page = client.get(f"{HOME}moderation/").content.decode()
    assert "nicht ausgeführt: Das Netzwerk hat nicht geantwortet" in page
    assert Notice.objects.filter(person=owner, kind="inbox.not_carried_out").count() == 1
    practice.face.faults.clear()
    client.post(f"{HOME}moderation/{decided_wave[0].pk}/carry-out/")
    assert decided_wave.filter(state="in_effect").count() == 1 and carrying_out(owner.workspace) == (0, 3)


def test_what_was_decided_for_a_time_that_is_over_is_not_carried_out_late(client, wave, netiquette, practice):
    """By a worker that stood still for a week: nothing would take it back at the network any more."""
    start = timezone.now()
    today = wave[0].workspace.day_at(start)
    decided = decide_wave(client, wave, netiquette, until_date=str(today))
    assert [one.until_date for one in decided] == [today] * 4
    assert carry_out_decided(start + timedelta(days=7)) == 4
    assert set(decided.values_list("state", "not_done", "carry_out_at")) == {("decided", "", None)}
    assert not any(practice.network.post(one.message.native_id)["hidden"] for one in decided)


def test_what_is_reversed_while_the_network_is_asked_needs_nobody_any_more(decided_wave, owner, practice):
    asked = decided_wave[0]
    reverse_moderation(person=owner, decision=decided_wave[0], reason="Ein Zitat", now=timezone.now())
    practice.face.faults.plant("moderate", "error_before")
    for tries in (0, 3):  # as the job holds it, who read it before
        asked.carry_out_tries = tries
        ask_network(asked, timezone.now())
    found = decided_wave.get(pk=asked.pk)
    assert (found.state, found.not_done) == ("reversed", "")
    assert not Notice.objects.filter(person=owner, kind="inbox.not_carried_out").exists()


def test_what_was_reversed_before_its_turn_is_not_carried_out(client, decided_wave, owner, practice):
    first = decided_wave[0]
    reverse_moderation(person=owner, decision=first, reason="Ein Zitat", now=timezone.now())
    assert carry_out_decided(timezone.now()) == 3
    first.refresh_from_db()
    assert first.state == "reversed" and not practice.network.post(first.message.native_id)["hidden"]


def test_what_a_network_did_unheard_is_taken_back_where_the_decision_is_reversed(decided_wave, owner, practice):
    first = decided_wave[0]
    moderate_message(person=owner, message=first.message, measure="hide", now=timezone.now())
    ModerationDecision.objects.filter(pk=first.pk).update(carry_out_tries=1)  # killed before it was written down
    first.refresh_from_db()
    assert practice.network.post(first.message.native_id)["hidden"]
    reverse_moderation(person=owner, decision=first, reason="Ein Zitat", now=timezone.now())
    first.refresh_from_db()
    assert first.state == "reversed" and not practice.network.post(first.message.native_id)["hidden"]


def test_nothing_is_carried_out_for_somebody_who_may_not_decide_any_more(decided_wave, owner, new_person):
    second = new_person("owner", "Zweite")
    change_person(person=second, colleague=owner, name=owner.name, role="author", now=timezone.now())
    carry_out_decided(timezone.now())
    assert set(decided_wave.values_list("state", "not_done", "carry_out_at")) == {("decided", "nobody", None)}


def test_s2_25_an_account_suspended_for_one_word_is_not_suspended_again_for_another(
    client, wave, netiquette, owner, says, listen
):
    rule, until = netiquette.rules.first(), owner.workspace.day_at(timezone.now()) + timedelta(days=7)
    says("Sp Eins", "Und noch einmal: Kredite!", at=timezone.now())
    listen(timezone.now() + timedelta(minutes=5))
    both = [one for one in words_in(list(Conversation.objects.all())) if one.identity.name == "Sp Eins"]
    given = {
        "person": owner, "rule": rule, "law": "", "facts": FACTS, "statement": "So.", "source": "own", "now": timezone.now(),
    }  # fmt: skip
    made = decide_moderation(message=both[0], measure="suspend", until_date=until, **given)
    with pytest.raises(CannotDecide, match="Sp Eins"):
        decide_moderation(message=both[1], measure="suspend", until_date=until, **given)
    typed = {
        "measure": "suspend",
        "rule": str(rule.pk),
        "facts": "Werbung.",
        "law": "",
        "until_date": until.isoformat(),
    }
    others = [one.pk for one in words_in(wave) if one.text.startswith("Jetzt") and one.identity.name != "Sp Eins"]
    proposed = moderate_several(client, Conversation.objects.all(), **typed, words=[both[1].pk, *others])
    assert {one.pk for one, _words in proposed.context["statements"]} == set(others)
    alone = moderate_several(client, Conversation.objects.all(), **typed, words=[both[1].pk])
    assert alone.status_code == 422 and not alone.context["statements"]
    decide_moderation(message=both[1], measure="ban", until_date=None, **given)
    with pytest.raises(CannotDecide):
        decide_moderation(message=both[1], measure="suspend", until_date=until, **given)
    assert made.state == "decided"


def test_several_words_are_shown_with_their_pictures(client, wave):
    message = words_in(wave)[0]
    MessageMedia.objects.create(
        message=message, place=0, alt="Ein Kreditvertrag", state="waiting", url="https://example.org/a.png"
    )
    (picture,) = words_in(wave)[0].pictures
    assert picture.is_awaited and picture.media_id is None
    assert "Ein Kreditvertrag" in moderate_several(client, wave).content.decode()
