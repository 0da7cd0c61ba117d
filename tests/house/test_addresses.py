"""An address that a page names is there: one taken out of `urls` shows here, not to whoever opens the page in a hurry."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

ROOMS = Path(__file__).resolve().parent.parent.parent / "allmende"
NAMED = re.compile(r"""\{%\s*url\s+["']([\w:]+)["']""")


def names(entries: Sequence[URLPattern | URLResolver], within: str = "") -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, f"{within}{entry.namespace}:" if entry.namespace else within)
        elif entry.name:
            yield within + entry.name


def test_every_address_named_in_a_template_exists() -> None:
    known = set(names(get_resolver().url_patterns))
    files = [one for one in ROOMS.glob("*/templates/**/*") if one.suffix in (".html", ".txt")]
    named = {(str(one.relative_to(ROOMS)), name) for one in files for name in NAMED.findall(one.read_text())}
    assert ("crisis/templates/crisis/incident.html", "editorial:again") in named
    assert sorted(found for found in named if found[1] not in known) == []
