"""Submit a decision for its check, change it while nobody looked it over, withdraw it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import DecisionCheck
from allmende.plan.queries import newest_fact, objectives_in_force, promised_as
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

WRITTEN = ("title", "due_date", "keys", "content", "follow_up_date", "retain_until_date")
# What a resource request cannot be submitted without (S0-15): field by field.
NEEDED = {
    states.RESOURCE_REQUEST: ("tactics", "objective", "until", "without", "smaller"),
    states.CONFERENCE: ("sessions", "tried_after"),
    states.HIRING: ("competencies", "carried"),
    states.BOARD_MEETING: ("people", "on_date"),
    states.GENERIC: ("options", "reversible"),
}


class CannotSubmitDecision(Exception):
    """The request was not taken; `field` names what is missing, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def submit_decision(
    *,
    person: Person,
    kind: str,
    title: str,
    content: Mapping[str, Any],
    now: datetime,
    keys: Sequence[str] = (),
    due_date: date | None = None,
    follow_up_date: date | None = None,
    retain_until_date: date | None = None,
) -> DecisionCheck:
    """A new request of this person. Raises CannotSubmitDecision while something its kind needs is missing."""
    require(person, "plan.decision.request")
    _check(person, kind, content, keys, now)
    check = DecisionCheck.objects.create(
        workspace=person.workspace,
        kind=kind,
        title=title,
        requester=person,
        due_date=due_date,
        keys=list(keys),
        content=dict(content),
        follow_up_date=follow_up_date,
        retain_until_date=retain_until_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
        baseline=_baseline(person, kind, content),
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.decision.submitted",
        target=check,
        now=now,
        after={"kind": kind, "keys": list(keys)},
    )
    return check


@transaction.atomic
def change_decision(
    *, person: Person, check: DecisionCheck, now: datetime, revision: int | None, **values: Any
) -> DecisionCheck:
    """Write a request anew while nobody looked it over. Raises CannotSubmitDecision, StaleRevision."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    if check.state != states.SUBMITTED:
        raise CannotSubmitDecision(
            _("Not saved: somebody looked this check over meanwhile. What was checked stays as it was.")
        )
    _check(person, check.kind, values.get("content", check.content), values.get("keys", check.keys), now)
    before = {name: _json(getattr(check, name)) for name in WRITTEN}
    baseline = _baseline(person, check.kind, values.get("content", check.content))
    change_record(
        record=check, person=person, now=now, seen_revision=revision, previous=before, baseline=baseline, **values
    )
    record_audit(workspace=person.workspace, person=person, verb="plan.decision.submitted", target=check, now=now)
    return check


@transaction.atomic
def undo_change_decision(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """Write back what stood there before the last writing."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = DecisionCheck.objects.filter(pk=pk, workspace=person.workspace, revision=revision).first()
    if check is None or check.state != states.SUBMITTED or not check.previous:
        raise stale_undo()
    values = dict(check.previous)
    for name in ("due_date", "follow_up_date", "retain_until_date"):
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    change_record(record=check, person=person, now=now, seen_revision=revision, previous={}, **values)
    record_audit(workspace=person.workspace, person=person, verb="plan.decision.submitted", target=check, now=now)


@transaction.atomic
def withdraw_decision(*, person: Person, check: DecisionCheck, now: datetime) -> None:
    """Take a request back before it is decided; it leaves the lists, its row stays."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    if check.decision:
        raise CannotSubmitDecision(_("Not withdrawn: it has been decided. The decision stays on record."))
    change_record(record=check, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb="plan.decision.withdrawn", target=check, now=now)


@transaction.atomic
def undo_withdraw(*, person: Person, now: datetime, pk: str, is_withdrawn: bool) -> None:
    """Bring a withdrawn request back, or take a new one out again."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = DecisionCheck.objects.filter(pk=pk, workspace=person.workspace, decision="").first()
    if check is None or bool(check.archived_at) != is_withdrawn:
        raise stale_undo()
    archived_at = None if is_withdrawn else now
    change_record(record=check, person=person, now=now, seen_revision=None, archived_at=archived_at)
    verb = "plan.decision.submitted" if is_withdrawn else "plan.decision.withdrawn"
    record_audit(workspace=person.workspace, person=person, verb=verb, target=check, now=now)


def _locked(person: Person, check: DecisionCheck) -> DecisionCheck:
    rows = DecisionCheck.objects.select_for_update(of=("self",)).select_related("workspace", "requester")
    return rows.get(pk=check.pk, workspace=person.workspace)


def _check(person: Person, kind: str, content: Mapping[str, Any], keys: Sequence[str], now: datetime) -> None:
    for field in NEEDED[kind]:
        if not content.get(field):
            raise _missing(field)
    if kind == states.RESOURCE_REQUEST and not (content.get("money") or content.get("hours")):
        raise CannotSubmitDecision(_("Not submitted: say how much money or how many hours a week."), "money")
    if kind == states.RESOURCE_REQUEST:
        _check_promise(content, _promised_as(person, content), timezone.localtime(now).date())
    if kind == states.GENERIC and not keys and not content.get("none_reason"):
        raise CannotSubmitDecision(
            _("Not submitted: say which objective it serves, or why it is worth deciding though it serves none."),
            "none_reason",
        )


def _missing(field: str) -> CannotSubmitDecision:
    return CannotSubmitDecision(
        _("Not submitted: this is missing, and without it nobody can hold the request against the plan."), field
    )


def _promised_as(person: Person, content: Mapping[str, Any]) -> str:
    key = content["objective"]
    return promised_as(next((one for one in objectives_in_force(person.workspace) if one.key == key), None))


def _told_otherwise(field: str) -> str:
    if field == "points":
        return _("Not submitted: this behaviour is told as a share. Say by how many percentage points it should move.")
    return _(
        "Not submitted: this behaviour is told as how long or how often, not in points. Say by how much that should move."
    )


def _check_promise(content: Mapping[str, Any], field: str, today: date) -> None:
    other = {"points": "amount", "amount": "points"}[field]
    if content.get(other):
        raise CannotSubmitDecision(_told_otherwise(field), other if content.get(field) else field)
    if content.get(field) in ("", None):
        raise _missing(field)
    if not Decimal(str(content[field])) > 0:
        raise CannotSubmitDecision(
            _("Not submitted: a change by 0 points is none. Say by how much the behaviour should move."), field
        )
    if date.fromisoformat(content["until"]) <= today:
        raise CannotSubmitDecision(
            _("Not submitted: by that day nothing can move any more. Choose a day from tomorrow on."), "until"
        )


def _baseline(person: Person, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    if kind != states.RESOURCE_REQUEST:
        return {}
    return newest_fact(person.workspace, str(content["objective"]))


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
