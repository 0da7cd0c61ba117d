"""What simulated members of one network say of their own accord: a stock of threads, told line by line, about one a minute.

Times follow from the number of the thread and line alone; what should have been said while nobody served the network is
left out, and no new thread begins while several wait for an answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allmende.connectors.sandbox.faults import chance
from allmende.connectors.sandbox.network import IdTaken, Network, NotAllowed, NotThere, Words
from allmende.connectors.sandbox.store import moment

FACT = "script"
THREAD_EVERY = timedelta(minutes=3, seconds=20)
LINE_AFTER = timedelta(minutes=1, seconds=20)
# Older moments than this passed while nobody was there.
TOO_LATE = timedelta(minutes=4)
MOST_WAITING = 6


@dataclass(frozen=True, slots=True)
class Script:
    """`since`: nobody reacts to what was said before. `names`, `questions`, `answers`, `thanks`: how members react."""

    since: datetime
    names: Sequence[str]
    questions: Sequence[str]
    answers: Sequence[str]
    thanks: Sequence[str]
    threads: Sequence[Mapping[str, Any]] = ()

    def tell(self, network: Network, *, now: datetime, seed: str, pace: float) -> int:
        """Say the lines that are due; how many."""
        every, after = THREAD_EVERY * pace, LINE_AFTER * pace
        first = max(0, int((now - self.since) / every) - 4)
        said = 0
        for number in range(first, min(len(self.threads), first + 6)):
            begins = self.since + every * (number + 0.2 + 0.5 * chance(seed, "begins", number))
            for place, (name, text) in enumerate(self.threads[number]["lines"]):
                at = begins + after * place * (0.7 + 0.6 * chance(seed, "line", number, place))
                if now - TOO_LATE * pace <= at <= now and (place or not _is_full(network, self.since)):
                    said += self._say(network, number, place, name, text, now)
        return said

    def _say(self, network: Network, number: int, place: int, name: str, text: str, now: datetime) -> int:
        root = f"s{number}"
        title = "" if place else self.threads[number]["title"]
        words = Words(text, title=title, parent=root if place else "", chosen_id=f"{root}-{place}" if place else root)
        try:
            network.say(network.member(name), words, now=now)
        except (IdTaken, NotAllowed, NotThere):
            return 0
        return 1


def script_of(network: Network) -> Script | None:
    """The network's script, if it was given one."""
    written = network.fact(FACT)
    if not written:
        return None
    values = json.loads(written)
    return Script(**{**values, "since": moment(values["since"])})


def _is_full(network: Network, since: datetime) -> bool:
    """Whether enough of the members' own questions wait for an answer already."""
    posts = network.timeline()
    answered = {post["parent"] for post in posts}
    waiting = [post for post in posts if post["id"].startswith("s") and post["parent"] is None]
    return (
        sum(1 for post in waiting if post["id"] not in answered and moment(post["created_at"]) > since) >= MOST_WAITING
    )
