import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crisis", "0003_what_public_pages_said"),
        ("team", "0021_copies_to_practise_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exercise",
            fields=[
                ("revision", models.PositiveIntegerField(default=1)),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("manual", "manual"),
                            ("import", "import"),
                            ("connector", "connector"),
                            ("machine_draft", "machine_draft"),
                        ],
                        default="manual",
                        max_length=13,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("learnt", models.TextField(blank=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.person"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.person"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ["-began_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("workspace",),
                        name="one_exercise_at_a_time",
                    )
                ],
            },
        ),
    ]
