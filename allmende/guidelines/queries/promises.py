"""Answers about what we promised: the plan in force, its rules, and what a channel still lacks to open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext, ngettext, pgettext

from allmende.channels.models import Channel
from allmende.channels.states import CLOSED
from allmende.domain.reaction import Rule, Signs
from allmende.domain.response_clock import ResponseRule
from allmende.guidelines import states
from allmende.guidelines.catalogue import BY_NUMBER, REACTION_WORDS
from allmende.guidelines.models import BrandRecord, CoreMessage, NetworkMark, ReactionPlan, ReactionRule
from allmende.paper.elements import Chapter, Part, facts, listed, said, table, under
from allmende.team.access import may
from allmende.team.models import Person, ResponsibleUnit, Workspace
from allmende.team.queries import Hit, Thing, asked_of_rooms, grouped, people_of, purposes, units_of
from allmende.team.states import PERSON

NBSP = "\u00a0"


@dataclass(frozen=True)
class MessageRow:
    """A core message. `holds`: on this day, `is_ahead`: from a later one. `used`: how often, by what carried it."""

    message: CoreMessage
    holds: bool
    is_ahead: bool
    used: tuple[tuple[str, int], ...] = ()

    def serves(self, key: str) -> bool:
        """Is it to help the objective of this key?"""
        return key in self.message.serves_keys


@dataclass(frozen=True)
class MessagesPage:
    """Those that hold first, and the brand record."""

    messages: tuple[MessageRow, ...]
    brand: BrandRecord | None


def messages_page(workspace: Workspace, today: date) -> MessagesPage:
    """What we want understood, and how often rooms above say that it was carried; a fixed number of queries."""
    uses = [use for answer in asked_of_rooms("uses_of_messages") for use in answer(workspace)]
    rows = [
        replace(row, used=tuple((use.words, use.number) for use in uses if use.message_id == row.message.pk))
        for row in messages_of(workspace, today)
    ]
    return MessagesPage(tuple(rows), brand_of(workspace))


def brand_of(workspace: Workspace) -> BrandRecord | None:
    """What makes us unmistakable, if somebody wrote it down (S4-28); one query."""
    return BrandRecord.objects.filter(workspace=workspace, archived_at__isnull=True).first()


@dataclass(frozen=True)
class MessageUse:
    """A room above tells how often a core message was carried: by what, and how often (S2-08, S4-22)."""

    message_id: UUID
    words: str
    number: int


@dataclass(frozen=True)
class RuleChoices:
    """What a rule can refer to: core messages that hold, and parts of the plan in force, each kind a group (S4-22);
    `units`: who can answer or decide, departments and groups before people, as `team.access.find_any_unit` reads them.
    """

    messages: Sequence[tuple[str, str]]
    purposes: Sequence[tuple[str, list[tuple[str, str]]]]
    units: Sequence[tuple[str, str]]


def rule_choices(person: Person, rule: ReactionRule, today: date) -> RuleChoices:
    """What `person` can let this rule refer to; what it refers to already is among them."""
    rows = messages_of(person.workspace, today)
    chosen = rule.core_message_id
    messages = [(str(row.message.pk), row.message.sentence) for row in rows if row.holds or row.message.pk == chosen]
    if chosen and str(chosen) not in dict(messages) and rule.core_message:
        messages.append((str(chosen), rule.core_message.sentence))
    found = purposes(person)
    groups = grouped(found)
    if rule.serves_key and rule.serves_key not in {one.key for one in found}:
        groups.append((gettext("No longer in the plan"), [(rule.serves_key, rule.serves_key)]))
    return RuleChoices(messages, groups, _units(person.workspace, rule))


def _units(workspace: Workspace, rule: ReactionRule) -> list[tuple[str, str]]:
    groups = [(choice_of(unit), unit.name) for unit in units_of(workspace)]
    people = [(f"person:{one.pk}", one.name) for one in people_of(workspace)]
    named = {choice_of(unit): unit.name for unit in (rule.responder, rule.decider) if unit}
    return [*groups, *people, *(one for one in named.items() if one[0] not in dict(groups + people))]


def choice_of(unit: ResponsibleUnit | None) -> str:
    """How a form names a unit: "unit:<id>", "person:<id>" where it is one person, "" for none."""
    if unit is None:
        return ""
    return f"person:{unit.lead_id}" if unit.kind == PERSON else f"unit:{unit.pk}"


def messages_for(workspace: Workspace, key: str, today: date) -> tuple[tuple[MessageRow, ...], tuple[MessageRow, ...]]:
    """The core messages that help the objective of this key, and those that hold today and could; one query."""
    rows = messages_of(workspace, today)
    return tuple(row for row in rows if row.serves(key)), tuple(
        row for row in rows if row.holds and not row.serves(key)
    )


def messages_of(workspace: Workspace, today: date) -> list[MessageRow]:
    """Every core message that is not put away, those that hold first."""
    rows = CoreMessage.objects.filter(workspace=workspace, archived_at__isnull=True)
    return sorted((_message_row(row, today) for row in rows), key=lambda row: not row.holds)


def _message_row(message: CoreMessage, today: date) -> MessageRow:
    is_ahead = message.valid_from_date > today
    is_over = message.valid_until_date is not None and message.valid_until_date < today
    return MessageRow(message, not is_ahead and not is_over, is_ahead)


def plan_in_force(channel: Channel) -> ReactionPlan | None:
    """The reaction plan that holds in this channel now; None when there is none."""
    return _plans().filter(channel=channel, state__in=states.PLAN_HOLDS).first()


def plans_in_force(channels: Iterable[Channel]) -> dict[UUID, ReactionPlan]:
    """The plans in force of many channels by channel id, rules prefetched: two queries however many."""
    return {plan.channel_id: plan for plan in _plans().filter(channel__in=list(channels), state__in=states.PLAN_HOLDS)}


def channels_in(workspace: Workspace) -> list[tuple[Channel, ReactionPlan | None]]:
    """Every channel that is not closed with its plan in force, by name: three queries however many."""
    rows = Channel.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(state=CLOSED)
    found = list(rows.exclude(kind="archive").select_related("account").order_by("name"))
    plans = plans_in_force(found)
    return [(channel, plans.get(channel.pk)) for channel in found]


def accountable(workspace: Workspace) -> list[Thing]:
    """Every reaction plan in force needs exactly one accountable unit (I-01); the team's page asks."""
    found = []
    for channel, plan in channels_in(workspace):
        if plan is not None:
            page = reverse("guidelines:reaction_plan", kwargs={"slug": workspace.slug, "channel": channel.slug})
            found.append(Thing("reaction_plan", str(channel.pk), channel.name, page))
    return found


def shown_plan(channel: Channel) -> ReactionPlan | None:
    """What the channel's page shows: the plan in force, else the draft."""
    return plan_in_force(channel) or draft_of(channel)


def draft_of(channel: Channel) -> ReactionPlan | None:
    """The version that is to follow in this channel, in the making or agreed; at most one."""
    return _plans().filter(channel=channel, state__in=states.PLAN_OPEN).first()


def plans_to_review(now: datetime) -> list[ReactionPlan]:
    """Plans in force whose day to be looked at again has come."""
    rows = _plans().filter(state=states.IN_FORCE, review_date__lte=now.date(), archived_at__isnull=True)
    return list(rows.select_related("workspace"))


def network_marks(channel: Channel) -> QuerySet[NetworkMark]:
    """What changed at the network and may touch this channel's reaction plan, the newest first (S4-32)."""
    return NetworkMark.objects.filter(channel=channel)


def plans_of(channel: Channel) -> QuerySet[ReactionPlan]:
    """All versions of a channel's reaction plan, the newest first."""
    return ReactionPlan.objects.filter(channel=channel).select_related("updated_by", "agreed_by").order_by("-number")


def rules_of(plan: ReactionPlan) -> tuple[Rule, ...]:
    """The plan's rules as the domain reads them, in order of rank; `key` is the ReactionRule's id as text."""
    return tuple(
        Rule(str(rule.pk), rule.situation, Signs.from_mapping(rule.signs), rule.rank, rule.is_default)
        for rule in plan.rules.all()
    )


def response_rule(rule: ReactionRule) -> ResponseRule:
    """What a rule promises, as the response clock counts it."""
    return ResponseRule(
        target=_span(rule.first_response_minutes),
        member_first=timedelta(minutes=rule.member_first_minutes),
        counts_service_hours=rule.counts_service_hours,
        satisfied_by="anyone" if rule.satisfied_by == "anyone" else "staff",
        next_target=_span(rule.next_minutes),
        outside=_span(rule.outside_minutes),
        resolution=_span(rule.resolution_minutes),
    )


def _span(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)


def situation_name(number: int) -> str:
    """The name of a shipped situation in the reader's language."""
    return str(BY_NUMBER[number].name)


def duration(minutes: int | None) -> str:
    """Minutes as a promise: "24 h", "1:30 h", "30 Minuten", "sofort"."""
    if minutes is None:
        return ""
    if minutes == 0:
        return gettext("at once")
    if minutes < 60:
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}{NBSP}h" if rest else f"{hours}{NBSP}h"


def promise(rule: ReactionRule) -> str:
    """The whole promise in words, and whether a second person reads first."""
    reader = " " + gettext("A second person reads our answer before it leaves.") if rule.needs_second_reader else ""
    return _promised(rule) + reader


def _promised(rule: ReactionRule) -> str:
    if rule.first_response_minutes is None:
        return gettext("No reply is needed.")
    values = {"span": duration(rule.first_response_minutes), "members": duration(rule.member_first_minutes)}
    if rule.first_response_minutes == 0:
        return gettext("At once, around the clock.") if not rule.counts_service_hours else gettext("At once.")
    if rule.member_first_minutes:
        told = gettext("Members first for %(members)s, then we answer, within %(span)s at the latest.")
    elif rule.satisfied_by == "anyone":
        told = gettext("Somebody answers within %(span)s.")
    else:
        told = gettext("We answer within %(span)s.")
    clock = gettext("Counted in service hours.") if rule.counts_service_hours else gettext("Counted around the clock.")
    return " ".join((told % values, clock, *_further(rule)))


def _further(rule: ReactionRule) -> list[str]:
    """What is promised beside the first answer."""
    said = (
        (rule.outside_minutes, gettext("What arrives out of service hours is answered within %(span)s.")),
        (rule.next_minutes, gettext("Each further answer within %(span)s.")),
        (rule.resolution_minutes, gettext("Closed within %(span)s.")),
    )
    return [words % {"span": duration(minutes)} for minutes, words in said if minutes is not None]


def book_chapter(workspace: Workspace, today: date) -> Chapter:
    """This room in the book: how we sound, what we want understood, what we promised for each channel."""
    page = messages_page(workspace, today)
    brand = page.brand
    voice = (
        facts(
            (gettext("What we promise"), brand.promise),
            (gettext("What makes us different"), brand.difference),
            (gettext("How we sound"), brand.voice),
            (gettext("What we never say"), brand.never),
        )
        if brand
        else ()
    )
    parts = (
        *under(gettext("What makes us unmistakable"), voice),
        *under(gettext("Core messages"), *(_message_parts(row) for row in page.messages)),
        *(part for channel, plan in channels_in(workspace) if plan for part in _plan_parts(channel, plan)),
    )
    title = gettext("Guidelines and reaction plans")
    return Chapter("guidelines", title, parts or said(gettext("Nothing is written yet.")))


def _message_parts(row: MessageRow) -> tuple[Part, ...]:
    message = row.message
    until = _day_word(message.valid_until_date)
    days = (gettext("Holds"), f"{_day_word(message.valid_from_date)} – {until}")
    return under(message.sentence, facts(days), listed(message.proof_points.splitlines()), level=2)


def _plan_parts(channel: Channel, plan: ReactionPlan) -> tuple[Part, ...]:
    """A plan in force: what is to be done in which situation, by when, and how one recognises it."""
    heads = (
        gettext("Situation"),
        gettext("Reaction"),
        pgettext("book", "Promise"),
        gettext("Recognised by"),
        gettext("How"),
    )
    rows = [
        (rule.name, REACTION_WORDS[rule.reaction], promise(rule), rule.recognise, _how(rule))
        for rule in plan.rules.all()
    ]
    since = timezone.localtime(plan.in_force_at).date() if plan.in_force_at else None
    told = facts(
        (gettext("Version"), plan.number),
        (gettext("In force since"), _day_word(since)),
        (gettext("Looked at again on"), _day_word(plan.review_date)),
    )
    return under(gettext("Reaction plan: %(channel)s") % {"channel": channel.name}, told, table(heads, rows))


def _how(rule: ReactionRule) -> str:
    said = (
        ("", rule.instruction),
        (gettext("Not:"), rule.must_not),
        (gettext("It goes to somebody else when:"), rule.escalate_when),
        (gettext("Who answers:"), rule.responder),
        (gettext("Who decides:"), rule.decider),
        ("", rule.reason),
    )
    return "\n".join(f"{label} {value}".lstrip() for label, value in said if value)


def _day_word(day: date | None) -> str:
    return str(formats.date_format(day, "DATE_FORMAT")) if day else ""


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Rules in force whose name or instruction holds all the words."""
    if not may(person, "guidelines.plan.read"):
        return []
    found = ReactionRule.objects.filter(plan__workspace=workspace, plan__state__in=states.PLAN_HOLDS)
    for word in words.split():
        found = found.filter(name__icontains=word) | found.filter(instruction__icontains=word)
    rows = found.select_related("plan__channel").order_by("plan__channel__name", "rank")[:limit]
    return [Hit(gettext("Rule"), rule.name, rule.plan.channel.name, _address(workspace, rule)) for rule in rows]


def _address(workspace: Workspace, rule: ReactionRule) -> str:
    page = reverse("guidelines:reaction_plan", kwargs={"slug": workspace.slug, "channel": rule.plan.channel.slug})
    return f"{page}#rule-{rule.situation}"


def _plans() -> QuerySet[ReactionPlan]:
    return ReactionPlan.objects.select_related("channel", "updated_by", "agreed_by").prefetch_related(
        Prefetch("rules", ReactionRule.objects.select_related("core_message", "responder", "decider"))
    )
