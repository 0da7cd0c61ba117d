"""Open a door to the chain for somebody without an account (S1-04)."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.access import CHAIN_GUESTS
from allmende.plan.models import StrategicPlan
from allmende.team.actions import make_guest_link
from allmende.team.models import Person

LONGEST_DAYS = 365


class CannotOpenChain(Exception):
    """No door was opened; says why."""


def open_chain(*, person: Person, plan: StrategicPlan, guest_name: str, days: int, now: datetime) -> str:
    """A token for the guarded chain, open for `days`; it can be closed under Team, Guests. Raises CannotOpenChain."""
    if not plan.versions.filter(state=states.PUBLISHED).exists():
        raise CannotOpenChain(_("No link was made: guests read a plan in force, and none is yet."))
    until = now + timedelta(days=min(max(days, 1), LONGEST_DAYS))
    return make_guest_link(
        person=person, object_kind=CHAIN_GUESTS, object_id=plan.pk, guest_name=guest_name, expires_at=until, now=now
    )
