"""Large JSON documents element by element: memory holds one element, a broken one costs itself and not the rest."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from allmende.connectors.archive.boxes import READ_ERRORS, TooPacked
from allmende.connectors.archive.told import Broken, cleaned

LONGEST_ELEMENT = 1_000_000
LONGEST_DOCUMENT = 16_000_000
CHUNK = 1 << 16
_SPACE = " \t\r\n\ufeff"
_BOUNDARY = re.compile(r'["\\{}\[\]]')
_TEXT_END = re.compile(r'["\\]')
_SUSPICIOUS = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_decode = json.JSONDecoder().raw_decode


class End(Exception):
    """The document ends here, where it should not: its reason code."""

    def __init__(self, reason_code: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code


def elements(file: BinaryIO) -> Iterator[tuple[str, int, Any]]:
    """Every element of every array at the top of the document, or one level below in an object.

    (key, number from 1, value), key "" in a document that is an array; other members of the object as (key, 0, value).
    A value may be a Broken: too large, not JSON, or the file ends in the middle (then it is the last).
    """
    text = _Text(file)
    try:
        opening = text.peek()
        if opening == "[":
            yield from _array(text, "")
        elif opening == "{":
            yield from _members(text)
        elif opening:
            yield "", 0, Broken("not_json")
    except End as end:
        yield "", 0, Broken(end.reason_code)


def document(file: BinaryIO) -> Any:
    """A whole document, at most LONGEST_DOCUMENT bytes. Raises Broken."""
    try:
        content = file.read(LONGEST_DOCUMENT + 1)
    except TooPacked:
        raise Broken("too_packed") from None
    except READ_ERRORS:
        raise Broken("file_cut") from None
    if len(content) > LONGEST_DOCUMENT:
        raise Broken("too_large", maximum=LONGEST_DOCUMENT)
    try:
        found = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        raise Broken("not_json") from None
    return cleaned(found) if b"\\u" in content and _SUSPICIOUS.search(content.decode("latin-1")) else found


class _Text:
    """A window over the file's text: `buffer` from `at` on is not read yet."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.buffer, self.at, self.is_over = "", 0, False

    def more(self) -> bool:
        """Read on; False at the end of the file."""
        if self.is_over:
            return False
        try:
            part = self._file.read(max(CHUNK, len(self.buffer) - self.at))
        except TooPacked:
            raise End("too_packed") from None
        except READ_ERRORS:
            raise End("file_cut") from None
        self.is_over = not part
        self.buffer = self.buffer[self.at :] + self._decoder.decode(part, final=not part)
        self.at = 0
        return bool(part)

    def peek(self) -> str:
        """The next sign that is no space, "" at the end."""
        while True:
            while self.at < len(self.buffer):
                if self.buffer[self.at] not in _SPACE:
                    return self.buffer[self.at]
                self.at += 1
            if not self.more():
                return ""

    def take(self, sign: str) -> bool:
        """Go past `sign` if it is next."""
        if self.peek() != sign:
            return False
        self.at += 1
        return True

    def value(self) -> Any:
        """The next value, or a Broken in place of one that cannot be read; stands behind it. Raises End."""
        self.peek()
        while True:
            try:
                found, end = _decode(self.buffer, self.at)
                if end < len(self.buffer) or self.is_over:
                    return self._taken(found, end)
            except RecursionError:
                return self._passed_over("not_json")
            except json.JSONDecodeError as error:
                if not self._is_incomplete(error):
                    return self._passed_over("not_json")
                if self.is_over:
                    raise End("file_cut") from None
            if len(self.buffer) - self.at > LONGEST_ELEMENT:
                return self._passed_over("")
            self.more()

    def _is_incomplete(self, error: json.JSONDecodeError) -> bool:
        """Whether more text might still make it a value: the decoder stumbled at the window's end."""
        return error.msg.startswith("Unterminated") or error.pos >= len(self.buffer) - len("\\uD83D")

    def _taken(self, found: Any, end: int) -> Any:
        raw, self.at = self.buffer[self.at : end], end
        if len(raw) > LONGEST_ELEMENT:
            return Broken("too_large", maximum=LONGEST_ELEMENT)
        return cleaned(found) if "\\u" in raw and _SUSPICIOUS.search(raw) else found

    def _passed_over(self, reason_code: str) -> Broken:
        """Behind a value that is broken or too large, by its brackets alone."""
        passed = self._skip()
        if not reason_code:
            reason_code = "too_large" if passed > LONGEST_ELEMENT else "not_json"
        return Broken(reason_code, maximum=LONGEST_ELEMENT) if reason_code == "too_large" else Broken(reason_code)

    def _skip(self) -> int:
        depth, in_text, passed = 0, False, 0
        while True:
            found = (_TEXT_END if in_text else _BOUNDARY).search(self.buffer, self.at)
            end = found.end() if found else len(self.buffer)
            passed += end - self.at
            self.at = end
            if found is None:
                if not self.more():
                    raise End("file_cut")
                continue
            sign = found.group()
            if sign == "\\":
                if self.at >= len(self.buffer) and not self.more():
                    raise End("file_cut")
                self.at += 1
            elif sign == '"':
                in_text = not in_text
            else:
                depth += 1 if sign in "{[" else -1
            if depth <= 0 and not in_text and sign != "\\":
                return passed


def _array(text: _Text, key: str) -> Iterator[tuple[str, int, Any]]:
    text.take("[")
    number = 0
    while not text.take("]"):
        number += 1
        yield key, number, text.value()
        if text.take(","):
            continue
        if text.peek() != "]":
            raise End("file_cut" if not text.peek() else "not_json")


def _members(text: _Text) -> Iterator[tuple[str, int, Any]]:
    text.take("{")
    while not text.take("}"):
        key = text.value()
        if not isinstance(key, str) or not text.take(":"):
            raise End("not_json" if text.peek() else "file_cut")
        if text.peek() == "[":
            yield from _array(text, key)
        else:
            yield key, 0, text.value()
        if text.take(","):
            continue
        if text.peek() != "}":
            raise End("file_cut" if not text.peek() else "not_json")
