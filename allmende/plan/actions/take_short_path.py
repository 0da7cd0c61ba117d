"""The short path of a small company: each screen writes a real record, so that nothing is lost when somebody leaves (S3-03)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.answer_readiness import answer_readiness
from allmende.plan.actions.propose_version import CannotPublish
from allmende.plan.actions.publish_version import publish_version
from allmende.plan.actions.save_audience import CannotSaveAudience, save_audience
from allmende.plan.actions.save_goal import save_goal
from allmende.plan.actions.save_plan import save_plan
from allmende.plan.actions.start_plan import start_plan
from allmende.plan.models import PlanVersion
from allmende.plan.queries.short import ShortPath, short_path
from allmende.team.access import require
from allmende.team.models import Person


@transaction.atomic
def answer_short(*, person: Person, question: str, values: Mapping[str, Any], now: datetime) -> None:
    """Write what one screen asked for; an answer given before is changed. Raises what the record's own action raises."""
    require(person, "plan.version.edit")
    path = short_path(person)
    if question == "owner":
        _owner(person, path, values, now)
    elif path.plan is None or path.draft is None:
        raise CannotSaveAudience(_("Not saved: the plan was started or published otherwise meanwhile."))
    elif question == "goal":
        fields = {"statement": values["statement"], "plain_statement": values["statement"][:200]}
        key = path.goal.key if path.goal else ""
        save_goal(person=person, version=path.draft, key=key, value_type=values["value_type"], now=now, **fields)
    elif question == "audience":
        save_audience(person=person, audience=path.audience, name=values["name"], now=now)
    elif question == "channel":
        save_audience(person=person, audience=path.audience, places=values["places"], now=now)
    else:
        answer_readiness(person=person, plan=path.plan, question=question, text=values["text"], now=now)


def finish_short(*, person: Person, now: datetime) -> PlanVersion:
    """Put the first version in force. Raises CannotPublish while something is missing."""
    path = short_path(person)
    if path.draft is None or path.next != "publish":
        raise CannotPublish(_("Not published: a question is still open. What you answered is safe."))
    return publish_version(
        person=person,
        version=path.draft,
        reason=_("The first version of the plan."),
        without_agreement=_("The short start names nobody yet who must agree."),
        now=now,
    )


def _owner(person: Person, path: ShortPath, values: Mapping[str, Any], now: datetime) -> None:
    if path.plan is None:
        start_plan(person=person, now=now, start_mode=states.GUIDED_SHORT, **values)
    else:
        save_plan(person=person, plan=path.plan, now=now, **values)
