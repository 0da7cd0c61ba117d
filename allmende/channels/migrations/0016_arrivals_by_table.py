"""Arrivals told in a table: their upload, more behaviours, and people told apart by a number (S3-22)."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0015_a_post_can_be_paused'),
        ('team', '0009_duty_absences_coverage'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArrivalUpload',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('file_name', models.CharField(max_length=200)),
                ('path', models.CharField(blank=True, max_length=1000)),
                ('state', models.CharField(choices=[('chosen', 'chosen'), ('done', 'done'), ('undone', 'undone')], default='chosen', max_length=8)),
                ('wishes', models.JSONField(default=dict)),
                ('made', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='linkarrival',
            name='arrival_act_known',
        ),
        migrations.AddField(
            model_name='linkarrival',
            name='actor',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='linkarrival',
            name='act',
            field=models.CharField(choices=[('arrived_from_link', 'arrived_from_link'), ('completed_on_site', 'completed_on_site'), ('bought', 'bought'), ('renewed', 'renewed'), ('registered_event', 'registered_event'), ('joined', 'joined'), ('surveyed', 'surveyed'), ('submitted_idea', 'submitted_idea'), ('referred', 'referred')], max_length=17),
        ),
        migrations.AddField(
            model_name='arrivalupload',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='arrivalupload',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='arrivalupload',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='linkarrival',
            name='upload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='channels.arrivalupload'),
        ),
        migrations.AddConstraint(
            model_name='linkarrival',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ('arrived_from_link', 'completed_on_site', 'bought', 'renewed', 'registered_event', 'joined', 'surveyed', 'submitted_idea', 'referred'))), name='arrival_act_known'),
        ),
        migrations.AddConstraint(
            model_name='arrivalupload',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('chosen', 'done', 'undone'))), name='arrival_upload_state_known'),
        ),
    ]
