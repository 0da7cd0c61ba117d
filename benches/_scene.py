"""The community that screens are measured with: made through the same actions as any other."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benches.import_messages import write_rows


def build_community(folder: Path, size: int) -> Any:
    """A workspace with a plan, verdicts, items, notices, an imported past and live conversations; `size` messages in all."""
    from django.core.management import call_command

    from allmende.behaviours.actions import measure_workspace
    from allmende.channels.actions import choose_channel, import_file
    from allmende.config.demo.forum import open_forum, write_items
    from allmende.config.demo.plan import objective_key, write_plan
    from allmende.inbox.actions import assign_conversation, file_imported
    from allmende.inbox.models import Conversation
    from allmende.inbox.queries import rows_due
    from allmende.team.actions import create_workspace, join_person
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Jana Bench")
    other = User.objects.create_user(email="other@example.org", password=None, name="Emre Bench")
    jana = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    emre = join_person(person=jana, user=other, role="manager", now=now)
    plan = write_plan(jana=jana, emre=emre, starts_at=now - timedelta(weeks=12), now=now)
    first = objective_key(plan, "Z1")
    forum = open_forum(jana=jana, serves={1: first}, now=now)
    write_items(jana=jana, emre=emre, channel=forum, objective_key=first, now=now)
    live = 40 + size // 100
    write_rows(folder / "past.jsonl", size - live)
    archive = choose_channel(person=jana, name="Archiv", slug="archiv", kind="archive", account=None, now=now)
    file_imported(import_run=import_file(person=jana, channel=archive, path=folder / "past.jsonl", now=now), now=now)
    _ask(forum, live, now)
    urgent = [row.public_id for row in rows_due(jana.workspace, now, 6).rows]
    for conversation in Conversation.objects.filter(public_id__in=urgent):
        assign_conversation(person=emre, conversation=conversation, assignee=jana, now=now)
    measure_workspace(workspace=jana.workspace, now=now)
    return jana


def plan_posts(person: Any, number: int) -> None:
    """`number` texts with their slots in this month, as people put them there."""
    from django.utils import timezone

    from allmende.channels.models import Channel
    from allmende.editorial.actions import ItemText, move_variant, save_item

    forum, today = Channel.objects.get(slug="forum"), timezone.localdate()
    start = datetime(today.year, today.month, 1, 8)  # noqa: DTZ001 - a wall-clock time
    # Asked as of before the month: slots of days that have passed count as well.
    now = start.replace(tzinfo=UTC) - timedelta(days=1)
    for n in range(number):
        written = ItemText(
            f"Frage der Woche {n}: Skonto richtig buchen", no_objective_reason="Probe", texts={forum.pk: f"Wie? {n}"}
        )
        variant = save_item(person=person, item=None, written=written, now=now).variants.get()
        wall = start + timedelta(days=n % 28, hours=n // 28)
        move_variant(person=person, variant=variant, wall=wall, zone=person.workspace.zone, seen_revision=None, now=now)


def _ask(forum: Any, number: int, now: datetime) -> None:
    """`number` questions of members, filed as the worker does it."""
    from allmende.channels.actions import record_batch
    from allmende.connectors.neutral import Author, Batch, Item, Ref
    from allmende.inbox.jobs import file_new

    items = [
        Item(
            ref=Ref(f"q{n}"),
            kind="message",
            act="asked",
            author=Author(f"member{n % 300}", name=f"Mitglied {n % 300}"),
            occurred_at=now - timedelta(minutes=number - n),
            thread=f"q{n}",
            title=f"Wie buche ich Beleg {n}?",
            text=f"Ich finde zu Beleg {n} keinen Steuerschlüssel. Wo stelle ich das ein?",
        )
        for n in range(number)
    ]
    record_batch(channel=forum, batch=Batch(items, "end"), now=now)
    while file_new(now) == 500:
        pass
