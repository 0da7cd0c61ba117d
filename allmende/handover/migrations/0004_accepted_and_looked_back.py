"""Successors accept themselves; looks back are answered in words."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

SAID = {"de": "Angenommen, bevor nach einem Grund gefragt wurde.", "en": "Accepted before a reason was asked for."}


def say_why(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """Whoever accepted for the successor until now was not asked why."""
    rows = apps.get_model("handover", "Handover").objects.exclude(accepted_by=None).exclude(accepted_by=F("successor"))
    for language, words in SAID.items():
        rows.filter(workspace__language=language).update(acceptance_reason=words)


class Migration(migrations.Migration):

    dependencies = [
        ('handover', '0003_books_to_read_in'),
        ('team', '0014_duty_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandoverLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('check_30', 'check_30'), ('check_90', 'check_90')], max_length=8)),
                ('missing', models.TextField()),
                ('in_one_head', models.TextField()),
                ('outcome', models.CharField(choices=[('carried', 'carried'), ('with_help', 'with_help'), ('not_carried', 'not_carried')], max_length=11)),
                ('next_step', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
            ],
            options={
                'ordering': ['state'],
            },
        ),
        migrations.AddField(
            model_name='handover',
            name='acceptance_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.RunPython(say_why, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_by__isnull', True), ('accepted_by', models.F('successor')), models.Q(('acceptance_reason', ''), _negated=True), _connector='OR'), name='accepted_by_successor_or_reason'),
        ),
        migrations.AddField(
            model_name='handoverlook',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person'),
        ),
        migrations.AddField(
            model_name='handoverlook',
            name='handover',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='looks', to='handover.handover'),
        ),
        migrations.AddConstraint(
            model_name='handoverlook',
            constraint=models.UniqueConstraint(fields=('handover', 'state'), name='handover_looked_at_once'),
        ),
        migrations.AddConstraint(
            model_name='handoverlook',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('check_30', 'check_90'))), name='handover_look_known'),
        ),
        migrations.AddConstraint(
            model_name='handoverlook',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ('carried', 'with_help', 'not_carried'))), name='handover_outcome_known'),
        ),
        migrations.AddConstraint(
            model_name='handoverlook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('missing', ''), _negated=True), models.Q(('in_one_head', ''), _negated=True)), name='looked_at_in_words'),
        ),
        migrations.AddConstraint(
            model_name='handoverlook',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'carried'), models.Q(('next_step', ''), _negated=True), _connector='OR'), name='not_carried_leads_on'),
        ),
    ]
