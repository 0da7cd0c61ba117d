"""What the members of the demo's networks will do while people look: a stock of threads, and answers to our own posts."""

import random
from datetime import datetime, timedelta
from typing import Any

from allmende.channels.actions import practice_network, script_the_practice
from allmende.config.demo import words
from allmende.config.demo.stage import NETWORKS
from allmende.config.demo.telling import Teller

THREADS = 120
# Of so many questions one is left to the team.
LEFT_TO_US = 3


def hand_over(*, language: str, now: datetime) -> None:
    """Give both networks their script; from then on the supervisor serves them and their members live."""
    reactions = words.texts(language, "live")["reactions"]
    teller = Teller(language, random.Random(2024))  # noqa: S311 - a story, not a secret
    stock = [_thread(teller, number, reactions["names"], now) for number in range(THREADS)]
    for place, file in NETWORKS.items():
        script = {"since": now.isoformat(), **reactions, "threads": stock if place == "forum" else []}
        script_the_practice(script=script, file=file)


def take_away() -> None:
    """Remove the demo's networks; whoever serves one lets go of it."""
    for file in NETWORKS.values():
        path = practice_network(file).store.path
        for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            one.unlink(missing_ok=True)


def _thread(teller: Teller, number: int, names: list[str], now: datetime) -> dict[str, Any]:
    """A question and, mostly, what another member says to it, each some minutes after the last."""
    case, at = teller.case(), now + timedelta(minutes=6 * number)
    asker, helper = names[number % len(names)], names[(number * 3 + 1) % len(names)]
    if helper == asker:
        helper = names[(number * 3 + 2) % len(names)]
    lines = [[asker, teller.question(case, at)]]
    if number % LEFT_TO_US:
        lines.append([helper, teller.answer(case, at, asker)])
        if number % 2:
            lines.append([asker, teller.asks_back(case, "follow_ups", at)])
            lines.append([helper, teller.replies(case, "follow_answers", at)])
        lines.append([asker, teller.say("thanks", at, helper)])
    return {"title": teller.title(case, at), "lines": lines}
