"""Everything that hangs on one person, as the checklist of a handover is written once (S0-22)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.channels.models import Account
from allmende.guidelines.queries import channels_in
from allmende.handover import states
from allmende.handover.catalogue import BY_HAND, FIRST_DAYS
from allmende.handover.queries.hands import point_ref
from allmende.handover.queries.readiness import notes_of, readiness
from allmende.handover.queries.things import carriers, living_plan, open_steps
from allmende.inbox.models import Conversation
from allmende.inbox.states import OPEN_STATES
from allmende.plan.models import Control, Routine, Stakeholder, StrategicPlan
from allmende.plan.queries import contacts_of
from allmende.team.models import GuestLink, Person, Workspace
from allmende.team.queries import hours_in, role_word, shifts_ahead
from allmende.team.states import PERSON


@dataclass(frozen=True)
class Point:
    """One line of a checklist to be. `is_settled`: there is nothing left to be done about it."""

    kind: str
    label: str
    detail: str = ""
    ref: str = ""
    url: str = ""
    is_settled: bool = False


def inventory(leaver: Person, now: datetime, today: date) -> list[Point]:
    """What the successor of `leaver` needs: what moves by itself, what is to be shown, what only the leaver can tell."""
    workspace = leaver.workspace
    return [
        *_plan(leaver),
        *_steps(leaver),
        *_conversations(leaver, now),
        *_stakeholders(leaver),
        *_channels(workspace),
        *_shifts(leaver, now),
        *_routines(leaver),
        *_duties(leaver, now),
        *_by_hand(),
        *_risks(workspace, now, today),
        *_interview(workspace),
        *(Point(states.FIRST_DAYS, str(title), str(text), ref=ref) for ref, title, text in FIRST_DAYS),
    ]


def plan_of(leaver: Person) -> StrategicPlan | None:
    """The living plan, if this person owns it."""
    plan = living_plan(leaver.workspace)
    return plan if plan and plan.owner_id == leaver.pk else None


def _day(day: date | None) -> str:
    return formats.date_format(day, "DATE_FORMAT") if day else ""


def _plan(leaver: Person) -> Iterator[Point]:
    plan = living_plan(leaver.workspace)
    if plan is None:
        return
    is_owner = plan.owner_id == leaver.pk
    version = plan.versions.filter(published_at__isnull=False).order_by("-number").first()
    detail = version.change_reason if version else ""
    url = reverse("plan:index", args=[leaver.workspace.slug])
    yield Point(states.PLAN, plan.title, detail, str(plan.pk) if is_owner else "", url)


def _steps(leaver: Person) -> Iterator[Point]:
    for step in open_steps(leaver.workspace):
        if leaver.pk in carriers(step):
            url = reverse("plan:step", args=[leaver.workspace.slug, step.key])
            part = _("to be done") if leaver.pk in (step.owner_id, step.accountable_id) else _("to be checked")
            yield Point(states.STEP, step.what, f"{part}: {_day(step.due)}", step.key, url)


def _conversations(leaver: Person, now: datetime) -> Iterator[Point]:
    rows = Conversation.objects.filter(workspace=leaver.workspace, assignee=leaver, state__in=OPEN_STATES)
    for one in rows.order_by("due_at", "id"):
        url = reverse("inbox:conversation", args=[leaver.workspace.slug, one.public_id])
        yield Point(states.CONVERSATION, one.title or _("Conversation"), "", str(one.pk), url)


def _stakeholders(leaver: Person) -> Iterator[Point]:
    """Everybody who decides; those with whom the leaver keeps in touch are handed on as duties are."""
    workspace, lines = leaver.workspace, contacts_of(leaver.workspace)
    for one in Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name"):
        url = reverse("stakeholders:stakeholder", args=[workspace.slug, one.pk])
        due = _("Next report on %(day)s") % {"day": _day(one.next_due_date)} if one.next_due_date else ""
        line = lines.get(str(one.pk))
        touch = _("%(name)s keeps in touch") % {"name": line.unit.name} if line else _("Nobody keeps in touch yet")
        detail = ". ".join(part.rstrip(".") for part in (one.position, one.interest, due, touch) if part)
        is_theirs = line is not None and line.unit.kind == PERSON and line.unit.lead_id == leaver.pk
        ref = point_ref(states.CONTACT, one.pk) if is_theirs else str(one.pk)
        yield Point(states.STAKEHOLDER, one.name, detail, ref, url)


def _channels(workspace: Workspace) -> Iterator[Point]:
    for channel, plan in channels_in(workspace):
        account = channel.account
        login = _("log-in %(name)s") % {"name": account.handle or account.name} if account else ""
        url = reverse("channels:index", args=[workspace.slug])
        yield Point(states.CHANNEL, channel.name, login, str(channel.pk), url)
        if plan:
            url = reverse("guidelines:reaction_plan", args=[workspace.slug, channel.slug])
            yield Point(states.REACTION_PLAN, channel.name, _("version %(number)s") % {"number": plan.number}, "", url)


def _shifts(leaver: Person, now: datetime) -> Iterator[Point]:
    workspace = leaver.workspace
    for shift in shifts_ahead(leaver, now):
        label = _("Shift on %(day)s") % {"day": _day(workspace.day_at(shift.starts_at))}
        url = reverse("team:shift", args=[workspace.slug, shift.pk])
        yield Point(states.DUTY, label, shift.hours.name if shift.hours else "", point_ref(states.SHIFT, shift.pk), url)


def _routines(leaver: Person) -> Iterator[Point]:
    """What comes round again and again: rounds and controls."""
    slug, mine = leaver.workspace.slug, {"workspace": leaver.workspace, "archived_at__isnull": True}
    for routine in Routine.objects.filter(owner=leaver, **mine):
        url = reverse("plan:edit_routine", args=[slug, routine.pk])
        label = _("Routine: %(name)s") % {"name": routine.name}
        yield Point(states.DUTY, label, routine.purpose, point_ref(states.ROUTINE, routine.pk), url)
    for control in Control.objects.filter(controller=leaver, **mine):
        due = _("next on %(day)s") % {"day": _day(control.next_date)}
        url = reverse("plan:reviews", args=[slug])
        label = _("Control: %(what)s") % {"what": control.what}
        yield Point(states.DUTY, label, due, point_ref(states.CONTROL, control.pk), url)


def _duties(leaver: Person, now: datetime) -> Iterator[Point]:
    slug = leaver.workspace.slug
    for hours in hours_in(leaver.workspace):
        yield Point(
            states.DUTY, _("Service hours: %(name)s") % {"name": hours.name}, "", "", reverse("team:hours", args=[slug])
        )
    yield Point(
        states.ACCESS,
        _("Role: %(role)s") % {"role": role_word(leaver.role)},
        _("Does the successor have the rights this work needs?"),
        "",
        reverse("team:index", args=[slug]),
    )
    for account in Account.objects.filter(workspace=leaver.workspace, created_by=leaver, archived_at__isnull=True):
        yield Point(
            states.ACCESS,
            account.name,
            _("Made by %(name)s: who can still log in at the network itself?") % {"name": leaver.name},
            "",
            reverse("channels:index", args=[slug]),
        )
    links = GuestLink.objects.filter(
        workspace=leaver.workspace, created_by=leaver, revoked_at__isnull=True, expires_at__gt=now
    )
    for link in links:
        yield Point(
            states.ACCESS,
            _("Guest link for %(name)s") % {"name": link.guest_name},
            "",
            "",
            reverse("team:guests", args=[slug]),
        )


def _by_hand() -> Iterator[Point]:
    for kind, question in BY_HAND:
        yield Point(kind, str(question))


def _risks(workspace: Workspace, now: datetime, today: date) -> Iterator[Point]:
    url = reverse("handover:index", args=[workspace.slug])
    for _title, gaps in readiness(workspace, now, today).gaps:
        for gap in gaps[:5]:
            yield Point(states.RISK, gap.what[:300], gap.why, "", url)


def _interview(workspace: Workspace) -> Iterator[Point]:
    for asked in notes_of(workspace):
        answer = asked.note.answer if asked.note else ""
        yield Point(states.INTERVIEW, asked.question, answer, asked.key, is_settled=bool(answer))
