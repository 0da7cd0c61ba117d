"""Conversations get the language last supposed of a member's message in them, a thousand at a time; it may be begun again."""

from itertools import islice

from django.db import migrations
from django.db.models import OuterRef, Subquery

AT_ONCE = 1_000


def keep_languages(apps, _editor):
    Conversation, Suggestion = apps.get_model("inbox", "Conversation"), apps.get_model("inbox", "Suggestion")
    known = Suggestion.objects.exclude(language="")
    newest = known.filter(message__entry__conversation=OuterRef("pk")).order_by("-message").values("language")[:1]
    held = known.filter(message__entry__isnull=False).values_list("message__entry__conversation", flat=True)
    left = iter(sorted(set(held.iterator())))
    while part := list(islice(left, AT_ONCE)):
        Conversation.objects.filter(pk__in=part).update(language=Subquery(newest))


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inbox", "0018_what_lists_are_narrowed_by")]
    operations = [migrations.RunPython(keep_languages, migrations.RunPython.noop)]
