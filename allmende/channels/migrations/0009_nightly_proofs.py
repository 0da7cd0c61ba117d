"""Self-tests each night where somebody opted in, and what a webhook proves."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

STEPS = ("asked", "publishing", "reading", "hearing", "replying", "moderating", "deleting", "done")
ABILITIES = ("publish", "read_back", "webhook", "reply", "moderate", "delete")


def _words(names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0008_budgets")]

    operations: ClassVar = [
        migrations.AddField(
            "channel",
            "nightly_by",
            models.ForeignKey("team.Person", null=True, on_delete=models.PROTECT, related_name="+"),
        ),
        migrations.AddField("channel", "nightly_at", models.DateTimeField(null=True)),
        migrations.AddConstraint(
            "channel",
            models.CheckConstraint(
                condition=Q(nightly_by__isnull=True, nightly_at__isnull=True)
                | Q(nightly_by__isnull=False, nightly_at__isnull=False),
                name="nightly_by_somebody_since",
            ),
        ),
        migrations.AddField("trial", "is_nightly", models.BooleanField(default=False)),
        migrations.RemoveConstraint("trial", "trial_step_known"),
        migrations.AlterField("trial", "step", models.CharField(choices=_words(STEPS), default="asked", max_length=10)),
        migrations.AddConstraint(
            "trial", models.CheckConstraint(condition=Q(step__in=STEPS), name="trial_step_known")
        ),
        migrations.RemoveConstraint("proof", "proof_ability_known"),
        migrations.AlterField("proof", "ability", models.CharField(choices=_words(ABILITIES), max_length=9)),
        migrations.AddConstraint(
            "proof", models.CheckConstraint(condition=Q(ability__in=ABILITIES), name="proof_ability_known")
        ),
    ]
