"""What is wrong with a definition, in sentences for whoever writes one."""

from allmende.behaviours.catalogue import ACTIVITY_REFUSED, FAULT_WORDS, PART_WORDS
from allmende.ledger.definition_check import Fault


def fault_words(fault: Fault) -> str:
    """One fault as a sentence that says what to do."""
    if fault.code == "activity_level":
        return str(ACTIVITY_REFUSED)
    words = {"field": part_word(fault.field), "value": fault.value}
    return str(FAULT_WORDS[fault.code]) % words


def part_word(field: str) -> str:
    """What people call a part of a definition; an unknown one by its own name."""
    return str(PART_WORDS.get(field, field))
