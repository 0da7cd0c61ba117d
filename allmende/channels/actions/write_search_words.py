"""Write what messages are found by where it is missing: those from before there was such a thing, and those changed past it."""

import time

from django.db import transaction

from allmende.channels.actions.write_rows import update_rows
from allmende.channels.models import Message, words_to_find

AT_ONCE = 250
ROOM_SECONDS = 0.02


def write_search_words(*, most: int) -> int:
    """Up to `most` messages, the newest first; how many. A handful is one transaction, so whoever dies in between goes on there.

    With room between the handfuls: on SQLite nobody else writes while one does.
    """
    written = 0
    while written < most:
        number = _write_handful(min(AT_ONCE, most - written))
        written += number
        if number < AT_ONCE:
            break
        time.sleep(ROOM_SECONDS)
    return written


@transaction.atomic
def _write_handful(number: int) -> int:
    rows = Message.objects.select_for_update(skip_locked=True).filter(search_words__isnull=True)
    found = list(rows.only("title", "text", "search_words").order_by("-pk")[:number])
    for one in found:
        one.search_words = words_to_find(one.title, one.text)
    update_rows(found, ["search_words"])
    return len(found)
