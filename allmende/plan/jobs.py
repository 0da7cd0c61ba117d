"""What is due here: reviews, reminders of what changed, agreements to renew, owners who left, decisions, values, dust,
shifts that serve the plan."""

from datetime import datetime, timedelta

from django.db.models import Q

from allmende.jobs.actions import Job
from allmende.plan import states
from allmende.plan.actions import (
    ask_for_judgements,
    ask_renewal,
    erase_expired,
    find_ownerless,
    invite_doers,
    link_shifts,
    look_again,
    mark_reaction_plans,
    remind_decisions,
    remind_of_controls,
    remind_of_review,
    remind_reader,
    set_briefs,
    tell_of_dust,
)
from allmende.plan.models import Agreement, PlanVersion, Receipt, Stakeholder
from allmende.plan.queries import review_due


def remind_of_reviews(now: datetime) -> int:
    """Plans whose review interval has passed: the owner is told, once per day it fell due (S0-02)."""
    told = 0
    for version in _in_force():
        due = review_due(version.plan, version.published_at)
        if due and due < version.plan.workspace.day_at(now):
            told += remind_of_review(plan=version.plan, due_date=due, now=now)
    return told


def remind_readers(now: datetime) -> int:
    """Those who were told of the version in force and have not said that they know it (S0-07), once each."""
    waiting = Receipt.objects.filter(
        version__state=states.PUBLISHED,
        version__plan__reminder_days__gt=0,
        acknowledged_at__isnull=True,
        reminded_at__isnull=True,
        told_at__lt=now - timedelta(days=1),
    ).filter(Q(person__isnull=True) | Q(person__left_at__isnull=True))
    rows = waiting.select_related(
        "version__plan", "version__workspace", "version__published_by", "person__user", "stakeholder"
    )
    due = [one for one in rows[:200] if one.told_at + timedelta(days=one.version.plan.reminder_days) <= now]
    return sum(remind_reader(receipt=one, now=now) for one in due if _is_here(one))


def renew_agreements(now: datetime) -> int:
    """Stakeholders whose agreement to the version in force is older than their interval (S1-22)."""
    asked = 0
    for version in _in_force():
        rows = Stakeholder.objects.filter(
            workspace=version.workspace_id, must_agree=True, archived_at__isnull=True, agreement_interval_days__gt=0
        )
        for stakeholder in rows:
            if version.published_by and _is_old(version, stakeholder, now):
                asker = version.plan.owner or version.published_by
                ask_renewal(person=asker, version=version, stakeholder=stakeholder, now=now)
                asked += 1
    return asked


def notice_leaving(now: datetime) -> int:
    """Plans that nobody answers for any more say so; returns how many."""
    return find_ownerless(now=now)


def follow_up(now: datetime) -> int:
    """Ask what came of decisions whose day is here; returns how many."""
    return remind_decisions(now=now)


def remind_controllers(now: datetime) -> int:
    """Controls whose day is here: who looks is told once (S4-35)."""
    return remind_of_controls(now=now)


def erase(now: datetime) -> int:
    """Erase candidates' data that may not be kept any longer; returns how many."""
    return erase_expired(now=now)


def look_at_values(now: datetime) -> int:
    """Hold new values against their natural limits; returns how many judgements were asked for."""
    return ask_for_judgements(now=now)


def look_at_watched(now: datetime) -> int:
    """Ask again of values that were watched until today; returns how many (S0-05)."""
    return look_again(now=now)


def find_dust(now: datetime) -> int:
    """Tell who answers for a plan what gathers dust; returns how many were told."""
    return tell_of_dust(now=now)


def send_invitations(now: datetime) -> int:
    """Steps that calendars do not show as they are; returns how many mails were queued."""
    return invite_doers(now=now)


def set_asked_briefs(now: datetime) -> int:
    """Set the briefs that were asked for as PDF; returns how many."""
    return set_briefs(now=now)


def show_shifts(now: datetime) -> int:
    """Shifts that serve an element and have begun stand there as work; returns how many changed."""
    return link_shifts(now=now)


def mark_touched(now: datetime) -> int:
    """Reaction plans that a change at a network may touch, also after an undo; returns how many marks changed (S4-32)."""
    return mark_reaction_plans(now=now)


def _in_force() -> list[PlanVersion]:
    rows = PlanVersion.objects.filter(state=states.PUBLISHED).exclude(plan__state=states.CLOSED)
    return list(rows.select_related("plan__owner", "plan__deputy", "plan__workspace", "published_by", "workspace"))


def _is_here(receipt: Receipt) -> bool:
    return receipt.stakeholder is None or receipt.stakeholder.archived_at is None


def _is_old(version: PlanVersion, stakeholder: Stakeholder, now: datetime) -> bool:
    rows = Agreement.objects.filter(stakeholder=stakeholder, version__plan=version.plan_id)
    if rows.filter(version=version, kind=states.RENEWAL, answer="").exists():
        return False
    newest = rows.filter(answered_at__isnull=False).order_by("-answered_at").first()
    since = newest.answered_at if newest else None
    return since is not None and since + timedelta(days=stakeholder.agreement_interval_days) <= now


JOBS = (
    Job("plan.remind_of_reviews", remind_of_reviews, timedelta(hours=1), "measure"),
    Job("plan.remind_readers", remind_readers, timedelta(minutes=30), "measure"),
    Job("plan.renew_agreements", renew_agreements, timedelta(hours=6), "measure"),
    Job("plan.follow_up", follow_up, timedelta(minutes=30), "measure"),
    Job("plan.controls", remind_controllers, timedelta(minutes=30), "measure"),
    Job("plan.erase", erase, timedelta(hours=6), "measure"),
    Job("plan.judgements", look_at_values, timedelta(seconds=30), "measure"),
    Job("plan.watched", look_at_watched, timedelta(minutes=30), "measure"),
    Job("plan.dust", find_dust, timedelta(hours=6), "measure"),
    Job("plan.invitations", send_invitations, timedelta(seconds=30), "measure"),
    Job("plan.shifts", show_shifts, timedelta(minutes=5), "measure"),
    Job("plan.touched", mark_touched, timedelta(seconds=30), "measure"),
    Job("plan.briefs", set_asked_briefs, timedelta(seconds=5), "measure"),
    Job("plan.ownerless", notice_leaving, timedelta(minutes=5), "measure"),
)
