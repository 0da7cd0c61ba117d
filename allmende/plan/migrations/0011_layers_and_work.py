"""Outcomes, findings, improvements, standings, hours and money; tactics and steps in full. Triggers come back as they were."""

import django.db.models.deletion
import uuid
from django.db import migrations, models

from allmende.plan.migrations._layers import freeze_layer, thaw_layer
from allmende.plan.migrations._triggers import lift, restore


def freeze_outcomes(_apps, editor):
    freeze_layer(editor, "plan_outcome", "objective_id", "plan_objective")


def thaw_outcomes(_apps, editor):
    thaw_layer(editor, "plan_outcome")



class Migration(migrations.Migration):

    dependencies = [
        ('plan', "0010_decisions_and_reviews"),
        ('team', '0006_responsibilities_are_kept'),
    ]

    operations = [
        lift(),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('key', models.CharField(max_length=40, unique=True)),
                ('element_key', models.CharField(max_length=40)),
                ('observation', models.CharField(max_length=300)),
                ('source', models.CharField(max_length=160)),
                ('noticed_date', models.DateField()),
                ('decision', models.CharField(blank=True, choices=[('ignore', 'ignore'), ('step', 'step'), ('tactic_change', 'tactic_change'), ('strategy_change', 'strategy_change')], max_length=15)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('result_key', models.CharField(blank=True, max_length=40)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Improvement',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('key', models.CharField(max_length=40, unique=True)),
                ('element_key', models.CharField(max_length=40)),
                ('result', models.CharField(max_length=300)),
                ('explanation', models.CharField(max_length=300)),
                ('change', models.CharField(max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name='LessonSetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('code', models.CharField(max_length=40)),
                ('reason', models.CharField(max_length=300)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='MoneyEntry',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('tactic_key', models.CharField(max_length=40)),
                ('on_date', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=9)),
                ('note', models.CharField(blank=True, max_length=160)),
            ],
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('updated_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('key', models.CharField(max_length=40)),
                ('rank', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('measure', models.CharField(max_length=200)),
                ('source', models.CharField(choices=[('survey', 'survey'), ('crm', 'crm'), ('hr', 'hr'), ('tickets', 'tickets'), ('sales', 'sales'), ('other', 'other')], max_length=8)),
                ('source_detail', models.CharField(blank=True, max_length=120)),
                ('link', models.CharField(max_length=300)),
                ('confidence', models.CharField(choices=[('assumed', 'assumed'), ('plausible', 'plausible'), ('evidenced', 'evidenced')], default='assumed', max_length=9)),
                ('falsifier', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ['rank', 'id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('state', models.CharField(max_length=13)),
                ('ended_as', models.CharField(blank=True, choices=[('kept_as_routine', 'kept_as_routine'), ('dropped', 'dropped'), ('replaced', 'replaced')], max_length=15)),
                ('reason', models.TextField(blank=True)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('tactic_key', models.CharField(blank=True, max_length=40)),
                ('on_date', models.DateField()),
                ('hours', models.DecimalField(decimal_places=2, max_digits=4)),
                ('note', models.CharField(blank=True, max_length=160)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='stepprogress',
            name='step_state_known',
        ),
        migrations.AddField(
            model_name='goal',
            name='spaces',
            field=models.CharField(blank=True, choices=[('support', 'support'), ('product', 'product'), ('acquisition', 'acquisition'), ('contribution', 'contribution'), ('engagement', 'engagement'), ('success', 'success')], max_length=12),
        ),
        migrations.AddField(
            model_name='goal',
            name='sponsor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plan.stakeholder'),
        ),
        migrations.AddField(
            model_name='step',
            name='accountable',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='step',
            name='also_by',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='step',
            name='means',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='step',
            name='starts_date',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='agreed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='agreed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='has_slipped',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='move_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='moved_from',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='stepprogress',
            name='moved_to',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='strategicplan',
            name='strategic_share_target',
            field=models.PositiveSmallIntegerField(default=60),
        ),
        migrations.AddField(
            model_name='tactic',
            name='budget',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=9),
        ),
        migrations.AddField(
            model_name='tactic',
            name='confidence',
            field=models.CharField(choices=[('assumed', 'assumed'), ('plausible', 'plausible'), ('evidenced', 'evidenced')], default='assumed', max_length=9),
        ),
        migrations.AddField(
            model_name='tactic',
            name='skills',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name='stepprogress',
            name='state',
            field=models.CharField(choices=[('planned', 'planned'), ('agreed', 'agreed'), ('scheduled', 'scheduled'), ('in_progress', 'in_progress'), ('done', 'done'), ('half_done', 'half_done'), ('checked', 'checked'), ('cancelled', 'cancelled')], default='planned', max_length=11),
        ),
        migrations.AddConstraint(
            model_name='stepprogress',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('planned', 'agreed', 'scheduled', 'in_progress', 'done', 'half_done', 'checked', 'cancelled'))), name='step_state_known'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='calendarfeed',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='finding',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='finding',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='finding',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='finding',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='finding',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='improvement',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='improvement',
            name='finding',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='improvements', to='plan.finding'),
        ),
        migrations.AddField(
            model_name='improvement',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='improvements', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='improvement',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='improvement',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='lessonsetaside',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='lessonsetaside',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='set_aside', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='moneyentry',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='moneyentry',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='money_entries', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='moneyentry',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='moneyentry',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='plan.objective'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='outcome',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='plan.planversion'),
        ),
        migrations.AddField(
            model_name='standing',
            name='changed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='standing',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='plan.strategicplan'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddConstraint(
            model_name='calendarfeed',
            constraint=models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('person',), name='one_open_feed_per_person'),
        ),
        migrations.AddIndex(
            model_name='finding',
            index=models.Index(fields=['plan', 'decision', 'noticed_date'], name='finding_open'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(('decision__in', ('', 'ignore', 'step', 'tactic_change', 'strategy_change'))), name='finding_decision_known'),
        ),
        migrations.AddConstraint(
            model_name='finding',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision', 'ignore'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='ignored_with_reason'),
        ),
        migrations.AddIndex(
            model_name='improvement',
            index=models.Index(fields=['plan', '-created_at'], name='improvement_newest'),
        ),
        migrations.AddConstraint(
            model_name='lessonsetaside',
            constraint=models.UniqueConstraint(fields=('plan', 'key', 'code'), name='lesson_set_aside_once'),
        ),
        migrations.AddConstraint(
            model_name='lessonsetaside',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='set_aside_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='moneyentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='spent_something'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.UniqueConstraint(fields=('version', 'key'), name='outcome_key_once'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ('survey', 'crm', 'hr', 'tickets', 'sales', 'other'))), name='outcome_source_known'),
        ),
        migrations.AddConstraint(
            model_name='outcome',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__in', ('assumed', 'plausible', 'evidenced'))), name='outcome_confidence_known'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.UniqueConstraint(fields=('plan', 'key'), name='standing_once'),
        ),
        migrations.AddConstraint(
            model_name='standing',
            constraint=models.CheckConstraint(condition=models.Q(('ended_as', ''), models.Q(('state', 'stopped'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='ended_with_learning'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['plan', 'on_date'], name='time_by_day'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gt', 0), ('hours__lte', 24)), name='entry_hours_of_a_day'),
        ),
        migrations.RunPython(freeze_outcomes, thaw_outcomes),
        restore(),
    ]
