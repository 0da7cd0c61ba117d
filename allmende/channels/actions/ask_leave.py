"""While a connector prepares what it is about to say: is there still time, and may it still leave?"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from allmende.channels.actions.claim_dispatch import is_stopped
from allmende.channels.models import Dispatch
from allmende.channels.queries.places import is_paused
from allmende.channels.states import SPEAKING, SPEAKING_CHANNELS
from allmende.connectors.contract import STOPPED
from allmende.connectors.errors import TryLater
from allmende.connectors.wire import ask_leave

# How long the claim's own look at holds and pauses counts.
LASTS_SECONDS = 1.0


def is_free(dispatch: Dispatch) -> bool:
    """Whether it is still ours to say, and nobody declared a stop or paused the channel or the place since."""
    mine = Dispatch.objects.filter(pk=dispatch.pk, fence=dispatch.fence, state=SPEAKING)
    return mine.filter(~is_stopped(), ~is_paused(), channel__state__in=SPEAKING_CHANNELS).exists()


@contextmanager
def leave_asked(*, dispatch: Dispatch, now: Callable[[], datetime]) -> Iterator[None]:
    """Nothing more is said after its latest time, whose answer could come after the claim's end, or against a stop declared while something else took
    its time: pictures, a card, a look at what is answered. Then TryLater (STOPPED for a stop) says that nothing was."""
    began = time.monotonic()

    def ask(seconds: float) -> None:
        is_late = dispatch.send_before is not None and now() > dispatch.send_before
        if dispatch.lease_until is None or is_late or now() + timedelta(seconds=seconds) > dispatch.lease_until:
            raise TryLater(reason_code="not_prepared", detail="Preparing it took too long.")
        if time.monotonic() - began > LASTS_SECONDS and not is_free(dispatch):
            raise TryLater(reason_code=STOPPED)

    token = ask_leave.set(ask)
    try:
        yield
    finally:
        ask_leave.reset(token)
