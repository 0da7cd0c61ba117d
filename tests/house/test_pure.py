"""A pure part of a template names nothing but what it is given: no request, no token, no clock, on no branch."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import engines
from django.template.base import FilterExpression, Node, Template, TokenType, Variable
from django.template.defaulttags import CsrfTokenNode, NowNode
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode

from allmende.web.templatetags import house
from allmende.web.templatetags.pure import PureNode
from tools.environment import ROOT

NAMES = sorted(
    str(path.relative_to(folder)) for folder in ROOT.glob("allmende/*/templates") for path in folder.rglob("*.html")
)
ALWAYS = {"True", "False", "None", "forloop"}
# They read the clock unless they are told the day.
CLOCKS = {house.due_clock}
SKIPPED = {"token", "origin", "engine", "parser", "render_context", "_known", "_resolved_paths", "active_library"}
# What nodes call the names they make themselves.
BINDERS = ("asvar", "target_var", "variable", "var_name", "countervar")


def compiled(name: str) -> Template:
    return engines["django"].get_template(name).template


def inside(thing: Any, seen: set[int] | None = None, is_deep: bool = True) -> Iterator[Any]:
    """Everything a node consists of, included templates and components among it; of pure parts inside only what they are
    given, unless the look is deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen or isinstance(thing, str | int | type(None)):
        return
    seen.add(id(thing))
    yield thing
    for part in given_to(thing) if isinstance(thing, PureNode) and not is_deep else parts_in(thing):
        if not callable(part) or isinstance(part, Node):
            yield from inside(part, seen, is_deep)


def given_to(part: PureNode) -> list[Any]:
    return list(part.given.values())


def parts_in(thing: Any) -> list[Any]:
    """What a thing consists of."""
    match thing:
        case dict():
            return list(thing.values())
        case list() | tuple() | set():
            return list(thing)
        case FilterExpression():
            return [thing.var, *[argument for _, arguments in thing.filters for argument in arguments]]
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    named = getattr(thing, "__dict__", {}) | {name: getattr(thing, name, None) for name in slots}
    return [part for name, part in named.items() if name not in SKIPPED] + loaded_by(thing)


def loaded_by(thing: Any) -> list[Any]:
    """The template a node brings in."""
    if isinstance(thing, IncludeNode) and isinstance(thing.template.var, str):
        return [compiled(thing.template.var).nodelist]
    if type(thing).__name__ == "CottonComponentNode":
        return [compiled(f"cotton/{thing.component_name}.html".replace("-", "_")).nodelist]
    return []


def faults(part: PureNode) -> set[str]:
    """What is wrong with a pure part, in words."""
    found, used, bound = set(), set(), set(part.given) | ALWAYS
    for thing in inside(part.nodelist, is_deep=False):
        match thing:
            case CsrfTokenNode() | NowNode() | BlockNode():
                found.add(type(thing).__name__)
            case SimpleNode() if thing.takes_context:
                found.add(f"the tag {thing.func.__name__}")
            case FilterExpression():
                found |= {one.__name__ for one, arguments in thing.filters if one in CLOCKS and not arguments}
            case BlockTranslateNode():
                words = [one for one in (*thing.singular, *thing.plural) if one.token_type == TokenType.VAR]
                used |= {one.contents.split("|")[0] for one in words}
            case Variable() if thing.lookups:
                used.add(thing.lookups[0])
        for name in BINDERS:
            bound |= {value for value in [getattr(thing, name, None)] if isinstance(value, str)}
        bound |= set(getattr(thing, "loopvars", None) or ())
        bound |= set(getattr(thing, "extra_context", None) or ())
        if type(thing).__name__ == "CottonComponentNode":
            bound |= {name.lstrip(":") for name in thing.attrs} | {"slot", "attrs"}
        if type(thing).__name__ == "CottonVarsNode":
            bound |= {one.accessible_key for one in thing._prepared_vars} | set(thing.empty_vars)
    return found | (used - bound)


def parts_of(template: Template) -> list[PureNode]:
    return [thing for thing in inside(template.nodelist) if isinstance(thing, PureNode)]


@pytest.mark.parametrize("name", NAMES)
def test_pure_parts_use_only_what_they_are_given(name):
    wrong = {part.token.contents[:80]: faults(part) for part in parts_of(compiled(name))}
    assert not {part: found for part, found in wrong.items() if found}


@pytest.mark.parametrize(
    ("inner", "fault"),
    [
        ("{% if one %}{{ request.path }}{% endif %}", "request"),
        ("{% csrf_token %}", "CsrfTokenNode"),
        ("{% for a in one %}{% now 'H' %}{% endfor %}", "NowNode"),
        ("{{ one|due_clock }}", "due_clock"),
        ("{% theme as chosen %}", "the tag theme"),
        ("{% blocktrans with b=two %}{{ b }}{% endblocktrans %}", "two"),
        ("{% blocktrans %}{{ three }}{% endblocktrans %}", "three"),
        ('{% include "web/toasts.html" %}', "messages"),
        ("{% pure two=two %}{{ two }}{% endpure %}", "two"),
    ],
)
def test_the_check_finds_what_a_part_was_not_given(inner, fault):
    (first, *_) = parts_of(
        engines["django"]
        .from_string("{% load pure house shell %}{% pure one=one %}" + inner + "{% endpure %}")
        .template
    )
    assert fault in faults(first)


def test_there_are_pure_parts():
    assert (
        sum(len(parts_of(compiled(name))) for name in ("inbox/rows.html", "web/today.html", "editorial/month.html"))
        > 10
    )
