"""A draft against declared abilities: what the network would refuse or cut, without asking it."""

from dataclasses import replace

from allmende.connectors.abilities import Abilities, Counting, CountingRule, MediaAbility
from allmende.connectors.neutral import Draft, Finding, Media, Severity
from allmende.domain import wording

_UNITS: dict[CountingRule, wording.Unit] = {
    "graphemes": "graphemes",
    "characters": "characters",
    "utf16_units": "utf16",
    "utf8_bytes": "bytes",
    "weighted": "weighted",
}


def text_length(counting: Counting, text: str) -> int:
    """How long the network finds this text, in its own unit."""
    rule = wording.CountingRule(_UNITS[counting.rule], counting.maximum, counting.link_length, counting.short_mentions)
    return wording.text_length(text, rule)


def check_draft(abilities: Abilities, draft: Draft) -> tuple[Finding, ...]:
    """Findings in the order a person reads the form: title, text, place, media."""
    if not abilities.can_send:
        return (Finding("cannot_send", "refuse", "channel"),)
    return (
        *_check_title(abilities.counting, draft),
        *_check_text(abilities.counting, draft),
        *_check_place(abilities, draft),
        *_check_media(abilities.media.of_answers if draft.reply_to else abilities.media, draft.media),
    )


def check_where_it_stands(abilities: Abilities, draft: Draft) -> tuple[Finding, ...]:
    """As `check_draft`. An answer is seen by whoever sees what it answers, so there its visibility is no question."""
    return check_draft(abilities, replace(draft, visibility="public") if draft.reply_to else draft)


def _check_title(counting: Counting, draft: Draft) -> list[Finding]:
    if not counting.has_title:
        return [Finding("title_dropped", "warn", "title")] if draft.title else []
    if draft.reply_to is not None:
        return []
    if not draft.title.strip():
        return [Finding("title_missing", "refuse", "title")]
    if counting.title_maximum is not None and len(draft.title) > counting.title_maximum:
        return [
            Finding(
                "title_too_long",
                "refuse",
                "title",
                {"length": len(draft.title), "maximum": counting.title_maximum},
            )
        ]
    return []


def _check_text(counting: Counting, draft: Draft) -> list[Finding]:
    if not draft.text.strip() and not draft.media:
        return [Finding("text_empty", "refuse", "text")]
    length = text_length(counting, draft.text)
    if counting.maximum is not None and length > counting.maximum:
        return [
            Finding(
                "text_too_long",
                "refuse",
                "text",
                {"length": length, "maximum": counting.maximum},
            )
        ]
    return []


def _check_place(abilities: Abilities, draft: Draft) -> list[Finding]:
    findings = []
    if draft.reply_to is not None and not abilities.can_thread:
        findings.append(Finding("cannot_reply", "refuse", "reply_to"))
    if draft.visibility not in abilities.visibilities:
        findings.append(
            Finding(
                "visibility_unknown",
                "refuse",
                "visibility",
                {"visibility": draft.visibility},
            )
        )
    return findings


def _check_media(ability: MediaAbility, media: tuple[Media, ...]) -> list[Finding]:
    if media and ability.has_no_upload:
        return [Finding("no_upload", "refuse", "media")]
    findings = []
    if len(media) > ability.maximum:
        values = {"number": len(media), "maximum": ability.maximum}
        findings.append(Finding("too_many_media", "refuse", "media", values))
    if len(media) > 1 and any(medium.is_film for medium in media) and ability.films:
        findings.append(Finding("film_not_alone", "refuse", "media"))
    for number, medium in enumerate(media, 1):
        findings += _check_film(ability, medium, number) if medium.is_film else _check_picture(ability, medium, number)
        if not medium.alt.strip() and ability.alt_text != "none":
            severity: Severity = "refuse" if ability.alt_text == "required" else "warn"
            which = {"number": number} | ({"is_film": True} if medium.is_film else {})
            findings.append(Finding("alt_text_missing", severity, "media", which))
    return findings


def _check_picture(ability: MediaAbility, medium: Media, number: int) -> list[Finding]:
    findings = []
    if medium.media_type not in ability.types:
        values = {"number": number, "media_type": medium.media_type}
        findings.append(Finding("media_type", "refuse", "media", values))
    if medium.weight > ability.maximum_bytes:
        values = {"number": number, "maximum": ability.maximum_bytes}
        findings.append(Finding("media_too_large", "refuse", "media", values))
    if ability.ratios and not _fits(medium, ability.ratios):
        findings.append(Finding("media_ratio", "refuse", "media", {"number": number}))
    if ability.is_fetched and not medium.url.startswith("https://"):
        findings.append(Finding("media_not_public", "refuse", "media", {"number": number}))
    return findings


def _check_film(ability: MediaAbility, medium: Media, number: int) -> list[Finding]:
    films = ability.films
    if films is None:
        return [Finding("no_films", "refuse", "media", {"number": number})]
    findings = []
    if medium.media_type not in films.types:
        values = {"number": number, "media_type": medium.media_type}
        findings.append(Finding("film_type", "refuse", "media", values))
    if medium.weight > films.maximum_bytes:
        megabytes = {"number": number, "megabytes": films.maximum_bytes // 1_000_000}
        findings.append(Finding("film_too_large", "refuse", "media", megabytes))
    if films.longest_seconds is not None and medium.seconds > films.longest_seconds:
        seconds = {"number": number, "length": round(medium.seconds), "maximum": films.longest_seconds}
        findings.append(Finding("film_too_long", "refuse", "media", seconds))
    return findings


def _fits(medium: Media, ratios: tuple[float, float]) -> bool:
    """Whether a picture is neither too wide nor too high; of one whose size nobody knows the network decides."""
    narrowest, widest = ratios
    return not medium.height or narrowest <= medium.width / medium.height <= widest
