"""Definitions of one's own: begun, changed, put in force, replaced; each step can be taken back, and only by whoever may."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.behaviours import states
from allmende.behaviours.actions import (
    UNDO,
    CannotAdopt,
    CannotDraft,
    adopt_definition,
    begin_definition,
    discard_draft,
    measure_workspace,
    put_in_force,
    restore_draft,
    revise_definition,
    save_draft,
    take_out_of_force,
)
from allmende.behaviours.models import BehaviourDefinition, Measurement
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, QUESTION_CONFIRMED
from allmende.team.actions import CannotUndo, StaleRevision
from allmende.team.models import AuditRow
from allmende.team.queries import kept, undo_of

SPEC = FIRST_ANSWER_BY_MEMBER.to_dict()


def verbs() -> list[str]:
    return list(
        AuditRow.objects.filter(verb__startswith="behaviours.").order_by("number").values_list("verb", flat=True)
    )


@pytest.fixture
def draft(owner, now):
    return begin_definition(person=owner, spec=SPEC, name="Erste Antwort, schnell", now=now)


def test_4_2_a_draft_begins_from_another_changes_and_comes_in_force(draft, owner, now, workspace):
    assert (draft.key, draft.number, draft.state) == ("erste-antwort-schnell", 1, states.DRAFT)
    faster = SPEC | {"window_seconds": 4 * 3600}
    saved = save_draft(person=owner, draft=draft, spec=faster, name="Schnell", seen_revision=draft.revision, now=now)
    made, before = put_in_force(person=owner, draft=saved, now=now)
    assert (made.key, made.number, made.name, made.state, before) == (draft.key, 1, "Schnell", states.IN_FORCE, None)
    assert made.spec["window_seconds"] == 4 * 3600
    assert verbs() == [
        "behaviours.definition.drafted",
        "behaviours.definition.changed",
        "behaviours.definition.adopted",
    ]


def test_two_of_one_name_get_keys_of_their_own(draft, owner, now):
    assert (
        begin_definition(person=owner, spec=SPEC, name="Erste Antwort, schnell", now=now).key
        == "erste-antwort-schnell-2"
    )
    assert begin_definition(person=owner, spec=SPEC, name="…", now=now).key == "behaviour"
    assert begin_definition(person=owner, spec=SPEC, name="drafts", now=now).key == "drafts-2"


def test_4_2_the_next_version_replaces_the_one_in_force_which_stays(owner, now, workspace, take_in, two_times):
    take_in(two_times)
    first = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    draft = revise_definition(person=owner, definition=first, now=now)
    assert (draft.number, revise_definition(person=owner, definition=first, now=now).pk) == (2, draft.pk)
    draft = save_draft(
        person=owner, draft=draft, spec=SPEC | {"window_seconds": 7200}, name="", seen_revision=None, now=now
    )
    made, before = put_in_force(person=owner, draft=draft, now=now)
    first.refresh_from_db()
    assert (first.state, first.superseded_at, before) == (states.SUPERSEDED, now, first.pk)
    assert (made.number, made.state) == (2, states.IN_FORCE)
    assert Measurement.objects.filter(definition=first).exists()
    measure_workspace(workspace=workspace, now=now)
    take_out_of_force(person=owner, now=now, pk=str(made.pk), before=str(before))
    first.refresh_from_db()
    made.refresh_from_db()
    assert (first.state, first.superseded_at, made.state, made.in_force_at) == (
        states.IN_FORCE,
        None,
        states.DRAFT,
        None,
    )
    assert not Measurement.objects.filter(definition=made).exists()


def test_the_same_again_is_no_new_version(owner, now, workspace):
    first = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    draft = revise_definition(person=owner, definition=first, now=now)
    with pytest.raises(CannotDraft, match="zählt genau das schon"):
        put_in_force(person=owner, draft=draft, now=now)
    assert BehaviourDefinition.objects.filter(pk=draft.pk, state=states.DRAFT).exists()


def test_S1_14_activity_is_kept_as_a_draft_but_never_comes_in_force(draft, owner, now):
    liked = SPEC | {"predicate": {"acts": ["liked"], "actor_classes": ["member"], "is_first": True}}
    saved = save_draft(person=owner, draft=draft, spec=liked, name="Gefällt", seen_revision=None, now=now)
    with pytest.raises(CannotAdopt, match="Aktivität"):
        put_in_force(person=owner, draft=saved, now=now)
    assert BehaviourDefinition.objects.get().spec["predicate"]["acts"] == ["liked"]


def test_each_step_can_be_taken_back(draft, owner, now):
    before = kept(draft, "spec", "name")
    saved = save_draft(
        person=owner, draft=draft, spec=QUESTION_CONFIRMED.to_dict(), name="Anders", seen_revision=None, now=now
    )
    assert undo_of(owner, "behaviours.draft", saved, before)
    UNDO["draft"](person=owner, now=now, pk=str(saved.pk), revision=saved.revision, before=before)
    saved.refresh_from_db()
    assert (saved.name, saved.spec["window_seconds"]) == ("Erste Antwort, schnell", 86_400)
    held = discard_draft(person=owner, draft=saved, now=now)
    assert not BehaviourDefinition.objects.exists()
    again = restore_draft(person=owner, now=now, **held)
    assert (again.key, again.spec) == (saved.key, saved.spec)
    with pytest.raises(CannotUndo):
        restore_draft(person=owner, now=now, **held)


def test_what_a_colleague_wrote_meanwhile_stays(draft, owner, now):
    theirs = save_draft(person=owner, draft=draft, spec=SPEC, name="Ihres", seen_revision=1, now=now)
    with pytest.raises(StaleRevision):
        save_draft(person=owner, draft=draft, spec=SPEC, name="Meines", seen_revision=1, now=now)
    put_in_force(person=owner, draft=theirs, now=now)
    with pytest.raises(CannotDraft, match="inzwischen"):
        save_draft(person=owner, draft=draft, spec=SPEC, name="Zu spät", seen_revision=2, now=now)


@pytest.mark.parametrize("role", ["author", "moderator", "observer"])
def test_who_may_only_read_changes_nothing(draft, new_person, now, role):
    person = new_person(role)
    for act, values in (
        (begin_definition, {"spec": SPEC, "name": "x"}),
        (revise_definition, {"definition": draft}),
        (save_draft, {"draft": draft, "spec": SPEC, "name": "x", "seen_revision": None}),
        (put_in_force, {"draft": draft}),
        (discard_draft, {"draft": draft}),
        (take_out_of_force, {"pk": str(draft.pk), "before": None}),
    ):
        with pytest.raises(PermissionDenied):
            act(person=person, now=now, **values)


def test_the_database_holds_one_draft_and_one_version_in_force_of_a_key(draft, owner, now):
    told = {"workspace": owner.workspace, "key": draft.key, "spec": SPEC, "created_at": now, "updated_at": now}
    for values in (
        {"number": 2},
        {"number": 2, "state": states.IN_FORCE},
        {"number": 2, "in_force_at": now},
        {"number": 1, "state": states.SUPERSEDED, "in_force_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            BehaviourDefinition.objects.create(**told, **values)
