import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crisis", "0002_usual"),
        ("team", "0020_helpers_confirm_their_briefing_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("text", models.TextField(blank=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="public_texts", to="crisis.incident"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="team.person"
                    ),
                ),
            ],
            options={"ordering": ["-at", "-id"]},
        ),
    ]
