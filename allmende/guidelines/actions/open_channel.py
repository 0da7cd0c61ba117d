"""Open a channel: from now on we publish and answer there."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.channels import actions as channels
from allmende.channels.models import Channel
from allmende.guidelines.queries import gates_of, plan_in_force
from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

MISSING: dict[str, str | Promise] = {
    "account": _("It has no account to speak with; connect one first."),
    "reaction_plan": _("It has no reaction plan in force; put one in force first."),
    "service_hours": _("It has no service hours; enter when you are there."),
    "accountable": _("Nobody who works here answers for it; give it to somebody who is accountable."),
    "netiquette": _("No netiquette holds there; put one in force, or say why it opens without."),
    "legal_notice": _("It has no legal notice; enter its address, or say why it opens without."),
    "cover": _(
        "Less than nine tenths of its hours in the coming four weeks are covered; fill the rota, or say why it opens."
    ),
    "trained": _("Nobody who publishes has the trainings for it; complete them, or say why it opens."),
}


class CannotOpen(Exception):
    """The channel stays closed; `missing` holds the codes of the unmet gates, the text says what to do."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        remedies = " ".join(str(MISSING[code]) for code in missing)
        super().__init__(gettext("Not opened. %(remedies)s Nothing was sent or changed.") % {"remedies": remedies})


@transaction.atomic
def open_channel(*, person: Person, channel: Channel, now: datetime) -> Channel:
    """Check the gates (I-01, I-11, S4-19) and set the channel live with the key of the plan in force.

    Raises CannotOpen while a gate is unmet.
    """
    require(person, "channels.channel.edit")
    lock_workspace(person.workspace_id)
    channel = Channel.objects.select_for_update().get(pk=channel.pk)
    today = now.astimezone(ZoneInfo(person.workspace.zone)).date()
    missing = tuple(gate.code for gate in gates_of(channel, today) if not gate.holds)
    plan = plan_in_force(channel)
    if missing or plan is None:
        raise CannotOpen(missing or ("reaction_plan",))
    channels.set_live(person=person, channel=channel, reaction_plan_version_key=plan.version_key, now=now)
    channel.refresh_from_db()
    return channel
