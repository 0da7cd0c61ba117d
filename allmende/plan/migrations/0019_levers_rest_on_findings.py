"""The finding about an audience that a lever rests on."""

import django.db.models.deletion
from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):
    dependencies = [("plan", "0018_calendar_addresses_have_a_kind")]
    operations = [
        lift(),
        migrations.AddField(
            model_name="strategy",
            name="analysis",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="plan.audienceanalysis",
            ),
        ),
        restore(),
    ]
