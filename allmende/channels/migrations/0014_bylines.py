"""How answers on a channel show the person who wrote them."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

BYLINES = ("none", "initials", "name")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0013_link_arrivals")]

    operations: ClassVar = [
        migrations.AddField(
            "channel",
            "byline",
            models.CharField(choices=[(one, one) for one in BYLINES], default="none", max_length=8),
        ),
        migrations.AddConstraint(
            "channel", models.CheckConstraint(condition=Q(byline__in=BYLINES), name="channel_byline_known")
        ),
    ]
