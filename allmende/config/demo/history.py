"""Sixty-five weeks of an invented support forum, as rows that `allmende import` reads.

The stated behaviours are really in the data: the chance that a member answers a question first within a day, and the
chance that a newcomer contributes again within thirty days, both change on the day the plan starts. Same seed and same
day: same rows.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allmende.config.demo import words

WEEKS_BEFORE = 52
WEEKS_SINCE = 13
QUESTIONS_PER_WEEK = 70
NEWCOMERS_PER_WEEK = 18
MEMBER_FIRST = (0.488, 0.61)
NEWCOMER_AGAIN = (0.42, 0.47)
HELPERS = 48


@dataclass
class _Forum:
    chance: random.Random
    plan_starts_at: datetime
    helpers: list[str]
    helper_weights: list[float]
    veterans: list[str]
    names: Iterator[str]
    rows: list[dict[str, Any]] = field(default_factory=list)

    def since_plan(self, at: datetime) -> int:
        return int(at >= self.plan_starts_at)


def history(ends_at: datetime, seed: int = 4711) -> list[dict[str, Any]]:
    """All rows, oldest first, ending before `ends_at` (aware UTC)."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    names = _names(chance)
    helpers = [next(names) for _ in range(HELPERS)]
    forum = _Forum(
        chance=chance,
        plan_starts_at=ends_at - timedelta(weeks=WEEKS_SINCE),
        helpers=helpers,
        helper_weights=[1 / (rank + 3) for rank in range(HELPERS)],
        veterans=[next(names) for _ in range(160)],
        names=names,
    )
    begins_at = ends_at - timedelta(weeks=WEEKS_BEFORE + WEEKS_SINCE)
    for week in range(WEEKS_BEFORE + WEEKS_SINCE):
        _live_week(forum, begins_at + timedelta(weeks=week))
    rows = sorted((row for row in forum.rows if row["created_at"] < ends_at), key=lambda row: row["created_at"])
    return [{**row, "created_at": row["created_at"].isoformat()} for row in rows]


def _names(chance: random.Random) -> Iterator[str]:
    pairs = [f"{first} {last}" for first in words.FIRST_NAMES for last in words.LAST_NAMES]
    chance.shuffle(pairs)
    return iter(name for name in pairs if name not in words.STAFF)


def _live_week(forum: _Forum, monday: datetime) -> None:
    for _ in range(_around(forum, NEWCOMERS_PER_WEEK)):
        _newcomer(forum, next(forum.names), _moment(forum, monday))
    for _ in range(_around(forum, QUESTIONS_PER_WEEK - NEWCOMERS_PER_WEEK)):
        _question(forum, forum.chance.choice(forum.veterans), _moment(forum, monday))


def _around(forum: _Forum, mean: int) -> int:
    return max(1, round(forum.chance.gauss(mean, mean**0.5)))


def _moment(forum: _Forum, monday: datetime) -> datetime:
    """Some moment of the week; most questions come on working days between seven and seven."""
    day = forum.chance.choices(range(7), (20, 19, 18, 17, 14, 6, 6))[0]
    return monday + timedelta(days=day, minutes=forum.chance.triangular(7 * 60, 19 * 60, 10.5 * 60))


def _newcomer(forum: _Forum, name: str, at: datetime) -> None:
    thread = _question(forum, name, at, may_thank=False)
    if forum.chance.random() < NEWCOMER_AGAIN[forum.since_plan(at)]:
        later = at + timedelta(days=forum.chance.uniform(0.5, 28))
        _message(forum, name, later, forum.chance.choice(words.THANKS_TEXTS), thread=thread)
        forum.veterans.append(name)


def _question(forum: _Forum, asker: str, at: datetime, *, may_thank: bool = True) -> dict[str, Any]:
    topic, case = forum.chance.choice(words.TOPICS)
    title = forum.chance.choice(words.QUESTION_TITLES).format(topic=topic, case=case)
    root = _message(forum, asker, at, forum.chance.choice(words.QUESTION_TEXTS), title=title)
    answer: dict[str, Any] | None
    if forum.chance.random() < MEMBER_FIRST[forum.since_plan(at)]:
        answerer = _helper(forum, asker)
        answer = _message(
            forum,
            answerer,
            at + timedelta(hours=min(23.5, forum.chance.lognormvariate(1.2, 0.9))),
            forum.chance.choice(words.ANSWER_TEXTS),
            thread=root,
        )
    else:
        answer = _late_answer(forum, root, asker, at)
    if answer and forum.chance.random() < 0.42:
        answer["is_accepted"] = True
    if answer and may_thank and forum.chance.random() < 0.35:
        thanked_at = answer["created_at"] + timedelta(hours=forum.chance.uniform(0.3, 20))
        _message(forum, asker, thanked_at, forum.chance.choice(words.THANKS_TEXTS), thread=root)
    return root


def _late_answer(forum: _Forum, root: dict[str, Any], asker: str, at: datetime) -> dict[str, Any] | None:
    """Staff within the day, a member after it, or nobody."""
    fate = forum.chance.random()
    if fate < 0.72:
        staff = forum.chance.choice(words.STAFF)
        return _message(
            forum,
            staff,
            at + timedelta(hours=forum.chance.uniform(1, 9)),
            forum.chance.choice(words.STAFF_ANSWERS),
            thread=root,
        )
    if fate < 0.88:
        return _message(
            forum,
            _helper(forum, asker),
            at + timedelta(hours=forum.chance.uniform(25, 90)),
            forum.chance.choice(words.ANSWER_TEXTS),
            thread=root,
        )
    return None


def _helper(forum: _Forum, asker: str) -> str:
    name = forum.chance.choices(forum.helpers, forum.helper_weights)[0]
    return name if name != asker else forum.helpers[0]


def _message(
    forum: _Forum, author: str, at: datetime, text: str, *, title: str = "", thread: dict[str, Any] | None = None
) -> dict[str, Any]:
    number = f"lotse-{len(forum.rows) + 1}"
    row = {
        "message_id": number,
        "thread_id": thread["message_id"] if thread else number,
        "parent_id": thread["message_id"] if thread else None,
        "author": author,
        "created_at": at.replace(microsecond=0),
        "thread_title": title or (thread["thread_title"] if thread else ""),
        "text": text,
    }
    forum.rows.append(row)
    return row
