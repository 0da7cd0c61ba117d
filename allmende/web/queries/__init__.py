"""What needs me now, and why: the rooms' answers side by side, and search over all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.behaviours import queries as behaviours
from allmende.behaviours.models import Verdict
from allmende.channels import queries as channels
from allmende.channels.models import Dispatch, Pause
from allmende.channels.states import GIVEN_UP, LIVE, MISSED, REFUSED, UNCLEAR
from allmende.crisis import queries as crisis
from allmende.editorial import queries as editorial
from allmende.editorial.models import Item
from allmende.guidelines import queries as guidelines
from allmende.guidelines.models import ActiveLevel
from allmende.handover import queries as handover
from allmende.inbox import queries as inbox
from allmende.inbox.models import Conversation
from allmende.members import queries as members
from allmende.plan import queries as plan
from allmende.plan.models import PlanVersion, Strategy
from allmende.plan.states import DRAFT
from allmende.stakeholders import queries as stakeholders
from allmende.team import queries as team
from allmende.team.access import PersonRequest, Pulse, is_shown, may
from allmende.team.models import Notice, Person, Workspace
from allmende.team.states import DUTY
from allmende.web.catalogue import Duty, Neighbour, Shell, Waiting

ROWS = 5
STEPS_AHEAD = timedelta(days=2)
# How long a verdict that says something else than the one before is news.
NEWS = timedelta(days=14)

_STUCK = Dispatch.objects.filter(
    workspace=OuterRef("workspace"), kind="reply", state__in=(UNCLEAR, GIVEN_UP, REFUSED, MISSED)
)
_DRAFTS = PlanVersion.objects.filter(workspace=OuterRef("workspace"), state=DRAFT, archived_at=None)
_VERDICTS = Verdict.objects.filter(definition__workspace=OuterRef("workspace")).order_by("-judged_at")
# What others can change on Today; some of it is shown there, and comes with the query for the person.
TODAY_PULSE: Pulse = {
    **inbox.INBOX_PULSE,
    **inbox.REPORTED,
    "pulse_stuck": Subquery(_STUCK.order_by().values("workspace").annotate(number=Count("pk")).values("number")[:1]),
    "pulse_draft": Subquery(_DRAFTS.values("updated_at")[:1]),
    "pulse_draft_by": Coalesce(
        Subquery(_DRAFTS.annotate(by=F("updated_by__name")).values("by")[:1]), "workspace__organisation",
        output_field=CharField(),
    ),
    "pulse_verdict": Subquery(_VERDICTS.values("judged_at")[:1]),
}  # fmt: skip


@dataclass(frozen=True)
class FirstStep:
    """What a new workspace needs: "plan", "channel", "promise" (a reaction plan in force, the channel open), "say",
    "stakeholder"."""

    code: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Matters:
    """What needs a decision: answers that did not get out, and the draft of the plan (since when, by whom)."""

    stuck: int = 0
    draft_at: datetime | None = None
    draft_by: str = ""


@dataclass(frozen=True)
class Today:
    """Everything that waits for this person, the most urgent first; each list is short, its rest one link away."""

    waiting: tuple[inbox.Row, ...]
    waiting_number: int
    late_number: int
    steps: tuple[plan.DueStep, ...]
    attention: tuple[editorial.Concern, ...]
    uncared: tuple[editorial.Concern, ...]
    figures: Sequence[tuple[plan.Chip, behaviours.Figure]]
    notices: Sequence[Notice]
    objectives: plan.Objectives
    next_update: stakeholders.NextUpdate | None
    changed: tuple[tuple[plan.Chip, behaviours.Figure], ...] = ()
    matters: Matters = Matters()
    pauses: Sequence[Pause] = ()
    first_steps: Sequence[FirstStep] = ()

    @property
    def has_plan(self) -> bool:
        return bool(self.objectives.in_force)

    @property
    def is_beginning(self) -> bool:
        """Something is still missing before anybody can be answered for a purpose."""
        return any(not step.is_done for step in self.first_steps)

    @property
    def is_shut(self) -> bool:
        """No channel is open yet, so nothing can burn."""
        return any(step.code == "promise" and not step.is_done for step in self.first_steps)

    @property
    def next_step(self) -> FirstStep | None:
        return next((step for step in self.first_steps if not step.is_done), None)

    @property
    def is_calm(self) -> bool:
        """Nothing waits for anybody."""
        found = (self.pauses, self.waiting, self.steps, self.attention, self.uncared, self.notices, self.has_decisions)
        return not any(found)

    @property
    def has_decisions(self) -> bool:
        """Something lies here until somebody decides."""
        return bool(self.matters.stuck or self.matters.draft_at or self.changed)


def matters_of(person: Person) -> Matters:
    """What of that concerns this person's role; `person` comes with TODAY_PULSE."""
    stuck = getattr(person, "pulse_stuck", None) if may(person, "inbox.reply.send") else None
    draft = getattr(person, "pulse_draft", None) if may(person, "plan.version.publish") else None
    return Matters(stuck or 0, draft, getattr(person, "pulse_draft_by", "") or "" if draft else "")


def today(workspace: Workspace, person: Person, now: datetime) -> Today:
    """The start page in a fixed number of queries, however much there is."""
    due = (
        inbox.rows_due(workspace, now, ROWS)
        if may(person, "inbox.conversation.read")
        else inbox.Due((), 0, 0, plan.objectives_and_chips(workspace), {})
    )
    today_here = timezone.localdate(now)
    next_update = (
        stakeholders.next_update(workspace, today_here) if is_shown(person, "stakeholders.stakeholder.read") else None
    )
    is_new = not (due.waiting and due.objectives.in_force) and may(person, "channels.account.connect")
    measured = [chip.key for chip in due.objectives.in_force] if workspace.shows("behaviours") else []
    known = behaviours.figures_for(workspace, measured)
    figures = [(chip, known[chip.key]) for chip in due.objectives.in_force if chip.key in known]
    found = editorial.concerns(workspace, person, ROWS, now, due.hours)
    return Today(
        waiting=due.rows,
        waiting_number=due.waiting,
        late_number=due.late,
        steps=plan.steps_due(workspace, today_here + STEPS_AHEAD, today=today_here)[:ROWS],
        attention=tuple((found[editorial.TROUBLE] + found[editorial.TO_APPROVE] + found[editorial.TO_SCHEDULE])[:ROWS]),
        uncared=tuple(found[editorial.UNCARED]),
        figures=figures,
        changed=tuple([(chip, one) for chip, one in figures if one.is_changed and one.judged_at > now - NEWS]),
        matters=matters_of(person),
        notices=list(team.unseen_notices(person)[:ROWS]),
        objectives=due.objectives,
        next_update=next_update,
        pauses=list(channels.open_pauses(workspace)),
        first_steps=_first_steps(workspace, bool(due.objectives.in_force), bool(next_update)) if is_new else (),
    )


@dataclass(frozen=True)
class Background:
    """What a conversation answers to and what it is for: our item, the objective and strategy it serves, how long its
    answers are cared for, and what the channel says next (S2-03)."""

    is_ours: bool
    item: Item | None
    care_until: datetime | None
    chip: plan.Chip | None
    strategy: Strategy | None
    strategy_url: str
    upcoming: tuple[editorial.Entry, ...]


def background(conversation: Conversation, now: datetime) -> Background:
    """In a handful of queries, whatever the length of the thread."""
    workspace, post = conversation.workspace, inbox.post_behind(conversation)
    found = editorial.behind(workspace, post[0] if post else None, conversation.channel, now)
    of_rule = conversation.rule.serves_key if conversation.rule else ""
    key = found.item.serves_key if found.item else conversation.serves_key or of_rule
    strategy = plan.strategy_for(workspace, key)
    named = plan.chips(workspace, [key, *(entry.serves_key for entry in found.upcoming)])
    for entry in found.upcoming:
        entry.code = named[entry.serves_key].code if entry.serves_key in named else ""
    return Background(
        is_ours=post is not None,
        item=found.item,
        care_until=post[1] + timedelta(minutes=found.item.care_minutes) if post and found.item else None,
        chip=named.get(key),
        strategy=strategy,
        strategy_url=plan.element_url(workspace, strategy.key) if strategy else "",
        upcoming=tuple(found.upcoming),
    )


def _first_steps(workspace: Workspace, has_plan: bool, has_stakeholder: bool) -> list[FirstStep]:
    """In the order in which they bear each other; two queries, asked only while nobody waits or no plan is in force."""
    speaking = [one for one in channels.channels_of(workspace) if one.account_id]
    is_open = any(one.state == LIVE for one in speaking)
    channel_page = (
        reverse("guidelines:reaction_plan", args=[workspace.slug, speaking[0].slug])
        if speaking
        else reverse("guidelines:index", args=[workspace.slug])
    )
    return [
        FirstStep("plan", reverse("plan:index", args=[workspace.slug]), has_plan),
        FirstStep("channel", reverse("channels:connect", args=[workspace.slug]), bool(speaking)),
        FirstStep("promise", channel_page, is_open),
        FirstStep("say", reverse("editorial:new", args=[workspace.slug]), is_open and editorial.has_said(workspace)),
        *(
            [FirstStep("stakeholder", reverse("stakeholders:index", args=[workspace.slug]), has_stakeholder)]
            if workspace.shows("stakeholders")
            else []
        ),
    ]


def shell_of(request: HttpRequest) -> Shell:
    """The facts around every page: who waits, where else this user works, which plan is in force."""
    inner: PersonRequest = request  # type: ignore[assignment]
    may_read = may(inner.person, "inbox.conversation.read")
    waiting, late = (
        _known(inner, "inbox", lambda: inbox.count_waiting(inner.workspace, timezone.now())) if may_read else (0, 0)
    )
    objectives = _known(inner, "plan", lambda: plan.objectives_and_chips(inner.workspace))
    return Shell(
        waiting={"inbox": Waiting(waiting, late > 0)},
        neighbours=[_neighbour(one.workspace) for one in inner.persons if one != inner.person],
        foot=_plan_lines(objectives),
        alarms=_alarms(inner.workspace),
        duty=_duty(inner.person),
    )


def _duty(person: Person) -> Duty | None:
    """Who stands duty now, as the query for the person says it; None while nobody does, or where duty is switched off."""
    name, until = getattr(person, "duty_name", None), getattr(person, "duty_until", None)
    if not (name and until and person.workspace.shows(DUTY)):
        return None
    ends, beside, then = timezone.localtime(until), getattr(person, "duty_beside", ""), getattr(person, "duty_next", "")
    is_today = ends.date() == timezone.localdate()
    clock = date_format(ends, "H:i") if is_today else date_format(ends, "D H:i")
    return Duty(name, clock, then if then and then != name else "", beside or "")


def _alarms(workspace: Workspace) -> list[ActiveLevel]:
    """What burns, an incident once; in calm times no query."""
    rows = guidelines.active_levels(workspace) if workspace.alarm_since else []
    return list({one.incident_id: one for one in reversed(rows)}.values())[::-1]


def _known(request: PersonRequest, room: str, ask: Callable[[], Any]) -> Any:
    """What the view has learnt already is not asked again."""
    return request.known[room] if room in request.known else ask()


def _neighbour(workspace: Workspace) -> Neighbour:
    return Neighbour(workspace.name, workspace.organisation, reverse("web:today", args=[workspace.slug]))


def _plan_lines(objectives: plan.Objectives) -> list[str]:
    if objectives.version_number is None or objectives.in_force_since is None:
        return [_("No plan in force yet")]
    since = date_format(timezone.localtime(objectives.in_force_since), _("j F Y"))
    return [
        _("Plan version %(number)s, in force") % {"number": objectives.version_number},
        _("since %(day)s") % {"day": since.replace(" ", "\u00a0")},
    ]


def search(workspace: Workspace, person: Person, words: str, limit: int = 6) -> list[tuple[str, list[team.Hit]]]:
    """Hits of every room by kind, rooms in the order of the menu; nothing for fewer than two letters."""
    if len(words.strip()) < 2:
        return []
    rooms = {
        "inbox": inbox,
        "editorial": editorial,
        "plan": plan,
        "behaviours": behaviours,
        "crisis": crisis,
        "stakeholders": stakeholders,
    }
    rooms |= {"guidelines": guidelines, "members": members, "team": team, "handover": handover}
    by_kind: dict[str, list[team.Hit]] = {}
    for room in (found for name, found in rooms.items() if workspace.shows(name)):
        for hit in room.search(workspace, person, words, limit):
            by_kind.setdefault(hit.kind, []).append(hit)
    return list(by_kind.items())
