"""A review from the promises made beforehand to the plan it changed (`domain.md` 3.15, S4-30)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Review, StrategicPlan
from allmende.plan.queries import promisable, review_pack, version_in_force
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

HOLD = "plan.review.hold"
# What each move wrote; taking it back empties it again. What was frozen stays: nobody goes back before it.
WRITES: dict[str, dict[str, Any]] = {
    states.PREPARED: {"present": "", "answers": {}, "held_at": None},
    states.HELD: {"decided_at": None},
    states.REVIEW_DECIDED: {},
    states.PLAN_UPDATED: {"told": "", "closed_at": None},
}
Commitments = Mapping[str, Mapping[str, str]]


class CannotHoldReview(Exception):
    """The step was not taken; `field` names the field to mend, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def plan_review(
    *,
    person: Person,
    plan: StrategicPlan,
    review: Review | None,
    kind: str,
    planned_date: date,
    period_start_date: date,
    period_end_date: date,
    commitments: Commitments,
    now: datetime,
    revision: int | None = None,
) -> Review:
    """Say when the next review is, over which period, and what will be done at which verdict.

    `commitments`: objective key -> verdict -> what will be done then. When they were last changed is kept. Raises
    CannotHoldReview, and StaleRevision when somebody changed it meanwhile.
    """
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.get(pk=plan.pk, workspace=person.workspace)
    if period_end_date < period_start_date:
        raise CannotHoldReview(_("Not saved: the period ends before it begins."), "period_end_date")
    promised = _known(person, commitments)
    fields = {
        "kind": kind,
        "planned_date": planned_date,
        "period_start_date": period_start_date,
        "period_end_date": period_end_date,
        "commitments": promised,
    }
    if review is None:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        committed = now if promised else None
        saved = Review.objects.create(workspace=person.workspace, plan=plan, committed_at=committed, **fields, **by)
    else:
        saved = _locked(person, review)
        if saved.state != states.REVIEW_PLANNED:
            raise CannotHoldReview(_("Not saved: the review was prepared meanwhile; what was promised stays."))
        committed = saved.committed_at if promised == saved.commitments else now if promised else None
        change_record(record=saved, person=person, now=now, seen_revision=revision, committed_at=committed, **fields)
    _audit(person, states.REVIEW_PLANNED, saved, now)
    return saved


@transaction.atomic
def prepare_review(*, person: Person, review: Review, now: datetime) -> Review:
    """Freeze the figures as they stand now, once the period has begun. From here on a database trigger keeps them and
    the promises. Raises CannotHoldReview."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = _ready(person, review, states.PREPARED)
    today = person.workspace.day_at(now)
    if today < review.period_start_date:
        begins = formats.date_format(review.period_start_date, "SHORT_DATE_FORMAT")
        raise CannotHoldReview(
            _("Not frozen: the period begins on %(day)s, and frozen figures stay for good. Come back then.")
            % {"day": begins}
        )
    version = version_in_force(person.workspace)
    if version is None:
        raise CannotHoldReview(_("Not prepared: no version of the plan is in force that could be looked at."))
    pack = review_pack(version, today)
    return _move(review, states.PREPARED, person, now, frozen=pack, version_number=version.number, prepared_at=now)


@transaction.atomic
def hold_review(*, person: Person, review: Review, present: str, answers: Mapping[str, str], now: datetime) -> Review:
    """Keep who was there and what was said to each question of the agenda."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = _ready(person, review, states.HELD)
    said = {key: text.strip() for key, text in answers.items() if text.strip()}
    if not said:
        raise CannotHoldReview(_("Not noted: answer at least one question of the agenda."))
    return _move(review, states.HELD, person, now, present=present.strip(), answers=said, held_at=now)


@transaction.atomic
def decide_review(*, person: Person, review: Review, now: datetime) -> Review:
    """Close the list of what was decided; that nothing changes is a decision too."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = _ready(person, review, states.REVIEW_DECIDED)
    if not review.resolutions.filter(archived_at__isnull=True).exists():
        raise CannotHoldReview(_("Not closed: nothing is decided yet. If nothing changes, note just that."))
    return _move(review, states.REVIEW_DECIDED, person, now, decided_at=now)


@transaction.atomic
def note_plan_updated(*, person: Person, review: Review, now: datetime) -> Review:
    """What was decided is in force: no version it went into is still open."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = _ready(person, review, states.PLAN_UPDATED)
    rows = review.resolutions.filter(archived_at__isnull=True, version__state__in=states.OPEN_VERSION_STATES)
    if rows.exists():
        raise CannotHoldReview(_("Not done: what was decided is still a draft. Publish the version first."))
    return _move(review, states.PLAN_UPDATED, person, now)


@transaction.atomic
def close_review(*, person: Person, review: Review, told: str, now: datetime) -> Review:
    """Say who was told what. The plan counts its next review from here."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = _ready(person, review, states.REVIEW_CLOSED)
    if not told.strip():
        raise CannotHoldReview(_("Not closed: say who was told what; nobody else will know of it otherwise."), "told")
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=review.plan_id)
    change_record(record=plan, person=person, now=now, seen_revision=None, confirmed_at=now)
    return _move(review, states.REVIEW_CLOSED, person, now, told=told.strip(), closed_at=now)


@transaction.atomic
def undo_review_move(*, person: Person, now: datetime, pk: str, revision: int, before: str) -> None:
    """Go back one step: what it wrote is emptied. Raises CannotUndo if somebody went on."""
    require(person, HOLD)
    lock_workspace(person.workspace_id)
    review = Review.objects.filter(pk=pk, workspace=person.workspace, revision=revision).first()
    if review is None or before not in WRITES or review.state not in states.REVIEW_MOVES[before]:
        raise stale_undo()
    change_record(record=review, person=person, now=now, seen_revision=revision, state=before, **WRITES[before])
    _audit(person, "taken_back", review, now)


def _known(person: Person, commitments: Commitments) -> dict[str, dict[str, str]]:
    keys = {one.key for one in promisable(person.workspace)}
    told = {
        key: {verdict: rows[verdict].strip() for verdict in states.COMMITTED_VERDICTS if rows.get(verdict, "").strip()}
        for key, rows in commitments.items()
        if key in keys
    }
    return {key: rows for key, rows in told.items() if rows}


def _locked(person: Person, review: Review) -> Review:
    rows = Review.objects.select_for_update(of=("self",)).filter(archived_at__isnull=True)
    return rows.get(pk=review.pk, workspace=person.workspace)


def _ready(person: Person, review: Review, state: str) -> Review:
    review = _locked(person, review)
    if state not in states.REVIEW_MOVES[review.state]:
        raise CannotHoldReview(_("Not done: somebody took this step meanwhile. See where the review stands now."))
    return review


def _move(review: Review, state: str, person: Person, now: datetime, **values: Any) -> Review:
    change_record(record=review, person=person, now=now, seen_revision=None, state=state, **values)
    _audit(person, state, review, now)
    return review


def _audit(person: Person, what: str, review: Review, now: datetime) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=f"plan.review.{what}", target=review, now=now,
        after={"state": review.state, "period_end": review.period_end_date.isoformat()},
    )  # fmt: skip
