"""An inbox as large as wanted: some conversations filed by the real actions, and copies of every row they left."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from benches.import_messages import WORDS

TURNS = 5
TEMPLATES = 400
CROWD = 300
# Of every hundred conversations so many wait, and so many of the others were closed by a person.
WAITING, CLOSED = 5, 20
SNOOZED_EACH, TAGGED_EACH, ENGLISH_EACH = 10, 15, 7
TAG = "Kaffee"
OWNER = "bench@example.org"
COPIED_AT_ONCE = 10


def crowd_inbox(conversations: int) -> Any:
    """A workspace with a plan in force and `conversations` of five messages each; gives the person who works there.

    A database that was filled in part is filled on, one that is full is left as it is.
    """
    from django.core.management import call_command
    from django.db import connection

    from allmende.inbox.models import Conversation
    from allmende.team.models import Person

    call_command("migrate", verbosity=0)
    jana = Person.objects.filter(user__email=OWNER).first() or _begin()
    there = Conversation.objects.count()
    if there > conversations:
        raise SystemExit(
            f"{there} conversations are kept here, {conversations} were asked for: keep these in another folder"
        )
    _multiply(there // TEMPLATES, conversations // TEMPLATES)
    if connection.vendor == "postgresql":  # as its autovacuum does in the background
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return jana


def _begin() -> Any:
    """What the real actions leave: all of it or nothing, for from then on it is only copied."""
    from django.db import transaction

    with transaction.atomic():
        jana, emre, forum, now = _open()
        _talk(forum, now)
        _sort(jana, emre, now)
    return jana


def _open() -> tuple[Any, Any, Any, datetime]:
    from allmende.config.demo.forum import open_forum
    from allmende.config.demo.plan import objective_key, write_plan
    from allmende.team.actions import create_workspace, join_person
    from allmende.team.models import User

    now = datetime.now(UTC)
    user = User.objects.create_user(email=OWNER, password=None, name="Jana Bench")
    other = User.objects.create_user(email="other@example.org", password=None, name="Emre Bench")
    jana = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    emre = join_person(person=jana, user=other, role="manager", now=now)
    plan = write_plan(jana=jana, emre=emre, starts_at=now - timedelta(weeks=12), now=now)
    return jana, emre, open_forum(jana=jana, serves={1: objective_key(plan, "Z1")}, now=now), now


def _talk(forum: Any, now: datetime) -> None:
    """Conversations of the last months; in most of them the account of ours spoke last."""
    from allmende.channels.actions import record_batch
    from allmende.channels.models import Message
    from allmende.connectors.neutral import Batch
    from allmende.inbox.actions import suggest_for
    from allmende.inbox.jobs import file_new

    record_batch(channel=forum, batch=Batch(list(_items(now)), "end"), now=now)
    while file_new(now) == 500:
        pass
    suggest_for(messages=Message.objects.filter(direction="inward").select_related("channel", "entry"), now=now)


def _items(now: datetime) -> Iterator[Any]:
    from random import Random

    from allmende.connectors.neutral import Author, Item, Ref

    dice = Random(6)
    us = Author("lotsenteam", name="Lotsenteam", is_us=True)
    for n in range(TEMPLATES):
        is_waiting = n % 100 < WAITING
        begun = now - timedelta(minutes=20 + n) - (timedelta() if is_waiting else timedelta(days=2 + n % 90))
        for turn in range(TURNS):
            is_ours = (turn == TURNS - 1 and not is_waiting) or turn == 1
            words = " ".join(dice.choices(WORDS, k=dice.randint(8, 30)))
            if n % ENGLISH_EACH == 0:
                words = f"Where is the setting for this, please? I have looked at every page of the manual. {words}"
            yield Item(
                ref=Ref(f"c{n}t{turn}"),
                kind="message",
                act="asked" if turn == 0 else "replied",
                author=us if is_ours else Author(f"member{(n + turn) % CROWD}", name=f"Mitglied {(n + turn) % CROWD}"),
                occurred_at=begun + timedelta(minutes=3 * turn),
                thread=f"c{n}t0",
                reply_to="" if turn == 0 else f"c{n}t{turn - 1}",
                title=f"Frage {n}: {words[:40]}?" if turn == 0 else "",
                text=words,
            )


def _sort(jana: Any, emre: Any, now: datetime) -> None:
    """What people do with them: take care, lay aside, tag, ask a department, and close."""
    from allmende.inbox.actions import (
        ask_department,
        assign_conversation,
        close_conversation,
        snooze_conversation,
        tag_conversations,
    )
    from allmende.inbox.models import Conversation
    from allmende.team.actions import save_unit

    rows = list(Conversation.objects.select_related("workspace").order_by("pk"))
    waiting = [one for one in rows if one.state == "waiting"]
    for n, one in enumerate(waiting):
        if n % 3:
            assign_conversation(person=jana, conversation=one, assignee=jana if n % 3 == 1 else emre, now=now)
        if n % SNOOZED_EACH == 0:
            snooze_conversation(person=jana, conversation=one, until=now + timedelta(days=1), now=now)
    tag_conversations(person=jana, conversations=rows[::TAGGED_EACH], name=TAG, now=now)
    unit = save_unit(person=jana, unit=None, name="Entwicklung", kind="department", lead=emre, members=[], now=now)
    for one in waiting[:3]:
        ask_department(
            person=jana, conversation=one, unit=unit, question="Wann kommt das?", due_date=now.date(), now=now
        )
    for n, one in enumerate(rows):
        if one.state != "waiting" and n % 100 < CLOSED + WAITING:
            close_conversation(person=jana, conversation=one, reason="answered", now=now)


def _multiply(there: int, times: int) -> None:
    """Copy what the real actions left, which is there so many times, until it is there `times`."""
    from django.db import transaction

    for model in _tables():
        _most(model, there)
    for start in range(there, times, COPIED_AT_ONCE):
        with transaction.atomic():
            for copy in range(start, min(times, start + COPIED_AT_ONCE)):
                for model, others in _tables().items():
                    copy_rows(model, others, copy)


def _tables() -> dict[Any, Mapping[str, Any]]:
    """The tables that filing writes to, those referred to first, and whose copies their keys lead to."""
    from allmende.channels.models import Message
    from allmende.inbox.models import Closing, Conversation, Entry, Suggestion, Tagging, Wait

    return {
        Message: {"id": Message, "reply_to": Message},
        Conversation: {"id": Conversation},
        Entry: {"message": Message, "conversation": Conversation},
        Wait: {"id": Wait, "conversation": Conversation, "ended_by": Message},
        Suggestion: {"message": Message},
        Tagging: {"id": Tagging, "conversation": Conversation},
        Closing: {"id": Closing, "conversation": Conversation},
    }


def copy_rows(model: Any, others: Mapping[str, Any], copy: int) -> None:
    """One more of every row the real actions left, a little earlier and under names of its own."""
    from django.db import connection

    fields = model._meta.concrete_fields
    values = [_value(field, others.get(field.name), copy) for field in fields]
    table, key = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({columns}) SELECT {", ".join(values)} FROM "{table}" WHERE "{key}" <= {_most(model)}'
        )


def _value(field: Any, other: Any, copy: int) -> str:
    from django.db import connection
    from django.db.models import DateTimeField

    is_sqlite, column = connection.vendor == "sqlite", f'"{field.column}"'
    if other:
        return f"{column} + {copy * _most(other)}"
    if field.name == "public_id":
        made = "lower(hex(randomblob(16)))" if is_sqlite else "gen_random_uuid()"
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE {made} END"
    if field.name in ("native_id", "thread_native_id"):
        return f"{column} || '~{copy}'"
    if isinstance(field, DateTimeField):
        earlier = f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{copy} seconds')"
        return earlier if is_sqlite else f"{column} - interval '{copy} seconds'"
    return column


_MOST: dict[Any, int] = {}


def _most(model: Any, there: int = 1) -> int:
    """The highest key the real actions gave: with what they left `there` times, that part of the highest key."""
    from django.db.models import Max

    if model not in _MOST:
        _MOST[model] = (model.objects.aggregate(most=Max("pk"))["most"] or 0) // there
    return _MOST[model]
