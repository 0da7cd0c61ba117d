"""The book on the plan itself: each goal with everything that hangs on it, as it stands today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from allmende.paper.elements import Heading, Part, facts, said, under
from allmende.plan import catalogue
from allmende.plan.models import Element, PlanVersion, Standing, Step, StepProgress, Tactic
from allmende.plan.queries.book_words import day, fields_in_words
from allmende.plan.queries.elements import Elements, elements_of, name_of
from allmende.plan.queries.standings import as_they_stand, stand_of, standings_of
from allmende.plan.queries.steps import progress_of
from allmende.team.models import Person

Parts = tuple[Part, ...]


@dataclass(frozen=True)
class Layers:
    """A version with what was reported since: what the chain of the book is written from."""

    version: PlanVersion
    elements: Elements
    standings: Mapping[str, Standing]
    progress: Mapping[str, StepProgress]
    people: Mapping[str, str]

    def names(self) -> dict[str, str]:
        """How each element is called, by key."""
        return {row.key: name_of(layer, row) for layer, rows in self.elements.by_layer() for row in rows}


def layers_of(version: PlanVersion) -> Layers:
    """What the chain needs, in eleven queries however large the plan is."""
    standings = standings_of(version)
    elements = as_they_stand(elements_of(version)[version.pk], standings)
    people = {
        str(pk): name for pk, name in Person.objects.filter(workspace=version.workspace_id).values_list("pk", "name")
    }
    return Layers(version, elements, standings, progress_of(version.workspace), people)


def chain_parts(layers: Layers) -> Parts:
    """Goal by goal, each objective below it with effects, levers, tactics and steps."""
    elements = layers.elements
    objectives = _by(elements.objectives, "goal_id")
    parts: list[Part] = []
    for goal in elements.goals:
        parts += under(_titled("goal", goal), _element(layers, "goal", goal), level=2)
        for objective in objectives[goal.pk]:
            parts += under(_titled("objective", objective), _objective(layers, objective), level=3)
    return tuple(parts)


def _objective(layers: Layers, objective: Any) -> Parts:
    elements = layers.elements
    tactics, steps = _by(elements.tactics, "strategy_id"), _by(elements.steps, "tactic_id")
    parts: list[Part] = [*said(_sentence(objective)), *_element(layers, "objective", objective)]
    for outcome in _by(elements.outcomes, "objective_id")[objective.pk]:
        parts += [Heading(_titled("outcome", outcome), 4), *_element(layers, "outcome", outcome)]
    for lever in _by(elements.strategies, "objective_id")[objective.pk]:
        parts += [Heading(_titled("strategy", lever), 4), *_element(layers, "strategy", lever)]
        for tactic in tactics[lever.pk]:
            parts += [Heading(_titled("tactic", tactic), 4), *_tactic(layers, tactic)]
            for step in steps[tactic.pk]:
                parts += _step(layers, step)
    return tuple(parts)


def _sentence(objective: Any) -> str:
    words = {"audience": objective.audience, "behaviour": objective.behaviour, "effect": objective.effect}
    return _("%(audience)s shall %(behaviour)s, so that %(effect)s.") % words


def _titled(layer: str, row: Element) -> str:
    return f"{catalogue.LAYER_WORDS[layer]}: {name_of(layer, row)}"


def _element(layers: Layers, layer: str, row: Element) -> Parts:
    return facts(*fields_in_words(layer, row, layers.people), *_standing(layers, layer, row))


def _tactic(layers: Layers, tactic: Tactic) -> Parts:
    priority = {"product": tactic.priority, "reach": tactic.reach, "depth": tactic.depth, "length": tactic.length}
    told = _("%(product)s: reach %(reach)s × depth %(depth)s × length %(length)s") % priority
    left_out = {str(catalogue.FIELD_WORDS[name]) for name in ("reach", "depth", "length")}
    rows = [row for row in fields_in_words("tactic", tactic, layers.people) if row[0] not in left_out]
    return facts(*rows, (_("priority"), told), *_standing(layers, "tactic", tactic, tells_state=False))


def _standing(layers: Layers, layer: str, row: Element, tells_state: bool = True) -> list[tuple[str, str]]:
    stand = stand_of(layers.version, row, layers.standings)
    if stand is None:
        return []
    told = [(_("where it stands"), str(catalogue.STANDING_WORDS[stand.state]))] if tells_state else []
    if stand.row:
        ended = str(catalogue.TACTIC_END_WORDS.get(stand.row.ended_as, ""))
        by = stand.row.changed_by.name if stand.row.changed_by else ""
        why = ": ".join(part for part in (ended, stand.row.reason) if part)
        told.append((_("said on %(day)s") % {"day": day(stand.row.changed_at)}, f"{by}. {why}" if by else why))
    return told


def _step(layers: Layers, step: Step) -> Parts:
    known = layers.progress.get(step.key) or StepProgress()
    rows = [row for row in fields_in_words("step", step, layers.people) if row[0] != str(catalogue.FIELD_WORDS["what"])]
    due = known.due_day(step)
    moved = f"{day(due)}. {known.move_reason}".strip() if due != step.due_date else ""
    agreed = f"{known.agreed_by.name if known.agreed_by else ''}, {day(known.agreed_at)}" if known.agreed_at else ""
    return facts(
        (catalogue.LAYER_WORDS["step"], step.what),
        *rows,
        (_("put off to"), moved),
        (_("agreed by"), agreed),
        (_("where it stands"), catalogue.STEP_STATE_WORDS[known.state]),
        (_("what was reported"), known.note),
    )


def _by(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found
