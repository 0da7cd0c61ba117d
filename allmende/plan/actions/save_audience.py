"""Write down whom we address, in which order, and what is known about them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Audience, AudienceAnalysis, AudienceLink, Goal
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# Ranks are set aside above this while an order is rewritten: no two rows may share one for a moment.
ASIDE = 10_000


class CannotSaveAudience(Exception):
    """The audience was not saved; `field` names the field to mend, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_audience(
    *, person: Person, audience: Audience | None, now: datetime, revision: int | None = None, **values: Any
) -> Audience:
    """Create an audience, last in the order, or change one (S3-08, S3-09).

    Audiences open once the plan has a goal (S3-07). Raises CannotSaveAudience, StaleRevision.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    name = values.get("name", audience.name if audience else "").strip()
    if not name:
        raise CannotSaveAudience(_("Not saved: say who these people are."), "name")
    if not Goal.objects.filter(version__workspace=person.workspace).exists():
        raise CannotSaveAudience(
            _("Not saved: goals come first. Write the goal of the plan, then say whom you need for it.")
        )
    twins = Audience.objects.filter(workspace=person.workspace, name=name).exclude(state=states.RETIRED)
    if twins.exclude(pk__in=[audience.pk] if audience else []).exists():
        raise CannotSaveAudience(_("Not saved: there is an audience of this name already."), "name")
    is_active = audience is not None and audience.state == states.AUDIENCE_ACTIVE
    if is_active and not all(values.get(name, "x").strip() for name in ("reach_path", "involvement_path")):
        raise CannotSaveAudience(
            _("Not saved: an active audience needs both answers, how it is reached and how it takes part."),
            "reach_path",
        )
    values["name"] = name
    if audience is None:
        last = Audience.objects.filter(workspace=person.workspace).aggregate(last=Max("rank"))["last"] or 0
        audience = Audience.objects.create(
            workspace=person.workspace,
            rank=last + 1,
            created_at=now,
            created_by=person,
            updated_at=now,
            updated_by=person,
            **values,
        )
    else:
        change_record(record=audience, person=person, now=now, seen_revision=revision, **values)
    _book(person, "saved", audience, now, {"name": name})
    return audience


@transaction.atomic
def move_audience(*, person: Person, audience: Audience, to_rank: int, now: datetime) -> list[str]:
    """Put an audience at another place; the others close up, no two share a rank (S3-08). Returns the order before."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    before = _order(person)
    order = [pk for pk in before if pk != str(audience.pk)]
    if len(order) == len(before):
        raise CannotSaveAudience(_("Not moved: this audience was retired meanwhile and has no rank."))
    order.insert(min(max(to_rank - 1, 0), len(order)), str(audience.pk))
    if order != before:
        _write_order(person, order)
        Audience.objects.filter(pk=audience.pk, state=states.ANALYSED).update(state=states.RANKED)
        _book(person, "ranked", audience, now, {"rank": order.index(str(audience.pk)) + 1})
    return before


@transaction.atomic
def undo_order(*, person: Person, now: datetime, order: Sequence[str]) -> None:
    """Put the audiences back in the order they had."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if sorted(order) != sorted(_order(person)):
        raise stale_undo()
    _write_order(person, order)
    first = Audience.objects.get(workspace=person.workspace, pk=order[0])
    _book(person, "ranked", first, now, {"undone": True})


@transaction.atomic
def change_audience_state(*, person: Person, audience: Audience, state: str, now: datetime) -> Audience:
    """draft, analysed, ranked, active, retired. Active only with both answers; retired without a rank."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    audience = Audience.objects.get(pk=audience.pk, workspace=person.workspace)
    if state == audience.state:
        return audience
    if state not in states.AUDIENCE_MOVES[audience.state]:
        raise CannotSaveAudience(_("Not changed: somebody changed this audience meanwhile. Look at how it is now."))
    if state == states.ANALYSED and not audience.analyses.filter(archived_at__isnull=True).exists():
        raise CannotSaveAudience(_("Not changed: write down at least one finding with its source first."))
    if state == states.AUDIENCE_ACTIVE and not (audience.reach_path.strip() and audience.involvement_path.strip()):
        raise CannotSaveAudience(
            _("Not changed: say how this audience is reached and how it takes part, then it is active.")
        )
    twins = Audience.objects.filter(workspace=person.workspace, name=audience.name).exclude(state=states.RETIRED)
    if audience.state == states.RETIRED and twins.exists():
        raise CannotSaveAudience(_("Not changed: there is an audience of this name already."))
    rank = audience.rank
    if state == states.RETIRED:
        rank = None
    elif rank is None:
        rank = (Audience.objects.filter(workspace=person.workspace).aggregate(last=Max("rank"))["last"] or 0) + 1
    change_record(record=audience, person=person, now=now, seen_revision=None, state=state, rank=rank)
    _write_order(person, _order(person))
    _book(person, "saved", audience, now, {"state": state})
    return audience


@transaction.atomic
def undo_audience_state(*, person: Person, now: datetime, pk: str, state: str, rank: int | None) -> None:
    """Give an audience its state and its place in the order back."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    audience = Audience.objects.filter(workspace=person.workspace, pk=pk).first()
    if audience is None:
        raise stale_undo()
    free = ASIDE * 2 if state != states.RETIRED else None
    change_record(record=audience, person=person, now=now, seen_revision=None, state=state, rank=free)
    order = [one for one in _order(person) if one != pk]
    if state != states.RETIRED:
        order.insert((rank or len(order) + 1) - 1, pk)
    _write_order(person, order)
    _book(person, "saved", audience, now, {"state": state})


@transaction.atomic
def undo_audience(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what was known of an audience; an empty `before` retires a new one again."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    audience = Audience.objects.filter(workspace=person.workspace, pk=pk).first()
    if audience is None:
        raise stale_undo()
    values = before or {"state": states.RETIRED, "rank": None}
    restore_record(record=audience, person=person, now=now, revision=revision, before=values)
    _write_order(person, _order(person))
    _book(person, "saved", audience, now, {"undone": True})


@transaction.atomic
def add_analysis(
    *, person: Person, audience: Audience, finding: str, source: str, on_date: date, now: datetime
) -> AudienceAnalysis:
    """What is known, from where, since when. It belongs to the audience and survives every re-plan (S0-20)."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    if not finding.strip() or not source.strip():
        raise CannotSaveAudience(
            _("Not saved: a finding needs its source."), "finding" if not finding.strip() else "source"
        )
    analysis = AudienceAnalysis.objects.create(
        workspace=person.workspace,
        audience=audience,
        finding=finding.strip(),
        source=source.strip(),
        on_date=on_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    Audience.objects.filter(pk=audience.pk, state=states.AUDIENCE_DRAFT).update(state=states.ANALYSED)
    _book(person, "analysed", audience, now, {"source": source})
    return analysis


@transaction.atomic
def remove_analysis(*, person: Person, analysis: AudienceAnalysis, now: datetime) -> None:
    """Put a finding away that does not hold any more."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    change_record(record=analysis, person=person, now=now, seen_revision=None, archived_at=now)
    _book(person, "saved", analysis.audience, now, {"removed": str(analysis.pk)})


@transaction.atomic
def undo_analysis(*, person: Person, now: datetime, pk: str, is_back: bool) -> None:
    """Bring a finding back, or take a new one away again."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    rows = AudienceAnalysis.objects.select_related("audience").filter(workspace=person.workspace, pk=pk)
    analysis = rows.filter(archived_at__isnull=not is_back).first()
    if analysis is None:
        raise stale_undo()
    change_record(record=analysis, person=person, now=now, seen_revision=None, archived_at=None if is_back else now)
    _book(person, "saved", analysis.audience, now, {"undone": True})


def link_audience(*, person: Person, objective_key: str, text: str) -> None:
    """Remember which audience an objective's words mean; other words, and the link ends."""
    rows = Audience.objects.filter(workspace=person.workspace).exclude(state=states.RETIRED)
    audience = next((one for one in rows if one.name.casefold() == text.strip().casefold()), None)
    links = AudienceLink.objects.filter(workspace=person.workspace, objective_key=objective_key)
    if audience is None:
        links.delete()
    else:
        AudienceLink.objects.update_or_create(
            workspace=person.workspace, objective_key=objective_key, defaults={"audience": audience}
        )


def _order(person: Person) -> list[str]:
    rows = Audience.objects.filter(workspace=person.workspace, rank__isnull=False).order_by("rank")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def _write_order(person: Person, order: Sequence[str]) -> None:
    ranked = Audience.objects.filter(workspace=person.workspace, rank__isnull=False)
    ranked.filter(rank__lt=ASIDE).update(rank=F("rank") + ASIDE)
    for place, pk in enumerate(order, start=1):
        ranked.filter(pk=pk).update(rank=place)


def _book(person: Person, what: str, audience: Audience, now: datetime, after: Mapping[str, Any]) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=f"plan.audience.{what}", target=audience, now=now, after=after
    )
