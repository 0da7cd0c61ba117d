"""In which language is a text written? A guess with its certainty; short texts stay without one."""

import re
from functools import lru_cache
from typing import Any

# What communities in Europe write in; among all languages of the world a short text finds a strange one.
LANGUAGES = (
    "de", "en", "fr", "it", "es", "nl", "pl", "tr", "pt", "cs", "da", "sv", "hu", "ro", "hr", "uk", "ru", "ar", "el",
)  # fmt: skip
FEWEST_LETTERS = 12
SURE = 0.8


def language_of(text: str) -> str:
    """The code of the language ("de"), or "" where the text is too short or the guess too weak."""
    plain = re.sub(r"https?://\S+|@\w+|^[ \t]*>[^\n]*$", " ", text, flags=re.MULTILINE)[:2000]
    if len(re.findall(r"[^\W\d_]", plain)) < FEWEST_LETTERS:
        return ""
    language, sure = _identifier().classify(plain)
    return str(language) if sure >= SURE else ""


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages(LANGUAGES)
    return found
