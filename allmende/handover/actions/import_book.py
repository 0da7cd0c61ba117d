"""Read a whole book, or a plan alone, into a community that is still empty: all of it, or nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours.actions import read_behaviours
from allmende.channels.queries import CHANNELS
from allmende.crisis.queries import CRISIS
from allmende.guidelines.actions import read_guidelines
from allmende.handover import audit
from allmende.handover.catalogue import CHAPTER_WORDS
from allmende.handover.queries import FORMAT, HANDOVER, IMPORT_RIGHT, LATER, SCHEMA, WHOLE, taken_chapters
from allmende.plan.actions import import_plan, read_plan
from allmende.plan.queries import PLAN_FORMAT
from allmende.stakeholders.actions import read_reports
from allmende.team.access import require
from allmende.team.actions import (
    CannotRead,
    RecordReader,
    checked_tables,
    read_accountable,
    read_document,
    read_team,
    record_audit,
    refused,
    whole_or_nothing,
)
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace
from allmende.team.queries import RecordChapter, Row, uninvited

Tables = Mapping[str, list[Row]]
Read = Callable[[RecordReader, Tables], Any]


@dataclass(frozen=True)
class ReadBook:
    """What was read, or would be: how many rows of each table by chapter, and whom one may invite now."""

    community: str
    chapters: Mapping[str, Mapping[str, int]]
    to_invite: tuple[str, ...]

    @property
    def rows(self) -> int:
        return sum(count for tables in self.chapters.values() for count in tables.values())


def import_book(*, person: Person, text: str, now: datetime, is_rehearsal: bool = False) -> ReadBook:
    """The book of a file written by `queries.whole_book`, or a plan alone, in one transaction (S0-24).

    A rehearsal is the same run, taken back at its end. People who are not here keep what they did under their name and can
    be invited; channels come back as considered, without a log-in. Raises CannotRead; then nothing was written.
    """
    require(person, IMPORT_RIGHT)
    document = read_document(text)
    is_plan = document.get("format") == PLAN_FORMAT
    before = set(uninvited(person.workspace).values_list("pk", flat=True))
    try:
        with transaction.atomic():
            if is_plan:
                import_plan(person=person, text=text, now=now)
                chapters = {"plan": document["tables"]}
            else:
                chapters = _read_whole(person, document, now)
            new = uninvited(person.workspace).exclude(pk__in=before)
            found = ReadBook(
                "" if is_plan else person.workspace.name,
                {name: {table: len(rows) for table, rows in tables.items()} for name, tables in chapters.items()},
                tuple(new.values_list("name", flat=True)),
            )
            if not is_plan:
                _record(person, found, now)
            if is_rehearsal:
                transaction.set_rollback(True)
    finally:
        person.workspace.refresh_from_db()  # whatever was taken back was written to this object too
    return found


def _read_whole(person: Person, document: Mapping[str, Any], now: datetime) -> dict[str, dict[str, list[Row]]]:
    chapters = _checked(document)
    _check_room(person.workspace)
    reader = RecordReader(person, now)
    with whole_or_nothing():
        for chapter in WHOLE:
            READERS[chapter.name](reader, chapters[chapter.name])
    return chapters


def _checked(document: Mapping[str, Any]) -> dict[str, dict[str, list[Row]]]:
    if document.get("format") != FORMAT:
        raise refused(_("it is neither a book nor a plan of Allmende"))
    if document.get("schema") != SCHEMA:
        raise refused(
            _("it has schema %(schema)s, and this version reads schema 1") % {"schema": document.get("schema")}
        )
    found = document.get("chapters")
    if isinstance(found, dict):
        found = {one.name: {table.name: [] for table in one.tables} for one in LATER} | found
    if not isinstance(found, dict) or set(found) != {chapter.name for chapter in WHOLE}:
        raise refused(_("chapters are missing, or there are some this version does not know"))
    return {chapter.name: checked_tables(chapter.tables, found[chapter.name]) for chapter in WHOLE}


def _check_room(workspace: Workspace) -> None:
    """A book is never mixed with what is here already."""
    lock_workspace(workspace.pk)
    taken = taken_chapters(workspace)
    if taken:
        raise CannotRead(
            _(
                "Not imported, nothing was written: this community is not empty (%(chapters)s), and what stands here is"
                " untouched. A book is read into a community without any of that: open a new one for it."
            )
            % {"chapters": ", ".join(str(CHAPTER_WORDS[name]) for name in taken)}
        )


def _record(person: Person, found: ReadBook, now: datetime) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=audit.READ_IN, target=person.workspace, now=now,
        after={"community": found.community, "rows": found.rows, "to_invite": len(found.to_invite)},
    )  # fmt: skip


def _as_written(chapter: RecordChapter) -> Read:
    def read(reader: RecordReader, tables: Tables) -> None:
        for table in chapter.tables:
            reader.read(table, tables[table.name])

    return read


READERS: dict[str, Read] = {
    "team": read_team,
    "channels": _as_written(CHANNELS),
    "guidelines": read_guidelines,
    "plan": read_plan,
    "behaviours": read_behaviours,
    "stakeholders": read_reports,
    "crisis": _as_written(CRISIS),
    "handover": _as_written(HANDOVER),
    "accountable": read_accountable,
}
