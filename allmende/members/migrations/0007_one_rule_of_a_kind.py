"""The same rule stands once. Where it stood twice, the first one stays and the later ones are put away, as dropped ones are."""

from datetime import date
from typing import Any

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

SAME = ("workspace_id", "network", "pattern", "actor_class", "from_date", "until_date")


def put_doubles_away(apps: Any, schema_editor: Any) -> None:
    """Every rule that says what an earlier one says."""
    rules = apps.get_model("members", "ActorRule").objects.using(schema_editor.connection.alias)
    seen, doubled = set(), []
    rows = rules.filter(archived_at__isnull=True).order_by("created_at", "pk")
    for pk, *said in rows.values_list("pk", *SAME):
        if tuple(said) in seen:
            doubled.append(pk)
        seen.add(tuple(said))
    for begin in range(0, len(doubled), 500):
        part = rules.filter(pk__in=doubled[begin : begin + 500])
        part.update(archived_at=timezone.now(), revision=F("revision") + 1)


class Migration(migrations.Migration):
    dependencies = [("members", "0006_one_person")]

    operations = [
        migrations.RunPython(put_doubles_away, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="actorrule",
            constraint=models.UniqueConstraint(
                F("workspace"),
                F("network"),
                F("pattern"),
                F("actor_class"),
                Coalesce("from_date", date(1, 1, 1)),
                Coalesce("until_date", date(1, 1, 1)),
                condition=Q(archived_at__isnull=True),
                name="actor_rule_once",
            ),
        ),
    ]
