"""Where words get lost or doubled: a stall, an expired key, equal texts, an account that cannot be opened."""

from datetime import timedelta

import pytest

from allmende.channels.actions import Spoken, keep_media, pause_channel, settle_by_person, try_again
from allmende.channels.actions.claim_dispatch import SPEAKING_LEASE, claim_dispatch
from allmende.channels.actions.send_due import Mouth, say_claimed
from allmende.channels.actions.write_outcome import write_receipt
from allmende.channels.models import Account, Attempt, Dispatch, Message, place_of, seal
from allmende.channels.queries import connector_of, draft_of
from allmende.connectors.abilities import Abilities, Idempotency
from allmende.connectors.contract import Connector
from allmende.connectors.errors import TryLater, Unclear
from allmende.connectors.neutral import Author, Receipt, Ref
from allmende.connectors.register import KINDS
from allmende.team.models import Notice
from tests.networks.film import film


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


class Keyed(Connector):
    """A network that remembers keys for an hour and cannot be asked for our own posts."""

    kind = "keyed"
    said: list[str] = []
    answers: list[Exception] = []
    ids: list[str] = []

    @property
    def abilities(self):
        return Abilities(idempotency=Idempotency("key", timedelta(hours=1)), can_send=True, can_thread=True)

    def whoami(self):
        return Author("us", "us", "Us", is_us=True)

    def collect(self, cursor):
        return iter(())

    def send(self, draft, key):
        Keyed.said.append(draft.text)
        if Keyed.answers:
            raise Keyed.answers.pop(0)
        return Receipt(Ref(Keyed.ids.pop(0) if Keyed.ids else f"id-{len(Keyed.said)}"), self.settings["now"]())


@pytest.fixture
def keyed(world, monkeypatch):
    monkeypatch.setitem(KINDS, "keyed", "tests.channels.test_doubt:Keyed")
    Keyed.said, Keyed.answers, Keyed.ids = [], [], []
    monkeypatch.setattr(Keyed, "settings", {"now": lambda: world.now}, raising=False)
    monkeypatch.setattr(Keyed, "__init__", lambda self, *given: None)
    Account.objects.filter(pk=world.account.pk).update(kind="keyed")
    return Keyed


def test_a_key_the_network_has_forgotten_is_never_used_again(world, keyed):
    keyed.answers = [Unclear(), TryLater(timedelta(hours=2), "too_many")]
    dispatch = world.post("Einmal.")
    world.send()
    world.pass_time(minutes=3)
    world.send()  # the key is still known there: the repetition is harmless, yet nothing was said this time
    world.pass_time(seconds=1)
    world.send()
    assert state_of(dispatch) == "waiting"
    world.pass_time(hours=3)
    world.send()
    world.pass_time(minutes=3)
    world.send()
    assert (state_of(dispatch), dispatch.reason_code) == ("unclear", "needs_person")
    assert len(keyed.said) == 2
    assert Notice.objects.filter(kind="channels.dispatch_unclear").exists()


@pytest.mark.parametrize(("has_film", "state", "said"), [(False, "sent", 3), (True, "unclear", 2)])
def test_a_key_that_would_be_forgotten_while_a_film_is_uploaded_is_not_used(world, keyed, has_film, state, said):
    keyed.answers = [Unclear(), TryLater(timedelta(minutes=45), "too_many")]
    media = keep_media(person=world.owner, name="a.mp4", content=film(), now=world.now)
    dispatch = world.post("Einmal.", media=[Spoken(media, "Eine Farbe")] if has_film else [])
    world.send()
    world.pass_time(minutes=3)
    world.send()
    world.pass_time(seconds=1)
    world.send()
    assert state_of(dispatch) == "waiting"
    world.pass_time(minutes=46)  # the key has more than ten minutes left, but not ten more than its margin
    world.send()
    assert (state_of(dispatch), len(keyed.said)) == (state, said)


def test_what_a_person_did_not_find_is_said_again_whatever_the_key(world, keyed):
    keyed.answers = [Unclear()]
    dispatch = world.post("Nachgesehen.")
    world.send()
    world.pass_time(hours=3)
    world.send()
    assert (state_of(dispatch), dispatch.reason_code) == ("unclear", "needs_person")
    settle_by_person(person=world.owner, dispatch=dispatch, was_sent=False, now=world.now)
    world.send()
    assert state_of(dispatch) == "sent"
    assert len(keyed.said) == 2


def test_what_a_network_does_not_tell_for_a_day_a_person_decides(new_world):
    world = new_world(mode="list")
    world.plant("send", "error_before", times=1)
    dispatch = world.post("Verschollen.")
    world.send()
    world.plant("find", "error_before", times=None)
    for hours in (1, 11, 11):
        world.pass_time(hours=hours)
        world.send()
        assert (state_of(dispatch), dispatch.reason_code) == ("unclear", "status_500")
    world.pass_time(hours=3)
    world.send()
    assert (state_of(dispatch), dispatch.reason_code) == ("unclear", "needs_person")
    settle_by_person(person=world.owner, dispatch=dispatch, was_sent=False, now=world.now)
    world.send()
    assert (state_of(dispatch), world.seen("Verschollen.")) == ("sent", 1)


def test_a_weekend_in_which_nobody_asked_leaves_nothing_to_a_person(new_world):
    world = new_world(mode="list")
    world.plant("send", "error_before", times=1)
    dispatch = world.post("Am Freitag.")
    world.send()
    world.plant("find", "error_before", times=None)
    world.pass_time(hours=60)
    world.send()
    assert (state_of(dispatch), dispatch.reason_code) == ("unclear", "status_500")


@pytest.mark.parametrize("native_id", ["", "x" * 300, "a\x00b", "a\ud800"])
def test_an_id_nobody_can_keep_is_no_receipt_and_stops_nobody(new_world, monkeypatch, native_id):
    world, other = new_world(), new_world(slug="zweites")
    monkeypatch.setitem(KINDS, "keyed", "tests.channels.test_doubt:Keyed")
    Keyed.said, Keyed.answers, Keyed.ids = [], [], [native_id] * 5
    monkeypatch.setattr(Keyed, "settings", {"now": lambda: world.now}, raising=False)
    monkeypatch.setattr(Keyed, "__init__", lambda self, *given: None)
    Account.objects.filter(pk=world.account.pk).update(kind="keyed")
    strange, plain = world.post("Seltsam."), other.post("Gewöhnlich.")
    world.send()
    assert state_of(strange) == "unclear"
    assert state_of(plain) == "sent"


def test_an_id_that_belongs_to_another_message_is_no_receipt(world, keyed):
    keyed.ids = ["same", "same"]
    first, second = world.post("Eins."), world.post("Zwei.")
    world.send()
    assert state_of(first) == "sent"
    assert state_of(second) == "unclear"
    assert Message.objects.get(pk=first.message_id).native_id == "same"


def test_a_worker_that_was_held_up_does_not_speak_on_an_old_claim(world):
    dispatch = world.post("Aufgehalten.")
    claimed = claim_dispatch(pk=dispatch.pk, holder="slow", now=world.now)
    late = Mouth(world.now + SPEAKING_LEASE, world.client)  # suspended between the claim and the first word
    say_claimed(claimed, late)
    assert world.seen("Aufgehalten.") == 0
    assert state_of(dispatch) == "waiting"
    world.pass_time(minutes=5)
    world.send()
    assert (state_of(dispatch), world.seen("Aufgehalten.")) == ("sent", 1)


def test_a_receipt_that_comes_late_keeps_the_words_from_being_said_again(world):
    dispatch = world.post("Spät, doch da.")
    slow = claim_dispatch(pk=dispatch.pk, holder="slow", now=world.now)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="waiting", lease_until=None, fence=slow.fence + 2)
    receipt = connector_of(world.account, world.client).send(draft_of(slow), slow.key)
    assert write_receipt(dispatch=slow, receipt=receipt, now=world.now)
    world.pass_time(minutes=5)
    world.send()
    assert (state_of(dispatch), world.seen("Spät, doch da.")) == ("sent", 1)


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_of_two_equal_texts_none_is_lost_when_only_the_second_got_through(new_world, mode):
    world = new_world(mode=mode)
    first, second = world.post("Guten Morgen!"), world.post("Guten Morgen!")
    world.plant("send", "error_before", times=1)
    world.send()  # the first is not there, and nobody knows
    claimed = claim_dispatch(pk=second.pk, holder="killed", now=world.pass_time(seconds=1))
    connector_of(world.account, world.client).send(draft_of(claimed), claimed.key)
    world.collect()  # the network shows the second; by its words it could be either
    for dispatch in (first, second, first):
        world.settle(dispatch)
    assert (state_of(first), state_of(second), world.seen("Guten Morgen!")) == ("sent", "sent", 2)
    assert Message.objects.filter(text="Guten Morgen!").values("native_id").distinct().count() == 2


def test_words_under_another_heading_are_other_words(world):
    world.plant("send", "error_before", times=1)
    first = world.post("Wie in jeder Woche.", title="Woche 40")
    world.send()
    us = world.network.account(world.account.secret)
    from allmende.connectors.sandbox.network import Words

    world.network.say(us, Words(text="Wie in jeder Woche.", title="Woche 39"), now=world.now)
    world.collect()
    assert state_of(first) == "unclear"
    world.settle(first)
    assert state_of(first) == "sent"
    assert world.seen("Wie in jeder Woche.") == 2


@pytest.mark.parametrize("spoils", [{"kind": "gone"}, {"settings": {"mode": "unheard of"}}, {"secret": "old"}])
@pytest.mark.parametrize("is_speaking", [False, True])
def test_an_account_that_cannot_be_opened_stops_no_other(new_world, spoils, is_speaking):
    bad, good = new_world(slug="bad"), new_world(slug="good")
    lost, fine = bad.post("Hier."), good.post("Dort.")
    if is_speaking:
        claim_dispatch(pk=lost.pk, holder="killed", now=bad.now)
    if "secret" in spoils:
        from django.db import connection

        with connection.cursor() as cursor:  # sealed with a key that is lost
            cursor.execute("UPDATE channels_account SET secret = 'gAAAAAold'")
        sealed = seal(good.account.secret, place_of(Account, good.account.pk, "secret"))
        Account.objects.filter(pk=good.account.pk).update(secret=sealed)
    else:
        Account.objects.filter(pk=bad.account.pk).update(**spoils)
    for _ in range(4):
        good.send()
        good.pass_time(minutes=2)
    assert (state_of(fine), good.seen("Dort.")) == ("sent", 1)
    assert state_of(lost) in ("waiting", "unclear")
    from allmende.channels.actions import collect_due

    good.says("Karl Ott", "Hört ihr mich?")
    assert collect_due(now=good.now, client=good.client) >= 1
    assert Notice.objects.exists() or not is_speaking


def test_a_dead_network_with_many_unknowns_does_not_keep_others_waiting(new_world):
    dead, good = new_world(slug="dead"), new_world(slug="good")
    posts = [dead.post(f"Tot {n}") for n in range(12)]
    for post in posts:
        claim_dispatch(pk=post.pk, holder="killed", now=dead.now)
    dead.plant("find", "silence_before", wait=1)
    for world in (dead, good):
        world.pass_time(minutes=5)
    good.send()
    good.pass_time(minutes=5)
    fine = good.post("Ich nicht.")
    asked = Attempt.objects.filter(verb="find")
    before = asked.count()
    good.send()
    assert asked.count() - before == 1
    assert state_of(fine) == "sent"
    assert Notice.objects.filter(kind="channels.dispatch_unclear").values("once_key").distinct().count() == 12


def test_what_the_network_never_takes_is_given_up_and_told(world):
    world.plant("send", "error_before")
    dispatch = world.post("Immer wieder 500.")
    for _ in range(60):
        world.send()
        if state_of(dispatch) == "given_up":
            break
        world.pass_time(hours=1)
    assert dispatch.state == "given_up"
    assert world.seen("Immer wieder 500.") == 0
    assert Notice.objects.filter(kind="channels.dispatch_given_up").exists()


def test_words_nobody_could_say_for_two_days_do_not_leave_by_surprise(world):
    world.says("Karl Ott", "Wie buche ich das?")
    world.collect()
    reply = world.reply("So: …", Message.objects.get())
    pause_channel(person=world.owner, channel=world.channel, now=world.now)
    world.pass_time(days=3)
    world.send()
    assert state_of(reply) == "given_up"
    assert Notice.objects.filter(kind="channels.dispatch_given_up").exists()
    from allmende.channels.actions import set_live

    set_live(person=world.owner, channel=world.channel, reaction_plan_version_key="plan-1", now=world.now)
    world.send()
    assert world.seen("So: …") == 0
    try_again(person=world.owner, dispatch=reply, now=world.now)
    world.send()
    assert (state_of(reply), world.seen("So: …")) == ("sent", 1)


def test_an_answer_stays_in_its_thread_where_the_network_names_none(world):
    world.says("Karl Ott", "Wie?")
    world.collect()
    Message.objects.update(thread_native_id="")
    question = Message.objects.get()
    assert world.reply("So.", question).message.thread_native_id == question.native_id


def test_only_addresses_a_person_may_follow_are_kept_of_a_receipt(world, keyed):
    dispatch = world.post("Verlinkt.")
    claimed = claim_dispatch(pk=dispatch.pk, holder="w", now=world.now)
    write_receipt(dispatch=claimed, receipt=Receipt(Ref("1", "javascript:alert(1)"), world.now), now=world.now)
    assert Message.objects.get(pk=dispatch.message_id).url == ""
