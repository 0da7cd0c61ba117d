"""A judged value can lead to an event around the plan."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):
    dependencies = [("plan", "0020_judgements_lead_on")]
    operations = [
        lift(),
        migrations.RemoveConstraint(model_name="judgement", name="one_thing_comes_of_a_change"),
        migrations.AddField(
            model_name="judgement",
            name="event",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgements",
                to="plan.changeevent",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=Q(version__isnull=True, finding__isnull=True, event__isnull=True)
                | Q(answer="change", version__isnull=True, finding__isnull=True)
                | Q(answer="change", version__isnull=True, event__isnull=True)
                | Q(answer="change", finding__isnull=True, event__isnull=True),
                name="one_thing_comes_of_a_change",
            ),
        ),
        restore(),
    ]
