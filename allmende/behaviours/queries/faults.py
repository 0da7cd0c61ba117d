"""What is wrong with a definition, in sentences for whoever writes one."""

from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from allmende.behaviours.catalogue.faults import ACTIVITY_REFUSED, FAULT_WORDS, PART_WORDS
from allmende.ledger.definition_check import BOUNDS, Fault


def fault_words(fault: Fault) -> str:
    """One fault as a sentence that says what to do."""
    if fault.code == "activity_level":
        return str(ACTIVITY_REFUSED)
    words = {"field": part_word(fault.field), "value": _value_word(fault.field, fault.value)}
    said = str(FAULT_WORDS[fault.code]) % words
    return f"{said} {_possible(fault)}".strip()


def _possible(fault: Fault) -> str:
    """What a number can be, where it is below or above that; else nothing."""
    bounds = BOUNDS.get(fault.field)
    if fault.code != "out_of_range" or bounds is None or not fault.value.lstrip("-").isdecimal():
        return ""
    if bounds[0] <= int(fault.value) <= bounds[1]:
        return ""
    low, high = (_value_word(fault.field, str(end)) for end in bounds)
    return _("Possible: %(low)s to %(high)s.") % {"low": low, "high": high}


def _value_word(field: str, value: str) -> str:
    """A length of time in days or hours, not in the seconds it is kept in."""
    return length_words(int(value)) if field.endswith("_seconds") and value.lstrip("-").isdecimal() else value


def part_word(field: str) -> str:
    """What people call a part of a definition; an unknown one by its own name."""
    return str(PART_WORDS.get(field, field))


def length_words(seconds: int) -> str:
    """A length of time as people write it, in the largest unit that says it whole: "30 days", up to two days hours."""
    if seconds % 86_400 == 0 and seconds > 2 * 86_400:
        return npgettext("length", "%(count)d day", "%(count)d days", seconds // 86_400) % {"count": seconds // 86_400}
    if seconds % 3600 == 0:
        return npgettext("length", "%(count)d hour", "%(count)d hours", seconds // 3600) % {"count": seconds // 3600}
    if seconds % 60 == 0:
        return npgettext("length", "%(count)d minute", "%(count)d minutes", seconds // 60) % {"count": seconds // 60}
    return npgettext("length", "%(count)d second", "%(count)d seconds", seconds) % {"count": seconds}
