"""A definition as a file people and programs can read, JSON or YAML, and back again with every fault in words."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import yaml
from django.utils.translation import gettext

from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries.definitions import name_of
from allmende.behaviours.queries.exports import Export
from allmende.behaviours.queries.faults import fault_words
from allmende.ledger.definition_check import Fault, check_definition

LARGEST = 64 * 1024
# What a file may say beside the definition itself.
_BESIDE = ("name", "$schema")


class UnreadableDefinition(ValueError):
    """The file defines nothing that can be counted; `sentences` says each reason, with its place."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(self.sentences))


class _Plain(yaml.SafeLoader):
    """YAML without anchors: a few lines of them can unfold to gigabytes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem=gettext("aliases are not read"), problem_mark=self.peek_event().start_mark
            )
        return super().compose_node(parent, index)


def definition_file(definition: BehaviourDefinition, kind: str) -> Export:
    """The definition as a file of this kind, one of `FILES`."""
    values = {"name": name_of(definition), **definition.spec}
    write, content_type = FILES[kind]
    return Export(write(values).encode(), content_type, f"{definition.key}.{kind}")


def _as_json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _as_yaml(values: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(values, allow_unicode=True, sort_keys=False))


FILES: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], str]] = {
    "json": (_as_json, "application/json; charset=utf-8"),
    "yaml": (_as_yaml, "application/yaml; charset=utf-8"),
}


def read_definition(content: bytes) -> tuple[str, dict[str, Any]]:
    """Name ("" without one) and values of a definition in JSON or YAML. Raises UnreadableDefinition with every fault."""
    if len(content) > LARGEST:
        raise UnreadableDefinition(
            [gettext("The file is larger than %(size)d KB; no definition is.") % {"size": LARGEST // 1024}]
        )
    values = _parsed(content)
    if not isinstance(values, dict):
        raise UnreadableDefinition([gettext("The file holds no definition, which is a list of names with values.")])
    name = values.get("name") or ""
    spec = {"version": 1, **{str(key): value for key, value in values.items() if key not in _BESIDE}}
    sentences = fault_sentences(check_definition(spec))
    if not isinstance(name, str) or len(name) > 160:
        sentences = (gettext("“name” is a text of at most 160 letters."), *sentences)
    if sentences:
        raise UnreadableDefinition(sentences)
    return name.strip(), spec


def fault_sentences(faults: Iterable[Fault]) -> tuple[str, ...]:
    """Each fault as a sentence behind its place in the file."""
    return tuple(dict.fromkeys(f"{one.field}: {fault_words(one)}" for one in faults))


def _parsed(content: bytes) -> Any:
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, _Plain)  # noqa: S506 - a SafeLoader
    except UnicodeDecodeError:
        sentence = gettext("The file is no text in UTF-8.")
    except json.JSONDecodeError as fault:
        words = {"line": fault.lineno, "column": fault.colno}
        sentence = gettext("This is no JSON: look at line %(line)d, column %(column)d.") % words
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark
        words = {"line": mark.line + 1 if mark else 1, "column": mark.column + 1 if mark else 1}
        sentence = gettext("This is no YAML: look at line %(line)d, column %(column)d.") % words
    except (yaml.YAMLError, RecursionError, ValueError):
        sentence = gettext("The file can be read neither as JSON nor as YAML.")
    raise UnreadableDefinition([sentence])
