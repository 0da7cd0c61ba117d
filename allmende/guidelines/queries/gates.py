"""What must stand before a channel may open (I-01, I-11, S4-19, domain 3.8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from allmende.channels.models import Channel
from allmende.channels.states import PRACTICE
from allmende.guidelines import states
from allmende.guidelines.models import GateException, ReactionPlan
from allmende.guidelines.queries.promises import plans_of
from allmende.guidelines.queries.written import netiquettes_of
from allmende.team.models import Responsibility, ServiceSpan
from allmende.team.queries import cover, holders_of, is_open_to, plans_duty, untrained_on
from allmende.team.states import PUBLISHING_GATE

COVERED_WEEKS = 4
# Of the hours in which somebody has to be there, so much is covered.
COVERED_SHARE = 0.9
NEWSLETTER, OWN_PAGE = "newsletter", "page"


@dataclass(frozen=True)
class Gate:
    """One condition of opening a channel; `code` is one of `states.GATES`. `exception`: who lets it open without, and why.
    `figure`: of the cover the share that there is, in per cent."""

    code: str
    is_met: bool
    exception: GateException | None = None
    figure: int | None = None

    @property
    def holds(self) -> bool:
        """It stands in nobody's way."""
        return self.is_met or self.exception is not None

    @property
    def can_be_set_aside(self) -> bool:
        """Somebody may open without it, knowingly."""
        return self.code in states.GATES_SET_ASIDE


def gates_of(channel: Channel, today: date, plans: Iterable[ReactionPlan] | None = None) -> tuple[Gate, ...]:
    """What is asked of this channel, each with whether it stands. `plans`: the versions of its reaction plan, where they were
    fetched already."""
    versions = plans_of(channel) if plans is None else plans
    asked = [
        Gate("account", channel.account_id is not None),
        Gate("reaction_plan", any(one.state in states.PLAN_HOLDS for one in versions)),
        Gate("service_hours", _has_hours(channel)),
        Gate("accountable", _is_accountable(channel, today)),
    ]
    # At the practice network nobody outside listens: nobody there needs an imprint, and beginners learn there.
    if channel.account is not None and channel.account.kind != PRACTICE:
        asked += _outside(channel, today)
    return tuple(asked)


def _outside(channel: Channel, today: date) -> list[Gate]:
    aside = exceptions_of(channel)
    gates = [Gate("legal_notice", _has_notice(channel), aside.get("legal_notice"))]
    if channel.kind != NEWSLETTER:  # nobody talks there with one another
        has_one = bool(netiquettes_of(channel.workspace, [channel]))
        gates.append(Gate("netiquette", has_one, aside.get("netiquette")))
    if plans_duty(channel.workspace):
        share = covered_share(channel, today)
        gates.append(Gate("cover", share >= COVERED_SHARE, aside.get("cover"), int(share * 100)))
    gates.append(Gate("trained", _has_trained(channel, today), aside.get("trained")))
    return gates


def exceptions_of(channel: Channel) -> Mapping[str, GateException]:
    """By gate, what this channel is open without."""
    rows = GateException.objects.filter(channel=channel, archived_at__isnull=True).select_related("updated_by")
    return {one.gate: one for one in rows}


def covered_share(channel: Channel, today: date) -> float:
    """Of the hours of the coming four weeks in which the channel needs somebody, the share somebody has taken; 0 where the rota
    asks for nobody in its service hours."""
    begin = datetime.combine(today, time(0), ZoneInfo(channel.workspace.zone))
    found = cover(channel.workspace, begin, begin + timedelta(weeks=COVERED_WEEKS))
    asked = found.asked_for(channel.hours_id) if found else None
    if found is None or asked is None:
        return 0.0
    needed = sum((closes - opens for opens, closes in found.needed(asked)), timedelta()) * asked.seats
    lacking = sum(
        (
            (one.gap.ends_at - one.gap.starts_at) * one.gap.missing
            for one in found.gaps()
            if one.requirement.pk == asked.pk
        ),
        timedelta(),
    )
    return 1 - lacking / needed if needed else 1.0


def _has_notice(channel: Channel) -> bool:
    own = channel.account.settings.get("imprint") if channel.account and channel.account.kind == OWN_PAGE else ""
    return bool(channel.legal_notice_url or own)


def _is_accountable(channel: Channel, today: date) -> bool:
    """The unit that answers for it; where nobody was named, whoever set it up."""
    lines = Responsibility.objects.filter(
        workspace=channel.workspace_id, kind="channel", key=str(channel.pk), ends_at__isnull=True
    )
    line = lines.select_related("unit__lead").first()
    person = line.unit.lead if line else channel.created_by
    return (line is not None and person is None) or (person is not None and is_open_to(person, today))


def _has_trained(channel: Channel, today: date) -> bool:
    """Somebody who may publish has all that publishing asks for."""
    speakers = holders_of(channel.workspace, "editorial.item.schedule").select_related("workspace")
    here = [one for one in speakers if is_open_to(one, today)]
    return len(untrained_on(here, PUBLISHING_GATE, today)) < len(here)


def _has_hours(channel: Channel) -> bool:
    kept = Q(hours=channel.hours_id) if channel.hours_id else Q(hours__is_default=True)
    return ServiceSpan.objects.filter(kept, hours__workspace=channel.workspace_id).exists()
