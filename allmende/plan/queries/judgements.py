"""Judgements of values, what came of those that ask for a change, and which wait for it (S0-05)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.catalogue import measure_word
from allmende.plan.models import Judgement, PlanVersion
from allmende.plan.queries.book_words import day
from allmende.plan.queries.facts import element_url
from allmende.team.models import Workspace

# A version that was given up, and a finding or an event that was taken back, are nothing that came of it.
_GONE = Q(version__isnull=True) | Q(version__state=states.DISCARDED)
_UNNOTED = Q(finding__isnull=True) | Q(finding__archived_at__isnull=False)
# What can come of a judgement: one of these.
CAME_OF_IT = ("version", "finding", "event")
_NOTHING_HAPPENED = Q(event__isnull=True) | Q(event__archived_at__isnull=False)


@dataclass(frozen=True)
class JudgedRow:
    """A judgement that asks for a change, with the element it is about; nothing came of it so far."""

    judgement: Judgement
    about: str
    url: str


def open_judgements(workspace: Workspace) -> "QuerySet[Judgement]":
    """Values that wait for a judgement, the oldest first."""
    return Judgement.objects.filter(workspace=workspace, answer="").select_related("asked").order_by("created_at")


def judgements_of(workspace: Workspace, key: str) -> tuple[Judgement, ...]:
    """What was asked and judged about an element, the newest first."""
    rows = Judgement.objects.filter(workspace=workspace, key=key)
    rows = rows.select_related("asked", "judged_by", "version", "finding", "event")
    return tuple(rows.order_by("-period_end", "-created_at")[:12])


def unmet_changes(workspace: Workspace, names: Mapping[str, str]) -> tuple[JudgedRow, ...]:
    """Judged to change something, and nothing came of it: the oldest first. One query."""
    return tuple(
        JudgedRow(one, names.get(one.key, ""), element_url(workspace, one.key) if one.key in names else "")
        for one in _unmet(workspace).select_related("judged_by").order_by("judged_at")
    )


def has_unmet_changes(workspace: Workspace) -> bool:
    """Is there a judgement that asks for a change, of which nothing came?"""
    return _unmet(workspace).exists()


def _unmet(workspace: Workspace) -> "QuerySet[Judgement]":
    return Judgement.objects.filter(_GONE & _UNNOTED & _NOTHING_HAPPENED, workspace=workspace, answer=states.CHANGE)


def judged_for(version: PlanVersion) -> tuple[Judgement, ...]:
    """The judgements this version was begun for, the newest first."""
    return tuple(version.judgements.select_related("judged_by").order_by("-judged_at"))


def is_met(judgement: Judgement) -> bool:
    """Did a draft that still counts, or a finding or an event that still stands, come of it?"""
    version = judgement.version
    has_version = version is not None and version.state != states.DISCARDED
    return has_version or any(
        one is not None and one.archived_at is None for one in (judgement.finding, judgement.event)
    )


def seen_in_words(judgement: Judgement) -> str:
    """The measure and the day of the value, as a source is named: "Survey of 12 May"."""
    told = {"source": measure_word(judgement.source), "day": day(judgement.period_end)}
    return _("%(source)s of %(day)s") % told


def as_event(judgement: Judgement | None) -> dict[str, object]:
    """What is known of the event behind a judged value: the reason that was given, the day of the value."""
    if judgement is None:
        return {}
    return {"what": judgement.reason[:300], "occurred_date": judgement.workspace.day_at(judgement.period_start)}
