"""Finds what is to be translated: in Python by its syntax tree, in templates by Django's own reading of them."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# name -> positions of (context, singular, plural) among the arguments
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[#0\- +]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z]")
_CALL_IN_TEMPLATE = re.compile(r"(?<![\w.])(?:_|n?p?gettext)\(")


@dataclass(frozen=True, order=True)
class Text:
    """One text to be translated; `plural` and `context` are empty where there is none."""

    context: str
    singular: str
    plural: str
    file: str


@dataclass(frozen=True)
class Fault:
    """Something the catalogue cannot hold."""

    place: str
    sentence: str


def texts_of(room: Path) -> tuple[list[Text], list[Fault]]:
    """All texts in a room's Python files and templates, in the order of the files, and what is wrong with them."""
    texts: list[Text] = []
    faults: list[Fault] = []
    for file in sorted(room.rglob("*")):
        name = file.relative_to(room).as_posix()
        if file.suffix == ".py" and "/migrations/" not in f"/{name}":
            found = texts_of_python(file.read_text(), name)
        elif file.suffix in (".html", ".txt") and "templates" in file.relative_to(room).parts:
            found = texts_of_template(file.read_text(), name)
        else:
            continue
        for one in found:
            texts.append(one) if isinstance(one, Text) else faults.append(one)
    faults += [Fault(text.file, fault) for text in texts for fault in unnamed_placeholders(text)]
    return texts, faults


def texts_of_python(source: str, name: str) -> Iterator[Text | Fault]:
    """Texts handed to a gettext function anywhere in Python `source`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node.func) in CALLS:
            yield _text(node, name)


def texts_of_template(source: str, name: str) -> Iterator[Text | Fault]:
    """Texts in `translate`, `blocktranslate` and `_()` of a Django template."""
    from django.utils.translation.template import templatize

    calls = templatize(source, origin=name)
    for start in _CALL_IN_TEMPLATE.finditer(calls):
        call = _call_at(calls, start.start())
        if call is not None:
            yield _text(call, name)


def unnamed_placeholders(text: Text) -> Iterator[str]:
    """A sentence for each placeholder without a name: word order differs between languages."""
    for part in (text.singular, text.plural):
        if any(name is None for name in percent_names(part)) or "" in brace_names(part):
            yield f"Placeholders need names, as in %(count)s: {part!r}"


def placeholders(part: str) -> set[str]:
    """Names of the placeholders in a text, of both kinds."""
    return {name or "" for name in percent_names(part)} | brace_names(part)


def percent_names(part: str) -> set[str | None]:
    """Names in `%(name)s`; None for a `%s` without one."""
    return {found["name"] for found in _PERCENT.finditer(part.replace("%%", ""))}


def brace_names(part: str) -> set[str]:
    """Names in `{name}`; an empty string for `{}` and `{0}`."""
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(part) if field is not None]
    except ValueError:
        return set()
    return {"" if not field or field.isdigit() else field for field in fields}


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _text(call: ast.Call, name: str) -> Text | Fault:
    positions = CALLS[_called(call.func)]
    parts = []
    for position in positions:
        argument = call.args[position] if position is not None and position < len(call.args) else None
        if position is None:
            parts.append("")
        elif isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            parts.append(argument.value)
        else:
            return Fault(
                f"{name}:{call.lineno}", "A translated text must be one literal: no f-string, no sum, no variable."
            )
    context, singular, plural = parts
    return Text(context, singular, plural, name)


def _call_at(source: str, start: int) -> ast.Call | None:
    end = source.find(")", start)
    while end != -1:
        try:
            parsed = ast.parse(source[start : end + 1], mode="eval").body
        except SyntaxError:
            end = source.find(")", end + 1)
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None
