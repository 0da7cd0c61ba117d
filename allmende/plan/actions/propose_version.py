"""Propose a draft, take it back to change it, and read it as the second reader."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.ask_agreement import ask_all, ask_readers
from allmende.plan.models import Agreement, Objective, PlanVersion, StrategicPlan
from allmende.plan.queries import Comparison, Lesson, compared, is_solo, lint_elements, refusals
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotPublish(Exception):
    """The version was not proposed or published; `lessons` are (element key or "plan", what to mend)."""

    def __init__(self, sentence: str, lessons: tuple[tuple[str, Lesson], ...] = ()) -> None:
        self.lessons = lessons
        super().__init__(sentence)


@transaction.atomic
def propose_version(
    *, person: Person, version: PlanVersion, reason: str, now: datetime, revision: int | None = None
) -> PlanVersion:
    """Lay the draft before those who must agree; nobody writes on it while they read (3.4).

    From the level of strategies on a second reader is told; from that of objectives on every stakeholder who must agree
    is asked, by e-mail where an address is known. Raises CannotPublish.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    plan, draft = lock_open(person, version, (states.DRAFT,))
    begin_today(draft, now)
    found = check_ready(draft, reason, revision)
    draft.state, draft.proposal = states.PROPOSED, draft.proposal + 1
    draft.proposed_at, draft.proposed_by, draft.agreed_at = now, person, None
    draft.second_reader, draft.reader_note = None, ""
    write_changes(draft, found, reason)
    draft.updated_at, draft.updated_by = now, person
    draft.save()
    StrategicPlan.objects.filter(pk=plan.pk, state=states.PLANNING).update(
        state=states.IN_AGREEMENT, updated_at=now, updated_by=person
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.proposed",
        target=draft,
        now=now,
        after={"number": draft.number, "round": draft.proposal, "reason": draft.change_reason},
    )
    if found.level >= states.AGREEMENT_LEVEL:
        ask_all(person=person, version=draft, keys=found.objective_keys, now=now)
    ask_readers(person=person, plan=plan, version=draft, now=now)
    return draft


@transaction.atomic
def take_back(*, person: Person, version: PlanVersion, comment: str, now: datetime) -> PlanVersion:
    """Changes are wanted: the proposal becomes a draft again, `comment` says what to change.

    Agreements given so far stay readable and hold for that text alone. Raises CannotPublish.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    plan, found = lock_open(person, version, (states.PROPOSED, states.AGREED))
    if not comment.strip():
        raise CannotPublish(_("Not taken back: say in a sentence what shall change, so that everybody knows."))
    found.state, found.second_reader, found.reader_note = states.DRAFT, person, comment.strip()
    found.agreed_at, found.updated_at, found.updated_by = None, now, person
    found.save()
    StrategicPlan.objects.filter(pk=plan.pk, state=states.IN_AGREEMENT).update(
        state=states.PLANNING, updated_at=now, updated_by=person
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.taken_back",
        target=found,
        now=now,
        after={"number": found.number, "comment": found.reader_note},
    )
    url = reverse("plan:draft", kwargs={"slug": person.workspace.slug})
    for reader in {one for one in (found.proposed_by, plan.owner) if one and one != person}:
        send_notice(
            person=reader,
            kind="plan.changes_wanted",
            values={"number": found.number, "who": person.name, "comment": found.reader_note},
            url=url,
            once_key=f"plan.changes_wanted:{found.pk}:{found.proposal}",
            now=now,
        )
    return found


@transaction.atomic
def read_second(*, person: Person, version: PlanVersion, note: str, now: datetime) -> PlanVersion:
    """A second reader agrees to a version that changes a strategy; whoever proposed it or owns the plan is none.

    Where only one person has the right, they check their own work (I-03). Raises CannotPublish.
    """
    require(person, "plan.version.agree")
    lock_workspace(person.workspace_id)
    plan, found = lock_open(person, version, (states.PROPOSED,))
    if (found.change_level or 0) >= states.AGREEMENT_LEVEL:
        raise CannotPublish(_("Not agreed: this version changes goals or objectives. The stakeholders agree to it."))
    if person.pk in (found.proposed_by_id, plan.owner_id) and not is_solo(person.workspace):
        raise CannotPublish(
            _(
                "Not agreed: a second reader is somebody who neither proposed the version nor owns the plan. Ask a colleague."
            )
        )
    found.state, found.agreed_at = states.AGREED, now
    found.second_reader, found.reader_note = person, note.strip()
    found.updated_at, found.updated_by = now, person
    found.save()
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.read_second",
        target=found,
        now=now,
        after={"number": found.number, "note": found.reader_note},
    )
    tell_agreed(plan, found, now)
    return found


def tell_agreed(plan: StrategicPlan, version: PlanVersion, now: datetime) -> None:
    """Whoever owns the plan can publish now."""
    if plan.owner and plan.owner != version.second_reader:
        send_notice(
            person=plan.owner,
            kind="plan.version_agreed",
            values={"number": version.number},
            url=reverse("plan:publish", kwargs={"slug": plan.workspace.slug}),
            once_key=f"plan.version_agreed:{version.pk}:{version.proposal}",
            now=now,
        )


def lock_open(person: Person, version: PlanVersion, wanted: tuple[str, ...]) -> tuple[StrategicPlan, PlanVersion]:
    """Plan and version, locked for writing; raises CannotPublish with what happened when its state is another one."""
    plans = StrategicPlan.objects.select_for_update(of=("self",)).select_related("owner", "workspace")
    plan = plans.get(pk=version.plan_id, workspace=person.workspace)
    rows = PlanVersion.objects.select_for_update(of=("self",)).select_related("workspace", "proposed_by")
    found = rows.get(pk=version.pk, plan=plan)
    if found.state in wanted:
        return plan, found
    raise CannotPublish(
        {
            states.DRAFT: _("Nothing happened: this version was taken back meanwhile and is being changed."),
            states.PROPOSED: _("Nothing happened: this version is proposed already; whoever must agree was asked."),
            states.AGREED: _("Nothing happened: this version is agreed already and can be published."),
            states.DISCARDED: _("Nothing happened: somebody discarded this version meanwhile. It is kept."),
        }.get(found.state, _("Not published again: this version was published already. Everybody was told once."))
    )


def begin_today(draft: PlanVersion, now: datetime) -> None:
    """An objective without a start begins with its publication: before and since need a cut. Raises CannotPublish where
    its target was to be reached before."""
    today = now.astimezone(ZoneInfo(draft.workspace.zone)).date()
    unbegun = Objective.objects.filter(version=draft, starts_date__isnull=True)
    passed = unbegun.filter(target_date__lt=today).first()
    if passed:
        raise CannotPublish(
            _(
                "Not published: the day on which the target of %(objective)s shall be reached has passed. Choose another one."
            )
            % {"objective": f"{passed.code} {passed.short_name}"}
        )
    unbegun.update(starts_date=today)


def check_ready(draft: PlanVersion, reason: str, revision: int | None) -> Comparison:
    """What differs from the version in force, once nothing stands in the way; raises CannotPublish."""
    if revision is not None and draft.revision != revision:
        raise CannotPublish(
            _("Not published: somebody changed the draft while you looked at it. Look at the differences once more.")
        )
    if not reason.strip():
        raise CannotPublish(_("Not published: say why the plan changes, in a sentence that everybody will read."))
    base = PlanVersion.objects.filter(plan=draft.plan_id, state=states.PUBLISHED).first()
    found = compared(base, draft)
    lessons = lint_elements(found.after, draft.plan.community_type, for_agreement=True)
    refused = tuple((key, lesson) for key, rows in lessons.items() for lesson in refusals(rows))
    if refused:
        raise CannotPublish(
            _("Not published: something is missing. The draft is safe; mend what stands below."), refused
        )
    if not found.changes:
        raise CannotPublish(_("Not published: nothing differs from the version in force."))
    return found


def write_changes(draft: PlanVersion, found: Comparison, reason: str) -> None:
    """What changes and why, into the version's own columns."""
    draft.change_level, draft.change_reason, draft.changes = int(found.level), reason.strip(), found.stored()


def unanswered(version: PlanVersion) -> list[Agreement]:
    """Who was asked about this proposal and has not agreed, those who left included."""
    asked = version.agreements.filter(kind=states.PROPOSAL, round=version.proposal).exclude(answer=states.YES)
    return list(asked.select_related("stakeholder"))
