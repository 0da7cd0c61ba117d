"""Who is waiting for us, and what did we promise?"""

from allmende.inbox.queries.listing import (
    Due,
    Ground,
    Group,
    Listing,
    Row,
    count_waiting,
    listing,
    rows_due,
    waiting_conversations,
)
from allmende.inbox.queries.search import search, similar_to
from allmende.inbox.queries.thread import Thread, Turn, rules_for, thread
from allmende.inbox.queries.time_left import time_left

__all__ = [
    "Due",
    "Ground",
    "Group",
    "Listing",
    "Row",
    "Thread",
    "Turn",
    "count_waiting",
    "listing",
    "rows_due",
    "rules_for",
    "search",
    "similar_to",
    "thread",
    "time_left",
    "waiting_conversations",
]
