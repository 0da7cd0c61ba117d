"""What was counted of each group of people, only as far as it may be shown (domain 4.6)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0013_parts_of_all_forms'),
    ]

    operations = [
        migrations.CreateModel(
            name='GroupCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('kind', models.CharField(choices=[('all', 'all'), ('stage', 'stage'), ('trait', 'trait'), ('group', 'group')], max_length=8)),
                ('name', models.CharField(blank=True, max_length=60)),
                ('values', models.JSONField(default=list)),
                ('people', models.PositiveIntegerField()),
                ('complete', models.PositiveIntegerField()),
                ('successes', models.PositiveIntegerField()),
                ('times', models.PositiveIntegerField()),
                ('low', models.FloatField(null=True)),
                ('high', models.FloatField(null=True)),
                ('exposure_seconds', models.PositiveBigIntegerField(null=True)),
                ('median_seconds', models.FloatField(null=True)),
                ('p90_seconds', models.FloatField(null=True)),
                ('period_start', models.DateTimeField()),
                ('period_end', models.DateTimeField()),
                ('measured_at', models.DateTimeField()),
                ('definition', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='behaviours.behaviourdefinition')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.UniqueConstraint(fields=('definition', 'place'), name='group_counted_once'), models.CheckConstraint(condition=models.Q(('successes__lte', models.F('complete'))), name='group_within_complete'), models.CheckConstraint(condition=models.Q(('kind__in', ('all', 'stage', 'trait', 'group'))), name='group_kind_known')],
            },
        ),
    ]
