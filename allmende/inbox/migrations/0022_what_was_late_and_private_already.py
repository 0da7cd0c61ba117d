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
    """Those that are called by the first words of a private message; what bears the title of a public one keeps it."""
    conversations, messages = apps.get_model("inbox", "Conversation"), apps.get_model("channels", "Message")
    private = messages.objects.filter(visibility="direct", title="", entry__isnull=False)
    said = private.values_list("entry__conversation_id", "entry__conversation__title", "text")
    found = {pk for pk, title, text in said.iterator() if title and text.startswith(title)}
    rows = sorted(found)
    for start in range(0, len(rows), AT_ONCE):
        conversations.objects.filter(pk__in=rows[start : start + AT_ONCE]).update(title=SEALED)


class Migration(migrations.Migration):

    dependencies = [
        ("inbox", "0021_broken_promises_go_to_a_person"),
    ]

    operations = [
        migrations.RunPython(mark_late, migrations.RunPython.noop),
        migrations.RunPython(seal_titles, migrations.RunPython.noop),
    ]
