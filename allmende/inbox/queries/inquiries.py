"""Questions to departments and experts: whom one can ask, who waits for an answer, and what keeps a conversation open (I-15)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from allmende.channels.models import Message
from allmende.channels.queries import shown_rows
from allmende.channels.states import GIVEN_UP, INWARD, MISSED, OUTWARD, REFUSED, SENT, WITHDRAWN
from allmende.domain.service_hours import Hours, open_stretches
from allmende.guidelines.models import ReactionRule
from allmende.guidelines.states import PLAN_HOLDS
from allmende.inbox import states
from allmende.inbox.access import passages_in, private_in
from allmende.inbox.models import Conversation, Inquiry
from allmende.team.models import Expert, Person, ResponsibleUnit, Workspace
from allmende.team.queries import default_hours, experts_of, holders_of, hours_of, units_of

RIGHT = "inbox.conversation.sort"
SHOWN_AT_ONCE = 60
# Situations of 3.8 in which somebody outside the team is asked: a product question, product feedback.
PRODUCT_SITUATIONS = (4, 5)
DEPARTMENT_DAYS = 5
# So long the link of an expert or a department is open
OPEN_DAYS = 60
# Words that should have told a member and never reached them
LOST = (REFUSED, GIVEN_UP, WITHDRAWN, MISSED)


@dataclass(frozen=True)
class Load:
    """How much an expert carries: open questions, and minutes of this month as they themselves said."""

    expert: Expert
    open: int
    minutes: int

    @property
    def is_full(self) -> bool:
        """Nothing more may be asked now: too many wait, or the hours of the month are used up."""
        return self.open >= self.expert.most_open or self.minutes >= self.expert.hours_per_month * 60

    @property
    def hours(self) -> float:
        return self.minutes / 60


@dataclass(frozen=True)
class Procedure:
    """What happens with product questions and feedback (S2-21): per channel and rule what is promised, and who answers."""

    rules: Sequence[ReactionRule]
    departments: Sequence[ResponsibleUnit]
    experts: Sequence[Expert]
    open: int
    answered: int
    told: int
    dropped: int
    topics: Sequence[tuple[str, Sequence[Expert]]] = field(default_factory=tuple)


@dataclass(frozen=True)
class InquirePage:
    """What the page needs on which somebody is asked; `department_due`: the day proposed for departments."""

    departments: Sequence[ResponsibleUnit]
    loads: Sequence[Load]
    question: str
    department_due: date


def inquiries_in(workspace: Workspace) -> QuerySet[Inquiry]:
    """All questions of a workspace that were not taken back."""
    rows = Inquiry.objects.filter(workspace=workspace, archived_at__isnull=True)
    rows = rows.annotate(is_private=Exists(private_in("conversation")))
    return rows.select_related("unit__lead", "expert", "conversation__channel", "created_by", "dispatch")


def untold(conversation_ids: Iterable[int]) -> QuerySet[Inquiry]:
    """What keeps conversations open: a department was asked, and the member does not know yet what came of it (I-15)."""
    is_lost = Q(state=states.USED, dispatch__state__in=LOST)
    rows = Inquiry.objects.filter(Q(state__in=states.UNTOLD_STATES) | is_lost, archived_at__isnull=True)
    return rows.filter(conversation__in=list(conversation_ids), kind=states.DEPARTMENT).select_related("unit")


def inquiries_of(conversation: Conversation) -> list[Inquiry]:
    """What was asked out of a conversation, the newest first; one query."""
    return list(inquiries_in(conversation.workspace).filter(conversation=conversation).order_by("-created_at"))


def waiting_inquiries(workspace: Workspace, kind: str = "") -> list[Inquiry]:
    """What waits for a department or an expert, or for the member to be told, by its day; one query."""
    rows = inquiries_in(workspace).filter(state__in=states.UNTOLD_STATES)
    return list((rows.filter(kind=kind) if kind else rows)[:SHOWN_AT_ONCE])


def addressed_to(person: Person) -> QuerySet[Inquiry]:
    """The questions this person was asked: as an expert, or as somebody who leads or belongs to the department."""
    is_theirs = Q(expert__person=person) | Q(unit__lead=person) | Q(unit__members__person=person)
    return inquiries_in(person.workspace).filter(is_theirs).distinct()


def asked_of(person: Person) -> list[Inquiry]:
    """The questions that wait for this person's answer, by their day."""
    return list(addressed_to(person).filter(state__in=(states.ASKED, states.ACCEPTED))[:SHOWN_AT_ONCE])


def loads(workspace: Workspace, now: datetime) -> list[Load]:
    """Every expert with what they carry; two queries."""
    experts = list(experts_of(workspace))
    begin = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Inquiry.objects.filter(workspace=workspace, archived_at__isnull=True, expert__in=experts).order_by()
    counted = rows.values("expert").annotate(
        open=Count("pk", filter=Q(state__in=(states.ASKED, states.ACCEPTED))),
        spent=Sum("minutes", filter=Q(answered_at__gte=begin)),
    )
    found = {row["expert"]: (row["open"], row["spent"] or 0) for row in counted}
    return [Load(one, *found.get(one.pk, (0, 0))) for one in experts]


def load_of(expert: Expert, now: datetime) -> Load:
    """What one expert carries now."""
    return next((one for one in loads(expert.workspace, now) if one.expert.pk == expert.pk), Load(expert, 0, 0))


def due_for(workspace: Workspace, working_days: int, now: datetime) -> date:
    """The day that lies so many working days ahead: days with service hours, Monday to Friday where there are none."""
    today = workspace.day_at(now)
    hours = hours_of(default_hours(workspace), range(today.year, today.year + 2))
    found, day = 0, today
    while found < working_days and (day - today).days < 366:
        day += timedelta(days=1)
        found += _is_working(hours, day)
    return day


def _is_working(hours: Hours | None, day: date) -> bool:
    if hours is None or not hours.is_ever_open:
        return day.weekday() < 5
    begin = timezone.make_aware(datetime.combine(day, datetime.min.time()))
    return any(True for _ in open_stretches(hours, begin, begin + timedelta(days=1)))


def answerers_of(inquiry: Inquiry) -> list[Person]:
    """The people with an account who can answer it: the expert, or who leads and belongs to the department."""
    if inquiry.expert:
        return [inquiry.expert.person] if inquiry.expert.person and inquiry.expert.person.left_at is None else []
    unit = inquiry.unit
    if unit is None:
        return []
    people = [unit.lead, *(one.person for one in unit.members.select_related("person"))]
    return [one for one in people if one and one.left_at is None]


def watchers_of(inquiry: Inquiry) -> list[Person]:
    """Whom an answer concerns: who asked and who takes care of the conversation; everybody who may, if both are gone."""
    pair = {one.pk: one for one in (inquiry.created_by, inquiry.conversation.assignee) if one and one.left_at is None}
    return list(pair.values()) or list(holders_of(inquiry.workspace, RIGHT))


def has_spoken_since(inquiry: Inquiry) -> bool:
    """Did anybody of ours say something in the conversation after the answer came?"""
    ours = Message.objects.filter(
        entry__conversation=inquiry.conversation_id, direction=OUTWARD, deleted_at__isnull=True
    )
    return ours.filter(occurred_at__gte=inquiry.answered_at).exclude(dispatch__state=WITHDRAWN).exists()


def last_words(conversation: Conversation) -> str:
    """What a member said last: the question as a proposal, without a name."""
    rows = Message.objects.filter(entry__conversation=conversation, direction=INWARD, deleted_at__isnull=True)
    return rows.order_by("-occurred_at", "-pk").values_list("text", flat=True).first() or ""


def late_inquiries(now: datetime) -> list[Inquiry]:
    """What its day has passed for without an answer, in every workspace; those to departments that were not reminded of."""
    # A day is over in the last zone a day later than in the first; each workspace is asked for its own day.
    rows = Inquiry.objects.filter(
        Q(kind=states.EXPERT) | Q(reminded_at__isnull=True), due_date__lte=now.date() + timedelta(days=1),
        state__in=(states.ASKED, states.ACCEPTED), archived_at__isnull=True,
    )  # fmt: skip
    found = rows.select_related(
        "workspace", "unit__lead", "expert__deputy", "expert__person", "conversation__assignee", "created_by"
    )
    return [one for one in found.order_by("due_date")[:200] if one.workspace.day_at(now) > one.due_date]


def known_answers(person: Person, state: str, words: str = "") -> list[Inquiry]:
    """Answers of experts proposed or kept as knowledge, the newest first; those with these words.

    By the words of a question out of a private conversation only those find it who may read it (`question_for`).
    """
    rows = inquiries_in(person.workspace).filter(knowledge=state, state__in=(states.ANSWERED, states.USED))
    if words.strip():
        given = words.strip()
        is_readable = Q(is_private=False) | Q(created_by=person) | Q(conversation__assignee=person)
        is_asked = is_readable & Q(question__icontains=given)
        rows = rows.filter(is_asked | Q(answer__icontains=given) | Q(topic__icontains=given))
    return list(rows.order_by("-answered_at")[:SHOWN_AT_ONCE])


def procedure(workspace: Workspace) -> Procedure:
    """What is promised to whoever asks about the product or tells us what is wrong with it, who answers, and what came of it."""
    rules = ReactionRule.objects.filter(
        plan__channel__workspace=workspace, plan__state__in=PLAN_HOLDS, situation__in=PRODUCT_SITUATIONS
    )
    experts = list(experts_of(workspace))
    counted = dict(
        Inquiry.objects.filter(workspace=workspace, archived_at__isnull=True, kind=states.DEPARTMENT)
        .order_by()
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    names = sorted({topic for one in experts for topic in one.topics}, key=str.casefold)
    return Procedure(
        rules=list(rules.select_related("plan__channel").order_by("plan__channel__name", "situation")),
        departments=units_of(workspace),
        experts=experts,
        open=counted.get(states.ASKED, 0) + counted.get(states.ACCEPTED, 0),
        answered=counted.get(states.ANSWERED, 0),
        told=counted.get(states.USED, 0),
        dropped=counted.get(states.DROPPED, 0),
        topics=tuple((name, tuple(one for one in experts if name in one.topics)) for name in names),
    )


def waiting_for(kind: str, workspace_id: UUID) -> QuerySet[Conversation]:
    """Conversations out of which a department or an expert was asked, while the member knows nothing of it yet."""
    asked = Inquiry.objects.filter(
        workspace=workspace_id, kind=kind, state__in=states.UNTOLD_STATES, archived_at__isnull=True
    )
    rows = Conversation.objects.filter(pk__in=asked.order_by().values("conversation"))
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def inquire_page(conversation: Conversation, now: datetime) -> InquirePage:
    """Departments, experts with what they carry, and the member's last words as a proposal."""
    workspace = conversation.workspace
    return InquirePage(
        departments=units_of(workspace),
        loads=loads(workspace, now),
        question=last_words(conversation),
        department_due=due_for(workspace, DEPARTMENT_DAYS, now),
    )


def asked_name(inquiry: Inquiry) -> str:
    """Whom a question went to."""
    return inquiry.expert.name if inquiry.expert else inquiry.unit.name if inquiry.unit else inquiry.guest_name


def link_open_until(inquiry: Inquiry, now: datetime) -> datetime:
    """Until when a link that is made now is open: for somebody outside the end of the day that was chosen."""
    if inquiry.open_until_date is None:
        return now + timedelta(days=OPEN_DAYS)
    zone = ZoneInfo(inquiry.workspace.zone)
    return datetime.combine(inquiry.open_until_date + timedelta(days=1), time.min, zone)


def is_link_over(inquiry: Inquiry, now: datetime) -> bool:
    """Would a link that is made now be closed already?"""
    return link_open_until(inquiry, now) <= now


def passages_of(inquiry: Inquiry) -> list[Message]:
    """What somebody outside reads and sees of the conversation, in its order; two queries."""
    rows = passages_in(inquiry).prefetch_related(Prefetch("shown", shown_rows()))
    return list(rows.select_related("identity", "person").order_by("occurred_at", "pk"))


def sendable_turns(conversation: Conversation) -> list[Message]:
    """The messages that may go along when a question goes outside, the newest first, at most so many: of ours only what was
    said, not what waits or was taken back."""
    was_said = Q(direction=INWARD) | Q(native_id__isnull=False) | Q(dispatch__state=SENT)
    rows = Message.objects.filter(
        was_said,
        entry__conversation=conversation,
        deleted_at__isnull=True,
        identity__member__erased_at__isnull=True,
    )
    return list(rows.select_related("identity", "person").order_by("-occurred_at", "-pk")[:SHOWN_AT_ONCE])


def is_asked(inquiry: Inquiry, person: Person) -> bool:
    """Is it this person's to answer?"""
    return any(one.pk == person.pk for one in answerers_of(inquiry))


def passed_on(inquiry: Inquiry) -> Inquiry | None:
    """The deputy's question that followed this one."""
    return Inquiry.objects.filter(follows=inquiry).select_related("expert").first()
