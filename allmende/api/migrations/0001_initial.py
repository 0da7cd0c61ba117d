"""Tokens of programs, what they sent already, how often they called."""

import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('team', '0007_mail'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('revision', models.PositiveIntegerField(default=1)),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('archived_at', models.DateTimeField(null=True)),
                ('origin', models.CharField(choices=[('manual', 'manual'), ('import', 'import'), ('connector', 'connector'), ('machine_draft', 'machine_draft')], default='manual', max_length=13)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=20)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_used_date', models.DateField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('updated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CallCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('minute', models.DateTimeField()),
                ('calls', models.PositiveIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'minute'), name='calls_counted_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('answer', models.JSONField()),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='delivery_age')],
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='SentRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='team.person')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='row_sent_age')],
                'constraints': [models.UniqueConstraint(fields=('person', 'name'), name='row_sent_once')],
            },
        ),
    ]
