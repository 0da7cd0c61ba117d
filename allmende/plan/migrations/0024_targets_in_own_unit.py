"""What an objective aims at where its measure says how often or how long, and what a figure in such a unit was before (4.3)."""

from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0023_guardrails_are_counted'),
    ]

    operations = [
        lift(),
        migrations.AddField(
            model_name='evidence',
            name='before_value',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='objective',
            name='baseline_value',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='objective',
            name='target_value',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('target_value__isnull', True), models.Q(('target_share__isnull', True), ('target_value__gt', 0)), _connector='OR'), name='target_in_one_unit'),
        ),
        migrations.AddConstraint(
            model_name='objective',
            constraint=models.CheckConstraint(condition=models.Q(('baseline_value__isnull', True), models.Q(('baseline_share__isnull', True), ('baseline_value__gte', 0)), _connector='OR'), name='baseline_in_one_unit'),
        ),
        restore(),
    ]
