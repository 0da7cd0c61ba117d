"""What the screens of this room show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext

from allmende.behaviours.models import BehaviourDefinition, ChannelStart, LedgerMark, Measurement, Verdict
from allmende.behaviours.queries.asked import smallest_group, starts_of
from allmende.behaviours.queries.charts import (
    NARROW,
    WIDE,
    Drawing,
    IntervalPlot,
    Mark,
    Series,
    Spark,
    Week,
    draw,
    interval_plot,
    series_of,
    spark_of,
)
from allmende.behaviours.queries.cohorts import CohortTable, cohort_table
from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.definitions import counted_as, definitions_in_force, name_of, not_in_force
from allmende.behaviours.queries.editor import drafts_of
from allmende.behaviours.queries.group_counts import GroupTable, group_tables
from allmende.behaviours.queries.groups import Awaiting, awaiting_as_shown
from allmende.behaviours.queries.ledgers import ledger_mark
from allmende.behaviours.queries.parts import PartGroup, part_groups
from allmende.behaviours.queries.samples import Certainty, certainty_of
from allmende.behaviours.queries.sentence import Part, sentence_of, units_word
from allmende.behaviours.queries.series import points_of, series_from
from allmende.behaviours.queries.told import Told, told_by_definition, told_of
from allmende.behaviours.queries.verdicts import Figure, figure_of, verdicts_of
from allmende.behaviours.queries.versions import Beside, version_beside
from allmende.channels.models import Channel
from allmende.domain.verdict import detectability_of
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.measure import member_months
from allmende.plan.models import Objective, Tactic
from allmende.plan.queries import FLOOR, Chip, chips, objectives_in_force
from allmende.team.models import Workspace

WIDE_WEEKS, NARROW_WEEKS = 40, 19
HOUR = 3_600.0


@dataclass(frozen=True)
class Judgement:
    """A verdict with the objective it is for. `needed_units` is what a change of that size would take, where it can
    be said; `steps` are (code, is met, values) as the procedure went."""

    objective: Objective
    chip: Chip | None
    figure: Figure
    steps: Sequence[Mapping[str, object]]
    plot: IntervalPlot | None
    needed_units: int | None
    groups: tuple[PartGroup, ...] = ()
    starts: tuple[ChannelStart, ...] = ()

    def channel_names(self, slugs: Sequence[str]) -> list[str]:
        """What the channels in which it began are called; one that is gone keeps its short name."""
        names = {one.channel.slug: one.channel.name for one in self.starts}
        return [names.get(slug, slug) for slug in slugs]


@dataclass(frozen=True)
class Row:
    """One behaviour in the list. `figure` is None where no objective in force asks for it; then `total` counts."""

    definition: BehaviourDefinition
    name: str
    sentence: tuple[Part, ...]
    chip: Chip | None
    figure: Figure | None
    total: Measurement | None
    spark: Spark | None
    told: Told | None


@dataclass(frozen=True)
class Offer:
    """A shipped definition that nobody counts here yet."""

    key: str
    name: str
    sentence: tuple[Part, ...]


@dataclass(frozen=True)
class Listing:
    """All behaviours of a workspace; `mark` says how far the ledger is filled."""

    rows: tuple[Row, ...]
    offers: tuple[Offer, ...]
    mark: LedgerMark | None
    drafts: tuple[BehaviourDefinition, ...]
    awaiting: tuple[Awaiting, ...] = ()


@dataclass(frozen=True)
class Page:
    """One behaviour: the definition, what was counted, and a judgement for each objective that asks for it."""

    definition: BehaviourDefinition
    name: str
    sentence: tuple[Part, ...]
    units: str
    form: str
    number: int
    of: int
    judgements: tuple[Judgement, ...]
    total: Measurement | None
    open_units: int
    series: Series | None
    wide: Drawing | None
    narrow: Drawing | None
    target: float | None
    weeks_counted: int
    mark: LedgerMark | None
    told: Told | None
    floor: int = FLOOR
    channels: tuple[tuple[str, str], ...] = ()
    beside: Beside | None = None
    cohorts: CohortTable | None = None
    certainty: Certainty | None = None
    groups: tuple[GroupTable, ...] = ()

    @property
    def is_awaited(self) -> bool:
        """Something is known, and this was put in force since it was last counted."""
        since = self.definition.in_force_at
        if since is None or self.mark is None or not self.mark.interactions:
            return False
        return self.mark.measured_at is None or since > self.mark.measured_at

    @property
    def weeks_shown(self) -> tuple[Week, ...]:
        """The weeks of the wide chart, for the table behind it."""
        return self.series.weeks[-WIDE_WEEKS:] if self.series else ()


def behaviours_listing(workspace: Workspace) -> Listing:
    """The list, in a number of queries that does not grow."""
    definitions = list(definitions_in_force(workspace))
    objectives = {one.key: one for one in objectives_in_force(workspace)}
    verdicts = [row for row in verdicts_of(workspace) if row.objective_key in objectives]
    by_definition: dict[object, Verdict] = {row.definition_id: row for row in reversed(verdicts)}
    known_chips = chips(workspace, list(objectives))
    weeks = _weeks_of(definitions, workspace)
    totals = {
        row.definition_id: row for row in Measurement.objects.filter(definition__in=definitions, period_kind="all")
    }
    names = _channel_names(workspace)
    told = told_by_definition(definitions)
    rows = []
    for definition in definitions:
        verdict = by_definition.get(definition.pk)
        objective = objectives[verdict.objective_key] if verdict else None
        cut = _cut_of(objective, workspace)
        series = series_of(weeks.get(definition.pk, []), cut)
        rows.append(
            Row(
                definition=definition,
                name=name_of(definition),
                sentence=sentence_of(counted_as(definition), names),
                chip=known_chips.get(verdict.objective_key) if verdict else None,
                figure=figure_of(verdict, workspace) if verdict else None,
                total=totals.get(definition.pk),
                spark=spark_of(series) if series and definition.pk not in told else None,
                told=told.get(definition.pk),
            )
        )
    free = not_in_force(workspace)
    offers = tuple(_offer(one, names) for one, missing in free if not missing)
    waiting = tuple(awaiting_as_shown(one, missing) for one, missing in free if missing)
    return Listing(tuple(rows), offers, ledger_mark(workspace), drafts_of(workspace), waiting)


def behaviour_page(definition: BehaviourDefinition) -> Page:
    """Everything about one behaviour."""
    workspace, spec = definition.workspace, counted_as(definition)
    objectives = {one.key: one for one in objectives_in_force(workspace) if one.definition_key == definition.key}
    known_chips = chips(workspace, list(objectives))
    asked = verdicts_of(workspace).filter(definition=definition).prefetch_related("segments")
    verdicts = [row for row in asked if row.objective_key in objectives]
    names = _channel_names(workspace)
    verdicts.sort(key=lambda row: objectives[row.objective_key].code)
    starts = starts_of(workspace)
    judgements = tuple(
        _judgement(row, objectives[row.objective_key], known_chips.get(row.objective_key), names, starts)
        for row in verdicts
    )
    leading = judgements[0].objective if judgements else next(iter(objectives.values()), None)
    points = points_of(definition)
    series = series_from(spec, points, _cut_of(leading, workspace))
    marks = [*_marks(leading, workspace), *_version_mark(definition)]
    target = _target_of(leading, spec)
    kept = list(Measurement.objects.filter(definition=definition, period_kind="all"))
    keys = list(definitions_in_force(workspace).values_list("key", flat=True))
    floor = smallest_group(workspace)
    return Page(
        definition=definition,
        name=name_of(definition),
        sentence=sentence_of(spec, names),
        units=units_word(spec),
        form=spec.form,
        number=keys.index(definition.key) + 1 if definition.key in keys else 1,
        of=len(keys),
        judgements=judgements,
        total=kept[0] if kept else None,
        open_units=kept[0].censored if kept else 0,
        series=series,
        wide=draw(series, WIDE, marks, target, WIDE_WEEKS) if series else None,
        narrow=draw(series, NARROW, [_short(mark) for mark in marks], target, NARROW_WEEKS) if series else None,
        target=target,
        weeks_counted=sum(1 for one in points if one.complete),
        mark=ledger_mark(workspace),
        floor=floor,
        told=told_of(definition),
        channels=tuple(names.items()) if len(names) > 1 else (),
        beside=version_beside(definition),
        cohorts=cohort_table(definition, floor),
        certainty=certainty_of(definition, timezone.now()),
        groups=group_tables(definition, floor),
    )


def _target_of(objective: Objective | None, spec: Definition) -> float | None:
    """What is aimed at, in the unit of the chart: a fraction, times per person and month, seconds."""
    if objective is None or spec.form == "F6":
        return None
    if spec.form in SHARES:
        return objective.target_share
    value = objective.target_value
    return value * HOUR if value is not None and spec.form == "F4" else value


def weekly_series(definition: BehaviourDefinition, objective: Objective) -> Series | None:
    """The periods of a behaviour with their natural limits, cut where the objective begins; None below six before."""
    return series_from(counted_as(definition), points_of(definition), _cut_of(objective, definition.workspace))


def _judgement(
    row: Verdict, objective: Objective, chip: Chip | None, names: Mapping[str, str], starts: Sequence[ChannelStart]
) -> Judgement:
    figure = figure_of(row, row.definition.workspace)
    plot = None
    difference, low, high, least = figure.drawn
    if difference is not None and low is not None and high is not None:
        plot = interval_plot(difference, low, high, least)
    groups = part_groups(row.segments.all(), names)
    return Judgement(
        objective,
        chip,
        figure,
        row.steps,
        plot,
        _needed(figure),
        groups,
        tuple(one for one in starts if one.objective_key == row.objective_key),
    )


def _needed(figure: Figure) -> int | None:
    """How many units (of a rate person-months) show the least relevant difference; only asked where nothing can be said yet."""
    if figure.word not in ("cannot_tell", "too_early") or not figure.least:
        return None
    counted: float = figure.n
    people = None
    if figure.exposure_months is not None:
        counted = figure.exposure_months
        people = counted / max(1.0, member_months((figure.period_end - figure.period_start).total_seconds()))
    told = (figure.form, figure.before_value, figure.before_p90, figure.least)
    reach = detectability_of(*told, per_period=1, people=people)
    return reach.units_needed if reach and reach.units_needed > counted else None


def _weeks_of(
    definitions: Sequence[BehaviourDefinition], workspace: Workspace
) -> dict[object, list[tuple[datetime, date, int, int]]]:
    """Per definition the weeks whose windows have all closed: start, its day, successes, complete units."""
    spans = {one.pk: counted_as(one) for one in definitions}
    zone = ZoneInfo(workspace.zone)
    found: dict[object, list[tuple[datetime, date, int, int]]] = {}
    rows = Measurement.objects.filter(definition__in=definitions, period_kind="week").order_by("period_start")
    for row in rows:
        spec = spans[row.definition_id]
        if row.period_end + spec.reach <= row.measured_at:
            day = row.period_start.astimezone(zone).date()
            found.setdefault(row.definition_id, []).append((row.period_start, day, row.successes, row.complete))
    return found


def _cut_of(objective: Objective | None, workspace: Workspace) -> datetime | None:
    return midnight(objective.starts_date, workspace.zone) if objective and objective.starts_date else None


def _marks(objective: Objective | None, workspace: Workspace) -> list[Mark]:
    """What began when: the tactics that serve the objective, else the objective itself."""
    if objective is None:
        return []
    tactics = Tactic.objects.filter(strategy__objective=objective, starts_date__isnull=False).order_by("starts_date")
    by_day: dict[date, list[Tactic]] = {}
    for tactic in tactics:
        if tactic.starts_date and tactic.state in ("running", "paused"):
            by_day.setdefault(tactic.starts_date, []).append(tactic)
    marks = [Mark(midnight(day, workspace.zone), _label(day, found)) for day, found in by_day.items()]
    if not marks and objective.starts_date:
        marks = [Mark(midnight(objective.starts_date, workspace.zone), _label(objective.starts_date, []))]
    return marks


def _version_mark(definition: BehaviourDefinition) -> list[Mark]:
    """A new version breaks the series: what was counted before it was known under another definition (4.2)."""
    if definition.number == 1 or definition.in_force_at is None:
        return []
    words = {"number": definition.number, "week": timezone.localtime(definition.in_force_at).isocalendar().week}
    return [Mark(definition.in_force_at, gettext("definition %(number)s from week %(week)s") % words)]


def _label(day: date, tactics: Sequence[Tactic]) -> str:
    words = {"week": day.isocalendar().week}
    if not tactics:
        return gettext("from week %(week)s") % words
    if len(tactics) == 1:
        return gettext("%(code)s %(name)s from week %(week)s") % {
            **words, "code": tactics[0].code, "name": tactics[0].name,
        }  # fmt: skip
    return gettext("%(codes)s from week %(week)s") % {**words, "codes": ", ".join(one.code for one in tactics)}


def _short(mark: Mark) -> Mark:
    """On a phone there is no room for a name: the code and the week."""
    code, _, rest = mark.label.partition(" ")
    if len(mark.label) <= 24 or "," in code:
        return mark
    return Mark(mark.at, f"{code} {' '.join(rest.split()[-3:])}")


def _channel_names(workspace: Workspace) -> dict[str, str]:
    return dict(Channel.objects.filter(workspace=workspace).values_list("slug", "name"))


def _offer(definition: Definition, names: Mapping[str, str]) -> Offer:
    from allmende.plan.catalogue import measure_word

    return Offer(definition.key, measure_word(definition.key), sentence_of(definition, names))
