"""Answers that a colleague reads before they leave, frozen by the hash of their words."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0016_arrivals_by_table'),
        ('inbox', '0004_what_waits'),
        ('team', '0010_known_from_a_book'),
    ]

    operations = [
        migrations.CreateModel(
            name='SecondReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('text', models.TextField()),
                ('words', models.TextField()),
                ('words_hash', models.CharField(max_length=64)),
                ('seen_until', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('asked', 'asked'), ('approved', 'approved'), ('declined', 'declined'), ('changed', 'changed'), ('taken_back', 'taken_back')], default='asked', max_length=10)),
                ('answered_at', models.DateTimeField(null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('reminded_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='inbox.conversation')),
                ('dispatch', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reading', to='channels.dispatch')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'asked')), fields=['asked_at'], name='reading_asked')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ('asked', 'approved', 'declined', 'changed', 'taken_back'))), name='reading_state_known'), models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('conversation',), name='one_reading_asked_at_once'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), ('state__in', ('approved', 'declined'))), models.Q(('answered_at__isnull', True), ('answered_by__isnull', True), ('state__in', ('asked', 'changed', 'taken_back'))), _connector='OR'), name='reading_answered_by_somebody'), models.CheckConstraint(condition=models.Q(('answered_by__isnull', True), models.Q(('answered_by', models.F('asked_by')), _negated=True), _connector='OR'), name='reading_answered_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='declined_with_reason')],
            },
        ),
    ]
