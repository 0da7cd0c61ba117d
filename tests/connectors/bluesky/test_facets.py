"""Links, mentions and hashtags by their places in UTF-8."""

from itertools import pairwise

import pytest

from allmende.connectors.bluesky.facets import facets

KNOWN = {"mia.test": "did:plc:mia", "haus.bsky.social": "did:plc:haus"}


def found(text: str) -> list[tuple[str, str]]:
    """(words, what they mean) of each facet, by its bytes."""
    content = text.encode()
    told = []
    for facet in facets(text, lambda handle: KNOWN.get(handle, "")):
        index, (feature,) = facet["index"], facet["features"]
        meaning = feature.get("uri") or feature.get("did") or feature.get("tag")
        told.append((content[index["byteStart"] : index["byteEnd"]].decode(), str(meaning)))
    return told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Grüße 👩‍👩‍👧 @mia.test!", [("@mia.test", "did:plc:mia")]),
        ("(@Mia.Test) @haus.bsky.social.", [("@Mia.Test", "did:plc:mia"), ("@haus.bsky.social", "did:plc:haus")]),
        ("@niemand.test und post@mia.test und @mia.test.example", []),
        ("Sieh https://a.example/ä?b=1, dann.", [("https://a.example/ä?b=1", "https://a.example/ä?b=1")]),
        ("(https://de.example/Hafen_(Stadt))", [("https://de.example/Hafen_(Stadt)",) * 2]),
        ("„https://a.example“ https:// http://b.example…", [("https://a.example",) * 2, ("http://b.example",) * 2]),
        ("https://a.example/#teil @mia.test", [("https://a.example/#teil",) * 2, ("@mia.test", "did:plc:mia")]),
        (
            "#Hafenfest, #größe! (#eins) #2026 # #",
            [("#Hafenfest", "Hafenfest"), ("#größe", "größe"), ("#eins", "eins")],
        ),
        ("a#b ##c #" + "x" * 65, []),
        ("", []),
    ],
)
def test_what_a_text_means(text: str, told: list[tuple[str, str]]) -> None:
    assert found(text) == told


def test_facets_stand_in_order_and_never_overlap() -> None:
    places = [facet["index"] for facet in facets("#eins @mia.test https://a.example #zwei", KNOWN.__getitem__)]
    assert len(places) == 4
    assert all(one["byteEnd"] <= other["byteStart"] for one, other in pairwise(places))
