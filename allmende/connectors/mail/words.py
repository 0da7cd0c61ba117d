"""The words of a letter: HTML to text, flowed lines joined (RFC 3676), where the quoted remainder and the signature begin."""

import re

import nh3

LONGEST = 200_000
_TAGS = {
    "a",
    "blockquote",
    "br",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ol",
    "p",
    "pre",
    "table",
    "td",
    "tr",
    "ul",
}
_KEPT_TAG = re.compile(r"<(/?)(\w+)(?: href=\"([^\"]*)\")?[^>]*>")
_MANY_BREAKS = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": " ", "&amp;": "&"}
_ENTITY = re.compile("|".join(_ENTITIES))
_ATTRIBUTION = re.compile(
    r"(?:Am|On|Le|Il|Op|El)\b.{3,200}\b(?:schrieb|wrote|a écrit|ha scritto|schreef|escribió)\b.{0,200}:\s*", re.DOTALL
)
_DIVIDER = re.compile(
    r"[-_ ]{0,10}(?:Original Message|Ursprüngliche Nachricht|Originalnachricht|Weitergeleitete Nachricht)\b.{0,40}"
)
_SENDER = re.compile(r"\*?(?:Von|From|De):\*? .{1,300}")
_SENT = re.compile(r"\*?(?:Gesendet|Sent|Datum|Date|Envoyé|An|To):\*? .{1,300}")


def text_of(html: str) -> str:
    """The words of a piece of HTML: paragraphs, list items, links with their address. Scripts and styles are no words."""
    flat = html[:LONGEST].encode("utf-8", "replace").decode().replace("\n", " ")
    safe = nh3.clean(flat, tags=_TAGS, attributes={"a": {"href"}}, link_rel=None)
    parts: list[str] = []
    position, address, shown_from = 0, "", 0
    for found in _KEPT_TAG.finditer(safe):
        parts.append(_plain(safe[position : found.start()]))
        position = found.end()
        is_end, tag = bool(found[1]), found[2]
        if tag == "a" and not is_end:
            address, shown_from = _plain(found[3] or ""), len(parts)
        elif tag == "a":
            parts.append(_address_beside("".join(parts[shown_from:]), address))
            address = ""
        else:
            parts.append(_break(tag, is_end=is_end))
    parts.append(_plain(safe[position:]))
    joined = _AROUND_BREAK.sub("\n", _BLANKS.sub(" ", "".join(parts)))
    return _MANY_BREAKS.sub("\n\n", joined).strip()


def flowed(text: str, *, drops_blank: bool) -> str:
    """Lines that a mail program broke softly, as one again."""
    lines: list[str] = []
    is_open = False
    for line in text.split("\n"):
        stuffed = line.removeprefix(" ")
        is_quoted = line.startswith(">")
        if is_open and not is_quoted:
            lines[-1] += stuffed
        else:
            lines.append(line if is_quoted else stuffed)
        is_open = stuffed.endswith(" ") and stuffed != "-- " and not is_quoted
        if is_open and drops_blank:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def lines_of(text: str) -> str:
    """A text with plain line ends, without control characters, bounded, without empty lines around it."""
    plain = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", plain).strip("\n ")


def parts_of(text: str) -> dict[str, int]:
    """Where in the text (in characters) its `signature` and its `quoted` remainder begin; whatever is not there is left out."""
    found: dict[str, int] = {}
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    quoted = next((number for number in range(len(lines)) if _begins_quote(lines, number)), None)
    if quoted is not None:
        found["quoted"] = starts[quoted]
    own = lines[:quoted]
    signature = next((number for number in reversed(range(len(own))) if own[number] in ("-- ", "--")), None)
    if signature is not None and signature:
        found["signature"] = starts[signature]
    return found


def _begins_quote(lines: list[str], number: int) -> bool:
    """Whether the other's words begin at this line and go on to the end."""
    line = lines[number]
    if line.startswith(">"):
        return all(one.startswith(">") or not one.strip() for one in lines[number : number + 200])
    if _DIVIDER.fullmatch(line.strip()):
        return True
    if _SENDER.fullmatch(line.strip()) and number + 1 < len(lines) and _SENT.fullmatch(lines[number + 1].strip()):
        return True
    # The attribution may be broken over two lines; the others' words follow it.
    for length in (1, 2):
        rest = [one for one in lines[number + length : number + length + 3] if one.strip()]
        if _ATTRIBUTION.fullmatch("\n".join(lines[number : number + length])):
            return not rest or rest[0].startswith(">")
    return False


def _break(tag: str, *, is_end: bool) -> str:
    if tag == "br":
        return "\n"
    if tag in ("li", "td"):
        return " " if is_end else ("\n- " if tag == "li" else "")
    if tag in ("div", "tr"):
        return "\n"
    return "\n\n"


def _address_beside(shown: str, address: str) -> str:
    """A link's address, where its words do not say it."""
    is_said = not address.startswith(("https://", "http://")) or address.split("://")[1].rstrip("/") in shown
    return "" if is_said else f" ({address})"


def _plain(piece: str) -> str:
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], piece)
