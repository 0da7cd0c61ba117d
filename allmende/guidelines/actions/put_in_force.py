"""Make a draft the promise of its channel."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.channels import actions as channels
from allmende.channels.models import Channel
from allmende.channels.states import CLOSING, LIVE
from allmende.guidelines import states
from allmende.guidelines.actions.agree_plan import review_day
from allmende.guidelines.models import ReactionPlan
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

WRITTEN = ("state", "agreed_at", "agreed_by", "review_date")


class CannotPutInForce(Exception):
    """The plan stays what it is; the text says why and what to do."""


@transaction.atomic
def put_in_force(*, person: Person, plan: ReactionPlan, now: datetime) -> ReactionPlan:
    """`plan` holds from now on; the one before is replaced and stays readable. A live channel goes on with the new one,
    and so does one that says farewell.

    Whoever puts a draft in force agrees with it in the same breath. It is looked at again after half a year, unless a day stands
    there. Raises CannotPutInForce for a plan that is not a draft or has no rule for everything else.
    """
    require(person, "guidelines.plan.agree")
    lock_workspace(person.workspace_id)
    Channel.objects.select_for_update().get(pk=plan.channel_id)
    plan = ReactionPlan.objects.select_related("channel", "workspace").get(pk=plan.pk)
    if plan.state not in states.PLAN_OPEN:
        raise CannotPutInForce(
            gettext("Not put in force. This version is no longer a draft; the plan in force goes on unchanged. "
                    "Begin a new draft to change something.")
        )  # fmt: skip
    if not plan.rules.filter(is_default=True).exists():
        raise CannotPutInForce(
            gettext("Not put in force. No rule says what holds when no sign is found. Make one rule the default, "
                    "then try again.")
        )  # fmt: skip
    ReactionPlan.objects.filter(channel=plan.channel, state__in=states.PLAN_HOLDS).update(
        state=states.REPLACED, updated_at=now, updated_by=person
    )
    if plan.state == states.DRAFT:
        plan.agreed_at, plan.agreed_by = now, person
    plan.state, plan.in_force_at, plan.updated_at, plan.updated_by = states.IN_FORCE, now, now, person
    plan.review_date = plan.review_date or review_day(now)
    plan.save(update_fields=[*WRITTEN, "in_force_at", "updated_at", "updated_by"])
    record_audit(
        workspace=plan.workspace,
        person=person,
        verb="guidelines.plan.put_in_force",
        target=plan,
        now=now,
        after={"channel": plan.channel.name, "number": plan.number},
    )
    key = plan.version_key
    if plan.channel.state == LIVE:
        channels.set_live(person=person, channel=plan.channel, reaction_plan_version_key=key, now=now)
    elif plan.channel.state == CLOSING:  # people wait there to its last day
        channels.set_promise(person=person, channel=plan.channel, reaction_plan_version_key=key, now=now)
    return plan
