"""What stands on the screens, in the language of the journey: the catalogues are asked, so that a label has one home."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polib
import pytest

ROOMS = Path(__file__).resolve().parent.parent.parent / "allmende"


@dataclass(frozen=True)
class Tongue:
    """Speaks "de" or "en". Texts are named by their English wording, the key of every catalogue."""

    language: str

    def __call__(self, text: str, context: str | None = None, **values: object) -> str:
        """The text as this language writes it, with its values put in. Fails the test for a text no room knows."""
        return self._written(text, context) % values

    def like(self, text: str, context: str | None = None) -> re.Pattern[str]:
        """A pattern for the text whatever its values are, anywhere in a line."""
        parts = re.split(r"%\(\w+\)[sd]", self._written(text, context))
        return re.compile(".*".join(re.escape(part) for part in parts))

    def _written(self, text: str, context: str | None) -> str:
        found = catalogue().get((context, text))
        if found is None:
            pytest.fail(f"No screen says “{text}” (context {context}).")
        return found if self.language == "de" else text

    @property
    def locale(self) -> str:
        return {"de": "de-DE", "en": "en-GB"}[self.language]


@cache
def catalogue() -> dict[tuple[str | None, str], str]:
    """Every text of the screens by (context, English): its German wording."""
    found: dict[tuple[str | None, str], str] = {}
    for path in sorted(ROOMS.glob("*/locale/de/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            for number, text in {0: entry.msgid, 1: entry.msgid_plural}.items():
                written = entry.msgstr_plural.get(number) or entry.msgstr
                if text and written:
                    found[entry.msgctxt, text] = written
    return found
