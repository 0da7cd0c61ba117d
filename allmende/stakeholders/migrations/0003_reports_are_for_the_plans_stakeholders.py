"""Reports point at the plan's stakeholders; the table they came from goes. Apart from 0002, so that PostgreSQL may alter what was filled."""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def move_up(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    copy = import_module("allmende.stakeholders.migrations.0002_stakeholders_move_down").copy
    copy(apps.get_model("plan", "Stakeholder"), apps.get_model("stakeholders", "Stakeholder"))
    if editor.connection.vendor == "postgresql":
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("stakeholders", "0002_stakeholders_move_down")]
    operations = [
        migrations.AlterField(
            model_name="report",
            name="stakeholder",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="plan.stakeholder"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, move_up),
        migrations.DeleteModel(name="Stakeholder"),
    ]
