"""The range of a rate or a median itself, beside that of the difference (domain 4.3)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0010_stages_once_a_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='verdict',
            name='before_own_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='before_own_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='own_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='own_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ('F3', 'F4')), models.Q(('before_own_high__isnull', True), ('before_own_low__isnull', True), ('own_high__isnull', True), ('own_low__isnull', True)), _connector='OR'), name='ranges_of_rates_and_durations'),
        ),
    ]
