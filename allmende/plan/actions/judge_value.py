"""Ask for a judgement of a value beyond its natural limits, and take the judgement down (S0-05)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.domain.verdict import Point, is_outside
from allmende.plan import audit, states
from allmende.plan.models import Evidence, Judgement, Step, StrategicPlan
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, send_notice, stale_undo
from allmende.team.models import Person, Workspace

JUDGE = "plan.value.judge"
# So many values of a series are held against each other; older ones belong to another time.
LOOKED_BACK = 26


class CannotJudge(Exception):
    """The judgement was not taken down; says why."""


def ask_for_judgements(*, now: datetime, most: int = 500) -> int:
    """Hold values nobody has looked at yet against their natural limits, and ask for a judgement where the newest of its
    series left them; once per value. Returns how many were asked for."""
    unseen = Evidence.objects.filter(looked_at__isnull=True).order_by("at", "pk")[:most]
    rows = list(unseen.values_list("pk", "workspace_id", "key", "kind", "source", "definition_version"))
    series = dict.fromkeys(row[1:] for row in rows)
    asked = sum(_look(*one, now) for one in series)
    Evidence.objects.filter(pk__in=[row[0] for row in rows]).update(looked_at=now)
    return asked


@transaction.atomic
def judge_value(*, person: Person, judgement: Judgement, answer: str, reason: str, now: datetime) -> Judgement:
    """Keep, change or watch, and why; it stands for ever. Raises CannotJudge without a reason or if it is judged."""
    require(person, JUDGE)
    found = Judgement.objects.select_for_update(of=("self",)).get(pk=judgement.pk, workspace=person.workspace)
    if answer not in states.JUDGEMENTS or not reason.strip():
        raise CannotJudge(_("Not noted: choose one of the three, and say why in a sentence."))
    if found.answer:
        raise CannotJudge(_("Not noted: somebody judged it meanwhile. Their judgement stands below."))
    fields: dict[str, Any] = {"answer": answer, "reason": reason.strip(), "judged_at": now, "judged_by": person}
    change_record(record=found, person=person, now=now, seen_revision=None, **fields)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.VALUE_JUDGED,
        target=found,
        now=now,
        after={"key": found.key, "source": found.source, "answer": answer, "reason": found.reason},
    )
    return found


@transaction.atomic
def undo_judgement(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Let the value wait for a judgement again; the one taken back stays in the audit book."""
    require(person, JUDGE)
    found = Judgement.objects.filter(pk=pk, workspace=person.workspace, judged_by=person).first()
    if found is None:
        raise stale_undo()
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.VALUE_JUDGED,
        target=found,
        now=now,
        after={"undone": True},
    )


def _look(workspace_id: Any, key: str, kind: str, source: str, version: str, now: datetime) -> bool:
    """Ask about the newest value of one series, if it left its limits and nobody was asked yet."""
    facts = Evidence.objects.filter(
        workspace=workspace_id, key=key, kind=kind, source=source, definition_version=version
    ).order_by("-period_end", "-period_start")[:LOOKED_BACK]
    found = _of_week(facts) if kind == states.WEEK else _of_series(list(facts)[::-1])
    if found is None:
        return False
    fact, low, high = found
    measured = fact.share if fact.value is None else fact.value
    if measured is None:
        return False
    workspace = Workspace.objects.get(pk=workspace_id)
    asked = _whom(workspace, key)
    judgement, is_new = Judgement.objects.get_or_create(
        workspace=workspace,
        key=key,
        source=source,
        period_end=fact.period_end,
        defaults={
            "unit": fact.unit,
            "is_share": fact.value is None,
            "measured": measured,
            "low": low,
            "high": high,
            "period_start": fact.period_start,
            "asked": asked,
            "created_at": now,
            "updated_at": now,
        },
    )
    if is_new and asked:
        url = reverse("plan:judge", kwargs={"slug": workspace.slug, "judgement_id": judgement.pk})
        told = {"source": source, "day": fact.period_end.isoformat()}
        once = f"plan.judgement_asked:{judgement.pk}"
        send_notice(person=asked, kind="plan.judgement_asked", values=told, url=url, once_key=once, now=now)
    return is_new


def _of_week(facts: "QuerySet[Evidence]") -> tuple[Evidence, float, float] | None:
    """A room told the limits itself: its word counts. A run on one side of the level is a signal within the limits; it
    belongs to the verdict, and nobody could judge a single value by it."""
    newest = facts.first()
    if newest is None or newest.share is None or newest.low is None or newest.high is None:
        return None
    return None if newest.low <= newest.share <= newest.high else (newest, newest.low, newest.high)


def _of_series(facts: Sequence[Evidence]) -> tuple[Evidence, float, float] | None:
    """Of one unit only; a difference told by a room has its own verdict and is left alone."""
    newest = facts[-1] if facts else None
    if newest is None or newest.kind != states.MEASURED:
        return None
    alike = [one for one in facts if one.unit == newest.unit and (one.value is None) == (newest.value is None)]
    points = [
        Point(number, one.n if one.value is None else None)
        for one in alike
        if (number := one.share if one.value is None else one.value) is not None
    ]
    limits = is_outside(points, newest.unit, is_share=newest.value is None) if points else None
    return (newest, limits.lower, limits.upper) if limits else None


def _whom(workspace: Workspace, key: str) -> Person | None:
    """Who answers for the element: whoever does the step, else whoever is responsible for the plan."""
    step = Step.objects.filter(key=key, version__workspace=workspace, version__state=states.PUBLISHED).first()
    if step is not None:
        return step.owner
    plan = (
        StrategicPlan.objects.select_related("owner").filter(workspace=workspace).exclude(state=states.CLOSED).first()
    )
    return plan.owner if plan else None
