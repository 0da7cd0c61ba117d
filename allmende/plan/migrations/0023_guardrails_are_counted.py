"""The definition that counts what must not get worse meanwhile (domain 4.4-10)."""

from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):
    dependencies = [("plan", "0022_goals_have_a_kind_of_value")]
    operations = [
        lift(),
        migrations.AddField(
            model_name="objective",
            name="guardrail_key",
            field=models.CharField(blank=True, default="", max_length=60),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.CheckConstraint(
                condition=models.Q(guardrail_key="") | ~models.Q(guardrail_key=models.F("definition_key")),
                name="guardrail_is_another_measure",
            ),
        ),
        restore(),
    ]
