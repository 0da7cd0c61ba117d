"""Tiny ledgers written out as tables, and short ways to count them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from allmende.ledger.definition import Definition
from allmende.ledger.events import ActorClass, Interaction, batch_of
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.files import Ledger, month_of
from allmende.ledger.measure import PeriodRow, measure
from allmende.ledger.periods import PeriodKind

WORKSPACE = "lotsenforum"
CLASSES: dict[str, ActorClass] = {"m": "member", "s": "staff", "b": "bot", "e": "expert", "u": "unknown"}
GESTURES = (
    "thanked", "accepted_answer", "voted", "flagged", "liked", "left", "registered_event", "attended_event",
    "arrived_from_link", "completed_on_site", "bought", "repaired_unusually",
)  # fmt: skip


def table(text: str) -> list[Interaction]:
    """Rows `date time who act thread [on=ROW] [deleted] [in=CHANNEL]`; who is m1, s2, b3, e4 or u (nobody known); rows count from 1.

    The first message of a thread is its root; a gesture is about the row it names.
    """
    rows: list[Interaction] = []
    opened: set[int] = set()
    for number, line in enumerate(filter(None, map(str.strip, text.strip().splitlines())), start=1):
        day, clock, who, act, thread, *more = line.split()
        moment = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)
        options = dict(option.split("=") for option in more if "=" in option)
        is_gesture = act in GESTURES
        is_root = not is_gesture and int(thread) not in opened
        opened |= {int(thread)} if is_root else set()
        rows.append(
            Interaction(
                ordinal=number,
                event_id=number,
                kind="gesture" if is_gesture else "message",
                act=act,
                occurred_at=moment,
                actor=int(who[1:]) if who[1:] else None,
                actor_class=CLASSES[who[0]],
                target_actor=None,
                object_id=int(options.get("on", number)),
                parent_id=None,
                thread_id=int(thread),
                channel=options.get("in", "forum"),
                is_root=is_root,
                deleted_at=moment if "deleted" in more else None,
            )
        )
    return rows


def write(root: Path, rows: Sequence[Interaction], workspace: str = WORKSPACE) -> None:
    """Puts the rows into the ledger, month by month, as a real writer does."""
    ledger = Ledger(root)
    by_month = sorted(rows, key=lambda row: month_of(row.occurred_at))
    for month, of_month in groupby(by_month, key=lambda row: month_of(row.occurred_at)):
        ledger.replace_month(workspace, month, [batch_of(list(of_month))])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def counted(
    root: Path, text: str, definition: Definition, as_of: str, period: PeriodKind = "month", zone: str = "UTC",
    facts: Facts = NO_FACTS,
) -> list[PeriodRow]:  # fmt: skip
    """Writes the table and measures it."""
    write(root, table(text))
    return measure(root, WORKSPACE, definition, as_of=utc(as_of), period=period, zone=zone, facts=facts)


def figures(row: PeriodRow) -> tuple[int, int, int, int, int, int]:
    """complete, censored, left_out, successes, people, times"""
    return (row.complete, row.censored, row.left_out, row.successes, row.people, row.times)
