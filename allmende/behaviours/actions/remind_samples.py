"""What the calendar asks of samples: a second coder once a quarter, and that old cases are forgotten."""

from datetime import datetime

from django.urls import reverse

from allmende.behaviours.models import LabelSample, SampledItem
from allmende.behaviours.queries.definitions import name_of
from allmende.behaviours.queries.samples import second_due
from allmende.team.access import may
from allmende.team.actions import send_notice


def remind_samples(*, now: datetime) -> int:
    """Tell whoever drew a sample, and whoever coded it, that a second person is due to code a part; once a sample and quarter.
    Returns how many were told."""
    told = 0
    for sample in second_due(now):
        slug = sample.workspace.slug
        url = reverse("behaviours:definition", kwargs={"slug": slug, "key": sample.definition.key})
        for reader in {sample.created_by, sample.coder} - {None}:
            if reader is not None and not reader.left_at and may(reader, "behaviours.sample.code"):
                told += send_notice(
                    person=reader, kind="behaviours.second_coder", values={"name": name_of(sample.definition)}, url=url,
                    once_key=f"behaviours.second_coder:{sample.pk}:{now.year}-{(now.month + 2) // 3}", now=now,
                )  # fmt: skip
    return told


def forget_sampled(*, before: datetime) -> int:
    """Forget the cases of samples that ended before this time; what was found stays in numbers. Returns how many cases."""
    over = LabelSample.objects.filter(finished_at__lt=before) | LabelSample.objects.filter(set_aside_at__lt=before)
    items = SampledItem.objects.filter(sample__in=over)
    gone = items.count()
    if gone:
        items.delete()
    return gone
