"""Answers about who could go on: readiness, notes, the inventory of a person, handovers."""

from allmende.handover.queries.book import (
    IMPORT_RIGHT,
    BookPage,
    book_chapter,
    book_file,
    book_folder,
    book_name,
    book_page,
    books_set,
    bound_book,
    order_of,
)
from allmende.handover.queries.hands import Duty, HandsPage, duties_in_hand, handed_in_words, hands_page, point_ref
from allmende.handover.queries.import_page import ChapterRow, ImportPage, import_page
from allmende.handover.queries.inventory import Point, inventory, plan_of
from allmende.handover.queries.pages import HandoverPage, check_date, due_checks, handover_page, handovers_of
from allmende.handover.queries.readiness import Figure, Gap, Note, Readiness, notes_of, people_to_name, readiness
from allmende.handover.queries.record import HANDOVER
from allmende.handover.queries.search import search
from allmende.handover.queries.things import CURRENT_DAYS, Thing, carriers, open_steps, things_of
from allmende.handover.queries.whole_book import FORMAT, LATER, SCHEMA, WHOLE, book_text, taken_chapters, whole_book

__all__ = [
    "CURRENT_DAYS",
    "FORMAT",
    "HANDOVER",
    "IMPORT_RIGHT",
    "LATER",
    "SCHEMA",
    "WHOLE",
    "BookPage",
    "ChapterRow",
    "Duty",
    "Figure",
    "Gap",
    "HandoverPage",
    "HandsPage",
    "ImportPage",
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
    "books_set",
    "bound_book",
    "carriers",
    "check_date",
    "due_checks",
    "duties_in_hand",
    "handed_in_words",
    "handover_page",
    "handovers_of",
    "hands_page",
    "import_page",
    "inventory",
    "notes_of",
    "open_steps",
    "order_of",
    "people_to_name",
    "plan_of",
    "point_ref",
    "readiness",
    "search",
    "taken_chapters",
    "things_of",
    "whole_book",
]
