"""Servers say what they are in many ways; what they do not say is not assumed."""

from datetime import timedelta
from typing import Any

import pytest

from allmende.connectors.mastodon import instance


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("4.6.4", "mastodon"),
        ("4.3.0+glitch", "mastodon"),
        ("4.4.0-nightly.2026-01-01", "mastodon"),
        ("2.7.2 (compatible; Pleroma 2.6.0)", "pleroma"),
        ("4.2.1 (compatible; Iceshrimp.NET 2024.1)", "iceshrimp.net"),
        ("2.8.0 (compatible; Friendica )", "friendica"),
        ("name/0.11.0", "name"),
        ("0.19.1 git-4b5f2d", "other"),
        ("", "other"),
        ("()" * 10_000, "other"),
        ("a" * 100_000, "other"),
    ],
)
def test_a_version_names_its_software(version: str, name: str) -> None:
    assert instance.software(version)[0] == name


def test_only_mastodon_is_trusted_to_keep_keys() -> None:
    assert instance.idempotency("mastodon").valid_for == timedelta(hours=1)
    assert instance.idempotency("pleroma").kind == "none"
    assert instance.idempotency("pleroma").can_look


@pytest.mark.parametrize(
    ("told", "limits"),
    [
        ({}, {}),
        ({"max_toot_chars": 5_000, "upload_limit": 16_000_000}, {"characters": 5_000, "media_bytes": 16_000_000, "film_bytes": 16_000_000}),
        ({"configuration": {"statuses": {"max_characters": "viele", "max_media_attachments": -1}}}, {}),
        ({"configuration": {"statuses": {"max_characters": True}}}, {}),
        ({"configuration": ["nichts"]}, {}),
        ({"configuration": {"media_attachments": {"supported_mime_types": ["image/png", 7, "audio/ogg"]}}}, {"media_types": ["image/png"], "film_types": []}),
        (
            {"configuration": {"media_attachments": {"supported_mime_types": ["video/mp4", "video/quicktime"], "video_size_limit": 103_809_024}}},
            {"media_types": [], "film_types": ["video/mp4", "video/quicktime"], "film_bytes": 103_809_024},
        ),
    ],
)  # fmt: skip
def test_measures_are_taken_where_they_make_sense(told: dict[str, Any], limits: dict[str, Any]) -> None:
    assert instance.limits(told) == limits


def test_other_maxima_count_from_the_settings() -> None:
    kept = {"characters": 5_000, "link": 25, "media": 16, "media_types": ["image/png"], "media_bytes": 1}
    counting, media = instance.counting("mastodon", kept), instance.media_ability(kept)
    assert (counting.rule, counting.maximum, counting.link_length) == ("graphemes", 5_000, 25)
    assert (media.maximum, media.types, media.maximum_bytes) == (16, frozenset({"image/png"}), 1)
    strict = instance.counting("name", {"link": 23})
    assert (strict.rule, strict.maximum, strict.link_length, strict.short_mentions) == ("characters", 500, None, False)
