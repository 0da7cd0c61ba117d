"""Put a version in force."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.propose_version import CannotPublish, begin_today, check_ready, lock_open, write_changes
from allmende.plan.actions.tell_version import tell_version
from allmende.plan.models import PlanVersion, StrategicPlan
from allmende.plan.queries import agreement_standing, is_publisher, is_solo, names, open_essentials
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def publish_version(
    *,
    person: Person,
    version: PlanVersion,
    reason: str,
    now: datetime,
    without_agreement: str = "",
    is_self_checked: bool = False,
    words: Mapping[str, str] | None = None,
    revision: int | None = None,
) -> PlanVersion:
    """Put a version in force, supersede the one before it, and tell everybody what changed and why (S0-06).

    Up to the level of tactics its owner publishes a draft at once; a strategy asks for a second reader first, in solo mode
    for `is_self_checked`; objectives and goals ask for every agreement, or for the reason why `without_agreement` (I-07).
    Every objective must be fit for it: a measure, a target with a date, the least relevant difference. `words` are those
    for single stakeholders, by id. `revision` is the draft's revision that was looked at. Raises CannotPublish.
    """
    require(person, "plan.version.publish")
    lock_workspace(person.workspace_id)
    plan, draft = lock_open(person, version, (states.DRAFT, states.PROPOSED, states.AGREED))
    _check_publisher(person, plan)
    begin_today(draft, now)
    found = check_ready(draft, reason, revision)
    _refuse_unready(plan)
    if draft.state == states.DRAFT:
        draft.second_reader, draft.reader_note = None, ""
    write_changes(draft, found, reason)
    draft.published_without_agreement = _agreed(person, draft, without_agreement, is_self_checked, now)
    PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).update(
        state=states.SUPERSEDED, updated_at=now, updated_by=person
    )
    draft.state, draft.published_at, draft.published_by = states.PUBLISHED, now, person
    draft.updated_at, draft.updated_by = now, person
    draft.save()
    StrategicPlan.objects.filter(pk=plan.pk).update(
        state=states.ACTIVE, confirmed_at=None, updated_at=now, updated_by=person
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.published",
        target=draft,
        now=now,
        after={"number": draft.number, "level": draft.change_level, "reason": draft.change_reason},
    )
    tell_version(person=person, version=draft, comparison=found, words=words or {}, now=now)
    return draft


def _check_publisher(person: Person, plan: StrategicPlan) -> None:
    if is_publisher(person, plan) or plan.owner is None:
        return
    raise CannotPublish(
        _("Not published: %(name)s is responsible for the plan and puts its versions in force. Propose yours instead.")
        % {"name": plan.owner.name}
    )


def _agreed(person: Person, draft: PlanVersion, without_agreement: str, is_self_checked: bool, now: datetime) -> str:
    """Why it goes out without an agreement, empty when none was needed or all were given; raises CannotPublish."""
    level = draft.change_level or 0
    if level < states.SECOND_READER_LEVEL or draft.state == states.AGREED:
        return ""
    if level >= states.AGREEMENT_LEVEL:
        if without_agreement.strip():
            return without_agreement.strip()
        raise CannotPublish(_missing(draft))
    if not is_solo(person.workspace):
        raise CannotPublish(
            _(
                "Not published: this version changes a strategy, so a second person reads it first. Propose it; your colleagues are told."
            )
        )
    if not is_self_checked:
        raise CannotPublish(
            _(
                "Not published: this version changes a strategy and there is no second reader here. Check it yourself and say so."
            )
        )
    draft.second_reader, draft.agreed_at = person, now
    return ""


def _refuse_unready(plan: StrategicPlan) -> None:
    """The first version waits for whoever answers for the plan and for every essential question (S3-04, S3-17)."""
    if plan.state == states.NEEDS_OWNER:
        raise CannotPublish(_("Not published: nobody is responsible for the plan. Say who is in the plan's settings."))
    if open_essentials(plan):
        raise CannotPublish(
            _("Not published: essential questions are open. The draft is safe; answer them under Readiness.")
        )


def _missing(draft: PlanVersion) -> str:
    standing = agreement_standing(draft)
    gone = [one.stakeholder for one in standing.gone]
    if gone:
        return _(
            "Not published: %(names)s must agree and is no longer here. Name a successor and propose it again, or say why without."
        ) % {"names": names(gone)}
    missing = [one.stakeholder for one in (*standing.wanting_changes, *standing.waiting)]
    if missing:
        return _(
            "Not published: the agreement of %(names)s is missing. Wait for it, or say why the version goes out without."
        ) % {"names": names(missing)}
    return _(
        "Not published: goals and objectives are agreed with those who decide. Propose the version, or say why it goes out without an agreement."
    )
