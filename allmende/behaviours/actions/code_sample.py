"""Say of each case whether it is so, blind; finish, set aside (domain 4.5)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.actions.draw_sample import CannotSample
from allmende.behaviours.actions.stand_by_told import stand_by_told
from allmende.behaviours.audit import SAMPLE_BACK, SAMPLE_FINISHED, SAMPLE_SET_ASIDE
from allmende.behaviours.models import Coding, LabelSample, SampledItem
from allmende.behaviours.queries.samples import Found, agreement_of, found_in, items_of_turn, turn_of
from allmende.domain.verdict import kappa
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

CODE = "behaviours.sample.code"
EDIT = "behaviours.definition.edit"
LONGEST_REASON = 400


@transaction.atomic
def code_item(*, person: Person, item: SampledItem, answer: str, now: datetime) -> Coding:
    """What the person says of this case; said again it is changed, until their turn is finished.

    The first who codes takes the sample, the next one becomes the second. Raises CannotSample for an unknown answer, a sample
    that is finished or set aside, a third person, and a case beyond those that are coded twice.
    """
    require(person, CODE)
    lock_workspace(person.workspace_id)
    sample = LabelSample.objects.get(pk=item.sample_id, workspace=person.workspace)
    turn = _turn(person, sample)
    if answer not in states.ANSWERS:
        raise CannotSample(_("Not noted: choose yes, no or “unclear”."))
    if not items_of_turn(sample, turn).filter(pk=item.pk).exists():
        raise CannotSample(_("Not noted: this case is not among those that are coded twice."))
    _take(person, sample, turn, now)
    coding, _is_new = Coding.objects.update_or_create(
        item=item, person=person, defaults={"turn": turn, "answer": answer, "coded_at": now}
    )
    return coding


@transaction.atomic
def finish_sample(*, person: Person, sample: LabelSample, now: datetime) -> LabelSample:
    """The person has coded all that was theirs to code: what was found stands from now on, and the next judgement, due at once
    (`queries.due`), is by it; so is what was told of objectives nobody judges any more.

    Of the second coder it is kappa that stands; where they finish before the first, it is reckoned anew when the first has.
    Raises CannotSample while something is not coded, where no case is left, and where one of the two kinds holds none that could
    be decided.
    """
    require(person, CODE)
    lock_workspace(person.workspace_id)
    sample = LabelSample.objects.get(pk=sample.pk, workspace=person.workspace)
    turn = _turn(person, sample)
    items = items_of_turn(sample, turn)
    if not items.exists():
        raise CannotSample(_("Not finished: the cases of this sample were deleted, so there is nothing left to code."))
    left = items.exclude(codings__turn=turn).count()
    if left:
        raise CannotSample(
            _("Not finished: %(count)d cases are not coded yet. Where nothing can be said, say that.") % {"count": left}
        )
    found = _first(sample, now) if turn == states.FIRST_TURN else _second(sample, now)
    change_record(record=sample, person=person, now=now, seen_revision=None, **found)
    record_audit(
        workspace=person.workspace, person=person, verb=SAMPLE_FINISHED, target=sample, now=now,
        after={"definition": sample.definition.key, "turn": turn},
    )  # fmt: skip
    stand_by_told(workspace=sample.workspace, now=now, definition=sample.definition)
    return sample


@transaction.atomic
def set_sample_aside(*, person: Person, sample: LabelSample, reason: str, now: datetime) -> LabelSample:
    """It is not coded to its end, for this reason. A finished one stands: nobody shall put away what they do not like to see.

    Raises CannotSample without a reason, and for one that is finished or set aside.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    sample = LabelSample.objects.get(pk=sample.pk, workspace=person.workspace)
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON:
        raise CannotSample(_("Not set aside: say why in a sentence, so that it can be understood later."))
    if not sample.is_open:
        raise CannotSample(
            _(
                "Not set aside: it is finished, and what was found stands. A new sample takes its place when it is finished."
            )
            if sample.state == states.FINISHED
            else _("Nothing changed: it was set aside before.")
        )
    change_record(
        record=sample, person=person, now=now, seen_revision=None, state=states.SET_ASIDE, set_aside_at=now, reason=said
    )
    _record_state(person, SAMPLE_SET_ASIDE, sample, now)
    return sample


@transaction.atomic
def take_sample_up(*, person: Person, now: datetime, pk: str) -> None:
    """The undo of setting aside. Raises CannotUndo where another one was drawn meanwhile."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    sample = LabelSample.objects.filter(workspace=person.workspace, pk=UUID(pk), state=states.SET_ASIDE).first()
    open_ones = LabelSample.objects.filter(state__in=states.SAMPLE_OPEN)
    if sample is None or open_ones.filter(definition=sample.definition_id).exists():
        raise stale_undo()
    state = states.CODING if sample.coder_id else states.DRAWN
    change_record(record=sample, person=person, now=now, seen_revision=None, state=state, set_aside_at=None, reason="")
    _record_state(person, SAMPLE_BACK, sample, now)


def _record_state(person: Person, verb: str, sample: LabelSample, now: datetime) -> None:
    after = {"definition": sample.definition.key, "state": sample.state}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=sample, now=now, after=after)


def _turn(person: Person, sample: LabelSample) -> int:
    turn = turn_of(sample, person)
    if turn is None:
        raise CannotSample(_closed(sample, person))
    return turn


def _closed(sample: LabelSample, person: Person) -> str:
    if sample.state == states.SET_ASIDE:
        return _("Nothing changed: this sample was set aside.")
    if person.pk in (sample.coder_id, sample.second_coder_id):
        return _("Nothing changed: you have finished this sample; what you said stands.")
    return _("Nothing changed: two people code this sample already.")


def _take(person: Person, sample: LabelSample, turn: int, now: datetime) -> None:
    if turn == states.FIRST_TURN and sample.coder_id is None:
        change_record(record=sample, person=person, now=now, seen_revision=None, coder=person, state=states.CODING)
    elif turn == states.SECOND_TURN and sample.second_coder_id is None:
        change_record(record=sample, person=person, now=now, seen_revision=None, second_coder=person)


def _first(sample: LabelSample, now: datetime) -> dict[str, object]:
    found: Found = found_in(sample)
    if not found.yes or not found.no:
        raise CannotSample(
            _(
                "Not finished: of one kind no case could be decided, so nothing can be reckoned. Set the sample aside, with that"
                " reason, and see whether the definition can be put more clearly."
            )
        )
    return {
        "state": states.FINISHED, "finished_at": now, "yes": found.yes, "true_yes": found.true_yes, "no": found.no,
        "true_no": found.true_no, "unsure": found.unsure, **(_agreement(sample) if sample.second_finished_at else {}),
    }  # fmt: skip


def _second(sample: LabelSample, now: datetime) -> dict[str, object]:
    return {"second_finished_at": now, **_agreement(sample)}


def _agreement(sample: LabelSample) -> dict[str, object]:
    """Of the cases that both have coded by now."""
    pairs = agreement_of(sample)
    return {"coded_twice": len(pairs), "kappa": kappa(pairs)}
