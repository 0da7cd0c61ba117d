"""Who belongs together, for a breakdown: member stages, traits and groups as they are told now (`domain.md` 3.7, 4.6)."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

from allmende.behaviours import states
from allmende.domain import small_groups
from allmende.domain import verdict as domain
from allmende.domain.small_groups import People, safe_groups
from allmende.ledger.breakdown import Belonging, Breakdown, OwnerRow
from allmende.ledger.definition import Definition
from allmende.ledger.measure import member_months
from allmende.ledger.periods import in_utc, periods_between
from allmende.members.models import MemberStage, Segment, is_known
from allmende.members.queries import stays_by_group, traits_told, values_by_trait
from allmende.team.models import Workspace

MONTHS = 12
GROUP, STAGE = "group:", "stage:"
# What decides which parts may be shown. Read when this is imported, as `ledger.statements` reads what decides how they are counted.
_RULES = sha256(b"".join(Path(str(one)).read_bytes() for one in (small_groups.__file__, __file__))).hexdigest()


@dataclass(frozen=True)
class Part:
    """People shown together: `kind` is one of `states.GROUP_KINDS`, `name` the trait's, `values` the values or the group's key."""

    kind: str
    name: str
    values: tuple[str, ...]
    people: int
    rows: tuple[OwnerRow, ...]

    @property
    def counts(self) -> tuple[int, int, int]:
        """Complete units, successes, times."""
        columns = ((one.units, one.successes, one.times) for one in self.rows)
        return tuple(map(sum, zip(*columns, strict=True))) if self.rows else (0, 0, 0)  # type: ignore[return-value]


def span_of(definition: Definition, as_of: datetime, zone: str) -> tuple[datetime, datetime]:
    """The last twelve months (or four quarters) whose windows have all closed."""
    kind = "quarter" if definition.anchor.period == "quarter" else "month"
    closed = in_utc(as_of) - (definition.lag if definition.anchor.kind == "period" else definition.reach)
    until = periods_between(closed, closed, kind, zone)[0].start  # type: ignore[arg-type]
    return until.replace(year=until.year - 1), until


def belongings_of(workspace: Workspace) -> list[Belonging]:
    """Every stage, trait and group of members, as it is told now; a dimension is `stage:`, `group:` or the trait's name."""
    stages = MemberStage.objects.filter(is_known("member__"), member__workspace=workspace)
    found = [Belonging(key, STAGE, stage) for key, stage in stages.values_list("member__pseudonym", "stage")]
    names = {one.name for one in traits_told(workspace)}
    for name, told in values_by_trait(workspace, names).items() if names else ():
        found += [Belonging(key, name, value) for key, value in told.items()]
    keys = Segment.objects.filter(workspace=workspace, archived_at__isnull=True).values_list("key", flat=True)
    for key, stays in stays_by_group(workspace, list(keys)).items():
        found += [Belonging(one.pseudonym, GROUP, key, one.since, one.until) for one in stays]
    return found


def rule_of(floor: int) -> str:
    """The rule by which parts of at least `floor` people are shown (4.6): another one whenever the floor or the program's own rule
    changes. What was kept by one is not shown by another: a difference that was large enough may not be any more."""
    return f"{floor}/{_RULES[:32]}"


def parts_shown(found: Breakdown, floor: int) -> list[Part]:
    """All together first, then what may be shown of it: no sum and no difference of these figures is about fewer than `floor`
    people, and no wait was ended by fewer. Empty where all together are or were ended by fewer, or where nobody is told apart."""
    everyone = _people(found.whole)
    names = sorted({dimension for dimension, _ in found.parts} - {GROUP}, key=lambda name: (name != STAGE, name))
    divisions = [_division(found, name, everyone) for name in names]
    groups = {value: _people(rows) for (dimension, value), rows in found.parts.items() if dimension == GROUP}
    if len(everyone) < floor or 0 < len(_enders(found.whole)) < floor:
        return []
    signs, passing = _signs(found, groups)
    shown = safe_groups(divisions, signs, everyone, floor, passing)
    parts = [
        _part(found, name, values, division)
        for name, division, of_one in zip(names, divisions, shown.parts, strict=True)
        for values in of_one
    ]
    parts += [Part("group", "", (key,), len(groups[key]), found.parts[GROUP, key]) for key in shown.groups]
    # How long a part waited says how fast those are who ended it: that must not be about few of them either.
    parts = [one for one in parts if not 0 < len(_enders(one.rows)) < floor]
    return [Part(states.ALL, "", (), len(everyone), found.whole), *parts] if parts else []


def counted_as_form(part: Part, form: str) -> domain.Counts:
    """The units of a part as the form counts them; of a rate with its people."""
    units, successes, _times = part.counts
    if form == "F3":
        held: dict[Hashable, tuple[int, float]] = {
            one.person: (one.times, member_months(one.exposure_seconds)) for one in part.rows if one.exposure_seconds
        }
        return domain.Rate(sum(often for often, _ in held.values()), sum(months for _, months in held.values()), held)
    if form == "F4":
        ended = tuple(length for one in part.rows for length in one.ended)
        return domain.Durations(ended, tuple(length for one in part.rows for length in one.open_since))
    return domain.Share(successes, units)


def _division(found: Breakdown, name: str, everyone: People) -> dict[str, People]:
    """By value its people; "" are those of whom nobody told one."""
    told = {value: _people(rows) for (dimension, value), rows in found.parts.items() if dimension == name}
    return told | {"": everyone - frozenset().union(*told.values())}


def _signs(found: Breakdown, groups: dict[str, People]) -> tuple[dict[str, People], dict[str, People]]:
    """The groups with a sign, a number below zero, for everybody who was there for some of their units only; and by group these
    people with their signs. Two groups of the same people may differ by what one of them did before joining."""
    whole = {one.person: one.units for one in found.whole}
    numbers = count(1)
    told: dict[str, People] = {}
    passing: dict[str, People] = {}
    for key, people in groups.items():
        rows = found.parts[GROUP, key]
        partly = frozenset(one.person for one in rows if one.person is not None and one.units < whole[one.person])
        signs = frozenset(-next(numbers) for _ in partly)
        told[key], passing[key] = people - partly | signs, partly | signs
    return told, passing


def _part(found: Breakdown, name: str, values: Sequence[str], division: dict[str, People]) -> Part:
    rows: list[OwnerRow] = []
    for value in values:
        if value:
            rows += found.parts.get((name, value), ())
        else:
            rows += [one for one in found.whole if one.person is None or one.person in division[""]]
    people = sum(len(division[value]) for value in values)
    kind = "stage" if name == STAGE else "trait"
    return Part(kind, "" if name == STAGE else name, tuple(values), people, tuple(rows))


def _enders(rows: Iterable[OwnerRow]) -> People:
    return frozenset().union(*(one.ended_by for one in rows))


def _people(rows: Iterable[OwnerRow]) -> People:
    return frozenset(one.person for one in rows if one.person is not None)
