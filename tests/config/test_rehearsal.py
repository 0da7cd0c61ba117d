"""A drill on a copy (`domain.md` 3.10): everything from the declaration to the debrief, and not a row of it the community's."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import (
    CannotConnect,
    connect_account,
    hand_over,
    join_practice_network,
    practice_standing,
)
from allmende.channels.actions.collect_due import collect_channel
from allmende.channels.models import Account, Channel, Dispatch, Message
from allmende.config.rehearsal.begin import begin_rehearsal
from allmende.config.rehearsal.leave import end_rehearsal, remove_copy
from allmende.config.rehearsal.networks import take_away
from allmende.config.rehearsal.waves import STORM, WAVE, send_wave
from allmende.crisis import actions as crisis
from allmende.crisis.jobs import watch_volume
from allmende.crisis.models import Exercise, HoldingStatement, Incident, Signal
from allmende.crisis.queries import overview, room_of
from allmende.guidelines.actions import put_guideline_in_force, save_contact, write_guideline
from allmende.guidelines.models import EscalationLevel
from allmende.guidelines.queries import levels_of
from allmende.handover.actions import order_book
from allmende.handover.queries import book_file
from allmende.inbox.actions import send_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.inbox.queries import model_file
from allmende.team.access import find_guest_link
from allmende.team.actions import (
    CannotOpenWorkspace,
    CannotRehearse,
    Place,
    blank_places,
    change_person,
    end_access,
    join_person,
    make_guest_link,
    open_workspace,
    queue_mail,
    relink_person,
    save_training_unit,
)
from allmende.team.actions.ask_briefing import end_asking
from allmende.team.actions.change_person import undo_change_person
from allmende.team.models import Mail, Notice, Person, TrainingRecord, User, Workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(new_person):
    return new_person("moderator")


@pytest.fixture
def prepared(owner, moderator, forum):
    """A community that has levels, contacts, statements and a post that is to come."""
    now = timezone.now()
    crisis.take_over_levels(owner, now)
    crisis.take_over_statements(person=owner, now=now)
    hand_over(
        person=owner, channel=forum, kind="post", title="Frage", text="Frage der Woche", now=now,
        send_after=now + timedelta(hours=3),
    )  # fmt: skip
    return owner


@pytest.fixture
def mine(prepared):
    """Whoever leads the drill, in the copy."""
    copy = begin_rehearsal(person=prepared, now=timezone.now())
    return Person.objects.select_related("workspace__rehearsal_of", "user").get(workspace=copy, user=prepared.user)


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings, tmp_path):
    """Whoever ends a drill sweeps away the networks that no copy stands at: of another test, they would be its copies'."""
    settings.DATA = tmp_path


def rows_of(workspace) -> dict[str, int]:
    """How many rows each table has for this community."""
    found = {}
    for model in apps.get_models():
        if model.__module__.startswith("allmende.") and any(one.name == "workspace" for one in model._meta.fields):
            found[model._meta.label] = models.QuerySet(model).filter(workspace=workspace).count()
    return found


def hear(copy, at) -> None:
    """What the worker does: read the copy's networks and file what is new."""
    for channel in Channel.objects.filter(workspace=copy, account__isnull=False).select_related("account", "workspace"):
        with practice_standing(file=Path(channel.account.settings["file"]).name):
            channel.cursor.next_at = None
            channel.cursor.save(update_fields=["next_at"])
            collect_channel(channel=channel, now=at)
    while file_new(at):
        pass


def test_the_copy_has_what_a_crisis_is_practised_with_and_nothing_that_is_real(prepared, mine, moderator, forum):
    copy = mine.workspace
    assert copy.is_rehearsal and copy.rehearsal_of == prepared.workspace and copy.name.startswith("Übung: ")
    assert [(one.name, one.role) for one in copy.people.order_by("name")] == [
        (one.name, one.role) for one in prepared.workspace.people.order_by("name")
    ]
    assert set(copy.people.values_list("user", flat=True)) == {prepared.user_id, moderator.user_id}
    (own,) = Channel.objects.filter(workspace=copy, state="live")
    assert (own.slug, own.name, own.account.kind) == (forum.slug, forum.name, "sandbox")
    assert own.account.settings["file"] != forum.account.settings["file"]
    assert len(levels_of(copy)) == 7 and EscalationLevel.objects.filter(workspace=copy).count() == 7
    waiting = Dispatch.objects.get(workspace=copy)
    assert (waiting.state, waiting.message.text) == ("waiting", "Frage der Woche")
    assert not Message.objects.filter(channel__workspace=copy, direction="inward").exists()
    assert Notice.objects.filter(person=moderator, kind="crisis.exercise").count() == 1


def test_a_whole_crisis_is_practised_and_the_community_has_not_a_row_more(prepared, mine, moderator, client_of):
    original, copy, now = prepared.workspace, mine.workspace, timezone.now()
    watch_volume(now)
    before = rows_of(original)
    send_wave(person=mine, what="der Ausfall", size=WAVE, now=now)
    hear(copy, now)
    assert Conversation.objects.filter(workspace=copy).count() == WAVE // 4
    assert "der Ausfall" in " ".join(Message.objects.filter(channel__workspace=copy).values_list("title", flat=True))
    watch_volume(now)
    (signal,) = Signal.objects.filter(workspace=copy)
    assert signal.found["messages"] == WAVE
    incident = crisis.declare_incident(
        person=mine, title="Ausfall", cause="Viele Meldungen", level=4, signal=signal, now=now
    )
    assert incident.is_everywhere and incident.holds.count() == 1
    crisis.set_line(
        person=mine, incident=incident, line="Wir prüfen.", never_say="", spokesperson="Jana", public_text="Wir prüfen.",
        now=now,
    )  # fmt: skip
    own = Channel.objects.get(workspace=copy, state="live")
    crisis.send_statement(person=mine, incident=incident, text="Wir wissen davon.", channels=[own], now=now)
    conversation = Conversation.objects.filter(workspace=copy).first()
    send_reply(person=mine, conversation=conversation, text="Wir melden uns.", seen_until=10**9, now=now)
    send_wave(person=mine, what="der Ausfall", size=STORM, now=now)
    crisis.end_incident(person=mine, incident=incident, reason="Ruhig", now=now)
    crisis.save_debrief(person=mine, incident=incident, what_happened="Übung", went_well="", went_badly="", now=now)
    crisis.save_lesson(
        person=mine,
        incident=incident,
        kind="training",
        text="Zweite Stimme benennen",
        owner=None,
        due_date=None,
        now=now,
    )
    assert crisis.close_incident(person=mine, incident=incident, now=now).state == "closed"
    assert rows_of(original) == before
    assert not Mail.objects.filter(workspace=copy).exists()
    page = unescape(client_of(mine).get(reverse("rehearsal", args=[copy.slug])).content.decode())
    assert "Zweite Stimme benennen" in page


def test_every_page_of_the_copy_says_drill_and_no_page_of_the_community_does(prepared, mine, client_of):
    client, pages = client_of(prepared), ("web:today", "inbox:index", "crisis:index", "channels:queue", "team:settings")
    for name in pages:
        assert "drill-line" in client.get(reverse(name, args=[mine.workspace.slug])).content.decode(), name
        assert "drill-line" not in client.get(reverse(name, args=[prepared.workspace.slug])).content.decode(), name
    assert "Zur Kopie" in client.get(reverse("crisis:index", args=[prepared.workspace.slug])).content.decode()


def test_a_copy_reaches_no_account_and_mails_nobody_whatever_the_code_does(prepared, mine, practice, forum):
    copy, now = mine.workspace, timezone.now()
    given = {"workspace": copy, "to_name": "", "subject": "x", "body": "x", "now": now, "once_key": "x"}
    assert not queue_mail(to_address="jana@example.org", **given)
    given.pop("now")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.create(to_address="jana@example.org", created_at=now, send_after=now, **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(workspace=copy).update(kind="mastodon")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(workspace=copy, kind="mail", name="x", created_at=now, updated_at=now)
    with pytest.raises(IntegrityError, match="practice network"), transaction.atomic():
        Channel.objects.filter(workspace=copy).update(account=forum.account)
    with pytest.raises(CannotConnect):
        connect_account(person=mine, kind="mastodon", name="x", settings={}, secret="x", now=now)
    with pytest.raises(CannotConnect):
        join_practice_network(person=mine, name="x", handle="x", now=now)
    Mail.objects.create(
        **given | {"workspace": prepared.workspace}, to_address="jana@example.org", created_at=now, send_after=now
    )


def test_nobody_outside_finds_the_copy(prepared, forum):
    now = timezone.now()
    written = write_guideline(person=prepared, title="Wie wir reden", addressee="members", channel=None, now=now)
    put_guideline_in_force(person=prepared, guideline=written, now=now)
    copy = begin_rehearsal(person=prepared, now=now)
    visitor = Client()
    for door in ("/n/{}/", "/n/{}/forum/", "/report/{}/"):
        assert visitor.get(door.format(prepared.workspace.slug)).status_code == 200, door
        assert visitor.get(door.format(copy.slug)).status_code == 404, door


def test_it_ends_with_what_was_learnt_and_nothing_else_is_left(prepared, mine, moderator, client_of):
    original, copy, now = prepared.workspace, mine.workspace, timezone.now()
    incident = crisis.declare_incident(person=mine, title="Ausfall", cause="Viele", level=5, now=now)
    crisis.write_log(person=mine, incident=incident, text="Wir beginnen", now=now)
    there = set(Workspace.objects.values_list("pk", flat=True)) - {copy.pk}
    unit = save_training_unit(person=prepared, unit=None, name="Krise üben", kind="exercise", now=now)
    typed = {"learnt": "Zweite Stimme", "unit": str(unit.pk), "people": []}
    client, door = client_of(mine), reverse("end_rehearsal", args=[copy.slug])
    assert client.post(door, typed).status_code == 422 and Workspace.objects.filter(pk=copy.pk).exists()
    answer = client.post(door, typed | {"people": [str(moderator.pk)]}, follow=True)
    record = TrainingRecord.objects.get()
    assert (record.person, record.state) == (moderator, "valid")
    assert "Zweite Stimme" in unescape(answer.content.decode()) and answer.redirect_chain
    assert set(Workspace.objects.values_list("pk", flat=True)) == there
    assert not Incident.objects.exists() and not list(Path(settings.DATA).glob("sandbox-drill-*"))
    assert set(original.people.values_list("pk", flat=True)) == {prepared.pk, moderator.pk}
    held = Exercise.objects.get()
    assert (held.learnt, held.ended_at is not None) == ("Zweite Stimme", True)
    ready = {one.code: one for one in overview(original, timezone.now()).prepared}
    assert ready["drill"].is_done
    begin_rehearsal(person=prepared, now=timezone.now())


def test_one_copy_at_a_time_none_of_a_copy_and_nobodys_own_is_removed(prepared, mine, moderator, client_of):
    now = timezone.now()
    with pytest.raises(CannotRehearse):
        begin_rehearsal(person=prepared, now=now)
    with pytest.raises(CannotRehearse):
        begin_rehearsal(person=mine, now=now)
    with pytest.raises(ValueError):
        remove_copy(prepared.workspace)
    with pytest.raises(CannotRehearse):
        send_wave(person=prepared, what="x", size=WAVE, now=now)
    with pytest.raises(CannotRehearse):
        end_rehearsal(person=prepared, learnt="", unit=None, people=[], now=now)
    with pytest.raises(CannotOpenWorkspace):
        open_workspace(person=mine, name="Weitere", slug="weitere", now=now)
    client = client_of(moderator)
    assert client.post(reverse("begin_rehearsal", args=[prepared.workspace.slug])).status_code == 403
    assert client.post(reverse("end_rehearsal", args=[mine.workspace.slug]), {"learnt": ""}).status_code == 403
    assert client_of(prepared).post(reverse("end_rehearsal", args=[prepared.workspace.slug])).status_code == 404
    assert Workspace.objects.filter(pk=mine.workspace_id).exists()


def test_where_no_network_can_stand_nothing_is_left_of_the_copy(prepared, settings, tmp_path):
    before = set(Workspace.objects.values_list("pk", flat=True))
    settings.DATA = tmp_path / "no-folder"
    settings.DATA.write_text("")
    with pytest.raises(OSError):
        begin_rehearsal(person=prepared, now=timezone.now())
    assert set(Workspace.objects.values_list("pk", flat=True)) == before
    assert not Exercise.objects.exists()


def test_a_community_without_a_channel_practises_in_a_forum(owner):
    copy = begin_rehearsal(person=owner, now=timezone.now())
    (own,) = Channel.objects.filter(workspace=copy)
    assert (own.state, own.account.kind) == ("live", "sandbox")


def test_the_files_of_the_copy_go_with_it_and_no_other(prepared, mine, django_capture_on_commit_callbacks):
    now = timezone.now()
    gone = [book_file(order_book(person=mine, now=now)), model_file(mine.workspace_id)]
    kept = [book_file(order_book(person=prepared, now=now)), model_file(prepared.workspace_id)]
    for file in (*gone, *kept):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    with django_capture_on_commit_callbacks(execute=True):
        end_rehearsal(person=mine, learnt="", unit=None, people=[], now=now)
    assert [file.exists() for file in (*gone, *kept)] == [False, False, True, True]
    for file in kept:
        file.unlink()


def test_ended_twice_it_ends_once(prepared, mine):
    now = timezone.now()
    for learnt in ("Zweite Stimme", "Noch einmal"):
        assert end_rehearsal(person=mine, learnt=learnt, unit=None, people=[], now=now) == prepared.workspace
    assert Exercise.objects.get().learnt == "Zweite Stimme"


def test_what_was_learnt_in_a_copy_whose_making_was_cut_short_stays(prepared, mine):
    Exercise.objects.all().delete()  # killed before it was noted
    end_rehearsal(person=mine, learnt="Zweite Stimme", unit=None, people=[], now=timezone.now())
    held = Exercise.objects.get()
    assert (held.workspace, held.learnt, held.ended_at is not None) == (prepared.workspace, "Zweite Stimme", True)


def test_networks_that_a_killed_process_left_go_with_the_next_drill(prepared, mine):
    left = Path(settings.DATA) / f"sandbox-drill-{'0' * 32}-1.sqlite3-wal"
    left.write_bytes(b"")
    own = {file for file in Path(settings.DATA).glob("sandbox-drill-*") if file != left}
    take_away()
    assert own and set(Path(settings.DATA).glob("sandbox-drill-*")) == own


def test_whoever_leaves_the_community_leaves_its_copy(prepared, mine, moderator, client_of):
    door = reverse("crisis:index", args=[mine.workspace.slug])
    client = client_of(moderator)
    assert client.get(door).status_code == 200
    end_access(person=prepared, colleague=moderator, now=timezone.now(), reason="Wechselt")
    assert client.get(door).status_code == 404
    given = {"pk": str(moderator.pk), "revision": moderator.revision, "before": {"left_at": None}}
    undo_change_person(person=prepared, now=timezone.now(), **given)
    assert client.get(door).status_code == 200, "taken back it is so in the copy, too"


def test_where_the_only_owner_of_the_copy_leaves_whoever_ended_that_owns_it(prepared, mine, moderator, new_person):
    second = new_person("owner")
    end_access(person=second, colleague=prepared, now=timezone.now(), reason="Wechselt")
    owning = mine.workspace.people.get(role="owner", left_at__isnull=True)
    assert owning.user == second.user
    end_rehearsal(person=owning, learnt="", unit=None, people=[], now=timezone.now())
    assert not Workspace.objects.filter(rehearsal_of=prepared.workspace).exists()


def test_whoever_loses_a_right_in_the_community_loses_it_in_the_copy_at_once(prepared, mine, moderator, client_of):
    declare = reverse("crisis:declare", args=[mine.workspace.slug])
    client, now = client_of(moderator), timezone.now()
    until = prepared.workspace.day_at(now) + timedelta(days=3)
    given = {"person": prepared, "colleague": moderator, "name": moderator.name, "now": now}
    there = mine.workspace.people.get(user=moderator.user)
    change_person(person=mine, colleague=there, name=there.name, role="lead", now=now)  # to practise being one
    assert client.get(declare).status_code == 200
    change_person(**given, role="moderator", access_until_date=until)
    there.refresh_from_db()
    assert (there.role, there.employment, there.access_until_date) == ("lead", "external", until)
    before = {"role": "moderator", "employment": "external", "access_until_date": until}
    change_person(**given, role="observer")
    there.refresh_from_db()
    assert (there.role, there.employment, there.access_until_date) == ("observer", "internal", None)
    assert client.get(declare).status_code == 403
    undo_change_person(person=prepared, now=now, pk=str(moderator.pk), revision=moderator.revision, before=before)
    there.refresh_from_db()
    assert (there.role, there.access_until_date) == ("moderator", until)


def test_whoever_made_the_copy_and_leads_no_more_owns_it_no_more(prepared, mine, new_person):
    second, now = new_person("owner"), timezone.now()
    change_person(person=second, colleague=prepared, name=prepared.name, role="author", now=now)
    mine.refresh_from_db()
    assert mine.role == "author"
    assert mine.workspace.people.get(role="owner", left_at__isnull=True).user == second.user


def test_whoever_ends_their_own_access_comes_back_into_no_copy(prepared, mine, new_person):
    second = new_person("owner")
    end_access(person=prepared, colleague=prepared, now=timezone.now(), reason="Wechselt")
    mine.refresh_from_db()
    assert mine.left_at is not None
    assert mine.workspace.people.get(role="owner", left_at__isnull=True).user == second.user


def test_whoever_gives_their_own_role_up_owns_the_copy_no_more(prepared, mine, new_person):
    second = new_person("owner")
    change_person(person=prepared, colleague=prepared, name=prepared.name, role="author", now=timezone.now())
    mine.refresh_from_db()
    assert mine.role == "author"
    assert mine.workspace.people.get(role="owner", left_at__isnull=True).user == second.user


def test_a_copy_is_no_other_team_whose_owners_would_have_to_agree_to_a_new_link(prepared, mine, moderator):
    assert relink_person(person=prepared, colleague=moderator, now=timezone.now())


def test_whoever_is_forgotten_is_named_in_the_copy_no_more_either(prepared, mine):
    rows = HoldingStatement.objects.filter(workspace__in=(prepared.workspace, mine.workspace))
    rows.update(text="Karla Kolumna schreibt morgen.")
    places = (Place(HoldingStatement, "workspace", "text"),)
    assert blank_places(workspace=prepared.workspace, places=places, names=("Karla Kolumna",)) == rows.count() > 1
    assert set(rows.values_list("text", flat=True)) == {"[…] schreibt morgen."}


def test_a_guest_link_of_the_copy_opens_nothing(prepared, mine):
    now = timezone.now()
    given = {
        "object_kind": "stakeholders.report", "object_id": "1", "guest_name": "Frau Meier",
        "expires_at": now + timedelta(days=1), "now": now,
    }  # fmt: skip
    real, practised = make_guest_link(person=prepared, **given), make_guest_link(person=mine, **given)
    assert find_guest_link(real, "stakeholders.report", now).guest_name == "Frau Meier"
    with pytest.raises(Http404):
        find_guest_link(practised, "stakeholders.report", now)


def test_who_confirmed_their_briefing_works_in_the_copy_at_once(prepared):
    now = timezone.now()
    until = prepared.workspace.day_at(now) + timedelta(days=30)
    for name in ("Hilde Watt", "Heiner Sand"):
        user = User.objects.create_user(email=f"{name[:2]}@example.org", password="vier Wege am Deich", name=name)
        joined = join_person(person=prepared, user=user, role="moderator", access_until_date=until, now=now)
        if name == "Hilde Watt":
            end_asking(colleague=joined, now=now)
    copy = begin_rehearsal(person=prepared, now=now)
    reading = {one.name: one.only_reads for one in copy.people.filter(employment="external")}
    assert reading == {"Hilde Watt": False, "Heiner Sand": True}


def test_a_level_declared_in_the_copy_is_called_a_drill_and_startles_nobody_outside(
    prepared, mine, moderator, client_of
):
    copy, now = mine.workspace, timezone.now()
    level = EscalationLevel.objects.get(workspace=copy, number=4)
    outside = {"name": "Dr. Presse", "email": "", "phone": "+49 30 1234"}
    save_contact(person=mine, level=level, colleague=None, now=now, **outside)
    called = copy.people.get(user=moderator.user)
    save_contact(person=mine, level=level, colleague=called, now=now, **dict.fromkeys(outside, ""))
    incident = crisis.declare_incident(person=mine, title="Ausfall", cause="Viele", level=4, now=now)
    assert room_of(incident, now).to_ring == []
    assert "Dr. Presse" not in " ".join(incident.log.values_list("text", flat=True))
    assert Notice.objects.get(person=called, kind="crisis.called").values["is_drill"]
    page = client_of(mine).get(reverse("inbox:index", args=[copy.slug])).content.decode()
    assert "<b>ÜBUNG</b>" in page.partition("band-crisis")[2].partition("</section>")[0]
