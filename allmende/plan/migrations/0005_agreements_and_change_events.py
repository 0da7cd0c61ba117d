"""Stakeholders move here; agreements, receipts, change events; one open version at a time, and none in force without an agreement or a reason (I-07)."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from allmende.plan.migrations._triggers import lift, restore


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0004_routines_and_platform_changes'),
        ('team', '0004_workspace_may_be_a_demo'),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('proposal', 'proposal'), ('renewal', 'renewal')], default='proposal', max_length=8)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('asked_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, choices=[('agreed', 'agreed'), ('changes', 'changes')], max_length=7)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_name', models.CharField(blank=True, max_length=120)),
                ('comment', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['asked_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Assessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(blank=True, max_length=40)),
                ('layer', models.CharField(max_length=11)),
                ('judgement', models.CharField(choices=[('still_valid', 'still_valid'), ('adapt', 'adapt'), ('drop', 'drop'), ('new', 'new')], max_length=11)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('judged_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ChangeEvent',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('kind', models.CharField(choices=[('new_leadership', 'new_leadership'), ('goals_changed', 'goals_changed'), ('resources_cut', 'resources_cut'), ('resources_added', 'resources_added'), ('product_launch', 'product_launch'), ('platform_change', 'platform_change'), ('team_change', 'team_change'), ('position_change', 'position_change'), ('law', 'law'), ('other', 'other')], max_length=15)),
                ('what', models.CharField(max_length=300)),
                ('occurred_date', models.DateField()),
                ('noticed_date', models.DateField()),
            ],
            options={
                'ordering': ['-occurred_date', '-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(blank=True)),
                ('told_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField(null=True)),
                ('acknowledged_at', models.DateTimeField(null=True)),
                ('reminded_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Stakeholder',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('name', models.CharField(max_length=120)),
                ('position', models.CharField(blank=True, max_length=120)),
                ('department', models.CharField(blank=True, max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('influence', models.CharField(choices=[('decides', 'decides'), ('advises', 'advises'), ('affected', 'affected')], default='advises', max_length=8)),
                ('must_agree', models.BooleanField(default=False)),
                ('objective_keys', models.JSONField(blank=True, default=list)),
                ('agreement_interval_days', models.PositiveSmallIntegerField(default=182)),
                ('interest', models.CharField(blank=True, max_length=300)),
                ('wanted_feeling', models.CharField(blank=True, max_length=80)),
                ('relation', models.CharField(choices=[('identified', 'identified'), ('contacted', 'contacted'), ('informed', 'informed'), ('understands', 'understands'), ('supports', 'supports'), ('sponsors', 'sponsors'), ('cooling', 'cooling'), ('lost', 'lost')], default='identified', max_length=11)),
                ('update_interval_days', models.PositiveSmallIntegerField(default=28)),
                ('next_due_date', models.DateField(blank=True, null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='planversion',
            name='one_draft_version',
        ),
        migrations.AddField(
            model_name='planversion',
            name='agreed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='planversion',
            name='approach',
            field=models.CharField(blank=True, choices=[('optimise', 'optimise'), ('adapt', 'adapt'), ('repair', 'repair'), ('replace', 'replace')], max_length=8),
        ),
        migrations.AddField(
            model_name='planversion',
            name='approach_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='planversion',
            name='from_nothing_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='planversion',
            name='proposal',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='planversion',
            name='proposed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='planversion',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='planversion',
            name='reader_note',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='planversion',
            name='second_reader',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='strategicplan',
            name='confirmed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='strategicplan',
            name='deputy',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='strategicplan',
            name='reminder_days',
            field=models.PositiveSmallIntegerField(default=7),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'proposed', 'agreed'))), fields=('plan',), name='one_open_version'),
        ),
        migrations.AddConstraint(
            model_name='planversion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('published', 'superseded')), _negated=True), ('change_level__lt', 4), ('agreed_at__isnull', False), models.Q(('published_without_agreement', ''), _negated=True), _connector='OR'), name='agreed_or_said_why_not'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='plan.planversion'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='judged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='changeevent',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='changeevent',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='change_events', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='changeevent',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='changeevent',
            name='version',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='change_events', to='plan.planversion'),
        ),
        migrations.AddField(
            model_name='changeevent',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='event',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='plan.changeevent'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='plan.planversion'),
        ),
        migrations.AddField(
            model_name='stakeholder',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='stakeholder',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='stakeholder',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='stakeholder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.stakeholder'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='stakeholder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='plan.stakeholder'),
        ),
        migrations.AddConstraint(
            model_name='changeevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('new_leadership', 'goals_changed', 'resources_cut', 'resources_added', 'product_launch', 'platform_change', 'team_change', 'position_change', 'law', 'other'))), name='event_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='changeevent',
            constraint=models.CheckConstraint(condition=models.Q(('noticed_date__gte', models.F('occurred_date'))), name='noticed_after_it_occurred'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(('judgement__in', ('still_valid', 'adapt', 'drop', 'new'))), name='assessment_known'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('event', 'key'), name='assessed_once'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('judgement', 'new'), _negated=True), models.Q(('key', ''), _negated=True)), models.Q(('judgement', 'new'), ('key', ''), models.Q(('note', ''), _negated=True)), _connector='OR'), name='new_has_words_others_a_key'),
        ),
        migrations.AddConstraint(
            model_name='stakeholder',
            constraint=models.CheckConstraint(condition=models.Q(('influence__in', ('decides', 'advises', 'affected'))), name='stakeholder_influence_known'),
        ),
        migrations.AddConstraint(
            model_name='stakeholder',
            constraint=models.CheckConstraint(condition=models.Q(('relation__in', ('identified', 'contacted', 'informed', 'understands', 'supports', 'sponsors', 'cooling', 'lost'))), name='stakeholder_relation_known'),
        ),
        migrations.AddConstraint(
            model_name='stakeholder',
            constraint=models.CheckConstraint(condition=models.Q(('update_interval_days__gte', 1)), name='stakeholder_rhythm_in_days'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('person__isnull', True), ('stakeholder__isnull', True), _connector='XOR'), name='receipt_of_one_reader'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('version', 'person'), name='person_told_once'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.UniqueConstraint(fields=('version', 'stakeholder'), name='stakeholder_told_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('proposal', 'renewal'))), name='agreement_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('version', 'stakeholder', 'kind', 'round'), name='asked_once'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answer__in', ('agreed', 'changes')), ('answered_at__isnull', False), models.Q(('answered_name', ''), _negated=True)), _connector='OR'), name='answer_has_name_and_time'),
        ),
        restore(),
    ]
