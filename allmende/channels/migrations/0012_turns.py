"""What one channel has due is found without reading what the others have."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0011_parts")]

    operations: ClassVar = [
        migrations.AddIndex(
            "dispatch", models.Index(fields=["channel", "state", "next_at"], name="dispatch_turn")
        ),
    ]
