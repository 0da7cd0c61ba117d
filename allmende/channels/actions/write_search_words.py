"""Write what messages are found by where it is missing: those from before there was such a thing, and those changed past it."""

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from allmende.channels.actions.write_rows import update_rows
from allmende.channels.models import Message, words_to_find
from allmende.domain.search_words import read_base_forms

AT_ONCE = 250
ROOM_SECONDS = 0.02
P = ParamSpec("P")
T = TypeVar("T")


def with_base_forms(action: Callable[P, T]) -> Callable[P, T]:
    """Reads what base forms are looked up in before the action's own transaction begins: that takes seconds once in a process, and
    on SQLite nobody else writes while one does."""

    @wraps(action)
    def act(*given: P.args, **named: P.kwargs) -> T:
        read_base_forms()
        return action(*given, **named)

    return act


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


def _write_handful(number: int) -> int:
    if Message.objects.filter(search_words__isnull=True).exists():
        return _write_locked(number)
    return 0


@with_base_forms
@transaction.atomic
def _write_locked(number: int) -> int:
    rows = Message.objects.select_for_update(skip_locked=True).filter(search_words__isnull=True)
    found = list(rows.only("title", "text", "search_words").order_by("-pk")[:number])
    for one in found:
        one.search_words = words_to_find(one.title, one.text)
    update_rows(found, ["search_words"])
    return len(found)
