"""A text's length where signs have weights: an address, an emoji and most signs of the west each count their own (twitter-text,
configuration 3)."""

import re
import unicodedata

# Each link counts 23, an emoji two, most signs of the west one, all others two.
LINK_LENGTH = 23
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
LONGEST_HOST, LONGEST_LABEL, LONGEST_LINK = 253, 63, 4096


def weighted_length(text: str) -> int:
    """How long such a network finds a text; where that is in doubt, rather too long."""
    whole, total, end, rest = unicodedata.normalize("NFC", text), 0, 0, []
    for found in _LINK.finditer(whole):
        address = found[0].rstrip(".,;:!?'’)]}…")
        if _is_host(found[1] or found[2]) and len(address) <= LONGEST_LINK:
            rest.append(whole[end : found.start()])
            end, total = found.start() + len(address), total + LINK_LENGTH
    without = "\n".join([*rest, whole[end:]])
    emoji = _EMOJI.findall(without)
    return total - len(rest) + 2 * len(emoji) + sum(_weight(sign) for sign in _EMOJI.sub("", without))


def _is_host(host: str) -> bool:
    """Whether a name can be one: its parts are short, also as they are written for machines."""
    labels = [label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in host.split(".")]
    return len(host) <= LONGEST_HOST and all(len(label) <= LONGEST_LABEL for label in labels)


def _weight(sign: str) -> int:
    return 1 if any(low <= ord(sign) <= high for low, high in _LIGHT) else 2
