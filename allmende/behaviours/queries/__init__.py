"""Answers about what members do."""

from allmende.behaviours.queries.book import book_chapter
from allmende.behaviours.queries.content import SPANS, Content, content_performance
from allmende.behaviours.queries.counting import count_periods, question_of
from allmende.behaviours.queries.definition_files import (
    FILES,
    UnreadableDefinition,
    definition_file,
    fault_sentences,
    read_definition,
)
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, name_of, offered, version_name
from allmende.behaviours.queries.examples import examples_of
from allmende.behaviours.queries.exports import COLUMNS, EXPORTS, Export, export_lines, export_of, safe_cell
from allmende.behaviours.queries.faults import fault_words
from allmende.behaviours.queries.ledgers import ledger_mark, ledger_name, ledger_root
from allmende.behaviours.queries.lines import period_lines
from allmende.behaviours.queries.pages import behaviour_page, behaviours_listing
from allmende.behaviours.queries.record import BEHAVIOURS
from allmende.behaviours.queries.search import search
from allmende.behaviours.queries.sentence import plain_sentence, sentence_of, units_word
from allmende.behaviours.queries.verdicts import Figure, definition_url, figures_for, verdicts_of

__all__ = [
    "BEHAVIOURS",
    "COLUMNS",
    "EXPORTS",
    "FILES",
    "SPANS",
    "Content",
    "Export",
    "Figure",
    "UnreadableDefinition",
    "behaviour_page",
    "behaviours_listing",
    "book_chapter",
    "content_performance",
    "count_periods",
    "counted_as",
    "definition_file",
    "definition_url",
    "definitions_in_force",
    "examples_of",
    "export_lines",
    "export_of",
    "fault_sentences",
    "fault_words",
    "figures_for",
    "ledger_mark",
    "ledger_name",
    "ledger_root",
    "name_of",
    "offered",
    "period_lines",
    "plain_sentence",
    "question_of",
    "read_definition",
    "safe_cell",
    "search",
    "sentence_of",
    "units_word",
    "verdicts_of",
    "version_name",
]
