"""Somebody looked whether the counting is right: a sample of questions, coded blind by two of the team."""

import random
from datetime import datetime, timedelta

from allmende.behaviours.actions import CannotSample, code_item, draw_sample, finish_sample
from allmende.behaviours.models import BehaviourDefinition, LabelSample
from allmende.behaviours.queries import quarter_before
from allmende.domain.verdict import CODED_TWICE
from allmende.ledger.shipped import QUESTION_CONFIRMED
from allmende.team.models import Person

# What counts is nearly always so; of what does not count, one in eight was solved and nobody said so.
WRONG_YES, WRONG_NO, UNSURE = 0.02, 0.12, 0.03
SECOND_DIFFERS = 0.1
OTHER = {"yes": "no", "no": "yes", "unsure": "unsure"}


def look_at_counting(*, jana: Person, now: datetime) -> LabelSample | None:
    """A finished sample of the questions that were confirmed as solved; None where too few are complete yet. The behaviours must
    be measured."""
    rows = BehaviourDefinition.objects.filter(workspace=jana.workspace, key=QUESTION_CONFIRMED.key, state="in_force")
    definition = rows.select_related("workspace").get()
    if definition.samples.exists():
        return None
    begun = now - timedelta(days=9)
    first, last = quarter_before(definition, begun)
    try:
        sample = draw_sample(person=jana, definition=definition, first_date=first, last_date=last, seed=41, now=begun)
    except CannotSample:
        return None
    dice = random.Random(41)  # noqa: S311 - invented answers
    said = {item.pk: _answer(dice, is_so=item.is_counted) for item in sample.items.all()}
    for item in sample.items.all():
        code_item(person=jana, item=item, answer=said[item.pk], now=begun)
    finish_sample(person=jana, sample=sample, now=begun)
    second = Person.objects.filter(workspace=jana.workspace, role="moderator", left_at__isnull=True).first()
    if second:
        for item in sample.items.all()[:CODED_TWICE]:
            answer = said[item.pk] if dice.random() > SECOND_DIFFERS else OTHER[said[item.pk]]
            code_item(person=second, item=item, answer=answer, now=begun + timedelta(days=1))
        finish_sample(person=second, sample=sample, now=begun + timedelta(days=1))
    return sample


def _answer(dice: random.Random, *, is_so: bool) -> str:
    if dice.random() < UNSURE:
        return "unsure"
    is_wrong = dice.random() < (WRONG_YES if is_so else WRONG_NO)
    return "yes" if is_so != is_wrong else "no"
