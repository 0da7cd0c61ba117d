"""What the calendar asks of samples: a new one and a second coder once a quarter, and that old cases are forgotten."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from allmende.behaviours import states
from allmende.behaviours.models import LabelSample, SampledItem
from allmende.behaviours.queries.definitions import name_of
from allmende.behaviours.queries.samples import samples_due, second_due
from allmende.team.access import may
from allmende.team.actions import send_notice
from allmende.team.queries import holders_of

EDIT = "behaviours.definition.edit"


def remind_samples(*, now: datetime) -> int:
    """Tell whoever drew a sample, and whoever coded it, that a second person is due to code a part; and whoever may draw one, that
    one is due where a rule says what is counted. Once a quarter each. Returns how many were told."""
    return _seconds(now) + _samples(now)


def _samples(now: datetime) -> int:
    told = 0
    for definition in samples_due(now):
        workspace = definition.workspace
        url = reverse("behaviours:samples", kwargs={"slug": workspace.slug, "key": definition.key})
        for reader in holders_of(workspace, EDIT):
            told += send_notice(
                person=reader, kind="behaviours.sample_due", values={"name": name_of(definition)}, url=url,
                once_key=f"behaviours.sample_due:{definition.pk}:{_quarter(now)}", now=now,
            )  # fmt: skip
    return told


def _quarter(now: datetime) -> str:
    return f"{now.year}-{(now.month + 2) // 3}"


def _seconds(now: datetime) -> int:
    told = 0
    for sample in second_due(now):
        slug = sample.workspace.slug
        url = reverse("behaviours:definition", kwargs={"slug": slug, "key": sample.definition.key})
        for reader in {sample.created_by, sample.coder} - {None}:
            if reader is not None and not reader.left_at and may(reader, "behaviours.sample.code"):
                told += send_notice(
                    person=reader, kind="behaviours.second_coder", values={"name": name_of(sample.definition)}, url=url,
                    once_key=f"behaviours.second_coder:{sample.pk}:{_quarter(now)}", now=now,
                )  # fmt: skip
    return told


def forget_sampled(*, before: datetime) -> int:
    """Forget the cases of samples that ended before this time, or were drawn before it and never ended; what was found stays in
    numbers. Returns how many cases."""
    is_over = Q(finished_at__lt=before) | Q(set_aside_at__lt=before)
    is_left = Q(state__in=states.SAMPLE_OPEN, created_at__lt=before)
    items = SampledItem.objects.filter(sample__in=LabelSample.objects.filter(is_over | is_left))
    gone = items.count()
    if gone:
        items.delete()
    return gone
