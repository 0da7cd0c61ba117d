"""How often an account spoke, and until when the network's stated budget is used up."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_accounts(apps, schema_editor) -> None:  # type: ignore[no-untyped-def]
    """Whose attempts they were."""
    attempt, dispatch = apps.get_model("channels", "Attempt"), apps.get_model("channels", "Dispatch")
    whose = dispatch.objects.filter(pk=OuterRef("dispatch")).values("channel__account")[:1]
    attempt.objects.filter(account=None).update(account=Subquery(whose))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0007_imports_go_on")]

    operations: ClassVar = [
        migrations.AddField("account", "posts_spent_until", models.DateTimeField(null=True)),
        migrations.AddField("account", "answers_spent_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "attempt",
            "account",
            models.ForeignKey("channels.Account", null=True, on_delete=models.PROTECT, related_name="+", db_index=False),
        ),
        migrations.RunPython(name_accounts, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex("attempt", models.Index(fields=["account", "verb", "started_at"], name="attempt_budget")),
    ]
