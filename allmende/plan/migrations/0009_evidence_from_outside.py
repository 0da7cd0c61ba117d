"""Measured values with a unit, tables of them, judgements, and when elements were last opened."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0008_owners_are_responsible'),
        ('team', '0004_workspace_may_be_a_demo'),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('key', models.CharField(max_length=40)),
                ('source', models.CharField(max_length=80)),
                ('unit', models.CharField(blank=True, max_length=24)),
                ('is_share', models.BooleanField(default=False)),
                ('measured', models.FloatField()),
                ('low', models.FloatField()),
                ('high', models.FloatField()),
                ('period_start', models.DateTimeField()),
                ('period_end', models.DateTimeField()),
                ('answer', models.CharField(blank=True, choices=[('keep', 'keep'), ('change', 'change'), ('watch', 'watch')], max_length=6)),
                ('reason', models.TextField(blank=True)),
                ('judged_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='evidence',
            name='looked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='evidence',
            name='told_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='unit',
            field=models.CharField(blank=True, max_length=24),
        ),
        migrations.AddField(
            model_name='evidence',
            name='value',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='strategicplan',
            name='dust_days',
            field=models.PositiveSmallIntegerField(default=90),
        ),
        migrations.CreateModel(
            name='ElementVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('opened_date', models.DateField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='team.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='EvidenceUpload',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('file_name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('chosen', 'chosen'), ('taken', 'taken'), ('undone', 'undone')], default='chosen', max_length=8)),
                ('headers', models.JSONField(default=list)),
                ('rows', models.JSONField(default=list)),
                ('wishes', models.JSONField(default=dict)),
                ('taken', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('refused', models.JSONField(default=list)),
                ('replaced', models.JSONField(default=list)),
                ('taken_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
        ),
        migrations.AddField(
            model_name='evidence',
            name='upload',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='plan.evidenceupload'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('looked_at__isnull', True)), fields=['at'], name='evidence_unseen'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='asked',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='judged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddConstraint(
            model_name='elementvisit',
            constraint=models.UniqueConstraint(fields=('workspace', 'key', 'person'), name='opening_once'),
        ),
        migrations.AddConstraint(
            model_name='evidenceupload',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('chosen', 'taken', 'undone'))), name='upload_state_known'),
        ),
        migrations.AddIndex(
            model_name='judgement',
            index=models.Index(condition=models.Q(('answer', '')), fields=['workspace', 'created_at'], name='judgement_open'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(fields=('workspace', 'key', 'source', 'period_end'), name='judgement_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('answer', ''), models.Q(models.Q(('reason', ''), _negated=True), ('judged_at__isnull', False)), _connector='OR'), name='judged_with_reason'),
        ),
        restore(),
    ]
