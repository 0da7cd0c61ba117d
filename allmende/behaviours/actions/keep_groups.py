"""Keep what was counted of each group of people: stages, traits and groups of members."""

from datetime import datetime
from zlib import crc32

from django.db import transaction

from allmende.behaviours import states
from allmende.behaviours.actions.keep_cohorts import look_again, note_looked
from allmende.behaviours.models import BehaviourDefinition, GroupCount
from allmende.behaviours.queries.asked import smallest_group
from allmende.behaviours.queries.belongings import Part, belongings_of, counted_as_form, parts_shown, rule_of, span_of
from allmende.behaviours.queries.counts import bounded
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.touched import fingerprint_of, last_look
from allmende.domain import verdict as domain
from allmende.ledger.breakdown import breakdown
from allmende.ledger.definition import Definition
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace


def keep_groups(
    *,
    workspace: Workspace,
    definition: BehaviourDefinition,
    as_of: datetime,
    now: datetime,
    is_asked_for: bool = False,
) -> bool:
    """Count the groups of the last twelve closed months and replace those kept: where something touched what they are counted
    from, at most once a day, or when asked for; the ledger is gone through once for all of them. Only what may be shown is
    kept (4.6), and by another rule for it they are counted anew at once. Concentration has no parts.

    False where they were counted or found untouched today already. The ledger must be filled (`fill_ledger`).
    """
    known, spec = GroupCount.objects.filter(definition=definition), counted_as(definition)
    last, floor = last_look(definition, states.GROUPS), smallest_group(workspace)
    rule, today = rule_of(floor), workspace.day_at(now)
    is_known = last is not None and last.rule == rule and workspace.day_at(last.looked_at) >= today
    if spec.form == "F6" or (is_known and not is_asked_for):
        return False
    belongings = belongings_of(workspace)
    seen = fingerprint_of(workspace, spec, states.GROUPS, as_of=as_of, belongings=belongings, rule=rule)
    if not is_asked_for and look_again(definition, states.GROUPS, seen, now):
        known.update(measured_at=now)
        return False
    since, until = span_of(spec, as_of, workspace.zone)
    place = (ledger_root(), ledger_name(workspace), spec, belongings)
    facts = facts_for(workspace, spec, as_of)
    found = breakdown(*place, as_of=as_of, since=since, until=until, zone=workspace.zone, facts=facts)
    parts = parts_shown(found, floor)
    about = {"definition": definition, "period_start": since, "period_end": until, "measured_at": now}
    with transaction.atomic():
        lock_workspace(workspace.pk)
        known.delete()
        GroupCount.objects.bulk_create(
            [GroupCount(place=number, **_columns(one, spec), **about) for number, one in enumerate(parts)]
        )
        note_looked(definition, states.GROUPS, seen, now, rule)
    return True


def _columns(part: Part, spec: Definition) -> dict[str, object]:
    counted = counted_as_form(part, spec.form)
    own = domain.own_interval(counted, seed=crc32(spec.key.encode()))
    units, successes, times = part.counts
    told: dict[str, object] = {
        "kind": part.kind, "name": part.name, "values": list(part.values), "people": part.people, "complete": units,
        "successes": successes, "times": times, "low": bounded(own.low) if own else None,
        "high": bounded(own.high) if own else None,
    }  # fmt: skip
    if isinstance(counted, domain.Rate):
        return told | {"exposure_seconds": sum(one.exposure_seconds for one in part.rows)}
    if isinstance(counted, domain.Durations):
        return told | {"median_seconds": counted.quantile(0.5), "p90_seconds": counted.quantile(0.9)}
    return told
