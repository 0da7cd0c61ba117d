"""Neutral -> X's language, how it counts, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.fields import part_of
from allmende.connectors.neutral import Draft
from allmende.connectors.x.read import parent_of, words

# fundamentals/counting-characters: each link counts 23, an emoji two, most signs of the west one, all others two.
LONGEST, LINK_LENGTH = 280, 23
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = rf"(?:{_LABEL}\.)+[^\W\d_]{{2,63}}"
_NAMED = r"(?:[a-z]{2}|com|net|org|edu|gov|info|biz|app|dev|blog|shop|online|news|social|berlin|hamburg|koeln|wien|tirol|swiss)"
_PATH = r"[^\s<>\"“”„\u202a-\u202e\u2066-\u2069]*"
_LINK = re.compile(
    rf"https?://({_HOST})(?::\d{{1,5}})?(?:[/?#]{_PATH})?"
    rf"|(?<![\w@.$#/-])((?:{_LABEL}\.)+{_NAMED})(?![\w@-]|\.\w)(?::\d{{1,5}})?(?:/{_PATH})?",
    re.IGNORECASE,
)
_PART = "(?:[\U0001f000-\U0001faff\u231a-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299]|[\u00a9\u00ae\u203c\u2049\u2122\u2139-\u21aa](?=\ufe0f))"
_EMOJI = re.compile(
    "[0-9#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{2}"
    f"|{_PART}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?[\U000e0020-\U000e007f]*"
    f"(?:\u200d(?:{_PART}|[\u2640\u2642])[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?)*"
)
_CALLS = re.compile(r"\s*(?:@\w{1,15}\s+)+", re.ASCII)
LONGEST_HOST, LONGEST_LABEL, LONGEST_LINK = 253, 63, 4096


def post(draft: Draft, pictures: Sequence[str] = ()) -> dict[str, Any]:
    """The body of a post (posts/create-post); `pictures`: the numbers of what was uploaded for it."""
    said: dict[str, Any] = {"text": unicodedata.normalize("NFC", draft.text)}
    if pictures:
        said["media"] = {"media_ids": list(pictures)}
    return said | ({"reply": {"in_reply_to_tweet_id": draft.reply_to.native_id}} if draft.reply_to else {})


def length(text: str) -> int:
    """How long X finds a text (twitter-text, configuration 3); where that is in doubt, rather too long."""
    whole, total, end, rest = unicodedata.normalize("NFC", text), 0, 0, []
    for found in _LINK.finditer(whole):
        address = found[0].rstrip(".,;:!?'’)]}…")
        if _is_host(found[1] or found[2]) and len(address) <= LONGEST_LINK:
            rest.append(whole[end : found.start()])
            end, total = found.start() + len(address), total + LINK_LENGTH
    without = "\n".join([*rest, whole[end:]])
    emoji = _EMOJI.findall(without)
    return total - len(rest) + 2 * len(emoji) + sum(_weight(sign) for sign in _EMOJI.sub("", without))


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post at the network is what this draft would have become. X puts names before an answer."""
    answered = draft.reply_to.native_id if draft.reply_to else ""
    # Of the post itself: what stands beside it in the answer may be missing.
    keys = part_of(row, "attachments").get("media_keys")
    is_as_full = (len(keys) if isinstance(keys, list) else 0) == len(draft.media)
    return parent_of(row) == answered and is_as_full and likeness(words(row)) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: names before it, blanks, a stroke at an address's end are no matter."""
    bare = _CALLS.sub("", f"{unicodedata.normalize('NFC', text)} ", count=1) if _CALLS.match(f"{text} ") else text
    return " ".join(part.rstrip("/") for part in unicodedata.normalize("NFC", bare).split())


def _is_host(host: str) -> bool:
    """Whether a name can be one: its parts are short, also as they are written for machines."""
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split(".")]
    return len(host) <= LONGEST_HOST and all(len(label) <= LONGEST_LABEL for label in labels)


def _weight(sign: str) -> int:
    return 1 if any(low <= ord(sign) <= high for low, high in _LIGHT) else 2
