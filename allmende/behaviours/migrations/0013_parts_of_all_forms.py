"""Parts of rates and durations beside those of shares, each in its own unit (domain 4.4, step 7)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0012_samples_of_what_was_counted'),
    ]

    operations = [
        migrations.AddField(
            model_name='segmentcount',
            name='before_exposure_months',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='segmentcount',
            name='before_value',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='segmentcount',
            name='exposure_months',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='segmentcount',
            name='value',
            field=models.FloatField(null=True),
        ),
    ]
