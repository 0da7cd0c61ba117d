"""Decisions for screens: the list, one page, and those about a plan element (S0-11, S0-25)."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from allmende.domain.decision_check import read_programme
from allmende.plan import states
from allmende.plan.models import DecisionCheck
from allmende.plan.queries.decision_checks import check_against_plan, ground_of
from allmende.plan.queries.promises import compare_request
from allmende.team.access import may
from allmende.team.models import Person
from allmende.team.queries import holders_of


@dataclass(frozen=True)
class DecisionPage:
    """One decision: what the check says (frozen once looked over), what may be done next, names of its elements."""

    check: DecisionCheck
    result: dict[str, Any]
    comparison: dict[str, Any]
    links: tuple[tuple[str, str, str], ...]
    is_live: bool
    can_edit: bool
    can_check: bool
    can_discuss: bool
    can_decide: bool
    can_record: bool
    is_overdue: bool
    waits_for_other: bool


def visible_decisions(person: Person) -> "QuerySet[DecisionCheck]":
    """All decisions of the workspace this person may read: hiring only who may, and who asked."""
    rows = DecisionCheck.objects.filter(workspace=person.workspace_id, archived_at__isnull=True)
    rows = rows.select_related("requester", "decided_by", "workspace")
    if may(person, "plan.hiring.read"):
        return rows
    return rows.exclude(kind=states.HIRING) | rows.filter(kind=states.HIRING, requester=person)


def decisions_listed(person: Person, state: str = "", kind: str = "") -> Sequence[DecisionCheck]:
    """Newest first; `state` "open" is everything not decided yet."""
    rows = visible_decisions(person)
    if state == "open":
        rows = rows.filter(state__in=(states.SUBMITTED, states.DECISION_CHECKED, states.DISCUSSED))
    elif state:
        rows = rows.filter(state=state)
    return list(rows.filter(kind=kind) if kind else rows)


def decisions_about(person: Person, key: str) -> Sequence[DecisionCheck]:
    """Decisions linked to a plan element, newest first; one query."""
    if not may(person, "plan.decision.read"):
        return ()
    linked = visible_decisions(person).annotate(linked=Cast("keys", TextField()))
    return list(linked.filter(linked__contains=f'"{key}"'))


def decision_page(person: Person, check: DecisionCheck, today: date) -> DecisionPage:
    """The check is computed anew until somebody looked it over; from then on it is what that person saw."""
    is_live = check.state == states.SUBMITTED
    ground = ground_of(check.workspace)
    result = check_against_plan(check, ground, today) if is_live and not check.erased_at else check.criteria
    names = ground.names()
    links = tuple(
        (key, names[key], reverse("plan:element", kwargs={"slug": person.workspace.slug, "key": key}))
        for key in check.keys
        if key in names
    )
    is_own, may_decide = check.requester_id == person.pk, may(person, "plan.decision.decide")
    is_waiting = is_own and may_decide and others_decide(person)
    may_ask = may(person, "plan.decision.request")
    is_after = check.state in (states.DECIDED, states.FOLLOW_UP_DUE)
    comparison = check.comparison
    if check.kind == states.RESOURCE_REQUEST and not comparison:
        comparison = compare_request(check)
    return DecisionPage(
        check,
        result,
        comparison,
        links,
        is_live,
        can_edit=is_live and may_ask and (is_own or may_decide),
        can_check=is_live and may_ask,
        can_discuss=check.state == states.DECISION_CHECKED and may_ask,
        can_decide=check.state == states.DISCUSSED and may_decide and not is_waiting,
        can_record=is_after and may_ask,
        is_overdue=check.state == states.FOLLOW_UP_DUE,
        waits_for_other=check.state == states.DISCUSSED and is_waiting,
    )


def others_decide(person: Person) -> bool:
    """Is there somebody else who may decide? Alone, one decides on one's own request (I-03)."""
    return holders_of(person.workspace, "plan.decision.decide").exclude(pk=person.pk).exists()


def decisions_due(today: date) -> Sequence[DecisionCheck]:
    """Decided, and the day to ask what came of it is here."""
    rows = DecisionCheck.objects.filter(state=states.DECIDED, follow_up_date__lte=today, archived_at__isnull=True)
    return list(rows.select_related("workspace", "requester", "decided_by"))


def candidates_expired(today: date) -> Sequence[DecisionCheck]:
    """What candidates told and nobody may keep any longer."""
    rows = DecisionCheck.objects.filter(kind=states.HIRING, erased_at__isnull=True, retain_until_date__lt=today)
    return list(rows.select_related("workspace"))


def mark_of(programme: str) -> str:
    """A short mark of a programme: tells whether somebody has seen just this one."""
    return hashlib.sha256(" ".join(programme.split()).encode()).hexdigest()[:16]


def sessions_typed(text: str) -> list[dict[str, str]]:
    """The sessions a programme reads as, JSON-able."""
    return [asdict(session) for session in read_programme(text)]
