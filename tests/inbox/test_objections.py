"""An author objects to a moderation decision: somebody else looks again, and everybody reads the figures (DSA Art. 20)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import CannotModerate
from allmende.channels.models import Message
from allmende.guidelines.actions import put_guideline_in_force, write_guideline
from allmende.inbox.actions import (
    CannotDecide,
    carry_out,
    decide_moderation,
    note_outcome_told,
    settle_objection,
)
from allmende.inbox.actions.moderate import note_complaint, reverse_moderation, undo_noted
from allmende.inbox.jobs import remind_objections
from allmende.inbox.models import ModerationDecision, ObjectionOutcome
from allmende.inbox.queries import figures
from allmende.team.actions import CannotUndo
from allmende.team.models import AuditRow, Notice
from tests.plan.test_taking_back import offer


@pytest.fixture
def lena(owner, new_person):
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def objected(says, listen, owner) -> ModerationDecision:
    """Decided and carried out by the owner; the author objects."""
    now = timezone.now()
    says("Birgit Ahlers", "Das war ein Zitat!", at=now - timedelta(minutes=5))
    listen(now)
    made = decide_moderation(
        person=owner, message=Message.objects.get(), measure="hide", rule=None, law="§ 185 StGB", facts="Beleidigung.",
        statement="Wir haben verborgen.", source="own", until_date=None, now=now,
    )  # fmt: skip
    carry_out(person=owner, decision=made, now=now)
    made.refresh_from_db()
    return note_complaint(person=owner, decision=made, complaint="Ich zitierte nur.", now=now)


def settle(person, decision, outcome="upheld", reasons="Auch ein Zitat beleidigt hier."):
    return settle_objection(person=person, decision=decision, outcome=outcome, reasons=reasons, now=timezone.now())


def test_whoever_decided_does_not_look_again_where_somebody_else_can(owner, lena, objected):
    with pytest.raises(CannotDecide, match="Lena Brandt"):
        settle(owner, objected)
    made = settle(lena, objected)
    assert (made.outcome, made.by, made.is_alone) == ("upheld", lena, False)
    objected.refresh_from_db()
    assert objected.state == "in_effect"
    with pytest.raises(CannotDecide):
        settle(lena, objected, "reversed")


def test_who_is_alone_looks_again_themselves_and_it_says_so(owner, objected):
    assert settle(owner, objected).is_alone


def test_a_reversal_is_taken_back_at_the_network(lena, objected, practice):
    message = Message.objects.get()
    assert practice.network.post(message.native_id)["hidden"]
    settle(lena, objected, "reversed", "Es war ein Zitat.")
    objected.refresh_from_db()
    assert (objected.state, objected.reversal_reason) == ("reversed", "Es war ein Zitat.")
    assert not practice.network.post(message.native_id)["hidden"]


@pytest.mark.parametrize(("outcome", "reasons"), [("upheld", " "), ("perhaps", "So."), ("", "So.")])
def test_without_reasons_or_an_outcome_nothing_is_settled(lena, objected, outcome, reasons):
    with pytest.raises(CannotDecide):
        settle(lena, objected, outcome, reasons)
    assert not ObjectionOutcome.objects.exists()


def test_without_an_objection_nothing_is_settled(lena, objected):
    ModerationDecision.objects.update(complaint="", complained_at=None)
    objected.refresh_from_db()
    with pytest.raises(CannotDecide):
        settle(lena, objected)


def test_the_database_wants_reasons_and_how_the_author_was_told(lena, objected):
    now = timezone.now()
    for fields in ({"reasons": ""}, {"reasons": "So.", "told_at": now}, {"reasons": "So.", "told_how": "privately"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ObjectionOutcome.objects.create(decision=objected, outcome="upheld", by=lena, at=now, **fields)


def test_an_objection_nobody_settles_in_time_calls_those_who_did_not_decide(owner, lena, objected):
    later = timezone.now() + timedelta(days=15)
    assert remind_objections(timezone.now() + timedelta(days=13)) == 0
    assert remind_objections(later) == 1
    remind_objections(later)
    told = Notice.objects.filter(kind="inbox.objection_due")
    assert [one.person for one in told] == [lena]
    settle(lena, objected)
    told.delete()
    assert remind_objections(later) == 0


def test_the_page_settles_it_loses_nothing_and_tells_the_author(client_of, owner, lena, objected):
    slug = owner.workspace.slug
    page, act = (reverse(f"inbox:{name}", args=[slug, objected.pk]) for name in ("decision", "settle_objection"))
    refused = client_of(owner).post(act, {"outcome": "partly", "reasons": "Zum Teil richtig."})
    told = refused.content.decode()
    assert refused.status_code == 422 and "Zum Teil richtig." in told and "Lena Brandt" in told
    client = client_of(lena)
    assert "Über den Einspruch entscheiden" in client.get(page).content.decode()
    client.post(act, {"outcome": "partly", "reasons": "Zum Teil richtig."})
    assert "teilweise recht" in client.get(page).content.decode()
    said = client.post(reverse("inbox:outcome_told", args=[slug, objected.pk]), {"how": "privately"}, follow=True)
    assert ObjectionOutcome.objects.get().told_how == "privately"
    client.post(offer(said))
    assert ObjectionOutcome.objects.get().told_at is None
    note_outcome_told(person=lena, decision=objected, how="impossible", now=timezone.now())
    assert AuditRow.objects.filter(verb="inbox.moderation.objection_settled").count() == 1


def test_everybody_reads_what_came_of_objections(client, owner, lena, objected):
    day, now = owner.workspace.day_at(timezone.now()), timezone.now()
    written = write_guideline(person=owner, title="Wie wir reden", addressee="members", channel=None, now=now)
    put_guideline_in_force(person=owner, guideline=written, now=now)
    settle(lena, objected, "partly", "Zum Teil richtig.")
    found = figures(owner.workspace, day.replace(month=1, day=1), day)
    assert (found.complaints, found.upheld, found.partly, found.granted) == (1, 0, 1, 0)
    page = client.get(reverse("transparency", args=[owner.workspace.slug])).content.decode()
    assert "teilweise recht gegeben" in page and "Zum Teil richtig" not in page


def test_who_reverses_at_once_what_was_objected_to_leaves_no_objection_open_in_the_figures(owner, objected):
    reverse_moderation(person=owner, decision=objected, reason="Es war ein Zitat.", now=timezone.now())
    day = owner.workspace.day_at(timezone.now())
    found = figures(owner.workspace, day.replace(month=1, day=1), day)
    assert (found.complaints, found.upheld, found.partly, found.granted) == (1, 0, 0, 1)


def test_what_somebody_reversed_meanwhile_is_not_upheld(owner, lena, objected):
    reverse_moderation(person=owner, decision=objected, reason="Es war ein Zitat.", now=timezone.now())
    objected.state = "in_effect"  # as the page of whoever settles it showed it
    with pytest.raises(CannotDecide):
        settle(lena, objected)
    assert not ObjectionOutcome.objects.exists()
    assert settle(lena, objected, "reversed", "Es war ein Zitat.").outcome == "reversed"


def test_what_somebody_upheld_meanwhile_is_not_taken_back_at_the_network(lena, new_person, objected, practice):
    stale = ModerationDecision.objects.get(pk=objected.pk)
    settle(lena, objected)
    with pytest.raises(CannotDecide):
        settle(new_person("moderator", name="Timo"), stale, "reversed", "Es war ein Zitat.")
    assert practice.network.post(Message.objects.get().native_id)["hidden"]
    objected.refresh_from_db()
    assert (objected.state, ObjectionOutcome.objects.get().outcome) == ("in_effect", "upheld")


def test_what_the_network_does_not_take_back_is_not_settled(lena, objected, practice):
    practice.network.revoke("team")
    with pytest.raises(CannotModerate):
        settle(lena, objected, "reversed", "Es war ein Zitat.")
    assert not ObjectionOutcome.objects.exists()
    objected.refresh_from_db()
    assert objected.state == "in_effect"


@pytest.fixture
def break_off(monkeypatch):
    """`break_off(RuntimeError)`: that is what comes of asking the network; it answers again once this is undone."""

    def when_asked(error: type[BaseException]) -> pytest.MonkeyPatch:
        def ask(**_: object) -> None:
            raise error

        monkeypatch.setattr("allmende.inbox.actions.moderate.moderate_message", ask)
        return monkeypatch

    return when_asked


def test_what_breaks_off_while_the_network_is_asked_is_not_settled(lena, objected, break_off):
    break_off(RuntimeError)
    with pytest.raises(RuntimeError):
        settle(lena, objected, "reversed", "Es war ein Zitat.")
    assert not ObjectionOutcome.objects.exists()


def test_whoever_is_cut_off_while_the_network_is_asked_is_gone_on_for(lena, objected, break_off, practice):
    cut_off = break_off(KeyboardInterrupt)  # as a kill: nothing is put back
    with pytest.raises(KeyboardInterrupt):
        settle(lena, objected, "reversed", "Es war ein Zitat.")
    cut_off.undo()
    remind_objections(timezone.now())  # somebody may be asking at this moment
    objected.refresh_from_db()
    assert objected.state == "in_effect"
    remind_objections(timezone.now() + timedelta(minutes=11))
    objected.refresh_from_db()
    assert (objected.state, ObjectionOutcome.objects.get().outcome) == ("reversed", "reversed")
    assert not practice.network.post(Message.objects.get().native_id)["hidden"]


def test_once_it_is_settled_the_objection_is_neither_written_anew_nor_undone(owner, lena, objected):
    objected.refresh_from_db()
    before = {"complaint": "", "complained_at": None}
    seen = {"pk": str(objected.pk), "revision": objected.revision, "before": before}
    settle(lena, objected)
    with pytest.raises(CannotUndo):
        undo_noted(person=owner, now=timezone.now(), **seen)
    with pytest.raises(CannotDecide):
        note_complaint(person=owner, decision=objected, complaint="Und noch etwas.", now=timezone.now())
