"""Answers about what members do."""

from allmende.behaviours.queries.book import book_chapter
from allmende.behaviours.queries.content import SPANS, Content, content_performance
from allmende.behaviours.queries.counting import count_periods, question_of
from allmende.behaviours.queries.definition_files import (
    FILES,
    LARGEST,
    UnreadableDefinition,
    definition_file,
    fault_sentences,
    read_definition,
)
from allmende.behaviours.queries.definitions import (
    awaiting,
    counted_as,
    definitions_in_force,
    name_of,
    offered,
    version_name,
)
from allmende.behaviours.queries.editor import channel_names, drafts_of, spec_of, starts_of
from allmende.behaviours.queries.examples import doers_of, examples_of
from allmende.behaviours.queries.exports import COLUMNS, EXPORTS, Export, export_lines, export_of, safe_cell
from allmende.behaviours.queries.faults import fault_words
from allmende.behaviours.queries.groups import group_page, groups_page, labels_page, tags_of
from allmende.behaviours.queries.ledgers import ledger_mark, ledger_name, ledger_root
from allmende.behaviours.queries.lines import period_lines
from allmende.behaviours.queries.pages import behaviour_page, behaviours_listing
from allmende.behaviours.queries.preview import Preview, preview_of
from allmende.behaviours.queries.reading import CannotReadLedger
from allmende.behaviours.queries.record import BEHAVIOURS
from allmende.behaviours.queries.sampled_case import coding_page, quarter_before, samples_page
from allmende.behaviours.queries.samples import certainty_of
from allmende.behaviours.queries.search import search
from allmende.behaviours.queries.sentence import plain_sentence, sentence_of, units_word
from allmende.behaviours.queries.statement import UnreadableSentence, flat, read_sentence
from allmende.behaviours.queries.verdicts import Figure, definition_url, figures_for, verdicts_of

__all__ = [
    "BEHAVIOURS",
    "COLUMNS",
    "EXPORTS",
    "FILES",
    "LARGEST",
    "SPANS",
    "CannotReadLedger",
    "Content",
    "Export",
    "Figure",
    "Preview",
    "UnreadableDefinition",
    "UnreadableSentence",
    "awaiting",
    "behaviour_page",
    "behaviours_listing",
    "book_chapter",
    "certainty_of",
    "channel_names",
    "coding_page",
    "content_performance",
    "count_periods",
    "counted_as",
    "definition_file",
    "definition_url",
    "definitions_in_force",
    "doers_of",
    "drafts_of",
    "examples_of",
    "export_lines",
    "export_of",
    "fault_sentences",
    "fault_words",
    "figures_for",
    "flat",
    "group_page",
    "groups_page",
    "labels_page",
    "ledger_mark",
    "ledger_name",
    "ledger_root",
    "name_of",
    "offered",
    "period_lines",
    "plain_sentence",
    "preview_of",
    "quarter_before",
    "question_of",
    "read_definition",
    "read_sentence",
    "safe_cell",
    "samples_page",
    "search",
    "sentence_of",
    "spec_of",
    "starts_of",
    "tags_of",
    "units_word",
    "verdicts_of",
    "version_name",
]
