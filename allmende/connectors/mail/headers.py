"""A letter's head (RFC 5322, 2047), read so that no head can break it: names and addresses, ids, whom to answer."""

import hashlib
import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

LONGEST_HEADER = 4_000
LONGEST_ID = 240
MOST_IDS = 200
# An id that can be looked for everywhere; others go by a name of ours.
_ID = re.compile(r"<([^<>\s]{1,998})>")
_PLAIN_ID = re.compile(rf"[!#-;=?-\[\]-~]{{1,{LONGEST_ID}}}")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,20}")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_CHARSET = re.compile(
    r"utf[-_]?(?:8|16|32)(?:[-_]?[lb]e)?|(?:us[-_]?)?ascii|iso[-_]?8859[-_]\d{1,2}|latin[-_]?\d|(?:windows|cp)[-_]?\d{3,4}"
    r"|koi8[-_][rut]|gb2312|gbk|gb18030|big5(?:hkscs)?|shift[-_]?jis|euc[-_](?:jp|kr)|iso[-_]2022[-_](?:jp|kr)"
    r"|mac[-_]?roman|tis[-_]?620",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address, the address in lower case; both may be ""."""

    name: str
    address: str


def decoded(content: bytes, charset: str) -> str:
    """Text in a charset that is named, or in the one it seems to be in. Never fails."""
    name = charset.strip().strip("\"'").lower()
    if _CHARSET.fullmatch(name):
        try:
            return content.decode("cp1252" if name in ("us-ascii", "ascii") and not content.isascii() else name)
        except (LookupError, UnicodeError):
            pass
    try:
        return content.decode()
    except UnicodeError:
        return content.decode("cp1252", "replace")


def header(letter: Message, name: str) -> str:
    """One header in one line, encoded words decoded; "" if there is none."""
    value = letter.get(name)
    return line(str(value)) if value is not None else ""


def line(written: str) -> str:
    """A header's value as people read it, without line breaks and control characters."""
    written = _unescaped(written[:LONGEST_HEADER])
    try:
        parts = decode_header(written)
    except (HeaderParseError, ValueError):
        return _BLANKS.sub(" ", written).strip()
    words = "".join(part if isinstance(part, str) else decoded(part, charset or "") for part, charset in parts)
    return _BLANKS.sub(" ", words).strip()


def people(letter: Message, name: str) -> list[Person]:
    """Whom a header names, each with an address one can write to."""
    written = [_unescaped(str(value))[:LONGEST_HEADER] for value in letter.get_all(name, [])[:20]]
    try:
        pairs = getaddresses([_BLANKS.sub(" ", value) for value in written])
    except (IndexError, RecursionError, TypeError, ValueError):
        return []
    found = (Person(line(shown)[:200], address) for shown, written in pairs if (address := address_of(written)))
    return list({person.address: person for person in found}.values())


def address_of(written: str) -> str:
    """An address in lower case, its domain as the network writes it; "" for what is none."""
    written = written.strip()
    if len(written) > 254 or not _ADDRESS.fullmatch(written):
        return ""
    local, _, domain = written.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return ""
    return f"{local}@{domain}".lower()


def ids(letter: Message, name: str) -> list[str]:
    """The Message-IDs a header names, in its order, as native ids."""
    value = letter.get(name)
    return [native_id(found) for found in _ID.findall(str(value)[: LONGEST_HEADER * 4])[:MOST_IDS]] if value else []


def native_id(message_id: str) -> str:
    """A Message-ID without its brackets as it stands; an unusual one by a name that is always the same."""
    if _PLAIN_ID.fullmatch(message_id):
        return message_id
    return f"unusual.{hashlib.sha256(message_id.encode('utf-8', 'surrogateescape')).hexdigest()[:40]}"


def can_be_sought(name: str) -> bool:
    """Whether a native id is a Message-ID, rather than a name of ours for one."""
    return bool(_PLAIN_ID.fullmatch(name)) and not name.startswith(("unusual.", "nameless.")) and "~" not in name


def _unescaped(value: str) -> str:
    """Bytes that came raw in a header are mostly UTF-8."""
    if value.isascii():
        return value
    return decoded(value.encode("utf-8", "surrogateescape"), "")
