"""Put a draft in force."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Objective, PlanVersion, StrategicPlan
from allmende.plan.queries import (
    Elements,
    Lesson,
    differences,
    elements_of,
    level_of,
    lint_elements,
    open_essentials,
    refusals,
    stored,
)
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice
from allmende.team.models import Person
from allmende.team.queries import people_of

AGREEMENT_FROM = 4


class CannotPublish(Exception):
    """The version was not published; `lessons` are (element key or "plan", what to mend)."""

    def __init__(self, sentence: str, lessons: tuple[tuple[str, Lesson], ...] = ()) -> None:
        self.lessons = lessons
        super().__init__(sentence)


@transaction.atomic
def publish_version(
    *,
    person: Person,
    version: PlanVersion,
    reason: str,
    now: datetime,
    without_agreement: str = "",
    revision: int | None = None,
) -> PlanVersion:
    """Put the draft in force, supersede the version before it, and tell everybody what changed and why (S0-06).

    Every objective must be fit for an agreement: a measure, a target with a date, the least relevant difference. At
    change level 4 and 5 (objective, goal) the version carries why it goes out without the stakeholders' agreement:
    `without_agreement`, else `reason` (I-07). `revision` is the draft's revision that was looked at. Raises CannotPublish.
    """
    require(person, "plan.version.publish")
    plan, draft = _lock(person, version)
    _begin_today(draft, now)
    if revision is not None and draft.revision != revision:
        raise CannotPublish(
            _("Not published: somebody changed the draft while you looked at it. Look at the differences once more.")
        )
    if not reason.strip():
        raise CannotPublish(_("Not published: say why the plan changes, in a sentence that everybody will read."))
    base = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    found = elements_of(*(one for one in (draft, base) if one))
    before, after = found[base.pk] if base else Elements(), found[draft.pk]
    _check(after)
    _refuse_unready(plan)
    changes = differences(before, after)
    level = level_of(changes)
    if level is None:
        raise CannotPublish(_("Not published: nothing differs from the version in force."))
    if base:
        PlanVersion.objects.filter(pk=base.pk).update(state=states.SUPERSEDED, updated_at=now, updated_by=person)
    draft.state, draft.published_at, draft.published_by = states.PUBLISHED, now, person
    draft.change_level, draft.change_reason, draft.changes = int(level), reason.strip(), stored(changes, before, after)
    draft.published_without_agreement = (
        (without_agreement.strip() or draft.change_reason) if level >= AGREEMENT_FROM else ""
    )
    draft.updated_at, draft.updated_by = now, person
    draft.save()
    StrategicPlan.objects.filter(pk=plan.pk).update(state=states.ACTIVE, updated_at=now, updated_by=person)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.published",
        target=draft,
        now=now,
        after={"number": draft.number, "level": draft.change_level, "reason": draft.change_reason},
    )
    _tell(person, draft, now)
    return draft


def _lock(person: Person, version: PlanVersion) -> tuple[StrategicPlan, PlanVersion]:
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=version.plan_id, workspace=person.workspace)
    draft = PlanVersion.objects.select_for_update(of=("self",)).get(pk=version.pk, plan=plan)
    if draft.state != states.DRAFT:
        raise CannotPublish(_("Not published: this draft was published or discarded meanwhile."))
    return plan, draft


def _begin_today(draft: PlanVersion, now: datetime) -> None:
    """An objective without a start begins with its publication: before and since need a cut."""
    today = now.astimezone(ZoneInfo(draft.workspace.zone)).date()
    Objective.objects.filter(version=draft, starts_date__isnull=True).update(starts_date=today)


def _check(elements: Elements) -> None:
    lessons = lint_elements(elements, for_agreement=True)
    refused = tuple((key, lesson) for key, rows in lessons.items() for lesson in refusals(rows))
    if refused:
        raise CannotPublish(
            _("Not published: something is missing. The draft is safe; mend what stands below."), refused
        )


def _refuse_unready(plan: StrategicPlan) -> None:
    """The first version waits for whoever answers for the plan and for every essential question (S3-04, S3-17)."""
    if plan.state == states.NEEDS_OWNER:
        raise CannotPublish(_("Not published: nobody is responsible for the plan. Say who is in the plan's settings."))
    if open_essentials(plan):
        raise CannotPublish(
            _("Not published: essential questions are open. The draft is safe; answer them under Readiness.")
        )


def _tell(person: Person, version: PlanVersion, now: datetime) -> None:
    url = reverse("plan:version", kwargs={"slug": person.workspace.slug, "number": version.number})
    values = {
        "number": version.number,
        "level": version.change_level,
        "reason": version.change_reason,
        "changes": version.changes[:20],
        "publisher": person.name,
    }
    for reader in people_of(person.workspace).exclude(pk=person.pk):
        send_notice(
            person=reader,
            kind="plan.version_published",
            values=values,
            url=url,
            once_key=f"plan.version_published:{version.pk}",
            now=now,
        )
