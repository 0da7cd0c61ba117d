"""Imports that a worker reads, that say how far they are and that go on where they stopped."""

from typing import ClassVar

from django.db import migrations, models

STATES = ["chosen", "waiting", "running", "done", "failed", "stopped", "undone"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0006_secrets_bound_to_rows")]

    operations: ClassVar = [
        migrations.AddField("importrun", "path", models.CharField(max_length=1000, blank=True, default=""), preserve_default=False),
        migrations.AddField("importrun", "choices", models.JSONField(default=dict)),
        migrations.AddField("importrun", "bytes_read", models.BigIntegerField(default=0)),
        migrations.AddField("importrun", "bytes_total", models.BigIntegerField(default=0)),
        migrations.AddField("importrun", "refused_bytes", models.BigIntegerField(default=0)),
        migrations.AddField("importrun", "is_background", models.BooleanField(default=False)),
        migrations.AddField("importrun", "holder", models.CharField(max_length=80, blank=True, default=""), preserve_default=False),
        migrations.AddField("importrun", "lease_until", models.DateTimeField(null=True)),
        migrations.AlterField(
            "importrun", "state", models.CharField(max_length=8, default="running", choices=[(name, name) for name in STATES])
        ),
    ]  # fmt: skip
