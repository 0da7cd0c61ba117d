"""Conversations get the situation of their rule, a thousand at a time; it may be begun again."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

AT_ONCE = 1_000


def keep_situations(apps, _editor):
    Conversation, Rule = apps.get_model("inbox", "Conversation"), apps.get_model("guidelines", "ReactionRule")
    of_rule = Subquery(Rule.objects.filter(pk=OuterRef("rule")).values("situation"))
    left = Conversation.objects.filter(rule__isnull=False, situation__isnull=True)
    pks = list(left.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        Conversation.objects.filter(pk__in=pks[start : start + AT_ONCE]).update(situation=of_rule)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0026_situation_of_a_conversation")]
    operations = [migrations.RunPython(keep_situations, migrations.RunPython.noop)]
