"""Samples of what was counted and what was not, coded blind; verdicts know what was counted and what truly was (domain 4.5)."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('behaviours', '0011_figures_have_ranges'),
        ('channels', '0024_catching_up'),
        ('team', '0019_cover_asks_for_training'),
    ]

    operations = [
        migrations.CreateModel(
            name='Coding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField()),
                ('answer', models.CharField(choices=[('yes', 'yes'), ('no', 'no'), ('unsure', 'unsure')], max_length=6)),
                ('coded_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='LabelSample',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('period_start', models.DateTimeField()),
                ('period_end', models.DateTimeField()),
                ('counted', models.PositiveIntegerField()),
                ('complete', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('drawn', 'drawn'), ('coding', 'coding'), ('finished', 'finished'), ('set_aside', 'set_aside')], default='drawn', max_length=9)),
                ('yes', models.PositiveSmallIntegerField(null=True)),
                ('true_yes', models.PositiveSmallIntegerField(null=True)),
                ('no', models.PositiveSmallIntegerField(null=True)),
                ('true_no', models.PositiveSmallIntegerField(null=True)),
                ('unsure', models.PositiveSmallIntegerField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('kappa', models.FloatField(null=True)),
                ('coded_twice', models.PositiveSmallIntegerField(null=True)),
                ('second_finished_at', models.DateTimeField(null=True)),
                ('set_aside_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=400)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='SampledItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('is_counted', models.BooleanField()),
            ],
            options={
                'ordering': ['place'],
            },
        ),
        migrations.AddField(
            model_name='verdict',
            name='before_true_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='before_true_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='before_true_share',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='raw_difference',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='raw_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='raw_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='true_high',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='true_low',
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name='verdict',
            name='true_share',
            field=models.FloatField(null=True),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('raw_difference__isnull', True), ('true_share__isnull', True)), models.Q(('form__in', ('F1', 'F2', 'F5')), ('true_share__gte', 0), ('true_share__isnull', False), ('true_share__lte', 1)), _connector='OR'), name='only_shares_are_put_right'),
        ),
        migrations.AddField(
            model_name='coding',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='coder',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='definition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='samples', to='behaviours.behaviourdefinition'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='second_coder',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='labelsample',
            name='workspace',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace'),
        ),
        migrations.AddField(
            model_name='sampleditem',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels.message'),
        ),
        migrations.AddField(
            model_name='sampleditem',
            name='sample',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='behaviours.labelsample'),
        ),
        migrations.AddField(
            model_name='coding',
            name='item',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='codings', to='behaviours.sampleditem'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('drawn', 'coding', 'finished', 'set_aside'))), name='sample_state_known'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('drawn', 'coding'))), fields=('definition',), name='one_sample_open'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(('counted__lte', models.F('complete')), ('period_start__lt', models.F('period_end'))), name='sample_of_a_period'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('no__isnull', False), ('state', 'finished'), ('true_no__isnull', False), ('true_yes__isnull', False), ('unsure__isnull', False), ('yes__isnull', False)), models.Q(models.Q(('state', 'finished'), _negated=True), ('finished_at__isnull', True), ('no__isnull', True), ('true_no__isnull', True), ('true_yes__isnull', True), ('unsure__isnull', True), ('yes__isnull', True)), _connector='OR'), name='found_when_finished'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(('yes__isnull', True), models.Q(('true_yes__lte', models.F('yes')), ('true_no__lte', models.F('no'))), _connector='OR'), name='confirmed_within_coded'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('set_aside_at__isnull', False), ('state', 'set_aside'), models.Q(('reason', ''), _negated=True)), models.Q(models.Q(('state', 'set_aside'), _negated=True), ('reason', ''), ('set_aside_at__isnull', True)), _connector='OR'), name='sample_aside_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('coder__isnull', True), ('state', 'drawn')), models.Q(('coder__isnull', False), ('state__in', ('coding', 'finished'))), ('state', 'set_aside'), _connector='OR'), name='coded_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(('second_coder__isnull', True), models.Q(('coder__isnull', False), models.Q(('second_coder', models.F('coder')), _negated=True)), _connector='OR'), name='second_is_another'),
        ),
        migrations.AddConstraint(
            model_name='labelsample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('coded_twice__isnull', True), ('kappa__isnull', True), ('second_finished_at__isnull', True)), models.Q(('coded_twice__isnull', False), ('second_coder__isnull', False), ('second_finished_at__isnull', False)), _connector='OR'), name='kappa_when_both_coded'),
        ),
        migrations.AddConstraint(
            model_name='sampleditem',
            constraint=models.UniqueConstraint(fields=('sample', 'place'), name='item_in_its_place'),
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.UniqueConstraint(fields=('item', 'person'), name='coded_once_by_each'),
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.UniqueConstraint(fields=('item', 'turn'), name='coded_once_in_each_turn'),
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.CheckConstraint(condition=models.Q(('turn__in', (1, 2))), name='coding_turn_known'),
        ),
        migrations.AddConstraint(
            model_name='coding',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ('yes', 'no', 'unsure'))), name='coding_answer_known'),
        ),
    ]
