"""Whole ledgers in which members change nothing, only the data do; judged as a workspace's ledger is judged."""

import os
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.events import ActorClass, Interaction, batch_of
from allmende.ledger.files import Ledger, month_of
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN

if TYPE_CHECKING:
    from benches._communities import Random

FIRST, CUT, AS_OF = date(2025, 1, 6), date(2025, 12, 1), datetime(2026, 6, 3, tzinfo=UTC)
MEMBERS, STAFF, BOT = 400, range(9_000, 9_006), 9_999
LEAST = 0.05

Rows = Sequence[Interaction]


def fell_into(seed: int, ledgers: int) -> dict[str, int]:
    """Of so many ledgers for each trap, how many were called moving; one that nothing was done to is among them."""
    import numpy as np

    random, fallen = np.random.default_rng(seed), dict.fromkeys(TRAPS, 0)
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as folder:
        _begin_django(folder)
        for trap, (harm, changed_at, as_of) in TRAPS.items():
            for _ in range(ledgers):
                fallen[trap] += _is_moving(harm(random, _community(random)), changed_at, as_of)
    return fallen


def _is_moving(rows: Rows, changed_at: datetime | None, as_of: datetime) -> bool:
    """For either of two definitions, by the product's own way from files to word."""
    from django.conf import settings

    from allmende.behaviours.queries.counting import judge_question, question_of
    from allmende.plan.models import Objective
    from allmende.team.models import Workspace

    workspace = Workspace(slug="bench", zone="Europe/Berlin")
    objective = Objective(key="O1", starts_date=CUT, least_relevant_difference=LEAST, review_date=as_of.date())
    _write(settings.LEDGER, str(workspace.pk), rows)
    question = question_of(objective, workspace, as_of, changed_at)
    judged = (
        judge_question(workspace, definition, question, as_of=as_of)
        for definition in (FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN)
    )
    return any(one.verdict.word == "moving" for one in judged)


def _community(random: "Random") -> list[Interaction]:
    """Questions by members, two thirds answered first by members; newcomers all the time; nothing changes."""
    days, rows, keys = (AS_OF.date() - FIRST).days, [], count(1)
    newest = MEMBERS
    for day in range(days):
        for _ in range(int(random.poisson(8))):
            is_new = random.random() < 0.25
            newest += is_new
            asker = newest if is_new else int(random.integers(1, newest + 1))
            asked_at = _at(FIRST + timedelta(days=day), random.uniform(7, 20))
            thread = next(keys)
            rows.append(_row(thread, "asked", asked_at, asker, "member", thread))
            if random.random() < 0.9:
                is_member = random.random() < 0.7
                helper = int(random.integers(1, newest + 1)) if is_member else int(random.choice(STAFF))
                at = asked_at + timedelta(hours=float(random.exponential(6)))
                rows.append(_row(next(keys), "answered", at, helper, "member" if is_member else "staff", thread))
    return rows


def _untouched(random: "Random", rows: Rows) -> Rows:
    return rows


def _missing_months(random: "Random", rows: Rows) -> Rows:
    """One or two months before the start are lost, and a lame connector lost answers around them, too."""
    first = date(2025, int(random.integers(6, 10)), 1)
    last = first + timedelta(days=int(random.integers(30, 62)))
    around = (first - timedelta(days=60), last + timedelta(days=30))
    return [
        row
        for row in rows
        if not first <= row.occurred_at.date() < last
        and not (row.act == "answered" and around[0] <= row.occurred_at.date() < around[1] and random.random() < 0.8)
    ]


def _bots(random: "Random", rows: Rows) -> Rows:
    """From the start on a bot answers most questions within a minute."""
    keys = count(10_000_000)
    begin = _at(CUT, 0)
    answers = [
        _row(next(keys), "answered", row.occurred_at + timedelta(minutes=1), BOT, "bot", row.thread_id)
        for row in rows
        if row.act == "asked" and row.occurred_at >= begin and random.random() < 0.8
    ]
    return [*rows, *answers]


def _one_account(random: "Random", rows: Rows) -> Rows:
    """From the start on one person gives two fifths of all answers, and before nobody did: one is no community."""
    begin = _at(CUT, 0)
    return [
        row._replace(actor=1, actor_class="member")
        if row.act == "answered" and row.occurred_at >= begin and random.random() < 0.4
        else row
        for row in rows
    ]


def _deleted(random: "Random", rows: Rows) -> Rows:
    """Long after, half of the old answers are deleted."""
    begin = _at(CUT, 0)
    return [
        row._replace(deleted_at=begin + timedelta(days=60))
        if row.act == "answered" and row.occurred_at < begin and random.random() < 0.5
        else row
        for row in rows
    ]


Harm = Callable[["Random", Rows], Rows]
# What is done to the rows, when the definition was changed, and when it is judged.
TRAPS: dict[str, tuple[Harm, datetime | None, datetime]] = {
    "definition_changed": (_deleted, datetime(2026, 1, 20, tzinfo=UTC), AS_OF),
    "months_missing": (_missing_months, None, AS_OF),
    "bots_added": (_bots, None, AS_OF),
    "answers_deleted": (_deleted, None, AS_OF),
    "one_account": (_one_account, None, AS_OF),
    "open_windows": (_untouched, None, datetime(2025, 12, 19, 9, tzinfo=UTC)),
}


def _row(key: int, act: str, at: datetime, actor: int, actor_class: ActorClass, thread: int) -> Interaction:
    return Interaction(
        ordinal=key, event_id=key, kind="message", act=act, occurred_at=at, actor=actor, actor_class=actor_class,
        target_actor=None, object_id=key, parent_id=None if key == thread else thread, thread_id=thread, channel="forum",
        is_root=key == thread,
    )  # fmt: skip


def _at(day: date, hour: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)


def _write(root: Path, workspace: str, rows: Rows) -> None:
    ledger = Ledger(root)
    by_month = sorted(rows, key=lambda row: (row.occurred_at, row.ordinal))
    for month, of_month in groupby(by_month, key=lambda row: month_of(row.occurred_at)):
        ledger.replace_month(workspace, month, [batch_of(list(of_month))])


def _begin_django(folder: str) -> None:
    os.environ |= {"ALLMENDE_DATA": folder, "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
    import django
    from django.conf import settings

    django.setup()
    settings.LEDGER = Path(folder) / "ledger"
