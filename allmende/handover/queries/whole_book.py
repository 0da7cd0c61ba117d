"""The whole book as a file that another Allmende reads back in (S0-24)."""

from typing import Any

from django.db import models

from allmende.behaviours.queries import BEHAVIOURS
from allmende.channels.queries import CHANNELS
from allmende.crisis.queries import CRISIS
from allmende.guidelines.queries import GUIDELINES
from allmende.handover.queries.record import HANDOVER
from allmende.plan.queries import PLAN
from allmende.stakeholders.queries import STAKEHOLDERS
from allmende.team.models import AcceptedGap, ClosedDay, Person, ServiceHours, ServiceSpan, Shift, Workspace
from allmende.team.queries import ACCOUNTABLE, TEAM, RecordWriter, as_text, write_tables

FORMAT, SCHEMA = "allmende.book", 1
# In this order they are written and read: a row points to rows of its own chapter or of one before it.
WHOLE = (TEAM, CHANNELS, GUIDELINES, PLAN, BEHAVIOURS, STAKEHOLDERS, CRISIS, HANDOVER, ACCOUNTABLE)
# Chapters that books of earlier versions do not have
LATER = (CRISIS,)
# What every community has from its first day; a book's takes its place.
FIRST_DAY = (Workspace, Person, ServiceHours, ServiceSpan, ClosedDay)
# What is no part of a book and would lose the hours it is meant for.
ROSTER = (Shift, AcceptedGap)


def whole_book(workspace: Workspace) -> dict[str, Any]:
    """Every chapter as JSON-able tables; the same community gives the same document."""
    writer = RecordWriter()
    chapters = {chapter.name: write_tables(chapter.tables, workspace, writer) for chapter in WHOLE}
    return {"format": FORMAT, "schema": SCHEMA, "community": workspace.name, "chapters": chapters}


def book_text(workspace: Workspace) -> str:
    """The whole book as the file that is kept."""
    return as_text(whole_book(workspace))


def taken_chapters(workspace: Workspace) -> tuple[str, ...]:
    """The chapters of which something stands here already: a book is read only where there is none."""
    taken = [
        chapter.name
        for chapter in WHOLE
        if any(table.rows(workspace).exists() for table in chapter.tables if table.model not in FIRST_DAY)
    ]
    has_roster = any(models.QuerySet(model).filter(workspace=workspace).exists() for model in ROSTER)
    return ("team", *taken) if has_roster and "team" not in taken else tuple(taken)
