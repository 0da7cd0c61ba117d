"""Take the names of somebody forgotten out of what others wrote."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import JSONField, Model, Q, QuerySet

from allmende.team.models import AuditDetail, Mail, Notice, Workspace

GAP = "[…]"
# The longest stretch of a name that every database finds in any case; a shorter one would be found everywhere
_PLAIN = re.compile(r"[A-Za-z0-9 .@-]+")
LEAST_PLAIN = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Texts of a table in which somebody may be named: its `fields`, with blanks between, and the way to its workspace."""

    model: type[Model]
    workspace: str
    fields: str


def blank_places(*, workspace: Workspace, places: Iterable[Place], names: Sequence[str]) -> int:
    """Put a gap where these names stand in all these places, in a copy to practise in too; how many rows changed. What the
    database keeps for ever stays."""
    homes = with_copy(workspace)
    return sum(_blank_place(place, homes, names) for place in places)


def with_copy(workspace: Workspace) -> list[Workspace]:
    """The workspace, and the copy that was made of its words to practise in."""
    return [workspace, *Workspace.objects.filter(rehearsal_of=workspace)]


def _blank_place(place: Place, homes: Sequence[Workspace], names: Sequence[str]) -> int:
    rows: QuerySet[Any] = QuerySet(place.model).filter(**{f"{place.workspace}__in": homes})
    found = naming(rows=rows, fields=place.fields.split(), names=names)
    return sum(_put(rows.filter(pk=pk), new) or _put_one_by_one(rows.filter(pk=pk), new) for pk, new in found.items())


def _put(row: QuerySet[Any], new: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            return bool(row.update(**new))
    except IntegrityError:
        return False  # frozen: it says what was agreed, and by whom


def _put_one_by_one(row: QuerySet[Any], new: dict[str, Any]) -> bool:
    """Where one is frozen, the others are not; what bears a name that stands once only gets a gap of its own."""
    changed = [_put(row, {name: value}) or _put(row, {name: _own_gap(row, name, value)}) for name, value in new.items()]
    return any(changed)


def _own_gap(row: QuerySet[Any], name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    own = value.replace(GAP, f"{GAP} {str(row.values_list('pk', flat=True).get())[:8]}")
    return own[: row.model._meta.get_field(name).max_length]


def blank_names(*, rows: QuerySet[Any], fields: Sequence[str], names: Sequence[str], **more: Any) -> int:
    """Put a gap where these names stand in `fields` (texts or JSON) of `rows`; how many rows changed. `more` is written too."""
    found = naming(rows=rows, fields=fields, names=names)
    for pk, new in found.items():
        rows.filter(pk=pk).update(**new, **more)
    return len(found)


def naming(*, rows: QuerySet[Any], fields: Sequence[str], names: Sequence[str]) -> dict[Any, dict[str, Any]]:
    """The rows in whose `fields` these names stand, by id: what would stand there without them, field by field."""
    if not names:
        return {}
    pattern, found = _pattern(names), {}
    holding = rows.filter(_holds(rows.model, fields, names)).order_by("pk")
    for pk, *values in holding.values_list("pk", *fields):
        new = {name: _blanked(value, pattern) for name, value in zip(fields, values, strict=True)}
        if changed := {name: new[name] for name, value in zip(fields, values, strict=True) if new[name] != value}:
            found[pk] = changed
    return found


def _holds(model: type[Model], fields: Sequence[str], names: Sequence[str]) -> Q:
    wanted = Q()
    for field in fields:
        is_json = isinstance(model._meta.get_field(field), JSONField)
        for part in (part for name in names for part in _tellings(name)):
            wanted |= Q(**{f"{field}__icontains": part})
            if is_json and (written := json.dumps(part)[1:-1]) != part:
                wanted |= Q(**{f"{field}__icontains": written})
        if not is_json and connection.vendor == "sqlite":  # by expressions it knows the case of all letters
            for name in (name for name in names if _plain(name) == ""):
                wanted |= Q(**{f"{field}__iregex": re.escape(name)})
    return wanted


def _tellings(name: str) -> Sequence[str]:
    """What every text with this name holds, however its letters are cased: SQLite folds only those of ASCII."""
    if plain := _plain(name):
        return [plain]
    return list(dict.fromkeys((name, name.lower(), name.upper(), name.title(), name.capitalize())))


def _plain(name: str) -> str:
    """Its longest stretch of plain letters, "" if that is too short to tell it from others."""
    plain = max(_PLAIN.findall(name), key=len, default="")
    return plain if len(plain) >= LEAST_PLAIN else ""


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """A name of one plain word may be anybody's, and a number is no name: they count only as a mention."""
    parts = [
        rf"@{re.escape(name)}(?!\w)" if _is_common(name) else rf"@?(?<!\w){re.escape(name)}(?!\w)" for name in names
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


def _is_common(name: str) -> bool:
    return name.isalpha() or not any(letter.isalpha() for letter in name)


def _blanked(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(GAP, value)
    if isinstance(value, dict):
        return {name: _blanked(inner, pattern) for name, inner in value.items()}
    return [_blanked(inner, pattern) for inner in value] if isinstance(value, list) else value


def forget_names(*, workspace: Workspace, names: Sequence[str]) -> int:
    """Names of somebody forgotten leave the details of the audit book, notices and e-mails, a copy's too; the book's chain stays
    whole."""
    homes = with_copy(workspace)
    return (
        blank_names(rows=AuditDetail.objects.filter(row__workspace__in=homes), fields=("before", "after"), names=names)
        + blank_names(rows=Notice.objects.filter(person__workspace__in=homes), fields=("values",), names=names)
        + blank_names(rows=Mail.objects.filter(workspace__in=homes), fields=("subject", "body"), names=names)
    )
