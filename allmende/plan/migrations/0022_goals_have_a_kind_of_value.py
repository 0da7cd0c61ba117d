"""A goal carries one of five kinds of value (S0-29), and no stored limit lies outside its scale.

Goals of published versions cannot be changed; here alone their words are set right, with the triggers set aside: what
stands there and is none of the five becomes what communities of this type are mostly there for.
"""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

from allmende.domain.verdict import Limits, within_scale
from allmende.plan.migrations._triggers import lift, restore

VALUE_TYPES = ("acquisition", "cost", "clv", "work_performance", "social_return")
MOSTLY = {
    "support": "cost",
    "product": "clv",
    "contribution": "cost",
    "acquisition": "acquisition",
    "engagement": "clv",
    "success": "clv",
    "internal": "work_performance",
    "publisher": "acquisition",
    "association": "social_return",
}


def name_values(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    goal = apps.get_model("plan", "Goal")
    unknown = list(goal.objects.exclude(value_type__in=VALUE_TYPES).values_list("pk", "version__plan__community_type"))
    if not unknown:
        return
    is_postgresql = editor.connection.vendor == "postgresql"
    if is_postgresql:
        editor.execute("ALTER TABLE plan_goal DISABLE TRIGGER plan_goal_frozen")
    for pk, community_type in unknown:
        goal.objects.filter(pk=pk).update(value_type=MOSTLY.get(community_type, "social_return"))
    if is_postgresql:
        editor.execute("ALTER TABLE plan_goal ENABLE TRIGGER plan_goal_frozen")


def cut_off_limits(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    weeks = apps.get_model("plan", "Evidence").objects.filter(kind="week", share__gte=0, share__lte=1)
    weeks.filter(low__lt=0).update(low=0.0)
    weeks.filter(high__gt=1).update(high=1.0)
    for one in apps.get_model("plan", "Judgement").objects.filter(low__lte=F("high")).iterator():
        stored = Limits((one.low + one.high) / 2, one.low, one.high)
        limits = within_scale(stored, [one.measured], one.unit, one.is_share)
        if limits != stored:
            type(one).objects.filter(pk=one.pk).update(low=limits.lower, high=limits.upper)


class Migration(migrations.Migration):
    dependencies = [("plan", "0021_judgements_lead_to_events")]
    operations = [
        lift(),
        migrations.RunPython(name_values, migrations.RunPython.noop),
        migrations.RunPython(cut_off_limits, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(condition=Q(value_type__in=VALUE_TYPES), name="goal_value_type_known"),
        ),
        restore(),
    ]
