"""When the clocks of what runs and of what was told of began; read here, where no table everybody reads is held for it."""

from django.db import migrations, models
from django.db.models import Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

AT_ONCE = 500
OURS = ("staff", "expert", "bot")


def _in_parts(found):
    pks = list(found.values_list("pk", flat=True))
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def fill_matters(apps, schema_editor) -> None:
    """Since when a matter is open: since its first word of others, or the first after it was closed last. What was imported
    before we listened is past."""
    conversations = apps.get_model("inbox", "Conversation")
    messages = apps.get_model("channels", "Message").objects
    closings = apps.get_model("inbox", "Closing").objects.filter(undone_at__isnull=True)
    open_ones = conversations.objects.filter(resolve_by__isnull=False, matter_since__isnull=True)
    for pks in _in_parts(open_ones):
        closed = closings.filter(conversation__in=pks).values_list("conversation").annotate(Max("at"))
        closed_at = dict(closed)
        for pk in pks:
            said = messages.filter(entry__conversation=pk, deleted_at__isnull=True).exclude(author_class__in=OURS)
            if pk in closed_at:
                said = said.filter(occurred_at__gt=closed_at[pk])
            heard = Min("occurred_at", filter=Q(import_run__isnull=True))
            since = said.aggregate(heard=heard, first=Min("occurred_at"))
            began = since["heard"] or since["first"] or F("started_at")
            conversations.objects.filter(pk=pk).update(matter_since=began)


def fill_beginnings(apps, schema_editor) -> None:
    """The wait with this due time; where that has moved since, the one that ran then."""
    broken, waits = apps.get_model("inbox", "BrokenPromise"), apps.get_model("inbox", "Wait")
    here = waits.objects.filter(conversation=OuterRef("conversation"))
    due = here.filter(due_at=OuterRef("due_at")).order_by("started_at")
    ran = here.filter(due_at__isnull=False, started_at__lte=OuterRef("due_at")).order_by("-started_at")
    matter = apps.get_model("inbox", "Conversation").objects.filter(pk=OuterRef("conversation"))
    waited = (Subquery(found.values("started_at")[:1]) for found in (due, ran))
    broken.objects.filter(clock="response").update(began_at=Coalesce(*waited, F("due_at")))
    open_since = Subquery(matter.values("matter_since")[:1])
    broken.objects.filter(clock="resolution").update(began_at=Coalesce(open_since, F("due_at")))
    same = Q(conversation=OuterRef("conversation"), clock=OuterRef("clock"), began_at=OuterRef("began_at"))
    twice = broken.objects.filter(Exists(broken.objects.filter(same, pk__lt=OuterRef("pk"))))
    for pks in _in_parts(twice):
        broken.objects.filter(pk__in=pks).delete()


class Migration(migrations.Migration):

    dependencies = [("inbox", "0024_promises_known_by_their_clock")]

    operations = [
        migrations.RunPython(fill_matters, migrations.RunPython.noop),
        migrations.RunPython(fill_beginnings, migrations.RunPython.noop),
        migrations.AlterField("brokenpromise", "began_at", models.DateTimeField()),
        migrations.RemoveConstraint("brokenpromise", "broken_once"),
        migrations.AddConstraint(
            "brokenpromise",
            models.UniqueConstraint(fields=["conversation", "clock", "began_at"], name="broken_once"),
        ),
    ]
