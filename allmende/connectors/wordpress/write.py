"""Neutral -> WordPress's language, and whether what stands there is what we wanted to say.

A post is a row of blocks, as WordPress's own editor writes them; a comment is plain text, which WordPress itself sets in
paragraphs and links. Nothing of a text is markup, a shortcode or a block.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.markup import paragraphs, words
from allmende.connectors.neutral import Draft

# wp_comments.comment_content, as wp_get_comment_fields_max_lengths has it.
COMMENT_BYTES = 65_525
_PICTURES = re.compile(r"<!-- wp:image\b.*?<!-- /wp:image -->", re.DOTALL)
# A paragraph as we write it: lines, and addresses that are links to themselves.
_PLAIN = re.compile(
    r"<!-- wp:paragraph\b[^>]*-->\s*<p\b[^>]*>(?:[^<]|<br\b[^>]*>|<a\b[^>]*>https?://[^<]*</a>)*</p>\s*<!-- /wp:paragraph -->",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture: its number, where it is shown, its alternative text."""

    number: int
    url: str
    alt: str


def post(draft: Draft, pictures: Sequence[Picture], categories: Sequence[int]) -> dict[str, Any]:
    """The body of a post: the first picture is the featured one, which themes show above the text, the others follow it."""
    blocks = [_block("paragraph", f"<p>{_inert(part)}</p>") for part in paragraphs(normal(draft.text))]
    blocks += [_picture(one) for one in pictures[1:]]
    said: dict[str, Any] = {
        "title": html.escape(normal(draft.title), quote=False),
        "content": "\n\n".join(blocks),
        "status": "publish",
    }
    if pictures:
        said["featured_media"] = pictures[0].number
    if categories:
        said["categories"] = list(categories)
    return said


def edited_post(draft: Draft, row: Mapping[str, Any]) -> dict[str, Any]:
    """The change that gives a post (context `edit`) other words: below them the pictures that stand in it.

    Refused ("would_lose") where it holds more than plain words and pictures, as somebody set it at the site, or does not show.
    """
    content = row.get("content")
    raw = content.get("raw") if isinstance(content, Mapping) else None
    if not isinstance(raw, str) or _PLAIN.sub("", _PICTURES.sub("", raw)).strip():
        raise Refused("would_lose")
    blocks = [_block("paragraph", f"<p>{_inert(part)}</p>") for part in paragraphs(normal(draft.text))]
    blocks += _PICTURES.findall(raw)
    said = {"content": "\n\n".join(blocks)}
    return said | ({"title": html.escape(normal(draft.title), quote=False)} if draft.title.strip() else {})


def comment(draft: Draft, post_number: int, parent: int) -> dict[str, Any]:
    """The body of a comment below a post, or below another comment (`parent`, else 0)."""
    said: dict[str, Any] = {"post": post_number, "content": comment_content(draft)}
    return said | ({"parent": parent} if parent else {})


def comment_content(draft: Draft) -> str:
    """The words of a comment as they are stored."""
    return html.escape(normal(draft.text).strip(), quote=False)


def normal(text: str) -> str:
    """One way to write each letter, one kind of line end."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def is_same_post(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post at the site (context `edit`) is what this draft would have become."""
    title, content = str(row["title"].get("raw") or ""), str(row["content"].get("raw") or "")
    return (
        likeness(words(title)) == likeness(draft.title)
        and likeness(words(content)) == likeness(draft.text)
        and bool(row.get("featured_media")) == bool(draft.media)
    )


def is_same_comment(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a comment is what this draft would have become. Who is no moderator sees it only as it is shown, with other
    quotes and dashes: then letters and digits decide."""
    parent, post_number = int(row.get("parent") or 0), int(row["post"])
    place = f"comment-{parent}" if parent else f"post-{post_number}"
    if draft.reply_to is None or draft.reply_to.native_id != place:
        return False
    content = row["content"]
    if raw := content.get("raw"):
        return likeness(words(str(raw).replace("\n", "<br>"))) == likeness(draft.text)
    return _letters(words(str(content.get("rendered") or ""))) == _letters(normal(draft.text))


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(normal(text).split())


def _inert(part: str) -> str:
    """What stands in brackets would be run as a shortcode."""
    return part.replace("[", "&#91;").replace("]", "&#93;")


def _picture(picture: Picture) -> str:
    alt, url = html.escape(picture.alt), html.escape(picture.url)
    figure = f'<figure class="wp-block-image"><img src="{url}" alt="{alt}" class="wp-image-{picture.number}"/></figure>'
    return _block("image", figure, f' {{"id":{picture.number}}}')


def _block(name: str, inner: str, values: str = "") -> str:
    return f"<!-- wp:{name}{values} -->\n{inner}\n<!-- /wp:{name} -->"


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
