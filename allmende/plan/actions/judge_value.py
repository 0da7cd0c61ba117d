"""Ask for a judgement of a value beyond its natural limits, take it down, and ask again of what is watched (S0-05)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.domain.verdict import Point, is_outside
from allmende.plan import audit, states
from allmende.plan.models import Evidence, Judgement, Step, StrategicPlan
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, send_notice, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

JUDGE = "plan.value.judge"
LONGEST_WATCH = timedelta(days=366)
# So many values of a series are held against each other; older ones belong to another time.
LOOKED_BACK = 26


class CannotJudge(Exception):
    """The judgement was not taken down; `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


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
def judge_value(
    *,
    person: Person,
    judgement: Judgement,
    answer: str,
    reason: str,
    now: datetime,
    again_date: date | None = None,
) -> Judgement:
    """Keep, change or watch, and why; it stands for ever. What is watched is asked again on `again_date`.

    Raises CannotJudge without a reason, if it is judged, or if nobody says when to look again.
    """
    require(person, JUDGE)
    lock_workspace(person.workspace_id)
    rows = Judgement.objects.select_for_update(of=("self",))
    found = rows.filter(pk=judgement.pk, workspace=person.workspace).first()
    if found is None:
        raise CannotJudge(_("Not noted: the value was taken back meanwhile, so there is nothing to judge any more."))
    if answer not in states.JUDGEMENTS or not reason.strip():
        raise CannotJudge(_("Not noted: choose one of the three, and say why in a sentence."))
    if found.answer:
        raise CannotJudge(_("Not noted: somebody judged it meanwhile. Their judgement stands below."))
    again = again_date if answer == states.WATCH else None
    if answer == states.WATCH:
        _check_day(again, person.workspace.day_at(now))
    fields: dict[str, Any] = {"answer": answer, "reason": reason.strip(), "judged_at": now, "judged_by": person}
    fields["again_date"] = again
    change_record(record=found, person=person, now=now, seen_revision=None, **fields)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.VALUE_JUDGED,
        target=found,
        now=now,
        after={
            "key": found.key,
            "source": found.source,
            "answer": answer,
            "reason": found.reason,
            "again": again.isoformat() if again else "",
        },
    )
    return found


def look_again(*, now: datetime) -> int:
    """Ask anew, with the newest value, of what was watched until today; not where a later value of the same measure was
    asked about already. Returns how many were asked for."""
    later = Judgement.objects.filter(
        workspace=OuterRef("workspace"),
        key=OuterRef("key"),
        source=OuterRef("source"),
        period_end__gt=OuterRef("period_end"),
    )
    watched = Judgement.objects.filter(
        ~Exists(later),
        answer=states.WATCH,
        again_date__lte=now.date() + timedelta(days=1),
        followed_by__isnull=True,
    )
    due = [
        one
        for one in watched.select_related("workspace")
        if one.again_date and one.again_date <= one.workspace.day_at(now)
    ]
    return sum(_ask_again(one, now) for one in due)


@transaction.atomic
def undo_judgement(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Let the value wait for a judgement again; the one taken back stays in the audit book."""
    require(person, JUDGE)
    lock_workspace(person.workspace_id)
    found = Judgement.objects.filter(pk=pk, workspace=person.workspace, judged_by=person).first()
    if found is None or Judgement.objects.filter(follows=found).exists():
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
        follows=None,
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
    if is_new:
        _tell(judgement, now)
    return is_new


def _tell(judgement: Judgement, now: datetime) -> None:
    """Whoever is asked gets a notice, once; the page of the figures shows it to everybody."""
    if judgement.asked is None:
        return
    what = "asked" if judgement.follows is None else "again"
    slug = judgement.workspace.slug
    send_notice(
        person=judgement.asked,
        kind=f"plan.judgement_{what}",
        values={"source": judgement.source, "day": judgement.period_end.isoformat()},
        url=reverse("plan:judge", kwargs={"slug": slug, "judgement_id": judgement.pk}),
        once_key=f"plan.judgement_{what}:{judgement.pk}",
        now=now,
    )


@transaction.atomic
def _ask_again(watched: Judgement, now: datetime) -> bool:
    """Where every value of the measure was taken back there is nothing to look at again, until one is told."""
    same = Evidence.objects.filter(workspace=watched.workspace, key=watched.key, source=watched.source)
    newest = same.filter(kind__in=(states.WEEK, states.MEASURED), value__isnull=watched.is_share).order_by(
        "-period_end", "-period_start"
    )
    fact = newest.first()
    measured = None if fact is None else fact.share if watched.is_share else fact.value
    if fact is None or measured is None:
        return False
    judgement = Judgement.objects.create(
        workspace=watched.workspace,
        key=watched.key,
        source=watched.source,
        unit=watched.unit,
        is_share=watched.is_share,
        measured=measured,
        low=watched.low,
        high=watched.high,
        period_start=fact.period_start,
        period_end=fact.period_end,
        asked=_whom(watched.workspace, watched.key),
        follows=watched,
        created_at=now,
        updated_at=now,
    )
    _tell(judgement, now)
    return True


def _check_day(again: date | None, today: date) -> None:
    if again is None:
        raise CannotJudge(_("Not noted: say on which day we look again; you are reminded then."), "again_date")
    if not today < again <= today + LONGEST_WATCH:
        raise CannotJudge(_("Not noted: choose a day after today, within a year."), "again_date")


def _of_week(facts: "QuerySet[Evidence]") -> tuple[Evidence, float, float] | None:
    """A room told the limits itself: its word counts. A run on one side of the level is a signal within the limits; it
    belongs to the verdict, and nobody could judge a single value by it."""
    newest = facts.first()
    number = None if newest is None else newest.share if newest.value is None else newest.value
    if newest is None or number is None or newest.low is None or newest.high is None:
        return None
    return None if newest.low <= number <= newest.high else (newest, newest.low, newest.high)


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
