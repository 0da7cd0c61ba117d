"""What target sites tell of those who came by a link."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', "0012_turns"),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkArrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event_id', models.CharField(max_length=255)),
                ('act', models.CharField(choices=[('arrived_from_link', 'arrived_from_link'), ('completed_on_site', 'completed_on_site')], max_length=17)),
                ('occurred_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='channels.trackedlink')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('link', 'event_id'), name='arrival_once'), models.CheckConstraint(condition=models.Q(('act__in', ('arrived_from_link', 'completed_on_site'))), name='arrival_act_known')],
            },
        ),
    ]
