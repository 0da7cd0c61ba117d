"""The book: the chapters of all rooms, bound into one that reads without the software (S0-24)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.behaviours import queries as behaviours
from allmende.channels import queries as channels
from allmende.crisis import queries as crisis
from allmende.guidelines import queries as guidelines
from allmende.handover import states
from allmende.handover.catalogue import KIND_WORDS, LOOK_WORDS, OUTCOME_WORDS, POINT_WORDS, ROOM_WORDS, STATE_WORDS
from allmende.handover.models import BookOrder, Handover, KnowledgeNote
from allmende.handover.queries.readiness import Gap, notes_of, readiness
from allmende.paper.elements import Book, Chapter, Part, facts, listed, table, under
from allmende.plan import queries as plan
from allmende.stakeholders import queries as stakeholders
from allmende.team import queries as team
from allmende.team.access import may
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace

# The book as JSON holds what candidates and stakeholders told, and is read back as a whole.
EXPORT_RIGHT = "plan.version.publish"
# A book brings settings and people.
IMPORT_RIGHT = "team.workspace.edit"


def bound_book(workspace: Workspace, now: datetime, reader: Person | None = None) -> Book:
    """The whole, in the language of the workspace; with `reader` only the chapters that person may read."""
    with speaking(workspace.language, workspace.gender_form), timezone.override(workspace.zone):
        today = workspace.day_at(now)
        chapters = tuple(bind(workspace, now, today) for verb, bind in CHAPTERS if reader is None or may(reader, verb))
        where = ", ".join(part for part in (workspace.name, workspace.organisation) if part)
        return Book(
            title=_("The book of %(community)s") % {"community": workspace.name},
            subtitle=_("%(where)s, as of %(day)s") % {"where": where, "day": formats.date_format(today, "DATE_FORMAT")},
            about=(
                _("With this book somebody else can go on: it says what was planned, why, and what came of it."),
                _(
                    "Not inside: passwords and access keys, members and what they wrote, e-mail addresses, hours of"
                    " single people, decisions on hiring."
                ),
            ),
            contents=_("Contents"),
            language=workspace.language,
            chapters=chapters,
        )


def book_chapter(workspace: Workspace, now: datetime, today: date) -> Chapter:
    """What only people knew, and what is still to be handed over. Conversations are left out: members are named there."""
    notes = notes_of(workspace)
    answered = [part for one in notes if one.note and one.note.answer for part in _note(one.question, one.note)]
    gaps = [part for title, found in readiness(workspace, now, today).gaps for part in _gaps(title, found)]
    parts = (
        *under(_("What stood nowhere"), answered),
        *under(_("Not answered yet"), listed(one.question for one in notes if not (one.note and one.note.answer))),
        *under(_("What only one person knows or may do"), gaps),
        *under(_("Handovers under way"), _handovers(workspace)),
    )
    return Chapter("handover", _("Handing over"), parts)


def _note(question: str, note: KnowledgeNote) -> tuple[Part, ...]:
    return under(
        question,
        facts(
            (_("Answer"), note.answer),
            (_("Who knows it"), note.holder),
            (_("Who else has done it once"), note.second),
        ),
        level=2,
    )


def _gaps(title: str, found: tuple[Gap, ...]) -> tuple[Part, ...]:
    return under(
        title, table((_("What"), _("Why"), _("What helps")), [(g.what, g.why, g.action) for g in found]), level=2
    )


def _handovers(workspace: Workspace) -> tuple[Part, ...]:
    parts: list[Part] = []
    rows = Handover.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(
        Q(state=states.CLOSED), looks=None
    )
    for one in rows.select_related("leaver", "successor", "accepted_by").prefetch_related("points", "looks__by"):
        told = facts(
            (_("How"), KIND_WORDS[one.kind]),
            (_("Why"), one.reason),
            (_("Where it stands"), STATE_WORDS[one.state]),
            (_("Last working day"), formats.date_format(one.last_date, "DATE_FORMAT")),
            (_("Accepted"), _accepted(one)),
        )
        still = [point for point in one.points.all() if not point.is_settled and point.kind != states.CONVERSATION]
        rows_ = [(point.label, POINT_WORDS[point.kind], point.detail, point.note) for point in still]
        names = {"leaver": one.leaver.name, "successor": one.successor.name}
        looks = [
            (
                LOOK_WORDS[look.state],
                look.missing,
                look.in_one_head,
                "; ".join(part for part in (str(OUTCOME_WORDS[look.outcome]), look.next_step) if part),
                look.by.name,
            )
            for look in one.looks.all()
        ]
        heading = _("From %(leaver)s to %(successor)s") % names
        parts += under(
            heading,
            told,
            table((_("Open point"), _("Kind"), _("About it"), pgettext("book", "Note")), rows_),
            table((_("Looked back"), _("What was missing"), _("Only in one head"), _("How it goes"), _("By")), looks),
            level=2,
        )
    return tuple(parts)


def _accepted(one: Handover) -> str:
    """Who accepted it, and why not the successor."""
    return "; ".join(part for part in (one.accepted_by.name if one.accepted_by else "", one.acceptance_reason) if part)


# Whoever may read a room's screens reads its chapter.
CHAPTERS: tuple[tuple[str, Callable[[Workspace, datetime, date], Chapter]], ...] = (
    ("plan.version.read", lambda workspace, now, today: plan.book_chapter(workspace)),
    ("behaviours.definition.read", lambda workspace, now, today: behaviours.book_chapter(workspace)),
    ("stakeholders.stakeholder.read", lambda workspace, now, today: stakeholders.book_chapter(workspace)),
    ("guidelines.plan.read", lambda workspace, now, today: guidelines.book_chapter(workspace, today)),
    ("crisis.incident.read", lambda workspace, now, today: crisis.book_chapter(workspace)),
    ("channels.channel.read", lambda workspace, now, today: channels.book_chapter(workspace)),
    ("team.workspace.read", lambda workspace, now, today: team.book_chapter(workspace, today)),
    ("handover.readiness.read", book_chapter),
)


# --- the page, and the files on it --------------------------------------------------------------------------------


@dataclass(frozen=True)
class BookPage:
    """What the reader's book holds and lacks; `order`: the PDF asked for last, `is_set` once it can be had."""

    lacks: tuple[str, ...]
    may_export: bool
    may_import: bool
    order: BookOrder | None
    is_set: bool


def book_page(reader: Person) -> BookPage:
    """The page of the book: one query, nothing is bound."""
    lacks = tuple(str(ROOM_WORDS[verb]) for verb, _bind in CHAPTERS if not may(reader, verb))
    order = order_of(reader)
    is_set = order is not None and order.set_at is not None and book_file(order).exists()
    return BookPage(lacks, may(reader, EXPORT_RIGHT), may(reader, IMPORT_RIGHT), order, is_set)


# --- the PDF that the worker sets ------------------------------------------------------------------------------------


def book_folder() -> Path:
    """Where set books lie; they can be made again at any time."""
    return Path(settings.DATA) / "books"


def book_file(order: BookOrder) -> Path:
    """Where the book lies that was asked for; asking again makes another file."""
    return book_folder() / f"{order.person_id}-{int(order.asked_at.timestamp())}.pdf"


def books_set(workspace: Workspace) -> list[Path]:
    """Every book that lies there for somebody of this workspace."""
    readers = BookOrder.objects.filter(person__workspace=workspace).values_list("person_id", flat=True)
    return [file for pk in readers for file in book_folder().glob(f"{pk}-*.pdf")]


def order_of(person: Person) -> BookOrder | None:
    """The book this person asked for last, as long as they may still read what stands in it."""
    return BookOrder.objects.filter(person=person, role=person.role).first()


def book_name(workspace: Workspace, now: datetime, ending: str) -> str:
    """What the file is called where somebody keeps it."""
    return f"{workspace.slug}-{workspace.day_at(now):%Y-%m-%d}.{ending}"
