"""Waiting: Telegram holds a question for updates open until there are some (Bot API, getUpdates, timeout). What they are is read by
`listen`, which alone confirms them: here none is asked for by its number, so none is forgotten.

Of two questions at a time Telegram ends the older one with a conflict. That is the ear's turn, and no failure.
"""

import json
import time
from collections.abc import Callable

from allmende.connectors.errors import TryLater
from allmende.connectors.telegram import read
from allmende.connectors.telegram.door import Door

# Seconds for which a question is held open: less than any proxy between us cuts.
HELD = 25.0
# Between two questions while the ear reads what was told, so that ours does not end its own.
PAUSE = 2.0
# So many conflicts in a row are no ear's turns: another program reads this bot.
MOST_CONFLICTS = 10


def wait_for_updates(door: Door, heard: Callable[[bool], bool], whole: float, held: float, pause: float) -> None:
    """Ring for each update that was not rung for, for so many seconds. Raises TryLater, LoggedOut, Refused."""
    end, last, conflicts = time.monotonic() + whole, _newest(door, 0), 0
    goes_on = heard(True)
    while goes_on and time.monotonic() < end:
        try:
            newest, conflicts = _newest(door, max(held, 1)), 0
        except TryLater as error:
            conflicts += 1
            if error.reason_code != "read_elsewhere" or conflicts > MOST_CONFLICTS:
                raise
            newest = last
            time.sleep(pause)
        goes_on = heard(newest > last)
        if newest <= last and newest:
            # What waits is known, and until the ear has read it Telegram answers at once.
            time.sleep(pause)
        last = max(last, newest)


def _newest(door: Door, seconds: float) -> int:
    """The number of the newest update that waits, after so many seconds at most; 0 if none does."""
    asked = {"limit": "100", "timeout": str(int(seconds)), "allowed_updates": json.dumps(read.UPDATES)}
    told = door.read("getUpdates", asked)
    numbers = [one.get("update_id") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return max((one for one in numbers if type(one) is int), default=0)
