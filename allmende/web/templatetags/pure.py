"""Parts of pages that depend on nothing but a few values: drawn once, and remembered as long as there is room.

`{% pure row=row is_open=is_open %}...{% endpure %}` shows what is between the tags, which knows these values and nothing else: no
request, no token, no clock, none of the page's other names. So the same values in the same language, form of gender and time
zone look the same, whoever looks. See decision 15.
"""

from collections.abc import Callable, Hashable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from threading import Lock
from typing import Any
from uuid import UUID

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from allmende.team.catalogue import spoken

register = template.Library()

MOST_CHARACTERS = 16_000_000
# What a key weighs besides its fragment, roughly.
KEY_CHARACTERS = 2_000
_TURN = Lock()
PLAIN = frozenset({str, int, bool, float, type(None), date, datetime, time, timedelta, UUID, Decimal})


class NotPure(Exception):
    """A template asks for what it was not given, or was given what is no plain value: a mistake of ours."""


class Memory:
    """What was drawn, by all it depends on, in two halves: when the younger is full, what nobody asked for since goes.

    Threads may share it; two that draw the same at once keep it twice, which does no harm.
    """

    def __init__(self, most_characters: int = MOST_CHARACTERS) -> None:
        self.half = most_characters // 2
        self.forget()

    def forget(self) -> None:
        """Empty it: the next look draws everything anew."""
        self._young: dict[Hashable, SafeString] = {}
        self._old: dict[Hashable, SafeString] = {}
        self._characters = 0

    def get(self, key: Hashable) -> SafeString | None:
        """What was drawn for this key, or None. TypeError for a key that can change."""
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: Hashable, fragment: SafeString) -> None:
        """Remember a fragment for a while."""
        with _TURN:
            if self._characters > self.half:
                self._young, self._old, self._characters = {}, self._young, 0
            self._young[key] = fragment
            self._characters += len(fragment) + KEY_CHARACTERS


MEMORY = Memory()


class Given(Context):
    """A context that knows only what it was given, and says so instead of showing nothing for a name it does not know."""

    def __getitem__(self, name: Any) -> Any:
        for names in reversed(self.dicts):
            if name in names:
                return names[name]
        raise NotPure(f"A pure part of a template was not given {name!r}.")

    def get(self, name: Any, otherwise: Any = None) -> Any:
        """The value of a name it was given; there is no other."""
        return self[name]


class PureNode(template.Node):
    """A part of a template together with the values it is given."""

    def __init__(self, given: dict[str, FilterExpression], nodelist: NodeList) -> None:
        self.given = given
        self.nodelist = nodelist
        self._expressions = tuple(given.values())
        self._names = tuple(given)

    def render(self, context: Context) -> SafeString:
        """Remembered if the same values were shown before."""
        values = tuple([one.resolve(context) for one in self._expressions])
        # Equal is not enough: "a & b" may be HTML or words, 1 may be true.
        key = (self, spoken(), timezone.get_current_timezone(), tuple(map(type, values)), values)
        try:
            known = MEMORY.get(key)
        except TypeError:
            raise NotPure(f"A pure part of a template was given what can change, among {self._names}.") from None
        return self._drawn(context, key, values) if known is None else known

    def _drawn(self, context: Context, key: Hashable, values: tuple[Any, ...]) -> SafeString:
        for name, value in zip(self._names, values, strict=True):
            if type(value) is not SafeString:
                check_plain(name, value)
        inner = Given(dict(zip(self._names, values, strict=True)), autoescape=True)
        inner.template = context.template
        inner.render_context.template = context.template
        fragment = self.nodelist.render(inner)
        MEMORY.keep(key, fragment)
        return fragment


def check_plain(name: str, value: Any) -> None:
    """Refuse what may look different and be equal all the same (rows of the database, lazy words, ready HTML inside)."""
    kind = type(value)
    if kind in PLAIN:
        return
    inside = value if kind is tuple else _values_of(kind)(value)  # type: ignore[arg-type]  # classes are hashable
    if inside is None:
        raise NotPure(f"{name} is no plain value but {kind.__name__}; a pure part of a template takes none.")
    for one in inside:
        if type(one) not in PLAIN:
            check_plain(name, one)


@lru_cache(maxsize=256)
def _values_of(kind: Hashable) -> Callable[[Any], tuple[Any, ...] | None]:
    """What takes the values out of a frozen dataclass of this kind; out of anything else it takes None."""
    if not (isinstance(kind, type) and is_dataclass(kind)) or not getattr(kind, "__dataclass_params__").frozen:  # noqa: B009 - typed nowhere
        return lambda value: None
    names = [field.name for field in fields(kind)]
    return attrgetter(*names) if len(names) > 1 else lambda value: tuple(getattr(value, name) for name in names)


@register.tag
def pure(parser: Parser, token: Token) -> PureNode:
    """A part of a template that is given a few values by name and depends on nothing else."""
    name, *bits = token.split_contents()
    given = token_kwargs(bits, parser)
    if bits:
        raise template.TemplateSyntaxError(f"{name} takes values by name, as in row=row, and not {' '.join(bits)}.")
    nodelist = parser.parse(("endpure",))
    parser.delete_first_token()
    return PureNode(given, nodelist)
