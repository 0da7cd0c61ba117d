"""How X counts: by its own list of cases where that lies beside, and by what it must never find shorter."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from allmende.domain.weighing import weighted_length as length
from tests.conftest import SHARED

CASES = Path(SHARED, "data", "suites", "twitter_text", "validate.yml")
KINDS = ("WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest")


def cases() -> list[Any]:
    if not CASES.exists():
        return [pytest.param({}, marks=pytest.mark.skip(reason="twitter-text's validate.yml is not here"))]
    told = yaml.safe_load(CASES.read_text("utf-8"))["tests"]
    return [pytest.param(case, id=case["description"][:60]) for kind in KINDS for case in told[kind]]


@pytest.mark.parametrize("case", cases())
def test_it_counts_as_twitter_text_does(case: dict[str, Any]) -> None:
    assert length(case["text"]) == case["expected"]["weightedLength"]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("äöüß „Zitat“ – so…", 19),
        ("Siehe haus.de.", 6 + 23 + 1),
        ("https://haus.example/ein/langer/weg?a=1&b=2#c", 23),
        ("(https://haus.example/a)", 25),
        ("https://a.example https://b.example", 47),
        ("z.B. Datei.txt an x@haus.de", 27),
        ("👩‍🌾🇩🇪1️⃣❤️👍🏽", 10),
        ("漢字", 4),
        ("e\u0301", 1),
        ("", 0),
    ],
)
def test_links_emoji_and_signs_have_their_weight(text: str, weight: int) -> None:
    assert length(text) == weight
