"""One small community in which everything happens that a definition can ask for, and definitions that ask for all of it."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allmende.ledger.definition import Anchor, Definition, Predicate, Quality, Spread
from allmende.ledger.events import ActorClass, Interaction
from allmende.ledger.facts import Facts, Stay
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    HELPERS,
    NEWCOMER_CONTRIBUTES_AGAIN,
    QUESTION_CONFIRMED,
    QUESTION_WAITS,
    SHIPPED,
    SHOULDERS,
)
from tests.ledger.tables import GESTURES

BEGINS_AT, AS_OF = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 20, 12, tzinfo=UTC)
ZONE = "Europe/Berlin"
# Pseudonyms of sixty bits: none of them may pass through a floating-point number.
FIRST_PERSON = 2**60 + 1
PEOPLE = range(FIRST_PERSON, FIRST_PERSON + 40)
_ACTS = ("asked", *["answered"] * 4, "commented", "posted", "shared_experience", "submitted_report")
_GESTURES = (*["thanked", "accepted_answer", "voted"] * 4, *GESTURES)
_CLASSES: tuple[ActorClass, ...] = (*["member"] * 6, "staff", "bot", "expert", "unknown")  # type: ignore[assignment]

FACTS = Facts(
    segments={
        name: [Stay(PEOPLE[0]), Stay(PEOPLE[1], None, datetime(2026, 5, 1, tzinfo=UTC)), *map(Stay, PEOPLE[4:20])]
        for name in sorted({segment for one in SHIPPED for segment in one.segments})
    },
    traits={
        name: {person: "Linz" if person % 3 else "Chur" for person in PEOPLE[:30]}
        for name in sorted({one.predicate.across for one in SHIPPED if one.predicate.across})
    },
    labels={"hard": range(3, 1500, 7)},
    holidays=frozenset({date(2026, 4, 6), date(2026, 5, 1)}),
)


def interactions(number: int = 1500) -> list[Interaction]:
    """So many rows over five months, the same every time: ties, people who come one after another and in several classes,
    rows by nobody known."""
    chance, rows, opened, now = random.Random(7), list[Interaction](), set[int](), BEGINS_AT
    for place in range(1, number + 1):
        now += timedelta(minutes=chance.choice([0, 40, 120, 300, 500]) * 1000 / number)
        about = chance.choice([row for row in rows[-12:] if row.kind == "message"] or [None])
        is_gesture = about is not None and chance.random() < 0.4
        thread = about.thread_id if is_gesture else chance.randint(max(1, place // 5 - 3), place // 5 + 1)
        is_root = not is_gesture and thread not in opened
        opened |= {thread} if is_root else set()
        first = "asked" if is_root and chance.random() < 0.8 else chance.choice(_ACTS)
        rows.append(
            Interaction(
                ordinal=place,
                event_id=place,
                kind="gesture" if is_gesture else "message",
                act=chance.choice(_GESTURES) if is_gesture else first,
                occurred_at=now + timedelta(microseconds=place % 3),
                actor=chance.choice([None, *PEOPLE[: 4 + place * 36 // number]]),
                actor_class=chance.choice(_CLASSES),
                target_actor=None,
                object_id=about.object_id if is_gesture else place,
                parent_id=None,
                thread_id=thread,
                channel=chance.choice(["forum", "forum", "chat"]),
                is_root=is_root,
                deleted_at=now if chance.random() < 0.03 else None,
            )
        )
    return rows


def definitions() -> list[Definition]:
    """Every shipped definition, and one for whatever none of them asks for."""
    return [*SHIPPED, *(_changed(name, one, **more) for name, one, more in _CHANGES)]


def _changed(name: str, definition: Definition, **more: Any) -> Definition:
    return replace(definition, key=name, **more)


_CHANGES: tuple[tuple[str, Definition, dict[str, Any]], ...] = (
    ("in_a_channel", FIRST_ANSWER_BY_MEMBER, {"channels": ("forum",)}),
    ("for_the_newest_act", QUESTION_CONFIRMED, {"anchor": Anchor("act", ("asked",)), "predicate": Predicate(("commented",), by_owner=True), "quality": Quality()}),
    ("in_two_of_three_parts", NEWCOMER_CONTRIBUTES_AGAIN, {"spread": Spread(3, 2)}),
    ("opening_later", NEWCOMER_CONTRIBUTES_AGAIN, {"opens_after": timedelta(days=3), "minimum": 2}),
    ("with_the_first_itself", NEWCOMER_CONTRIBUTES_AGAIN, {"anchor_counts": True}),
    ("thanked_in_the_thread", QUESTION_CONFIRMED, {"quality": Quality(("thanked", "helpful_votes"), helpful_votes=2, on="thread")}),
    ("waits_for_ever", QUESTION_WAITS, {"window": timedelta(0)}),
    ("by_the_week", HELPERS, {"anchor": Anchor("period", HELPERS.anchor.acts, period="week"), "minimum": 1, "quality": Quality()}),
    ("on_shoulders_of_all", SHOULDERS, {"quality": Quality()}),
)  # fmt: skip
