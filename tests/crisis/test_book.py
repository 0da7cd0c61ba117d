"""The book tells what is done when it burns and what was learnt each time; the words prepared come back from the file (S0-24)."""

import json
from datetime import date, timedelta

import pytest

from allmende.crisis import actions
from allmende.crisis.models import HoldingStatement
from allmende.crisis.queries import book_chapter
from allmende.guidelines.actions import save_contact
from allmende.guidelines.queries import levels_of
from allmende.handover.actions import import_book
from allmende.handover.queries import book_text
from allmende.paper.elements import Facts, Heading, Listing, Paragraph, Table

pytestmark = pytest.mark.django_db


def told(chapter) -> str:
    """Everything a chapter says, one after the other."""
    said = []
    for part in chapter.parts:
        if isinstance(part, Heading | Paragraph):
            said.append(part.text)
        elif isinstance(part, Facts):
            said += [cell for row in part.rows for cell in row]
        elif isinstance(part, Listing):
            said += part.items
        elif isinstance(part, Table):
            said += [cell for row in part.rows for cell in row]
    return "\n".join(map(str, said))


def test_s2_22_the_procedure_the_levels_and_the_words_stand_in_the_book(owner, workspace, new_person, now):
    assert len(book_chapter(workspace).parts) == 1
    actions.take_over_levels(owner, now)
    actions.take_over_statements(person=owner, now=now)
    colleague = new_person("manager", "Emre Yıldız")
    level = levels_of(workspace)[4]
    save_contact(person=owner, level=level, colleague=colleague, name="", email="", phone="", now=now)
    words = told(book_chapter(workspace))
    assert level.name in words and "Emre Yıldız" in words
    assert HoldingStatement.objects.first().title in words


def test_i_17_a_past_incident_stands_there_with_its_debrief_and_what_was_decided(owner, workspace, now):
    incident = actions.declare_incident(
        person=owner, title="Doppelte Rechnungen", cause="Elf Meldungen", level=3, now=now
    )
    assert "Doppelte Rechnungen" not in told(book_chapter(workspace))
    incident = actions.end_incident(person=owner, incident=incident, reason="Ruhe", now=now)
    answers = {"what_happened": "Neustart", "went_well": "Eine Stimme", "went_badly": "Kein Text"}
    actions.save_debrief(person=owner, incident=incident, now=now, **answers)
    lesson = {"kind": "training", "text": "Wir üben es", "owner": owner, "due_date": date(2026, 12, 24)}
    actions.save_lesson(person=owner, incident=incident, now=now, **lesson)
    actions.close_incident(person=owner, incident=incident, now=now + timedelta(days=1))
    words = told(book_chapter(workspace))
    for one in ("Doppelte Rechnungen", "Neustart", "Eine Stimme", "Kein Text", "Wir üben es", owner.name):
        assert one in words


def test_s0_24_the_prepared_words_come_back_and_an_older_book_without_them_is_read(owner, new_person, now):
    actions.take_over_statements(person=owner, now=now)
    book = book_text(owner.workspace)
    elsewhere = new_person("owner", owner.name, slug="copy")
    import_book(person=elsewhere, text=book, now=now)
    assert book_text(elsewhere.workspace) == book
    older = json.loads(book)
    del older["chapters"]["crisis"]
    third = new_person("owner", owner.name, slug="third")
    import_book(person=third, text=json.dumps(older), now=now)
    assert not HoldingStatement.objects.filter(workspace=third.workspace).exists()
