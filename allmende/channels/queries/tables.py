"""Tables that people bring from elsewhere, for rooms above that may not import connectors."""

import re
from collections.abc import Mapping

from allmende.connectors.archive.sheet import Sheet, form_of, read_date, read_sheet
from allmende.connectors.archive.table import DATE_FORMATS
from allmende.connectors.errors import Refused as CannotReadTable

__all__ = [
    "DATE_FORMATS", "DATE_WORDS", "ENCODING_WORDS", "CannotReadTable", "Sheet", "encoding_word", "form_of", "guessed_columns",
    "plain_word", "read_date", "read_sheet",
]  # fmt: skip

_PLAIN = str.maketrans("äöüß", "aous")

# Each format of a date by an example, as people choose it.
DATE_WORDS = {
    "iso": "2026-10-07 09:40", "epoch": "1791358800", "mail": "Wed, 07 Oct 2026 09:40:00 +0200",
    "%d.%m.%Y %H:%M:%S": "07.10.2026 09:40:00", "%d.%m.%Y %H:%M": "07.10.2026 09:40", "%d.%m.%Y, %H:%M:%S": "07.10.2026, 09:40:00",
    "%d.%m.%Y, %H:%M": "07.10.2026, 09:40", "%d.%m.%Y": "07.10.2026", "%d.%m.%y %H:%M": "07.10.26 09:40", "%d.%m.%y": "07.10.26",
    "%d/%m/%Y %H:%M:%S": "07/10/2026 09:40:00", "%d/%m/%Y %H:%M": "07/10/2026 09:40", "%d/%m/%Y": "07/10/2026",
    "%m/%d/%Y %H:%M:%S": "10/07/2026 09:40:00", "%m/%d/%Y %H:%M": "10/07/2026 09:40", "%m/%d/%Y %I:%M %p": "10/07/2026 09:40 AM",
    "%m/%d/%Y": "10/07/2026", "%Y/%m/%d %H:%M:%S": "2026/10/07 09:40:00", "%Y/%m/%d %H:%M": "2026/10/07 09:40", "%Y/%m/%d": "2026/10/07",
    "%d-%m-%Y %H:%M:%S": "07-10-2026 09:40:00", "%d-%m-%Y %H:%M": "07-10-2026 09:40", "%d-%m-%Y": "07-10-2026",
    "%d %b %Y %H:%M": "07 Oct 2026 09:40", "%d %b %Y": "07 Oct 2026", "%b %d, %Y %I:%M %p": "Oct 07, 2026 09:40 AM",
    "%a %b %d %H:%M:%S %z %Y": "Wed Oct 07 09:40:00 +0200 2026",
}  # fmt: skip

# How the letters of a table may be written, as spreadsheet programs call it.
ENCODING_WORDS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows-1252",
    "utf-16": "UTF-16",
    "mac_roman": "Macintosh",
    "cp850": "DOS (CP850)",
}


def encoding_word(encoding: str) -> str:
    """Which of ENCODING_WORDS a guessed encoding is."""
    return next((known for known in ENCODING_WORDS if encoding.startswith(known)), encoding)


def guessed_columns(sheet: Sheet, words: Mapping[str, str]) -> dict[str, str]:
    """Our field -> header of the table, by the headers' own words; the first field that claims a header has it."""
    found: dict[str, str] = {}
    for field, known in words.items():
        free = [header for header in sheet.headers if header and header not in found.values()]
        match = next((header for word in known.split() for header in free if plain_word(header) == word), None)
        if match is not None:
            found[field] = match
    return found


def plain_word(text: str) -> str:
    """A word without case, signs and umlauts, to be compared."""
    return re.sub(r"[^a-z0-9]", "", text.lower().translate(_PLAIN))
