"""Say of a row that the database would refuse what is wrong with it: which field, which value, and what is allowed (S0-24).

The limits are read from the columns and constraints themselves, so that a new one speaks without a sentence of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

LONGEST_VALUE = 60
Leaf = tuple[str, str, Any]


def out_of_range(where: str, column: "models.Field[Any, Any]", value: Any) -> str:
    """The sentence for a value that its column does not take."""
    return _off(where, column.name, value, _allowed_by(column))


def broken_limit(where: str, made: models.Model) -> str:
    """The sentence for the first limit of its table that this row breaks; empty if it breaks none."""
    for rule in made._meta.constraints:
        if not isinstance(rule, models.CheckConstraint):
            continue
        try:
            rule.validate(type(made), made)
        except ValidationError:
            return _broken(where, made, rule.condition)
    return ""


def said_twice(rows: Sequence[tuple[str, models.Model]]) -> str:
    """The sentence for the first two rows of a table of which there may be only one; empty if there are none."""
    for rule in rows[0][1]._meta.constraints if rows else ():
        if not isinstance(rule, models.UniqueConstraint) or not rule.fields:
            continue
        seen: dict[tuple[Any, ...], str] = {}
        for where, made in rows:
            told = tuple(_value(made, name) for name in rule.fields)
            if None in told or (rule.condition and not _holds(rule.condition, made)):
                continue
            if told in seen:
                fields = ", ".join(name for name in rule.fields if name != "workspace")
                values = {"one": seen[told], "other": where, "fields": fields}
                return _("rows %(one)s and %(other)s say the same in %(fields)s, which may stand there once") % values
            seen[told] = where
    return ""


def _broken(where: str, made: models.Model, condition: Any) -> str:
    leaves = list(_leaves(condition)) if isinstance(condition, Q) else []
    names = list(dict.fromkeys(name for name, _lookup, _value in leaves))
    if len(names) == 1 and (allowed := _range_of(leaves)):
        return _off(where, names[0], _value(made, names[0]), allowed)
    told = "; ".join(f"{name}: {_shown(_value(made, name))}" for name in names)
    table, _colon, number = where.partition(":")
    return _("in table %(table)s, row %(number)s, these values do not go together (%(told)s)") % {
        "table": table,
        "number": number,
        "told": told,
    }


def _off(where: str, field: str, value: Any, allowed: str) -> str:
    table, _colon, number = where.partition(":")
    told = {"table": table, "number": number, "field": field, "value": _shown(value), "allowed": allowed}
    return _("in table %(table)s, row %(number)s, %(field)s is %(value)s; allowed: %(allowed)s") % told


def _allowed_by(column: "models.Field[Any, Any]") -> str:
    if column.choices:
        return ", ".join(str(value) for value, _word in column.flatchoices if value != "")
    if isinstance(column, models.DecimalField):
        most = 10 ** (column.max_digits - column.decimal_places)
        return _range_of([(column.name, "lt", most)])
    leaves: list[Leaf] = []
    for rule in column.validators:
        if isinstance(rule, MinValueValidator | MaxValueValidator):
            leaves.append((column.name, "gte" if isinstance(rule, MinValueValidator) else "lte", rule.limit_value))
        elif isinstance(rule, MaxLengthValidator):
            return _("at most %(count)s characters") % {"count": rule.limit_value}
    return _range_of(leaves) or _("what its kind allows")


def _leaves(condition: Q) -> Iterator[Leaf]:
    """Field, lookup and value of each part of a condition; what is denied counts as a lookup of its own."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from (
                (name, f"not_{how}" if condition.negated else how, value) for name, how, value in _leaves(child)
            )
        elif isinstance(child, tuple):
            name, _gap, how = child[0].partition("__")
            yield name, f"not_{how or 'exact'}" if condition.negated else how or "exact", child[1]


def _range_of(leaves: Sequence[Leaf]) -> str:
    """What one field may be, in words; empty where its conditions are of another kind."""
    found = {how: value for _name, how, value in leaves}
    if any(isinstance(value, models.F) for value in found.values()):
        return ""
    low, high = found.get("gte"), found.get("lte")
    if "range" in found:
        low, high = found["range"]
    if "in" in found:
        return ", ".join(str(value) for value in found["in"] if value != "")
    if low is not None and high is not None:
        return _("%(low)s to %(high)s") % {"low": low, "high": high}
    if low is not None:
        return _("%(low)s or more") % {"low": low}
    if high is not None:
        return _("at most %(high)s") % {"high": high}
    if "gt" in found:
        return _("more than %(low)s") % {"low": found["gt"]}
    if "lt" in found:
        return _("less than %(high)s") % {"high": found["lt"]}
    return _("something, not nothing") if found.get("not_exact") == "" else ""


def _holds(condition: Q, made: models.Model) -> bool:
    names = {name for name, _how, _value in _leaves(condition)}
    return condition.check({name: _value(made, name) for name in names})


def _value(made: models.Model, name: str) -> Any:
    return getattr(made, made._meta.get_field(name).attname)  # type: ignore[union-attr]


def _shown(value: Any) -> str:
    text = "–" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
