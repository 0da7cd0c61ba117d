"""Stakeholders are kept by the plan from now on, under the same ids; nothing of them is lost, forwards or backwards."""

from typing import Any

from django.db import migrations

FIELDS = (
    *("id", "workspace_id", "created_at", "created_by_id", "updated_at", "updated_by_id", "archived_at", "origin"),
    *("revision", "name", "position", "department", "influence", "interest", "wanted_feeling", "relation"),
    *("update_interval_days", "next_due_date"),
)


def copy(source: Any, target: Any) -> None:
    rows = [target(**row) for row in source.objects.values(*FIELDS)]
    target.objects.bulk_create(rows, batch_size=200)


def move_down(apps: Any, _: object) -> None:
    copy(apps.get_model("stakeholders", "Stakeholder"), apps.get_model("plan", "Stakeholder"))


def empty(apps: Any, _: object) -> None:
    apps.get_model("plan", "Stakeholder").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("plan", "0006_agreements_are_frozen"), ("stakeholders", "0001_initial")]
    operations = [migrations.RunPython(move_down, empty)]
