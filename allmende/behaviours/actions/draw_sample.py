"""Draw cases for people to look at: of what a definition counted and of what it did not, at random (domain 4.5)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.audit import SAMPLE_DRAWN
from allmende.behaviours.models import BehaviourDefinition, LabelSample, SampledItem
from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.interactions import said
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.reading import CannotReadLedger, read_at_once
from allmende.channels.queries.imports import EARLIEST
from allmende.domain.verdict import CODED_EACH
from allmende.ledger.engine import AT_ONCE
from allmende.ledger.samples import Draw, Drawn, draw_units
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "behaviours.definition.edit"


class CannotSample(Exception):
    """Nothing was drawn, coded or finished; the message says why and what to do."""


def draw_sample(
    *,
    person: Person,
    definition: BehaviourDefinition,
    first_date: date,
    last_date: date,
    seed: int,
    now: datetime,
    each: int = CODED_EACH,
) -> LabelSample:
    """Up to `each` cases it counted and `each` it did not, of those that began from the first to the last day, frozen in an order
    that tells nothing. `seed` decides which.

    Raises CannotSample while another sample of this version is open, for days to come, and where all or none of the cases count.
    """
    require(person, EDIT)
    _check(definition, first_date, last_date, now)
    first_date = max(first_date, EARLIEST.date())  # nothing lies before, and not every zone knows the first days of all
    found = _drawn(definition, first_date, last_date, each, seed, now)
    zone = definition.workspace.zone
    with transaction.atomic():
        lock_workspace(person.workspace_id)
        _check_none_open(definition)
        sample = LabelSample.objects.create(
            workspace=person.workspace, definition=definition, counted=found.counted, complete=found.complete,
            period_start=midnight(first_date, zone), period_end=midnight(last_date + timedelta(days=1), zone),
            created_at=now, created_by=person, updated_at=now, updated_by=person,
        )  # fmt: skip
        SampledItem.objects.bulk_create(_items(sample, found.units))
        after = {"definition": definition.key, "number": definition.number, "cases": len(found.units)}
        record_audit(workspace=person.workspace, person=person, verb=SAMPLE_DRAWN, target=sample, now=now, after=after)
    return sample


def _check_none_open(definition: BehaviourDefinition) -> None:
    if LabelSample.objects.filter(definition=definition, state__in=states.SAMPLE_OPEN).exists():
        raise CannotSample(
            _("Not drawn: the sample before is not finished yet. Finish it, or set it aside with a reason.")
        )


def _check(definition: BehaviourDefinition, first: date, last: date, now: datetime) -> None:
    today = now.astimezone(ZoneInfo(definition.workspace.zone)).date()
    if first > last:
        raise CannotSample(_("Not drawn: the period ends before it begins. Change one of the two days."))
    if last > today:
        raise CannotSample(_("Not drawn: the last day has not come yet. Choose today or an earlier one."))
    if counted_as(definition).form == "F6":
        raise CannotSample(
            _("Not drawn: this behaviour tells on how many shoulders it rests. It counts no single cases.")
        )
    _check_none_open(definition)


def _drawn(definition: BehaviourDefinition, first: date, last: date, each: int, seed: int, now: datetime) -> Draw:
    """In one pass over the ledger. No lock is held meanwhile, for that may take seconds."""
    workspace, spec = definition.workspace, counted_as(definition)
    try:
        with read_at_once():
            found = draw_units(
                ledger_root(), ledger_name(workspace), spec, each=each, seed=seed, as_of=now, zone=workspace.zone,
                starts_at=midnight(first, workspace.zone), ends_at=midnight(last + timedelta(days=1), workspace.zone),
                facts=facts_for(workspace, spec, now), limits=AT_ONCE,
            )  # fmt: skip
    except CannotReadLedger as trouble:
        raise CannotSample(_("Nothing was drawn. %(why)s") % {"why": trouble}) from trouble
    # The files may be older than somebody's wish to be forgotten.
    known = set(said(workspace).filter(pk__in=[one.message for one in found.units]).values_list("pk", flat=True))
    units = tuple(one for one in found.units if one.message in known)
    kinds = {one.is_counted for one in units}
    if not kinds:
        raise CannotSample(_("Not drawn: no case of this period is complete yet. Choose an earlier one."))
    if len(kinds) < 2:
        raise CannotSample(
            _(
                "Not drawn: in this period all cases count, so there is nothing to compare them with. Choose a longer one."
            )
            if True in kinds
            else _(
                "Not drawn: in this period no case counts, so there is nothing to compare them with. Choose a longer one."
            )
        )
    return Draw(found.counted, found.complete, units)


def _items(sample: LabelSample, units: tuple[Drawn, ...]) -> list[SampledItem]:
    return [
        SampledItem(
            sample=sample, place=place, message_id=one.message, starts_at=one.starts_at, ends_at=one.ends_at,
            is_counted=one.is_counted,
        )
        for place, one in enumerate(units, start=1)
    ]  # fmt: skip
