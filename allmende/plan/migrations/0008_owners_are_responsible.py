"""Whoever owned a plan so far stands in the history of responsibilities from the plan's beginning on."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def record_owners(apps: object, _: BaseDatabaseSchemaEditor) -> None:
    plans = apps.get_model("plan", "StrategicPlan")  # type: ignore[attr-defined]
    units = apps.get_model("team", "ResponsibleUnit")  # type: ignore[attr-defined]
    history = apps.get_model("team", "Responsibility")  # type: ignore[attr-defined]
    for plan in plans.objects.select_related("owner").exclude(state="closed").filter(owner__isnull=False):
        stamp = {"created_at": plan.created_at, "updated_at": plan.created_at}
        unit, _made = units.objects.get_or_create(
            workspace_id=plan.workspace_id,
            kind="person",
            lead_id=plan.owner_id,
            defaults={"name": plan.owner.name, **stamp},
        )
        history.objects.get_or_create(
            workspace_id=plan.workspace_id,
            kind="plan",
            key=str(plan.pk),
            ends_at=None,
            defaults={
                "label": plan.title,
                "unit": unit,
                "starts_at": plan.created_at,
                "recorded_at": plan.created_at,
            },
        )


class Migration(migrations.Migration):
    dependencies = [
        ("plan", "0007_audiences_readiness_canvas"),
        ("team", "0006_responsibilities_are_kept"),
    ]
    operations = [migrations.RunPython(record_owners, migrations.RunPython.noop, elidable=False)]
