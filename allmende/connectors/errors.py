"""The grammar of the queue: the four answers that are no receipt, and the one that says nobody can be asked.

`reason_code` is for programs; `detail` is what the network said, shortened: foreign text, never HTML.
"""

from datetime import UTC, datetime, timedelta

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=24)
USUAL_WAIT = timedelta(minutes=1)
DETAIL_LENGTH = 500
# The reason of a TryLater that perhaps only somebody who looks after the account can end: they are told.
SENDING_OFF = "sending_off"


class ConnectorError(Exception):
    """Something a network did not do. Only the subclasses are raised."""

    def __init__(self, reason_code: str, detail: str = "") -> None:
        self.reason_code = reason_code
        self.detail = detail[:DETAIL_LENGTH]
        super().__init__(f"{reason_code}: {self.detail}" if detail else reason_code)


class TryLater(ConnectorError):
    """Certainly not done; asking again at `due(now)` is safe. `when` is the network's wish as it came."""

    def __init__(
        self,
        when: datetime | timedelta = USUAL_WAIT,
        reason_code: str = "busy",
        detail: str = "",
    ) -> None:
        super().__init__(reason_code, detail)
        self.when = when

    def due(self, now: datetime) -> datetime:
        """The next moment to try, aware UTC: a second to a day from `now`, whatever the network wished."""
        try:
            wait = self.when if isinstance(self.when, timedelta) else self.when - now
        except OverflowError:
            wait = LONGEST_WAIT
        return now.astimezone(UTC) + min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)


class Refused(ConnectorError):
    """Certainly not done, and never will be as it stands."""


class LoggedOut(ConnectorError):
    """Certainly not done: the network does not know our log-in. The account rests until it is connected.

    With the reason code `expired` the secret has merely run out: `Connector.renew` may bring a new one.
    """

    def __init__(self, reason_code: str = "logged_out", detail: str = "") -> None:
        super().__init__(reason_code, detail)


class Unclear(ConnectorError):
    """Perhaps done: the words left and no proper answer came. Look (`find`) before speaking again."""

    def __init__(self, reason_code: str = "no_answer", detail: str = "") -> None:
        super().__init__(reason_code, detail)


class CannotLook(ConnectorError):
    """The network can never be asked whether it has something: a person decides."""

    def __init__(self, reason_code: str = "cannot_look", detail: str = "") -> None:
        super().__init__(reason_code, detail)
