"""What a network would refuse or cut is found without asking it, in the network's own measure."""

import pytest

from allmende.connectors.abilities import Abilities, Counting, MediaAbility
from allmende.connectors.checking import check_draft, text_length
from allmende.connectors.neutral import Draft, Media, Ref

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("counting", "text", "length"),
    [
        (Counting("characters"), "äöü", 3),
        (Counting("utf8_bytes"), "äöü", 6),
        (Counting("utf16_units"), "äa\u0308🌊", 4),
        (Counting("graphemes"), "a\u0308o", 2),
        (Counting("graphemes"), FAMILY, 1),
        (Counting("graphemes"), "\U0001f1e9\U0001f1ea\U0001f1e6\U0001f1f9", 2),
        (Counting("graphemes"), "\U0001f44d\U0001f3fd!", 2),
        (Counting("graphemes"), "a\r\nb", 3),
        (Counting("characters", link_length=23), "Siehe https://example.org/ein/sehr/langer/weg hier", 34),
        (Counting("characters"), "", 0),
    ],
)
def test_length_is_counted_as_the_network_does(counting: Counting, text: str, length: int) -> None:
    assert text_length(counting, text) == length


WHOLE = Abilities(
    counting=Counting("characters", 10, has_title=True, title_maximum=5),
    media=MediaAbility(1, frozenset({"image/png"}), 3, "required"),
    can_send=True,
)


@pytest.mark.parametrize(
    ("draft", "codes"),
    [
        (Draft("kurz", title="T"), []),
        (Draft("kurz"), ["title_missing"]),
        (Draft("kurz", title="zu lang"), ["title_too_long"]),
        (Draft("x" * 11, title="T"), ["text_too_long"]),
        (Draft("  ", title="T"), ["text_empty"]),
        (Draft("kurz", reply_to=Ref("1")), ["cannot_reply"]),
        (Draft("kurz", title="T", visibility="direct"), ["visibility_unknown"]),
        (Draft("", title="T", media=(Media("image/png", alt="Bild", content=b"abc"),)), []),
        (
            Draft("", title="T", media=(Media("image/gif", content=b"abcd"),) * 2),
            ["too_many_media", *["media_type", "media_too_large", "alt_text_missing"] * 2],
        ),
    ],
)
def test_findings_name_what_is_wrong(draft: Draft, codes: list[str]) -> None:
    findings = check_draft(WHOLE, draft)
    assert [finding.code for finding in findings] == codes
    assert all(finding.severity == "refuse" for finding in findings)


def test_what_is_only_cut_is_a_warning() -> None:
    without_title = Abilities(can_send=True, media=MediaAbility(1, frozenset({"image/png"}), 9, "optional"))
    draft = Draft("kurz", title="T", media=(Media("image/png"),))
    findings = check_draft(without_title, draft)
    assert [(finding.code, finding.severity) for finding in findings] == [
        ("title_dropped", "warn"),
        ("alt_text_missing", "warn"),
    ]


def codes(ability: MediaAbility, *media: Media) -> list[str]:
    abilities = Abilities(media=ability, can_send=True)
    return [finding.code for finding in check_draft(abilities, Draft("x", media=media))]


def test_a_network_that_fetches_pictures_wants_an_address_and_a_shape() -> None:
    fetching = MediaAbility(2, frozenset({"image/png"}), 9, is_fetched=True, ratios=(0.8, 1.91))
    square = Media("image/png", "https://haus.example/m/x", width=40, height=40)
    assert codes(fetching, square) == []
    assert codes(fetching, Media("image/png", "http://localhost/m/x", width=40, height=40)) == ["media_not_public"]
    for width, height, found in (
        (79, 100, ["media_ratio"]),
        (80, 100, []),
        (191, 100, []),
        (192, 100, ["media_ratio"]),
    ):
        picture = Media("image/png", square.url, width=width, height=height)
        assert codes(fetching, picture) == found
    assert codes(fetching, Media("image/png", square.url)) == []


def test_where_programs_upload_nothing_that_is_said_once() -> None:
    assert codes(MediaAbility(has_no_upload=True), Media("image/png"), Media("image/png")) == ["no_upload"]
    assert codes(MediaAbility(has_no_upload=True)) == []
