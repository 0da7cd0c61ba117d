"""Tracked links and how often they were followed, by day."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels', '0009_nightly_proofs'),
        ('team', '0008_mail_carries_invitations'),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True)),
                ('counted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TrackedLink',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('code', models.CharField(max_length=12, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('target', models.CharField(max_length=2000)),
                ('source', models.CharField(blank=True, max_length=80)),
                ('medium', models.CharField(blank=True, max_length=80)),
                ('campaign', models.CharField(blank=True, max_length=80)),
                ('content', models.CharField(blank=True, max_length=80)),
                ('desired', models.CharField(blank=True, max_length=200)),
                ('serves_key', models.CharField(blank=True, max_length=40)),
                ('subject_kind', models.CharField(blank=True, max_length=20)),
                ('subject_id', models.CharField(blank=True, max_length=40)),
                ('subject_label', models.CharField(blank=True, max_length=200)),
                ('ends_date', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='channels.channel')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='LinkDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('times', models.PositiveIntegerField(default=0)),
                ('link', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='days', to='channels.trackedlink')),
            ],
        ),
        migrations.AddIndex(
            model_name='trackedlink',
            index=models.Index(fields=['workspace', 'subject_kind', 'subject_id'], name='link_of_subject'),
        ),
        migrations.AddIndex(
            model_name='trackedlink',
            index=models.Index(fields=['workspace', '-created_at'], name='link_newest'),
        ),
        migrations.AddConstraint(
            model_name='trackedlink',
            constraint=models.CheckConstraint(condition=models.Q(('target__startswith', 'https://')), name='link_leads_to_https'),
        ),
        migrations.AddConstraint(
            model_name='trackedlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='link_has_code_and_name'),
        ),
        migrations.AddConstraint(
            model_name='linkday',
            constraint=models.UniqueConstraint(fields=('link', 'day'), name='link_day_once'),
        ),
    ]
