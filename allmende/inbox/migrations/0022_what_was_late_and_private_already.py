"""What was late before broken promises went to a person tells nobody; private words leave the titles of lists."""

from django.db import migrations
from django.utils import timezone

SEALED = "✉ …"
AT_ONCE = 500


def mark_late(apps, schema_editor) -> None:
    now = timezone.now()
    conversations = apps.get_model("inbox", "Conversation")
    broken = apps.get_model("inbox", "BrokenPromise")
    late = conversations.objects.filter(state__in=("new", "waiting"), due_at__lte=now).values_list("pk", "due_at")
    rows = (broken(conversation_id=pk, clock="response", due_at=due_at, told_at=now) for pk, due_at in late.iterator())
    broken.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def seal_titles(apps, schema_editor) -> None:
    """Those whose private messages bear no title of their own were called by their first words."""
    conversations, messages = apps.get_model("inbox", "Conversation"), apps.get_model("channels", "Message")
    private = messages.objects.filter(visibility="direct", entry__isnull=False)
    titled = set(private.exclude(title="").values_list("entry__conversation_id", flat=True))
    found = set(private.values_list("entry__conversation_id", flat=True)) - titled
    rows = sorted(found)
    for start in range(0, len(rows), AT_ONCE):
        conversations.objects.filter(pk__in=rows[start : start + AT_ONCE]).exclude(title="…").update(title=SEALED)


class Migration(migrations.Migration):

    dependencies = [
        ("inbox", "0021_broken_promises_go_to_a_person"),
    ]

    operations = [
        migrations.RunPython(mark_late, migrations.RunPython.noop),
        migrations.RunPython(seal_titles, migrations.RunPython.noop),
    ]
