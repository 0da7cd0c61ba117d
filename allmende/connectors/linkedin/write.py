"""Neutral -> LinkedIn's language, and whether what stands there is what we wanted to say."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.http import standard
from allmende.connectors.linkedin import read
from allmende.connectors.linkedin.little import little, plain
from allmende.connectors.neutral import Card, Draft

# In characters.
LONGEST_POST, LONGEST_COMMENT, LONGEST_ALT = 3_000, 1_250, 4_086


def post(draft: Draft, us: str, images: Sequence[str], thumbnail: str = "") -> dict[str, Any]:
    """The body of a post for everybody. `images`: URNs of pictures that were uploaded; `thumbnail`: of its card's."""
    said = {
        "author": us,
        "commentary": little(words(draft)),
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    shown = [_image(urn, medium.alt) for urn, medium in zip(images, draft.media, strict=True)]
    if len(shown) == 1:
        said["content"] = {"media": shown[0]}
    elif shown:
        said["content"] = {"multiImage": {"images": shown}}
    elif draft.shown_card:
        said["content"] = {"article": article(draft.shown_card, thumbnail)}
    return said


def article(card: Card, thumbnail: str = "") -> dict[str, str]:
    """The card of a link; LinkedIn looks at no page for us."""
    shown = {"source": standard(card.url), "title": card.title, "description": card.description, "thumbnail": thumbnail}
    return {name: value for name, value in shown.items() if value}


def comment(draft: Draft, us: str, entity: str, parent: str) -> dict[str, Any]:
    """The body of a comment on `entity`; `parent`: the comment it stands below, "" for none."""
    said = {"actor": us, "object": entity, "message": {"text": words(draft)}}
    return said | ({"parentComment": parent} if parent else {})


def post_edited(draft: Draft) -> dict[str, Any]:
    """The change that gives a post other words."""
    return {"patch": {"$set": {"commentary": little(words(draft))}}}


def comment_edited(draft: Draft) -> dict[str, Any]:
    """The change that gives a comment other words."""
    return {"patch": {"message": {"$set": {"text": words(draft)}}}}


def words(draft: Draft) -> str:
    """The text as it is sent."""
    return unicodedata.normalize("NFC", draft.text)


def longest(draft: Draft) -> int:
    """How many characters this draft may have where it is to stand."""
    return LONGEST_COMMENT if draft.reply_to else LONGEST_POST


def is_same_post(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post says what this draft would have said."""
    commentary = plain(read.text_of(row, "commentary"))
    return likeness(commentary) == likeness(draft.text) and read.attached(row) == len(draft.media)


def is_same_comment(draft: Draft, row: Mapping[str, Any], us: str, parent: str) -> bool:
    """Whether a comment is ours, stands where it should and says what this draft would have said."""
    is_ours = read.text_of(row, "actor") == us and read.parent_of(row) == parent
    return is_ours and likeness(read.words(row)) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _image(urn: str, alt: str) -> dict[str, str]:
    return {"id": urn} | ({"altText": alt.strip()[:LONGEST_ALT]} if alt.strip() else {})
