"""Decision checks, reviews and controls. What a review froze, and what was promised beforehand, stays (a trigger)."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


WORDS = "what a prepared review froze cannot be changed"
KEPT = ("frozen", "commitments", "version_number", "prepared_at", "period_start_date", "period_end_date")


def freeze(_, editor):
    if editor.connection.vendor == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in KEPT)
        editor.execute(
            f"""CREATE TRIGGER plan_review_frozen BEFORE UPDATE ON plan_review
            WHEN OLD.prepared_at IS NOT NULL AND NOT ({same})
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
        )
        return
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in KEPT)
    editor.execute(
        f"""CREATE FUNCTION plan_review_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.prepared_at IS NOT NULL AND NOT ({same})
        THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
        RETURN NEW; END $$"""
    )
    editor.execute(
        """CREATE TRIGGER plan_review_frozen BEFORE UPDATE ON plan_review
        FOR EACH ROW EXECUTE FUNCTION plan_review_frozen()"""
    )


def thaw(_, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER plan_review_frozen")
        return
    editor.execute("DROP TRIGGER plan_review_frozen ON plan_review")
    editor.execute("DROP FUNCTION plan_review_frozen()")


class Migration(migrations.Migration):

    dependencies = [
        ('plan', '0009_evidence_from_outside'),
        ('team', '0004_workspace_may_be_a_demo'),
    ]

    operations = [
        migrations.CreateModel(
            name='Control',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('what', models.CharField(max_length=300)),
                ('key', models.CharField(blank=True, max_length=40)),
                ('interval_days', models.PositiveSmallIntegerField()),
                ('next_date', models.DateField()),
                ('controller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
            options={
                'ordering': ['next_date', 'created_at'],
            },
        ),
        migrations.CreateModel(
            name='ControlResult',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('due_date', models.DateField()),
                ('is_fine', models.BooleanField()),
                ('result', models.CharField(max_length=300)),
                ('finding', models.TextField(blank=True)),
                ('finding_ref', models.CharField(blank=True, max_length=60)),
                ('control', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='plan.control')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='DecisionCheck',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('kind', models.CharField(choices=[('conference', 'conference'), ('resource_request', 'resource_request'), ('hiring', 'hiring'), ('board_meeting', 'board_meeting'), ('generic', 'generic')], max_length=16)),
                ('title', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('submitted', 'submitted'), ('checked', 'checked'), ('discussed', 'discussed'), ('decided', 'decided'), ('follow_up_due', 'follow_up_due'), ('outcome_recorded', 'outcome_recorded')], default='submitted', max_length=16)),
                ('due_date', models.DateField(blank=True, null=True)),
                ('keys', models.JSONField(default=list)),
                ('content', models.JSONField(default=dict)),
                ('previous', models.JSONField(default=dict)),
                ('struck', models.JSONField(default=list)),
                ('criteria', models.JSONField(default=dict)),
                ('recommendation', models.CharField(blank=True, max_length=16)),
                ('plan_number', models.PositiveIntegerField(null=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('discussion', models.TextField(blank=True)),
                ('discussed_at', models.DateTimeField(null=True)),
                ('decision', models.CharField(blank=True, max_length=10)),
                ('conditions', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('follow_up_date', models.DateField(blank=True, null=True)),
                ('baseline', models.JSONField(default=dict)),
                ('comparison', models.JSONField(default=dict)),
                ('outcome', models.TextField(blank=True)),
                ('outcome_at', models.DateTimeField(null=True)),
                ('retain_until_date', models.DateField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('kind', models.CharField(choices=[('regular', 'regular'), ('after_launch', 'after_launch')], default='regular', max_length=12)),
                ('state', models.CharField(choices=[('planned', 'planned'), ('prepared', 'prepared'), ('held', 'held'), ('decided', 'decided'), ('plan_updated', 'plan_updated'), ('closed', 'closed')], default='planned', max_length=12)),
                ('planned_date', models.DateField()),
                ('period_start_date', models.DateField()),
                ('period_end_date', models.DateField()),
                ('commitments', models.JSONField(default=dict)),
                ('committed_at', models.DateTimeField(null=True)),
                ('frozen', models.JSONField(default=dict)),
                ('version_number', models.PositiveIntegerField(null=True)),
                ('prepared_at', models.DateTimeField(null=True)),
                ('present', models.TextField(blank=True)),
                ('answers', models.JSONField(default=dict)),
                ('held_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('told', models.TextField(blank=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='plan.strategicplan')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
            options={
                'ordering': ['-planned_date', '-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Resolution',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('kind', models.CharField(choices=[('keep', 'keep'), ('stop_tactic', 'stop_tactic'), ('change', 'change'), ('step', 'step'), ('finding', 'finding')], max_length=12)),
                ('what', models.CharField(max_length=300)),
                ('element_key', models.CharField(blank=True, max_length=40)),
                ('level', models.PositiveSmallIntegerField(null=True)),
                ('ref', models.CharField(blank=True, max_length=60)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('version', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.planversion')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='resolutions', to='plan.review')),
            ],
            options={
                'ordering': ['created_at'],
            },
        ),
        migrations.AddConstraint(
            model_name='control',
            constraint=models.CheckConstraint(condition=models.Q(('interval_days__gte', 1)), name='control_interval_positive'),
        ),
        migrations.AddConstraint(
            model_name='controlresult',
            constraint=models.UniqueConstraint(fields=('control', 'due_date'), name='control_once_a_day'),
        ),
        migrations.AddIndex(
            model_name='decisioncheck',
            index=models.Index(fields=['workspace', 'state'], name='decision_by_state'),
        ),
        migrations.AddConstraint(
            model_name='decisioncheck',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('conference', 'resource_request', 'hiring', 'board_meeting', 'generic'))), name='decision_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='decisioncheck',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('submitted', 'checked', 'discussed', 'decided', 'follow_up_due', 'outcome_recorded'))), name='decision_state_known'),
        ),
        migrations.AddConstraint(
            model_name='decisioncheck',
            constraint=models.CheckConstraint(condition=models.Q(('decision__in', ('', 'yes', 'conditions', 'no'))), name='decision_known'),
        ),
        migrations.AddConstraint(
            model_name='decisioncheck',
            constraint=models.CheckConstraint(condition=models.Q(('decision', ''), models.Q(('reason', ''), _negated=True), ('erased_at__isnull', False), _connector='OR'), name='decision_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='decisioncheck',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'hiring'), _negated=True), ('retain_until_date__isnull', False), _connector='OR'), name='candidate_retention_ends'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'prepared', 'held', 'decided', 'plan_updated', 'closed'))), name='review_state_known'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.CheckConstraint(condition=models.Q(('period_start_date__lte', models.F('period_end_date'))), name='review_period_forward'),
        ),
        migrations.AddConstraint(
            model_name='resolution',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('keep', 'stop_tactic', 'change', 'step', 'finding'))), name='resolution_kind_known'),
        ),
        migrations.RunPython(freeze, thaw, elidable=False),
    ]
