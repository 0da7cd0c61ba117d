"""Answers about who could go on: readiness, notes, the inventory of a person, handovers."""

from allmende.handover.queries.book import (
    BookPage,
    book_chapter,
    book_file,
    book_folder,
    book_name,
    book_page,
    bound_book,
    order_of,
)
from allmende.handover.queries.inventory import Point, inventory, plan_of
from allmende.handover.queries.pages import HandoverPage, check_date, due_checks, handover_page, handovers_of
from allmende.handover.queries.readiness import Figure, Gap, Note, Readiness, notes_of, people_to_name, readiness
from allmende.handover.queries.record import HANDOVER
from allmende.handover.queries.search import search
from allmende.handover.queries.things import CURRENT_DAYS, Thing, carriers, open_steps, things_of
from allmende.handover.queries.whole_book import FORMAT, SCHEMA, WHOLE, book_text, whole_book

__all__ = [
    "CURRENT_DAYS",
    "FORMAT",
    "HANDOVER",
    "SCHEMA",
    "WHOLE",
    "BookPage",
    "Figure",
    "Gap",
    "HandoverPage",
    "Note",
    "Point",
    "Readiness",
    "Thing",
    "book_chapter",
    "book_file",
    "book_folder",
    "book_name",
    "book_page",
    "book_text",
    "bound_book",
    "carriers",
    "check_date",
    "due_checks",
    "handover_page",
    "handovers_of",
    "inventory",
    "notes_of",
    "open_steps",
    "order_of",
    "people_to_name",
    "plan_of",
    "readiness",
    "search",
    "things_of",
    "whole_book",
]
