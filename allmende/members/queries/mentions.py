"""Whom words of ours can name."""

from collections.abc import Sequence

from django.db.models import Case, IntegerField, Q, Value, When

from allmende.members.models import Identity
from allmende.team.models import Workspace

MOST_MENTIONED = 8
LONGEST_BEGUN = 80


def mentioned(workspace: Workspace, networks: Sequence[str], begun: str) -> list[tuple[str, str]]:
    """Handle and name of members in these networks whose handle, name or a further part of whose name begins so.

    Handles first, then names, then further parts; within these who was met last. At most `MOST_MENTIONED`; one query.
    """
    begun = begun.strip().lstrip("@")[:LONGEST_BEGUN]
    if not begun or "\0" in begun:
        return []
    written = {begun, begun.lower(), begun.capitalize(), begun.upper()}  # SQLite folds no umlauts
    by_handle, by_name, by_part = Q(), Q(), Q()
    for one in written:
        by_handle |= Q(handle__istartswith=one) | Q(handle__istartswith=f"@{one}")
        by_name |= Q(name__istartswith=one)
        by_part |= Q(name__icontains=f" {one}")
    there = [one for one in networks if "\0" not in one]
    met = Identity.objects.filter(
        by_handle | by_name | by_part, workspace=workspace, network__in=there, is_us=False,
        member__erased_at__isnull=True,
    ).exclude(handle="").exclude(handle__contains=" ")  # fmt: skip
    rank = Case(When(by_handle, then=0), When(by_name, then=1), default=Value(2), output_field=IntegerField())
    rows = met.order_by(rank, "-pk").values_list("handle", "name")[: 2 * MOST_MENTIONED]
    found: dict[str, str] = {}
    for handle, name in rows:  # the same handle in two networks is offered once
        found.setdefault(handle.lstrip("@"), name)
    return list(found.items())[:MOST_MENTIONED]
