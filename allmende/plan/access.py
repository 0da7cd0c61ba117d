"""Give this person that plan, version or element of their workspace, or behave as if it did not exist (404)."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import Channel
from allmende.channels.states import SPEAKING_CHANNELS
from allmende.plan import states
from allmende.plan.models import (
    LAYER_MODELS,
    STEPS_FEED,
    Agreement,
    Audience,
    AudienceAnalysis,
    BriefOrder,
    CalendarFeed,
    ChangeEffect,
    ChangeEvent,
    Control,
    DecisionCheck,
    Element,
    EvidenceUpload,
    Finding,
    Judgement,
    LessonSetAside,
    MoneyEntry,
    PlanVersion,
    PlatformChange,
    Receipt,
    Review,
    Routine,
    RoutineStep,
    Step,
    StrategicPlan,
    TimeEntry,
    rows_of,
)
from allmende.team.access import find_guest_link, hash_of_token, is_shown, may
from allmende.team.models import Person
from allmende.team.queries import is_open_to

AGREEMENT_KIND = "plan.agreement"
RECEIPT_KIND = "plan.receipt"
SHOWN = (states.DRAFT, states.PUBLISHED, states.SUPERSEDED)


def living_plans() -> QuerySet[StrategicPlan]:
    """All plans that are not closed; a workspace has one at most."""
    return StrategicPlan.objects.select_related("owner").exclude(state=states.CLOSED)


def find_plan(person: Person) -> StrategicPlan:
    """The living plan of the person's workspace."""
    return get_object_or_404(living_plans(), workspace=person.workspace_id)


def plan_of(person: Person) -> StrategicPlan | None:
    """The living plan of the person's workspace, None before one was started and after the last was closed."""
    return living_plans().filter(workspace=person.workspace_id).first()


def find_version(person: Person, number: int) -> PlanVersion:
    """The published or superseded version of that number; drafts are no versions to look up by number."""
    versions = PlanVersion.objects.select_related("plan", "base", "published_by", "second_reader").filter(
        state__in=SHOWN[1:]
    )
    return _newest_of(versions.filter(workspace=person.workspace_id, number=number))


def find_closed_plan(person: Person, plan_id: UUID) -> StrategicPlan:
    """A closed plan of the person's workspace."""
    plans = StrategicPlan.objects.select_related("owner", "closed_by").filter(state=states.CLOSED)
    return get_object_or_404(plans, workspace=person.workspace_id, pk=plan_id)


def _newest_of(versions: "QuerySet[PlanVersion]") -> PlanVersion:
    """Of versions with the same number that of the plan begun last: an imported plan may repeat those of a closed one."""
    found = versions.order_by("-plan__created_at").first()
    if found is None:
        raise Http404
    return found


def find_draft(person: Person) -> PlanVersion:
    """The draft everybody of the workspace writes on."""
    draft = draft_of(person)
    if draft is None:
        raise Http404
    return draft


def draft_of(person: Person) -> PlanVersion | None:
    """The draft everybody of the workspace writes on, if one is open."""
    drafts = PlanVersion.objects.select_related("plan").filter(state=states.DRAFT, workspace=person.workspace_id)
    return drafts.exclude(plan__state=states.CLOSED).first()


def open_version_of(person: Person) -> PlanVersion | None:
    """The version being written, proposed or agreed, if there is one; never two."""
    rows = PlanVersion.objects.select_related(
        "plan__owner", "plan__deputy", "proposed_by", "second_reader", "workspace"
    )
    found = rows.filter(state__in=states.OPEN_VERSION_STATES, workspace=person.workspace_id)
    return found.exclude(plan__state=states.CLOSED).first()


def find_any_version(person: Person, number: int) -> PlanVersion:
    """The version of that number in whatever state, but none that was discarded."""
    rows = PlanVersion.objects.select_related("plan").exclude(state=states.DISCARDED)
    return _newest_of(rows.filter(workspace=person.workspace_id, number=number))


def find_agreement(person: Person, agreement_id: int) -> Agreement:
    """A stakeholder asked about a version of the person's workspace."""
    rows = Agreement.objects.select_related("version__plan", "stakeholder")
    return get_object_or_404(rows, pk=agreement_id, version__workspace=person.workspace_id)


def find_receipt(person: Person, receipt_id: int) -> Receipt:
    """A stakeholder who was told of a version of the person's workspace."""
    rows = Receipt.objects.select_related("version__plan", "stakeholder").filter(stakeholder__isnull=False)
    return get_object_or_404(rows, pk=receipt_id, version__workspace=person.workspace_id)


def find_event(person: Person, event_id: UUID) -> ChangeEvent:
    """Something that happened around the plan of the person's workspace."""
    rows = ChangeEvent.objects.select_related("plan__workspace", "version", "updated_by")
    return get_object_or_404(rows, pk=event_id, workspace=person.workspace_id)


def find_guest_agreement(token: str, now: datetime) -> Agreement:
    """What the holder of this link is asked to agree to, or 404; the link is checked by `team`."""
    link = find_guest_link(token, AGREEMENT_KIND, now)
    rows = Agreement.objects.select_related(
        "version__plan__owner", "version__workspace", "version__base", "stakeholder"
    )
    return get_object_or_404(rows, pk=link.object_id, version__workspace=link.workspace_id)


def find_guest_receipt(token: str, now: datetime) -> Receipt:
    """Which version the holder of this link is told of, or 404."""
    link = find_guest_link(token, RECEIPT_KIND, now)
    rows = Receipt.objects.select_related("version__plan", "version__workspace", "version__base", "stakeholder")
    return get_object_or_404(rows, pk=link.object_id, version__workspace=link.workspace_id, stakeholder__isnull=False)


def find_step(person: Person, key: str) -> Step:
    """A step of the version in force, with what it serves."""
    served = "tactic__strategy__objective__goal"
    steps = Step.objects.select_related("version__plan", "owner", "accountable", "controller", served)
    return get_object_or_404(steps, key=key, version__workspace=person.workspace_id, version__state=states.PUBLISHED)


def find_time(person: Person, entry_id: UUID) -> TimeEntry:
    """Hours this person noted; those of others are nobody's to look at one by one."""
    return get_object_or_404(TimeEntry, pk=entry_id, workspace=person.workspace_id, person=person)


def find_money(person: Person, entry_id: UUID) -> MoneyEntry:
    """Money somebody of the workspace noted."""
    return get_object_or_404(MoneyEntry, pk=entry_id, workspace=person.workspace_id)


def find_discarded(person: Person, version_id: UUID) -> PlanVersion:
    """A draft that was given up."""
    drafts = PlanVersion.objects.filter(state=states.DISCARDED, workspace=person.workspace_id)
    return get_object_or_404(drafts, pk=version_id)


def find_audience(person: Person, audience_id: UUID) -> Audience:
    """An audience of the person's workspace, retired ones too."""
    rows = Audience.objects.select_related("updated_by", "workspace")
    return get_object_or_404(rows, pk=audience_id, workspace=person.workspace_id)


def find_analysis(person: Person, analysis_id: UUID) -> AudienceAnalysis:
    """A finding about an audience that was not put away."""
    rows = AudienceAnalysis.objects.select_related("audience").filter(archived_at__isnull=True)
    return get_object_or_404(rows, pk=analysis_id, workspace=person.workspace_id)


def find_finding(person: Person, finding_id: UUID) -> Finding:
    """Something noticed about the living plan, decided or not."""
    findings = (
        Finding.objects.select_related("plan").filter(archived_at__isnull=True).exclude(plan__state=states.CLOSED)
    )
    return get_object_or_404(findings, pk=finding_id, workspace=person.workspace_id)


def find_aside(person: Person, aside_id: int) -> LessonSetAside:
    """A finding of the plan check that somebody set aside."""
    rows = LessonSetAside.objects.select_related("plan")
    return get_object_or_404(rows, pk=aside_id, plan__workspace=person.workspace_id)


def find_review(person: Person, review_id: UUID) -> Review:
    """A review of the living plan that was not put away."""
    rows = Review.objects.select_related("workspace", "plan").filter(archived_at__isnull=True)
    return get_object_or_404(rows.exclude(plan__state=states.CLOSED), pk=review_id, workspace=person.workspace_id)


def find_control(person: Person, control_id: UUID) -> Control:
    """A control that was not put away."""
    rows = Control.objects.select_related("workspace", "controller").filter(archived_at__isnull=True)
    return get_object_or_404(rows, pk=control_id, workspace=person.workspace_id)


def find_element(version: PlanVersion, layer: str, key: str) -> Element:
    """One element of a version."""
    if layer not in LAYER_MODELS:
        raise Http404
    return get_object_or_404(LAYER_MODELS[layer], version=version, key=key)


def find_newest(person: Person, key: str) -> tuple[PlanVersion, Element]:
    """An element by its key, as the newest version in force had it; failing that, as the draft has it."""
    layer = key.partition("-")[0]
    if layer not in LAYER_MODELS:
        raise Http404
    rows = rows_of(layer).select_related("version__plan")
    known = rows.filter(key=key, version__workspace=person.workspace_id, version__state__in=SHOWN)
    element = known.exclude(version__state=states.DRAFT).order_by("-version__number").first() or known.first()
    if element is None:
        raise Http404
    return element.version, element


def find_routine(person: Person, routine_id: UUID) -> Routine:
    """A routine, put away or not."""
    routines = Routine.objects.select_related("owner", "channel__account", "updated_by", "workspace")
    return get_object_or_404(routines, pk=routine_id, workspace=person.workspace_id)


def find_routine_step(person: Person, step_id: int) -> RoutineStep:
    """A step of a routine that is not put away."""
    steps = RoutineStep.objects.select_related("routine")
    return get_object_or_404(
        steps, pk=step_id, routine__workspace=person.workspace_id, routine__archived_at__isnull=True
    )


def find_open_channel(person: Person, slug: str) -> Channel:
    """A presence on which we speak."""
    channels = Channel.objects.filter(workspace=person.workspace_id, state__in=SPEAKING_CHANNELS)
    return get_object_or_404(channels, slug=slug)


def find_platform_change(person: Person, change_id: UUID) -> PlatformChange:
    """A change at a network, with what it touches."""
    changes = PlatformChange.objects.select_related("workspace", "created_by").prefetch_related("effects__channel")
    return get_object_or_404(changes, pk=change_id, workspace=person.workspace_id)


def find_effect(person: Person, effect_id: int) -> ChangeEffect:
    """What a change touches."""
    effects = ChangeEffect.objects.select_related("change")
    return get_object_or_404(effects, pk=effect_id, change__workspace=person.workspace_id)


def find_decision(person: Person, decision_id: UUID) -> DecisionCheck:
    """A decision of the workspace; hiring only for those who may read candidates' data, and who asked."""
    rows = DecisionCheck.objects.select_related("workspace", "requester", "decided_by", "updated_by")
    check = get_object_or_404(rows, pk=decision_id, workspace=person.workspace_id, archived_at__isnull=True)
    is_hidden = check.kind == states.HIRING and check.requester_id != person.pk and not may(person, "plan.hiring.read")
    if is_hidden:
        raise Http404
    return check


def find_brief_order(person: Person, decision_id: UUID) -> BriefOrder:
    """What was asked for the brief of a board meeting last; unsaved while nobody did."""
    check = find_decision(person, decision_id)
    if check.kind != states.BOARD_MEETING:
        raise Http404
    return BriefOrder.objects.filter(check_made=check).first() or BriefOrder(check_made=check)


CHAIN_GUESTS = "plan.chain"


def find_guest_chain(token: str, now: datetime) -> StrategicPlan:
    """The plan whose chain a guest link shows, or 404: expired, revoked and wrong look the same."""
    link = find_guest_link(token, CHAIN_GUESTS, now)
    plans = StrategicPlan.objects.select_related("workspace", "owner").exclude(state=states.CLOSED)
    return get_object_or_404(plans, workspace=link.workspace_id, pk=link.object_id)


def find_feed(token: str, now: datetime, kind: str = STEPS_FEED) -> CalendarFeed:
    """The open calendar address of this token and kind, whose person may come in today, or 404."""
    rows = CalendarFeed.objects.select_related("person__workspace", "person__user")
    feed = get_object_or_404(rows, token_hash=hash_of_token(token), kind=kind, revoked_at__isnull=True)
    person = feed.person
    if not person.user.is_active or not is_open_to(person, person.workspace.day_at(now)):
        raise Http404
    return feed


def find_shift_feed(token: str, now: datetime) -> CalendarFeed:
    """The open calendar address of this token, whose person may still stand duty here, or 404."""
    feed = find_feed(token, now, states.SHIFTS_FEED)
    if not is_shown(feed.person, "team.duty.stand"):
        raise Http404
    return feed


def find_upload(person: Person, upload_id: UUID) -> EvidenceUpload:
    """A table of the person's workspace, or 404."""
    rows = EvidenceUpload.objects.select_related("workspace", "created_by")
    return get_object_or_404(rows, workspace=person.workspace_id, pk=upload_id)


def find_judgement(person: Person, judgement_id: UUID) -> Judgement:
    """A judgement of the person's workspace, or 404."""
    rows = Judgement.objects.select_related("asked", "judged_by", "version", "finding", "event", "follows__judged_by")
    return get_object_or_404(rows, workspace=person.workspace_id, pk=judgement_id)


def judgement_named(person: Person, name: str) -> Judgement | None:
    """The judgement an address names after its question mark; None where it names none, 404 for one that is not here."""
    if not name:
        return None
    try:
        return find_judgement(person, UUID(name))
    except ValueError as error:
        raise Http404 from error
