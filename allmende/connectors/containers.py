"""Publishing in two steps, as Instagram and Threads do it: what is to be said is laid in a container that nobody sees, the
network works on it, and then the container is published.

Until the last step everything can be done anew. After it, a container that was published says so: whoever got no answer
looks there first (content-publishing; threads/troubleshooting).
"""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from allmende.connectors import graph
from allmende.connectors.errors import ConnectorError, Refused, TryLater, Unclear
from allmende.connectors.neutral import Receipt

READY, PUBLISHED = "FINISHED", "PUBLISHED"
_NEVER = frozenset({"ERROR", "EXPIRED"})


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where containers are made, published and asked for. `edge` and `publish_edge` of the account, `status`: the field
    that tells how far a container is, `why`: the one that tells what is wrong; `poll_seconds` between two looks."""

    door: graph.Door
    account_id: str
    edge: str
    publish_edge: str
    status: str
    why: str
    poll_seconds: float = 2.0

    def made(self, form: Mapping[str, str], end: float) -> str:
        """The id of a container that is ready. `end`: by `time.monotonic`. TryLater, Refused, LoggedOut."""
        with graph.nothing_lost():
            answer = self.door.speak("POST", graph.path_of(self.account_id, self.edge), form)
            with answer.understood():
                native_id = graph.id_of(answer.json())
        while (state := self._state(native_id))[0] != READY:
            if any(str(code) in state[1] for code in graph.AGAIN):
                raise TryLater(reason_code="network_fault", detail=f"{state[0]} {state[1]}")
            if state[0] in _NEVER:
                raise Refused("rejected", f"{state[0]} {state[1]}")
            if time.monotonic() + self.poll_seconds > end:
                raise TryLater(reason_code="not_prepared", detail="The network works on it for too long.")
            time.sleep(self.poll_seconds)
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail="Preparing it took too long.")
        return native_id

    def published(self, container: str, look: Callable[[], Receipt | None]) -> str | Receipt:
        """The id of what stands there now; or, where the answer failed and the container says that it was published,
        what `look` finds. TryLater, Unclear, and whatever a refusal is."""
        try:
            path = graph.path_of(self.account_id, self.publish_edge)
            answer = self.door.speak("POST", path, {"creation_id": container})
            with answer.understood():
                return graph.id_of(answer.json())
        except Refused as refused:
            if refused.reason_code != "not_found":
                raise
            # It was ready a moment ago: not every machine there knows it yet, and nothing was said.
            raise TryLater(reason_code="network_fault", detail=refused.detail) from refused
        except Unclear:
            found = None
            with suppress(ConnectorError):
                found = look() if self._state(container)[0] == PUBLISHED else None
            if found is None:
                raise
            return found

    def _state(self, container: str) -> tuple[str, str]:
        answer = self.door.read(graph.path_of(container), {"fields": f"{self.status},{self.why}"})
        with answer.understood():
            told = answer.json()
            return str(told[self.status]), graph.text_of(told, self.why)[:200]
