"""Where an approval stands: which steps are answered, whose turn it is, what waits for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from allmende.channels.models import Spoken
from allmende.channels.states import SENT
from allmende.editorial import states
from allmende.editorial.models import Answer, ApprovalStep, Item, Reviewer, Rewording, Variant
from allmende.editorial.queries.words import PartWords, hash_of, parts_of_variants, pictures_of, placed
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of


@dataclass(frozen=True)
class Asked:
    """A text that wants an approval, with its own pictures, what follows it, the pictures of each part, and the hash of all;
    `rewording`: it is published, and these other words want one."""

    variant: Variant
    words_hash: str
    pictures: Sequence[Spoken]
    parts: Sequence[PartWords] = ()
    shown: Sequence[Sequence[Spoken]] = ()
    rewording: Rewording | None = None

    @property
    def said(self) -> list[tuple[PartWords, Sequence[Spoken]]]:
        """What follows the text, each part with its pictures."""
        return list(zip(self.parts, self.shown, strict=True))

    @property
    def title(self) -> str:
        return self.rewording.title if self.rewording else self.variant.item.title

    @property
    def text(self) -> str:
        return self.rewording.text if self.rewording else self.variant.text

    @property
    def is_waiting(self) -> bool:
        return self.rewording is not None or self.variant.state == states.CHECKED


@dataclass(frozen=True)
class Said:
    """A reviewer with what they said last; `is_standing`: to every text as it is now."""

    reviewer: Reviewer
    answers: Sequence[Answer]
    is_standing: bool

    @property
    def last(self) -> Answer | None:
        return self.answers[0] if self.answers else None

    @property
    def has_agreed(self) -> bool:
        return self.is_standing and all(one.answer == states.YES for one in self.standing)

    @property
    def standing(self) -> Sequence[Answer]:
        return [one for one in self.answers if one.taken_back_at is None]


@dataclass(frozen=True)
class StepState:
    """A step with its reviewers; `is_done` for every text that waits, `is_turn` when its reviewers are asked now."""

    step: ApprovalStep
    said: Sequence[Said]
    is_done: bool
    is_turn: bool

    def is_late(self, now: datetime) -> bool:
        return self.is_turn and self.step.due_at is not None and self.step.due_at < now


def is_alone(workspace: Workspace) -> bool:
    """Is there only one person who could approve? Then approving is a check of one's own (I-03, S4-14)."""
    return holders_of(workspace, "editorial.item.approve").count() <= 1


def is_solo(workspace: Workspace) -> bool:
    """Does nobody but one person write here? Then no approval is spoken of (S4-14)."""
    return holders_of(workspace, "editorial.item.edit").count() <= 1


def approved_channels(item: Item, now: datetime) -> dict[UUID, tuple[str, bool]]:
    """Where an approval holds for words that are not out yet: variant -> name of its channel, whether a slot lies ahead."""
    rows = item.variants.filter(state__in=(states.APPROVED, states.HANDED_OVER)).exclude(dispatch__state=SENT)
    return {
        one.pk: (one.channel.name, one.slot_at is not None and one.slot_at > now)
        for one in rows.select_related("channel").order_by("pk")
    }


def asked_texts(item: Item) -> list[Asked]:
    """The texts of an item that can be approved, or were and are not out, and other words proposed for what is; three
    queries, one more where something is out."""
    pictures = pictures_of(item)
    rows = item.variants.exclude(state=states.DRAFT)
    known = rows.select_related("channel__account", "workspace", "item", "dispatch").order_by("channel__name")
    out = [one.pk for one in known if one.dispatch and one.dispatch.state == SENT]
    waiting = Rewording.objects.filter(variant__in=out, state=states.PROPOSED) if out else ()
    proposed = {one.variant_id: one for one in waiting}
    found = [one for one in known if one.pk not in out or one.pk in proposed]
    follows = parts_of_variants(found)
    return [_asked(item, one, pictures, follows.get(one.pk, ()), proposed.get(one.pk)) for one in found]


def _asked(
    item: Item,
    variant: Variant,
    pictures: tuple[Spoken, ...],
    parts: tuple[PartWords, ...],
    rewording: Rewording | None,
) -> Asked:
    if rewording is not None:
        return Asked(variant, rewording.words_hash, (), rewording=rewording)
    with_text, *with_parts = placed(pictures, parts)
    return Asked(variant, hash_of(item.title, variant.text, pictures, parts), with_text, parts, with_parts)


def is_passed(step: ApprovalStep, variant: Variant, words_hash: str) -> bool:
    """Do the standing answers to exactly these words fulfil the step's rule?"""
    reviewers = list(step.reviewers.all())
    yes = Answer.objects.filter(
        reviewer__in=reviewers, variant=variant, answer=states.YES, taken_back_at__isnull=True, words_hash=words_hash
    ).count()
    return yes > 0 and (step.rule == states.ANY or yes == len(reviewers))


def open_step(item: Item) -> ApprovalStep | None:
    """The first step that lacks an answer to one of the texts; None when nothing is missing."""
    texts = asked_texts(item)
    for step in item.steps.prefetch_related("reviewers").order_by("place"):
        if not texts or any(not is_passed(step, one.variant, one.words_hash) for one in texts):
            return step
    return None


def steps_of(item: Item) -> list[StepState]:
    """The steps of an item as screens show them."""
    answers = Answer.objects.select_related("variant__channel").order_by("-answered_at", "-pk")
    reviewers = Reviewer.objects.select_related("person").prefetch_related(Prefetch("answers", queryset=answers))
    texts, is_before_done, found = asked_texts(item), True, []
    rows = item.steps.select_related("told_to", "asked_by").prefetch_related(
        Prefetch("reviewers", queryset=reviewers.order_by("pk"))
    )
    for step in rows.order_by("place"):
        is_done = bool(texts) and all(is_passed(step, one.variant, one.words_hash) for one in texts)
        said = [_said(one, texts) for one in step.reviewers.all()]
        is_turn = bool(texts) and is_before_done and not is_done and step.asked_at is not None
        found.append(StepState(step, said, is_done, is_turn))
        is_before_done = is_before_done and is_done
    return found


def _said(reviewer: Reviewer, texts: Sequence[Asked]) -> Said:
    answers = list(reviewer.answers.all())
    known = {(one.variant_id, one.words_hash) for one in answers if one.taken_back_at is None}
    return Said(reviewer, answers, bool(texts) and all((one.variant.pk, one.words_hash) in known for one in texts))


def turn_of(person: Person, steps: Sequence[StepState]) -> Said | None:
    """This person in the step whose turn it is, with what they said; None when nothing is asked of them."""
    turn = next((one for one in steps if one.is_turn), None)
    return next((one for one in turn.said if one.reviewer.person_id == person.pk), None) if turn else None


@dataclass(frozen=True)
class Waiting:
    """An item that waits for one person's answer."""

    item: Item
    step: ApprovalStep
    channels: Sequence[str]
    is_late: bool


def waiting_for(person: Person, now: datetime) -> list[Waiting]:
    """What waits for this person's answer, what is due first first."""
    rows = Reviewer.objects.filter(
        person=person, step__asked_at__isnull=False, step__item__archived_at__isnull=True
    ).select_related("step__item", "step__asked_by", "step__item__owner")
    found = []
    for reviewer in rows.order_by("step__due_at", "pk"):
        item = reviewer.step.item
        mine = next((one for one in steps_of(item) if one.step.pk == reviewer.step_id), None)
        if mine is None or not mine.is_turn:
            continue
        said = next(one for one in mine.said if one.reviewer.pk == reviewer.pk)
        if not said.is_standing:
            names = [one.variant.channel.name for one in asked_texts(item)]
            found.append(Waiting(item, reviewer.step, names, mine.is_late(now)))
    return sorted(found, key=lambda one: (one.step.due_at is None, one.step.due_at or now))
