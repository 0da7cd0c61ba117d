"""Whoever asks to be forgotten is named nowhere any more: not in what the team wrote, not in what it froze (GDPR Art. 17)."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.utils import timezone

from allmende.channels.models import Dispatch, ImportRun
from allmende.channels.queries import refused_file
from allmende.crisis.actions import declare_incident, write_log
from allmende.crisis.models import Incident, LevelChange, LogEntry
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, publish_now, save_item
from allmende.guidelines.actions import save_word
from allmende.guidelines.models import WordEntry
from allmende.handover.actions import order_book
from allmende.handover.models import KnowledgeNote
from allmende.handover.queries import book_file, book_folder
from allmende.inbox.actions import answer_notice, receive_notice, save_view
from allmende.inbox.models import PublicNotice, SavedView, TextPattern
from allmende.inbox.queries import Filter, read_filter
from allmende.members.actions import add_note, erase
from allmende.members.models import Identity, Member, MemberNote
from allmende.members.queries import erasing_steps
from allmende.members.queries.erasing import names_of
from allmende.plan.models import Review
from tests.members.test_erasure import birgit, everything, finish, told  # noqa: F401
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture

NAME = "Birgit Ahlers"
pytestmark = pytest.mark.django_db


def forget(owner, member):
    erase(person=owner, member=member, asked_date=timezone.now().date(), now=timezone.now())
    finish(timezone.now())


def test_the_log_of_an_incident_loses_their_name_and_nothing_else(birgit, owner):  # noqa: F811
    now = timezone.now()
    incident = declare_incident(person=owner, title=f"Brief von {NAME}", cause=f"{NAME} klagt an.", level=3, now=now)
    entry = write_log(person=owner, incident=incident, text=f"{NAME} hat angerufen.", now=now)
    LevelChange.objects.create(incident=incident, before=3, level=4, reason=f"{NAME} schrieb.", at=now, person=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogEntry.objects.filter(pk=entry.pk).update(text="[…] hat angerufen.")  # nobody is being forgotten
    forget(owner, birgit)
    entry.refresh_from_db()
    assert entry.text == "[…] hat angerufen." and NAME not in everything()
    assert Incident.objects.get().title == "Brief von […]"


@pytest.mark.parametrize(
    "change", [{"text": "Anders."}, {"text": "[…]", "number": 99}, {"text": "[…]", "kind": "decision"}]
)
def test_while_somebody_is_being_forgotten_the_log_still_stands(change, birgit, owner):  # noqa: F811
    now = timezone.now()
    incident = declare_incident(person=owner, title="Brief", cause="Klage.", level=3, now=now)
    entry = write_log(person=owner, incident=incident, text=f"{NAME} hat angerufen.", now=now)
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        LogEntry.objects.filter(pk=entry.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM crisis_logentry")


def test_a_report_from_outside_loses_their_name_and_stands_otherwise(birgit, owner):  # noqa: F811
    now = timezone.now()
    notice = receive_notice(
        workspace=owner.workspace, kind="rules", place=f"Beitrag von {NAME}", explanation=f"{NAME} beschimpft alle.",
        name="", email="", is_good_faith=True, language="de", now=now,
    )  # fmt: skip
    answer_notice(
        person=owner, notice=notice, outcome="stays", decision=None, answer=f"{NAME} übt Kritik.", now=now
    )  # fmt: skip
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    for change in ({"answer": "Anders."}, {"explanation": "Anders."}, {"answer": "[…]", "outcome": "not_ours"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicNotice.objects.update(**change)
    finish(now)
    notice.refresh_from_db()
    assert (notice.place, notice.explanation, notice.answer) == (
        "Beitrag von […]", "[…] beschimpft alle.", "[…] übt Kritik."
    )  # fmt: skip


def _handed_over(person, forum, text, now):
    written = ItemText(title="Dank", no_objective_reason="Probe", texts={forum.pk: text})
    variant = save_item(person=person, item=None, written=written, now=now).variants.get()
    approve_variant(person=person, variant=variant, seen_hash=words_hash("Dank", text), now=now)
    variant.refresh_from_db()
    return publish_now(person=person, variant=variant, now=now)


def test_what_is_published_loses_their_name_and_what_waits_stays_as_approved(birgit, owner, forum):  # noqa: F811
    now = timezone.now()
    out, waits = (_handed_over(owner, forum, f"Danke an {NAME}, zum {number}. Mal", now) for number in (1, 2))
    Dispatch.objects.filter(pk=out.dispatch_id).update(state="sent", settled_at=now)
    forget(owner, birgit)
    out.refresh_from_db()
    waits.refresh_from_db()
    assert (out.text, waits.text) == ("Danke an […], zum 1. Mal", f"Danke an {NAME}, zum 2. Mal")


def test_what_an_import_refused_goes_with_them(birgit, owner, forum):  # noqa: F811
    now = timezone.now()
    runs = [
        ImportRun.objects.create(
            workspace=owner.workspace, channel=forum, file_name="archiv.csv", format="csv", state="done",
            created_at=now, updated_at=now, finished_at=now,
        )
        for _one in range(2)
    ]  # fmt: skip
    refused_file(runs[0]).parent.mkdir(parents=True, exist_ok=True)
    refused_file(runs[0]).write_text('{"raw": "birgit ahlers;kaputt"}\n')
    refused_file(runs[1]).write_text('{"raw": "jemand;kaputt"}\n')
    forget(owner, birgit)
    assert [refused_file(one).exists() for one in runs] == [False, True]
    refused_file(runs[1]).unlink()


def test_a_name_that_stands_once_only_and_what_stands_beside_frozen_words_go_too(birgit, owner, write_plan):  # noqa: F811
    now = timezone.now()
    by = {"created_at": now, "created_by": owner, "updated_at": now, "updated_by": owner}
    for name in (NAME, "@birgit.ahlers"):
        TextPattern.objects.create(workspace=owner.workspace, name=name, text=f"Guten Tag, {NAME}!", **by)
    review = Review.objects.create(
        workspace=owner.workspace, plan=write_plan(publish=True).plan, planned_date=now.date(),
        period_start_date=now.date(), period_end_date=now.date(), frozen={"who": NAME}, prepared_at=now,
        present=f"{NAME} war da.", **by,
    )  # fmt: skip
    forget(owner, birgit)
    names, texts = zip(*TextPattern.objects.order_by("name").values_list("name", "text"), strict=True)
    assert names[0] == "[…]" and names[1].startswith("[…] ") and set(texts) == {"Guten Tag, […]!"}
    review.refresh_from_db()
    assert (review.frozen, review.present) == ({"who": NAME}, "[…] war da.")


def test_a_saved_search_for_them_loses_their_name_as_an_address_writes_it(birgit, owner):  # noqa: F811
    now, query = timezone.now(), Filter(words=NAME, tab="mine").tail
    save_view(person=owner, name="Ihre Fragen", query=query, is_shared=False, now=now)
    assert "Birgit+Ahlers" in SavedView.objects.get().query
    forget(owner, birgit)
    assert read_filter(QueryDict(SavedView.objects.get().query[1:])).words == "[…]"


def test_a_note_on_somebody_else_loses_their_name(birgit, owner):  # noqa: F811
    other = Member.objects.get(alias="Jonas Kern")
    add_note(person=owner, member=other, text=f"Kennt {NAME} aus dem Verein.", now=timezone.now())
    forget(owner, birgit)
    assert MemberNote.objects.get().text == "Kennt […] aus dem Verein."


def test_unwritten_knowledge_loses_their_name(birgit, owner):  # noqa: F811
    now = timezone.now()
    KnowledgeNote.objects.create(
        workspace=owner.workspace, holder=owner, question="Wen fragen?", answer=f"{NAME}, nie montags.", created_at=now,
        created_by=owner, updated_at=now, updated_by=owner,
    )  # fmt: skip
    forget(owner, birgit)
    assert KnowledgeNote.objects.get().answer == "[…], nie montags."


def test_a_book_on_paper_goes(birgit, owner, settings, tmp_path, django_capture_on_commit_callbacks):  # noqa: F811
    settings.DATA = tmp_path
    order = order_book(person=owner, now=timezone.now())
    book_folder().mkdir()
    book_file(order).write_bytes(NAME.encode())
    with django_capture_on_commit_callbacks(execute=True):
        forget(owner, birgit)
    assert not book_file(order).exists()


def test_every_place_leads_from_its_row_to_its_workspace(owner):
    places = [place for step in erasing_steps() for place in step.places]
    assert len(places) > 90
    for place in places:
        rows = place.model._base_manager.filter(**{place.workspace: owner.workspace})
        assert not rows.values_list(*place.fields.split()).query.is_empty()


def test_a_name_of_other_letters_goes_in_whatever_case_it_is_written(birgit, owner, now):  # noqa: F811
    other = Member.objects.create(workspace=owner.workspace, alias="Mirko", first_seen_at=now)
    Identity.objects.filter(member=birgit).update(name="Ωλέξ Ñé")
    for written in ("Ωλέξ Ñé", "ΩΛΈΞ ÑÉ", "ωλέξ ñé", "ωΛΈξ ñÉ"):
        add_note(person=owner, member=other, text=f"{written} war da.", now=now)
    forget(owner, birgit)
    assert set(MemberNote.objects.values_list("text", flat=True)) == {"[…] war da."}


def test_a_name_somebody_else_bears_in_another_case_is_not_theirs_alone(birgit, owner, now):  # noqa: F811
    other = Member.objects.create(workspace=owner.workspace, alias="Mirko", first_seen_at=now)
    Identity.objects.create(workspace=owner.workspace, member=other, network="x:1", native_id="1", name="ÉMILE ÅS")
    Identity.objects.filter(member=birgit).update(name="Émile Ås")
    assert "Émile Ås" not in names_of(birgit)
    Identity.objects.filter(member=other).update(name="ÉMILE ÅSE")
    assert "Émile Ås" in names_of(birgit)


def test_a_name_somebody_else_bears_is_not_theirs_with_its_umlauts_spelled_out_either(birgit, owner, now):  # noqa: F811
    other = Member.objects.create(workspace=owner.workspace, alias="Mirko", first_seen_at=now)
    Identity.objects.create(workspace=owner.workspace, member=other, network="x:1", native_id="1", name="Jürgen Groß")
    Identity.objects.filter(member=birgit).update(name="Jürgen Groß")
    assert not {"Jürgen Groß", "juergen gross"} & set(names_of(birgit))
    Identity.objects.filter(member=other).update(name="Jürgen Klein")
    assert {"Jürgen Groß", "juergen gross"} <= set(names_of(birgit))


def test_a_word_listed_under_their_name_loses_its_folded_form_too(birgit, owner, now):  # noqa: F811
    Identity.objects.filter(member=birgit).update(name="Jürgen Groß")
    save_word(
        person=owner, entry=None, term="Jürgen Groß sagt", advice="avoid", alternative="", others=[], reason="", now=now
    )
    forget(owner, birgit)
    word = WordEntry.objects.get()
    assert (word.term, word.folded) == ("[…] sagt", "[…] sagt")
