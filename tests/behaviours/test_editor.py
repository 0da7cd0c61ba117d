"""The definition editor: the sentence with its fields, read from what is typed or written, and what it would count."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given, settings

from allmende.behaviours import states
from allmende.behaviours.actions import (
    adopt_definition,
    begin_definition,
    measure_workspace,
    put_in_force,
    save_draft,
)
from allmende.behaviours.forms import DefinitionForm, initial_of
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries import preview as counted_at_once
from allmende.behaviours.queries import preview_of
from allmende.behaviours.queries.statement import flat, nested
from allmende.ledger.definition import Definition
from allmende.ledger.engine import Limits
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_HELPS, SHIPPED
from allmende.team.actions import StaleRevision
from tests.ledger.definitions import definitions

SPEC = FIRST_ANSWER_BY_MEMBER.to_dict()


def typed(values, names=("forum",)) -> dict:
    """What a browser sends for these values, untouched."""
    form = DefinitionForm(initial=initial_of(values, "Name"), names=dict.fromkeys(names, "Forum"))
    told = {}
    for field in form:
        shown = field.value()
        if shown not in (None, False, "", ()):
            told[field.html_name] = list(shown) if isinstance(shown, tuple) else "on" if shown is True else shown
    return told


@pytest.mark.parametrize("language", ["de", "en"])
@given(definition=definitions())
@settings(max_examples=150, deadline=None)
def test_every_definition_comes_back_from_its_fields(definition, language):
    with translation.override(language):
        values = flat(definition.to_dict())
        form = DefinitionForm(typed(values), names={"forum": "Forum"})
        assert form.is_valid(), form.errors
        said = {path: value for path, value in values.items() if path not in ("key", "version", "schema", "level")}
        for path in (
            "population",
            "exclusions",
            "quality.any_of",
            "predicate.actor_classes",
            "predicate.acts",
            "anchor.acts",
        ):
            said[path], form.values[path] = set(said[path]), set(form.values[path])
        assert form.values == said


@pytest.fixture
def draft(owner, now):
    return begin_definition(person=owner, spec=SPEC, name="Erste Antwort", now=now)


@pytest.fixture
def path(workspace, draft):
    return f"/w/{workspace.slug}/behaviours/drafts/{draft.pk}/"


def page_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def test_4_2_the_definition_is_changed_in_its_sentence(client_of, owner, draft, path):
    client = client_of(owner)
    page = page_of(client.get(path))
    assert "innerhalb von 24 Stunden</summary>" in page
    assert "ihre erste Antwort von einem Mitglied</summary>" in page
    told = typed(flat(draft.spec), ()) | {"window": "3 Tage", "revision": draft.revision}
    look = page_of(client.get(f"{path}look/", told))
    assert "innerhalb von 3 Tagen</summary>" in look
    draft.refresh_from_db()
    assert draft.spec["window_seconds"] == 86_400, "looking writes nothing"
    assert client.post(path, told).status_code == 302
    draft.refresh_from_db()
    assert (draft.spec["window_seconds"], draft.state) == (3 * 86_400, states.DRAFT)


def test_what_makes_no_sentence_is_said_and_what_was_typed_stays(client_of, owner, draft, path):
    told = typed(flat(draft.spec), ()) | {"window": "bald", "name": "Mein Name", "revision": draft.revision}
    answer = client_of(owner).post(path, told)
    page = page_of(answer)
    assert answer.status_code == 422
    assert "„bald“ ist keine Zeitspanne" in page and page.count("bald") > 1 and "Mein Name" in page
    assert "„bald“ ist keine Zeitspanne" in page_of(client_of(owner).get(f"{path}look/", told))


def test_the_sentence_can_be_written_and_is_read_into_the_parts(client_of, owner, path):
    client = client_of(owner)
    written = (
        "Von allen Ideen, die Mitglieder eingereicht haben, der Anteil derer, die innerhalb von 5 Tagen mindestens 2 Kommentare"
        " von unserem Team erhalten haben, ohne Bots und Gelöschtes mitzuzählen."
    )
    page = page_of(client.get(path, {"sentence": written}))
    assert "mindestens 2 Kommentare von unserem Team</summary>" in page
    answer = client.get(path, {"sentence": written.replace("innerhalb von 5 Tagen", "irgendwann")})
    assert answer.status_code == 422
    assert "ab „irgendwann" in page_of(answer) and "der Anteil derer, die irgendwann" in page_of(answer)


def test_S1_14_activity_is_named_and_kept_out_of_force(client_of, owner, draft, path):
    client = client_of(owner)
    told = typed(flat(draft.spec), ()) | {"acts": [], "other_acts": "liked", "revision": draft.revision}
    assert "Aktivität" in page_of(client.get(f"{path}look/", told))
    client.post(path, told)
    answer = client.post(f"{path}force/", follow=True)
    assert "Aktivität" in page_of(answer)
    draft.refresh_from_db()
    assert draft.state == states.DRAFT


def test_what_was_typed_and_not_saved_comes_in_force_too(client_of, owner, draft, path, now):
    """Nobody has to know that saving comes first; what cannot be read stays in the form with its reason."""
    client = client_of(owner)
    page = page_of(client.get(path))
    assert f'form="definition" formaction="{path}force/"' in page and 'name="choice" open' not in page
    told = typed(flat(draft.spec), ()) | {"revision": draft.revision, "name": "Antworten binnen zwei Tagen"}
    answer = client.post(f"{path}force/", told | {"window": "bald"})
    assert answer.status_code == 422 and 'value="bald"' in page_of(answer) and "keine Zeitspanne" in page_of(answer)
    assert f'<form method="get" action="{path}" class="stack">' in page_of(answer), (
        "the sentence is read where it is asked for"
    )
    opened = page_of(answer).split('name="choice" open>')
    assert len(opened) == 2 and 'value="bald"' in opened[1].split("</details>")[0], "the part with the fault lies open"
    draft.refresh_from_db()
    assert (draft.state, draft.spec["window_seconds"]) == (states.DRAFT, 86_400)
    other = save_draft(person=owner, draft=draft, spec=draft.spec, name="Anders", seen_revision=None, now=now)
    answer = client.post(f"{path}force/", told | {"window": "48 Stunden"})
    assert answer.status_code == 422 and 'value="48 Stunden"' in page_of(answer)
    assert client.post(f"{path}force/", told | {"window": "48 Stunden", "revision": other.revision}).status_code == 302
    made = BehaviourDefinition.objects.get(state=states.IN_FORCE)
    assert (made.spec["window_seconds"], made.name) == (2 * 86_400, "Antworten binnen zwei Tagen")


def test_nobody_puts_in_force_what_another_wrote_a_moment_ago(owner, draft, now):
    other = {**draft.spec, "window_seconds": 3 * 86_400}
    seen = BehaviourDefinition.objects.get(pk=draft.pk)
    save_draft(person=owner, draft=draft, spec=other, name="Anders", seen_revision=None, now=now)
    with pytest.raises(StaleRevision):
        put_in_force(person=owner, draft=seen, now=now)
    made, _before = put_in_force(person=owner, draft=BehaviourDefinition.objects.get(pk=draft.pk), now=now)
    assert (made.spec["window_seconds"], made.name) == (3 * 86_400, "Anders")


def test_a_draft_begins_from_nothing_another_or_a_file(client_of, owner, workspace, now):
    client, path = client_of(owner), f"/w/{workspace.slug}/behaviours/drafts/new/"
    adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    page = page_of(client.get(path))
    assert f'value="own:{FIRST_ANSWER_BY_MEMBER.key}"' in page and f'value="shipped:{NEWCOMER_HELPS.key}"' in page
    for told, form in (
        ({"name": "Neues"}, "F1"),
        ({"name": "Kopie", "source": f"own:{FIRST_ANSWER_BY_MEMBER.key}"}, "F2"),
        ({"name": "Aus der Liste", "source": f"shipped:{NEWCOMER_HELPS.key}"}, "F1"),
        ({"file": SimpleUploadedFile("d.json", json.dumps(SPEC | {"name": "Geladen"}).encode())}, "F2"),
    ):
        assert client.post(path, told).status_code == 302, told
        made = BehaviourDefinition.objects.filter(state=states.DRAFT).latest("created_at", "key")
        assert (
            BehaviourDefinition.objects.get(name=told.get("name", "Geladen"), state=states.DRAFT).spec["form"] == form
        )
    assert made.number == 1
    answer = client.post(path, {"name": "Bleibt stehen", "file": SimpleUploadedFile("d.json", b"{")})
    assert answer.status_code == 422
    assert "kein JSON" in page_of(answer) and "Bleibt stehen" in page_of(answer)


def test_the_list_shows_drafts_to_whoever_may_write_them(client_of, owner, new_person, draft, path, workspace):
    index = f"/w/{workspace.slug}/behaviours/"
    assert path in page_of(client_of(owner).get(index))
    assert path not in page_of(client_of(new_person("observer")).get(index))
    assert client_of(new_person("author")).get(path).status_code == 403


def test_the_preview_counts_what_is_known_and_says_what_can_be_seen(
    take_in, two_times, workspace, owner, now, client_of, draft, path
):
    take_in(two_times)
    measure_workspace(workspace=workspace, now=now)
    found = preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.04, as_of=now)
    assert (found.eligible, found.did) == (
        sum(row.complete for row in found.rows),
        sum(row.successes for row in found.rows),
    )
    assert found.eligible == 760 and found.reach is not None and not found.reach.is_within_reach
    assert preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.3, as_of=now).reach.is_within_reach
    client = client_of(owner)
    told = typed(flat(draft.spec), ())
    page = page_of(client.get(f"{path}preview/", told | {"least": "4"}))
    assert "Von 760 Fragen" in page and "Das dauert hier länger als ein Jahr" in page
    with CaptureQueriesContext(connection) as asked:
        client.get(f"{path}preview/", told)
    assert len(asked) <= 8


def test_a_preview_that_takes_too_long_says_so(take_in, two_times, workspace, now, monkeypatch):
    take_in(two_times)
    measure_workspace(workspace=workspace, now=now)
    told = set()
    for thousandths in (1, 2, 4, 8, 16):  # after the last statement nothing is left to be stopped
        monkeypatch.setattr(counted_at_once, "LIMITS", Limits(seconds=thousandths / 1000))
        told.add(preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.04, as_of=now).trouble)
    assert "too_long" in told <= {"too_long", ""}


def test_each_form_of_the_library_has_a_preview(take_in, two_times, workspace, owner, now, client_of):
    take_in(two_times)
    measure_workspace(workspace=workspace, now=now)
    firsts = {one.form: one for one in reversed(SHIPPED) if not one.segments}
    for form, definition in firsts.items():
        draft = begin_definition(person=owner, spec=definition.to_dict(), name=form, now=now)
        there = f"/w/{workspace.slug}/behaviours/drafts/{draft.pk}/preview/"
        answer = client_of(owner).get(there, typed(flat(draft.spec), ()))
        assert answer.status_code == 200
        assert ("möglich" in page_of(answer)) == (form in ("F1", "F2", "F5")) or "<table" not in page_of(answer), form


def test_nothing_known_is_said(workspace, now):
    assert preview_of(workspace, FIRST_ANSWER_BY_MEMBER, least=0.04, as_of=now).trouble == "nothing"


def test_each_change_offers_its_undo(client_of, owner, draft, path, now, workspace):
    client = client_of(owner)
    answer = client.post(f"{path}away/")
    assert answer.status_code == 302 and not BehaviourDefinition.objects.exists()
    undo = re.search(r"/w/[^\"]*/undo/[^\"]+", client.get(answer.url).content.decode())
    assert undo and client.post(undo[0]).status_code == 302
    again = BehaviourDefinition.objects.get()
    assert (again.key, again.number) == (draft.key, draft.number)
    there = path.replace(str(draft.pk), str(again.pk))
    answer = client.post(f"{there}force/")
    assert BehaviourDefinition.objects.get().state == states.IN_FORCE
    undo = re.search(r"/w/[^\"]*/undo/[^\"]+", client.get(answer.url).content.decode())
    assert undo and client.post(undo[0]).status_code == 302
    assert BehaviourDefinition.objects.get().state == states.DRAFT
    assert Definition.from_dict(nested(flat(again.spec)))


@pytest.mark.parametrize("kind", ["F1:member", "F2:opportunity", "F3:member_period", "F4:member", "F5:member_period"])
def test_another_question_keeps_what_was_chosen_and_begins_the_rest(client_of, owner, draft, path, kind):
    client = client_of(owner)
    told = typed(flat(draft.spec), ()) | {"kind": "F6:member_period", "revision": draft.revision, "acts": ["answered"]}
    assert client.post(path, {name: one for name, one in told.items() if name != "window"}).status_code == 302
    draft.refresh_from_db()
    assert draft.spec["form"] == "F6"
    answer = client.get(path, typed(flat(draft.spec), ()) | {"kind": kind})
    assert answer.status_code == 200
    assert ("eine Antwort" if kind.startswith("F2") else "eine Frage beantwortet") in page_of(answer)
    assert client.get(path, {"kind": kind, "population": []}).status_code == 200
    assert client.post(path, {"kind": kind, "revision": "x", "window": "\x00"}).status_code == 422
