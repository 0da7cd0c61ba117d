"""Let the networks carry out what was decided about a wave: one decision after the other, tried again, and told of (S2-25)."""

import logging
from datetime import datetime, timedelta

from django.db.models import F
from django.urls import reverse

from allmende.channels.actions import CannotModerate
from allmende.inbox import states
from allmende.inbox.actions.moderate import DECIDE, CannotDecide, carry_out, days_over
from allmende.inbox.models import ModerationDecision
from allmende.team.actions import send_notice
from allmende.team.queries import acts_still

log = logging.getLogger("allmende.inbox")
# While one is asked nobody else asks for it; who is killed over it leaves it to the next, for done twice is done once.
LEASE = timedelta(minutes=2)
# A network that does not answer is asked again so long after
AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
KIND = "inbox.not_carried_out"


def carry_out_due(*, most: int, now: datetime) -> int:
    """Ask the networks for at most so many decisions, those that wait longest first, in the name of whoever decided; how many."""
    return sum(1 for _number in range(most) if _carry_out_next(now))


def _carry_out_next(now: datetime) -> bool:
    rows = ModerationDecision.objects.select_related("workspace", "created_by__workspace", "message__channel__account")
    due = rows.filter(state=states.DECIDED, carry_out_at__lte=now).order_by("carry_out_at", "created_at", "pk").first()
    if due is None:
        return False
    mine = ModerationDecision.objects.filter(pk=due.pk, carry_out_at=due.carry_out_at)
    if mine.update(carry_out_at=now + LEASE, carry_out_tries=F("carry_out_tries") + 1):
        ask_network(due, now)
    return True


def ask_network(decision: ModerationDecision, now: datetime) -> None:
    """Let its network carry out one decision, and write what came of it."""
    person = decision.created_by
    if person is None or not acts_still(person, DECIDE, now):
        _give_up(decision, states.NOBODY, now)
        return
    if days_over(decision, now) > 0:
        _write(decision, None, "")  # nothing took it back at the network any more
        return
    try:
        carry_out(person=person, decision=decision, now=now)
    except CannotDecide:  # a person was quicker, or took it back
        _write(decision, None, "")
    except CannotModerate as error:
        _meet(decision, error.code, now)
    except Exception:
        log.exception("Decision %s: carrying it out broke", decision.pk)
        _meet(decision, states.NO_ANSWER, now)
    else:
        _write(decision, None, "")


def _meet(decision: ModerationDecision, why: str, now: datetime) -> None:
    if why == states.NO_ANSWER and decision.carry_out_tries < len(AGAIN):
        _write(decision, now + AGAIN[decision.carry_out_tries], why)
    else:
        _give_up(decision, why, now)


def _give_up(decision: ModerationDecision, why: str, now: datetime) -> None:
    """The decision stands and waits for a person; whoever decided is told once of all they decided in one go."""
    if _write(decision, None, why) and decision.created_by and why != states.NOBODY:
        url = f"{reverse('inbox:decisions', args=[decision.workspace.slug])}?state={states.DECIDED}"
        once = f"{KIND}:{decision.created_at.isoformat()}"
        send_notice(person=decision.created_by, kind=KIND, values={}, url=url, once_key=once, now=now)


def _write(decision: ModerationDecision, at: datetime | None, why: str) -> bool:
    """False where it was reversed while the network was asked: of that nothing is left to be done."""
    stands = ModerationDecision.objects.filter(pk=decision.pk).exclude(state=states.REVERSED)
    return bool(stands.update(carry_out_at=at, not_done=why))
