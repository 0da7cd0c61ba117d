"""How sure is the counting? Samples coded blind: whose turn it is, what was found, and which one a verdict is judged by (4.5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, Coding, LabelSample, SampledItem
from allmende.behaviours.queries.counting import midnight
from allmende.behaviours.queries.definitions import counted_as
from allmende.domain.verdict import (
    CODED_TWICE,
    LEAST_KAPPA,
    LEAST_TOGETHER,
    Accuracy,
    Case,
    Drawn,
    Interval,
    Sampled,
    do_overlap,
    each_once,
    pooled,
    true_share,
)
from allmende.ledger.definition import SHARES, Definition
from allmende.plan.models import Objective
from allmende.team.models import Person

# A quarter, so long a sample and the agreement of two people speak for the counting.
FRESH_FOR = timedelta(days=92)


@dataclass(frozen=True)
class Found:
    """What the first coder found: of so many counted cases that could be decided so many truly were, and of the others."""

    yes: int
    true_yes: int
    no: int
    true_no: int
    unsure: int


@dataclass(frozen=True)
class Certainty:
    """What a behaviour's page says of how sure its counting is.

    `newest`: the last finished sample, with the share that truly was in its period (`truly`, of shares). `accuracy`: of all
    finished samples together, as verdicts are put right by it; `earlier` of them came before the newest. `open`: the one that
    is being coded. `last_kappa`: the last sample that two people coded. `is_guessed`: rules say what is counted, so a sample
    is asked for.
    """

    is_guessed: bool
    can_draw: bool
    newest: LabelSample | None
    open: LabelSample | None
    last_kappa: LabelSample | None
    accuracy: Accuracy | None
    truly: Interval | None
    is_old: bool
    is_second_due: bool
    earlier: int

    @property
    def is_too_noisy(self) -> bool:
        """The counting is right so rarely that nothing is reported."""
        return self.accuracy is not None and not self.accuracy.is_usable

    @property
    def is_unclear(self) -> bool:
        """Two people understand the definition differently: it is to be rewritten."""
        kappa = self.last_kappa.kappa if self.last_kappa else None
        return kappa is not None and kappa < LEAST_KAPPA


def is_guessed(definition: Definition) -> bool:
    """Whether a rule says what is counted: a label borne by tag or situation. A gesture, a call and a place in a thread are
    recorded, and nobody guesses."""
    return bool(definition.anchor.labels)


def turn_of(sample: LabelSample, person: Person) -> int | None:
    """Whether the person codes all, or the part that is coded twice; None where there is nothing (more) to code for them."""
    if sample.state == states.SET_ASIDE:
        return None
    if sample.coder_id in (None, person.pk):
        return states.FIRST_TURN if sample.is_open else None
    if sample.second_finished_at is None and sample.second_coder_id in (None, person.pk):
        return states.SECOND_TURN
    return None


def items_of_turn(sample: LabelSample, turn: int) -> QuerySet[SampledItem]:
    """The cases of a turn in their order: all, or the first of them."""
    items = SampledItem.objects.filter(sample=sample)
    if turn == states.FIRST_TURN:
        return items
    return items.filter(pk__in=list(items.order_by("place").values_list("pk", flat=True)[:CODED_TWICE]))


def found_in(sample: LabelSample) -> Found:
    """What the first coder said, held against what was counted."""
    rows = Coding.objects.filter(item__sample=sample, turn=states.FIRST_TURN)
    told = list(rows.values_list("item__is_counted", "answer"))
    decided = [(is_counted, answer == states.YES) for is_counted, answer in told if answer != states.UNSURE]
    return Found(
        yes=sum(is_counted for is_counted, _ in decided),
        true_yes=sum(is_counted and is_true for is_counted, is_true in decided),
        no=sum(not is_counted for is_counted, _ in decided),
        true_no=sum(not is_counted and not is_true for is_counted, is_true in decided),
        unsure=len(told) - len(decided),
    )


def agreement_of(sample: LabelSample) -> list[tuple[bool, bool]]:
    """What both coders said of each case that both could decide."""
    rows = Coding.objects.filter(item__sample=sample).exclude(answer=states.UNSURE)
    said: dict[int, dict[int, bool]] = {}
    for item, turn, answer in rows.values_list("item_id", "turn", "answer"):
        said.setdefault(item, {})[turn] = answer == states.YES
    return [(both[1], both[2]) for both in said.values() if len(both) == 2]


def finished_samples(definitions: Iterable[BehaviourDefinition]) -> dict[object, list[LabelSample]]:
    """By version of a definition its finished samples, the newest first; one query."""
    found: dict[object, list[LabelSample]] = {}
    rows = LabelSample.objects.filter(definition__in=list(definitions), state=states.FINISHED)
    for row in rows.order_by("-finished_at"):
        found.setdefault(row.definition_id, []).append(row)
    return found


def sampled_for(samples: Sequence[LabelSample], objective: Objective, zone: str, as_of: datetime) -> Sampled | None:
    """What all finished samples found together, each standing for its period (4.5). Once the day of review has come, one that was
    finished later counts for the next review only: nobody shall draw until the verdict pleases (4.4-9)."""
    ends_at = as_of
    if objective.review_date is not None:
        over = midnight(objective.review_date + timedelta(days=1), zone)
        ends_at = min(as_of, over) if midnight(objective.review_date, zone) <= as_of else as_of
    return pooled_of(one for one in samples if one.finished_at and one.finished_at <= ends_at)


def pooled_of(samples: Iterable[LabelSample]) -> Sampled | None:
    """What these samples found together, each case once; None where none is finished. One query where their periods overlap."""
    found = [(one, Drawn(sampled, one.period_start, one.period_end)) for one in samples if (sampled := one.sampled)]
    drawn = [told for _, told in found]
    if not do_overlap(drawn):
        return pooled([one.sampled for one in drawn])
    cases = _cases_of([row for row, _ in found])
    return pooled(each_once([replace(told, cases=cases.get(row.pk, ())) for row, told in found]))


def _cases_of(samples: Sequence[LabelSample]) -> dict[object, list[Case]]:
    """By sample what its first coder could decide, without the cases that were forgotten."""
    rows = Coding.objects.filter(item__sample__in=samples, turn=states.FIRST_TURN).exclude(answer=states.UNSURE)
    found: dict[object, list[Case]] = {}
    told = rows.values_list("item__sample", "item__message", "item__starts_at", "item__is_counted", "answer")
    for sample, message, starts_at, is_counted, answer in told:
        found.setdefault(sample, []).append(Case((message, starts_at), is_counted, answer == states.YES))
    return found


def certainty_of(definition: BehaviourDefinition, now: datetime) -> Certainty:
    """How sure the counting of this version is; one query, and one more where samples overlap."""
    spec = counted_as(definition)
    rows = list(LabelSample.objects.filter(definition=definition).select_related("coder", "second_coder"))
    finished = sorted((one for one in rows if one.finished_at), key=lambda one: one.finished_at, reverse=True)  # type: ignore[arg-type, return-value]
    newest = finished[0] if finished else None
    twice = [one for one in finished if one.second_finished_at]
    last = max(twice, key=lambda one: one.second_finished_at or now, default=None)
    sampled, together = newest.sampled if newest else None, pooled_of(finished)
    return Certainty(
        is_guessed=is_guessed(spec),
        can_draw=spec.form != "F6",
        newest=newest,
        open=next((one for one in rows if one.is_open), None),
        last_kappa=last,
        accuracy=together.accuracy if together else None,
        truly=true_share(sampled.labelled, sampled) if sampled and spec.form in SHARES else None,
        is_old=bool(newest and newest.finished_at and newest.finished_at < now - FRESH_FOR),
        is_second_due=bool(newest) and _is_second_due(last.second_finished_at if last else None, now),
        earlier=max(0, len(finished) - 1),
    )


def too_noisy_among(definitions: Iterable[BehaviourDefinition]) -> set[object]:
    """Keys of the versions whose finished samples show that they are counted right too seldom to be reported; one query, and one
    more for each whose samples overlap."""
    found = ((key, pooled_of(samples)) for key, samples in finished_samples(definitions).items())
    return {key for key, together in found if together and together.accuracy and not together.accuracy.is_usable}


def samples_of(definition: BehaviourDefinition) -> list[LabelSample]:
    """Every sample of every version of this behaviour, the newest first."""
    rows = LabelSample.objects.filter(definition__workspace=definition.workspace, definition__key=definition.key)
    return list(rows.select_related("definition", "coder", "second_coder"))


def second_due(now: datetime) -> list[LabelSample]:
    """The newest finished sample of each definition in force that no two people have coded for a quarter; two queries."""
    rows = LabelSample.objects.filter(state=states.FINISHED, definition__state=states.IN_FORCE)
    last = {
        one["definition"]: (one["finished"], one["twice"])
        for one in rows.order_by()
        .values("definition")
        .annotate(finished=Max("finished_at"), twice=Max("second_finished_at"))
    }
    due = {pk: finished for pk, (finished, twice) in last.items() if _is_second_due(twice, now)}
    # Whose cases are forgotten by now cannot be coded again.
    has_cases = Exists(SampledItem.objects.filter(sample=OuterRef("pk")))
    found = rows.filter(has_cases, definition__in=due, second_finished_at__isnull=True).select_related(
        "definition__workspace", "workspace", "created_by", "coder"
    )
    return [one for one in found if one.finished_at == due[one.definition_id]]


def samples_due(now: datetime) -> list[BehaviourDefinition]:
    """Definitions in force by which a rule says what is counted, and of which no sample was finished for a quarter and none is open;
    two queries."""
    rows = BehaviourDefinition.objects.filter(state=states.IN_FORCE).select_related("workspace")
    guessed = [one for one in rows if one.spec.get("anchor", {}).get("labels")]
    looked = LabelSample.objects.filter(definition__in=guessed)
    is_fresh = Q(finished_at__gte=now - FRESH_FOR) | Q(state__in=states.SAMPLE_OPEN)
    known = set(looked.filter(is_fresh).values_list("definition", flat=True)) if guessed else set()
    return [one for one in guessed if one.pk not in known]


def _is_second_due(twice: datetime | None, now: datetime) -> bool:
    return twice is None or twice < now - FRESH_FOR


__all__ = [
    "FRESH_FOR",
    "LEAST_KAPPA",
    "LEAST_TOGETHER",
    "Certainty",
    "Found",
    "agreement_of",
    "certainty_of",
    "finished_samples",
    "found_in",
    "is_guessed",
    "items_of_turn",
    "pooled_of",
    "sampled_for",
    "samples_due",
    "samples_of",
    "second_due",
    "too_noisy_among",
    "turn_of",
]
