"""What a server says about itself -> what it can do. Everything may be missing, and names differ from server to server."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allmende.connectors.abilities import Budget, Counting, FilmAbility, Idempotency, MediaAbility

MASTODON = "mastodon"
KEY_LIFE = timedelta(hours=1)
# 300 posts in three hours (its RateLimiter), and half of the 300 questions in five minutes it grants an account.
BUDGETS = (Budget(300, timedelta(hours=3)), Budget(150, timedelta(minutes=5)))
# What Mastodon takes since version 4.0; others say so themselves.
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
FILMS = ("video/mp4", "video/webm")
# What Mastodon took before version 4.0; later ones say that they take more.
FILM_BYTES = 40 * 2**20
_COMPATIBLE = re.compile(r"\(compatible; *([\w.-]{1,40}) *([^)]{0,60})\)")
_SLASHED = re.compile(r"([A-Za-z][\w.-]{0,40})/(\S{1,60})")
_PLAIN = re.compile(r"[1-9]\d{0,3}\.\d")


def software(version: str) -> tuple[str, str]:
    """Name (lower case) and version in a version string: "4.6.4", "4.3.0+glitch", "2.7.2 (compatible; Pleroma 2.6.0)",
    "name/0.11.0". Whoever is not plainly Mastodon is "other": its promises are not ours to assume."""
    version = version.strip()[:200]
    for shape in (_COMPATIBLE, _SLASHED):
        if found := shape.search(version):
            return found[1].lower(), found[2].strip()
    return (MASTODON if _PLAIN.match(version) else "other"), version


def limits(instance: Mapping[str, Any]) -> dict[str, Any]:
    """The server's measures, as kept in the settings at log-in: `characters`, `link`, `media`, `media_bytes`,
    `media_types`, `film_bytes`, `film_types`, `alt_characters`; without those it does not name."""
    configuration = _part(instance, "configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    named = {
        "characters": _number(statuses.get("max_characters")) or _number(instance.get("max_toot_chars")),
        "link": _number(statuses.get("characters_reserved_per_url")),
        "media": _number(statuses.get("max_media_attachments")) or _number(instance.get("max_media_attachments")),
        "media_bytes": _number(media.get("image_size_limit")) or _number(instance.get("upload_limit")),
        "film_bytes": _number(media.get("video_size_limit")) or _number(instance.get("upload_limit")),
        "alt_characters": _number(media.get("description_limit")) or _number(instance.get("description_limit")),
    }
    found: dict[str, Any] = {name: value for name, value in named.items() if value}
    types = media.get("supported_mime_types")
    if isinstance(types, list):
        named_types = {one for one in types if isinstance(one, str)}
        found["media_types"] = sorted(one for one in named_types if one.startswith("image/"))[:50]
        found["film_types"] = sorted(one for one in named_types if one.startswith("video/"))[:50]
    return found


def counting(name: str, kept: Mapping[str, Any]) -> Counting:
    """How the server counts. Mastodon counts graphemes, 23 for a link and of a far mention the name; of others we know
    what they say, and count too much rather than too little."""
    maximum = _number(kept.get("characters")) or 500
    if name == MASTODON:
        return Counting("graphemes", maximum, _number(kept.get("link")) or 23, short_mentions=True)
    # They name a length for links as Mastodon does, and then count them as written.
    return Counting("characters", maximum)


def budgets(name: str) -> tuple[Budget, ...]:
    """How often an account may speak; its kin state nothing of the kind."""
    return BUDGETS if name == MASTODON else ()


def media_ability(kept: Mapping[str, Any]) -> MediaAbility:
    """Pictures, and films, which have limits of their own; a server that names its types and no film among them takes none."""
    types, film_types = kept.get("media_types"), kept.get("film_types")
    films = frozenset(film_types if isinstance(film_types, list) else FILMS)
    return MediaAbility(
        maximum=_number(kept.get("media")) or 4,
        types=frozenset(types if isinstance(types, list) and types else PICTURES),
        maximum_bytes=_number(kept.get("media_bytes")) or 8 * 2**20,
        alt_text="optional",
        alt_maximum=_number(kept.get("alt_characters")) or 1_500,
        films=FilmAbility(films, _number(kept.get("film_bytes")) or FILM_BYTES) if films else None,
    )


def idempotency(name: str) -> Idempotency:
    """Mastodon keeps a key for an hour. Of others nobody knows: there only the list of our own posts counts."""
    if name == MASTODON:
        return Idempotency("key", KEY_LIFE, can_list_own=True)
    return Idempotency("none", can_list_own=True)


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _number(value: Any) -> int:
    """A count from 1 to a billion, else 0."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10**9
    return value if is_number else 0
