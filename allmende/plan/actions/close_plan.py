"""Close a plan with its reason, and tell everybody."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.open_draft import LEAST_WORDS
from allmende.plan.actions.settle_owner import KIND
from allmende.plan.actions.tell_version import OPEN_DAYS, open_receipt
from allmende.plan.models import PlanVersion, Receipt, Routine, Stakeholder, StrategicPlan, Tactic
from allmende.plan.queries import is_publisher
from allmende.team.access import require
from allmende.team.actions import change_record, end_responsibility, queue_mail, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person
from allmende.team.queries import people_of

PLAN_CLOSED = "plan.plan.closed"


class CannotClosePlan(Exception):
    """The plan was not closed; says why."""


@transaction.atomic
def close_plan(*, person: Person, plan: StrategicPlan, reason: str, now: datetime) -> StrategicPlan:
    """End the plan: no version is in force any more, a draft is put aside, its routines rest, and nobody answers for it
    from now on (3.4). It stays readable and is altered by no path. Everybody who works here is told in the app and by
    e-mail, stakeholders by e-mail with a page of their own. Raises CannotClosePlan.
    """
    require(person, "plan.version.publish")
    lock_workspace(person.workspace_id)
    plans = StrategicPlan.objects.select_for_update(of=("self",)).select_related("owner", "deputy", "workspace")
    plan = plans.get(pk=plan.pk, workspace=person.workspace)
    _refuse(person, plan, reason)
    version = plan.versions.filter(state=states.PUBLISHED).first()
    _end_duties(plan, version, now)
    _rest_routines(person, now)
    stamp = {"updated_at": now, "updated_by": person}
    plan.versions.filter(state__in=states.OPEN_VERSION_STATES).update(state=states.DISCARDED, **stamp)
    plan.versions.filter(state=states.PUBLISHED).update(state=states.SUPERSEDED, **stamp)
    change_record(
        record=plan, person=person, now=now, seen_revision=None,
        state=states.CLOSED, closed_at=now, closed_by=person, closing_reason=reason.strip(),
    )  # fmt: skip
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=PLAN_CLOSED,
        target=plan,
        now=now,
        after={"title": plan.title, "reason": plan.closing_reason},
    )
    _tell(person, plan, version, now)
    return plan


def _refuse(person: Person, plan: StrategicPlan, reason: str) -> None:
    if plan.state == states.CLOSED:
        raise CannotClosePlan(_("Not closed: somebody closed this plan just now. It stays readable under Versions."))
    if states.CLOSED not in states.PLAN_MOVES[plan.state]:
        raise CannotClosePlan(
            _(
                "Not closed: nobody is responsible for the plan. Say who is in the plan's settings; whoever that is closes it."
            )
        )
    if not is_publisher(person, plan) and plan.owner:
        raise CannotClosePlan(
            _("Not closed: %(name)s is responsible for the plan and closes it. Nothing has changed.")
            % {"name": plan.owner.name}
        )
    if len(reason.split()) < LEAST_WORDS:
        raise CannotClosePlan(
            _(
                "Not closed: say in a sentence why the plan ends. Everybody is told this reason, and it stays with the plan."
            )
        )


def _end_duties(plan: StrategicPlan, version: PlanVersion | None, now: datetime) -> None:
    """The history of who answered for the plan and its tactics ends here (I-02)."""
    tactics = Tactic.objects.filter(version=version).values_list("key", flat=True) if version else ()
    for kind, key in ((KIND, str(plan.pk)), *(("tactic", key) for key in tactics)):
        end_responsibility(workspace=plan.workspace, person=None, kind=kind, key=key, now=now)


def _rest_routines(person: Person, now: datetime) -> None:
    """Daily work of a plan that ended falls due no more; each routine can be brought back on its page."""
    for routine in Routine.objects.filter(workspace=person.workspace, archived_at__isnull=True):
        change_record(record=routine, person=person, now=now, seen_revision=None, archived_at=now)
        record_audit(
            workspace=person.workspace, person=person, verb="plan.routine.archived", target=routine, now=now,
            after={"away": True},
        )  # fmt: skip


def _tell(person: Person, plan: StrategicPlan, version: PlanVersion | None, now: datetime) -> None:
    for reader in people_of(person.workspace).exclude(pk=person.pk):
        _tell_person(person, plan, reader, now)
    if version is None:  # nobody outside was ever told of this plan
        return
    for stakeholder in Stakeholder.objects.filter(workspace=person.workspace, archived_at__isnull=True):
        _mail_stakeholder(person, plan, version, stakeholder, now)


def _tell_person(person: Person, plan: StrategicPlan, reader: Person, now: datetime) -> None:
    page = reverse("plan:closed", args=[plan.workspace.slug, plan.pk])
    send_notice(
        person=reader,
        kind="plan.plan_closed",
        values={"title": plan.title, "who": person.name, "reason": plan.closing_reason},
        url=page,
        once_key=f"plan.plan_closed:{plan.pk}",
        now=now,
    )
    if plan.workspace.mails_nobody:
        return
    with speaking(reader.user.language, reader.workspace.gender_form):
        _queue(plan, reader, reader.user.email, settings.ORIGIN + page, now)


def _mail_stakeholder(
    person: Person, plan: StrategicPlan, version: PlanVersion, stakeholder: Stakeholder, now: datetime
) -> None:
    if not stakeholder.email or plan.workspace.mails_nobody:
        return
    receipt, _made = Receipt.objects.get_or_create(version=version, stakeholder=stakeholder, defaults={"told_at": now})
    url = settings.ORIGIN + reverse("guest_change", args=[open_receipt(person=person, receipt=receipt, now=now)])
    with speaking(plan.workspace.language, plan.workspace.gender_form):
        until = plan.workspace.day_at(now + timedelta(days=OPEN_DAYS))
        _queue(plan, stakeholder, stakeholder.email, url, now, until)


def _queue(
    plan: StrategicPlan, reader: Person | Stakeholder, address: str, url: str, now: datetime, until: date | None = None
) -> None:
    queue_mail(
        workspace=plan.workspace,
        to_address=address,
        to_name=reader.name,
        subject=_("The plan %(plan)s is closed") % {"plan": plan.title},
        body=render_to_string("plan/mails/closed.txt", {"plan": plan, "name": reader.name, "url": url, "until": until}),
        once_key=f"plan.plan_closed:{plan.pk}:{reader.pk}",
        now=now,
    )
