"""Who is waiting for us, and what did we promise?"""

from allmende.inbox.queries.aside import moments_for
from allmende.inbox.queries.filters import OPEN_TABS, Filter, read_filter
from allmende.inbox.queries.headcount import Arrivals, HeadcountPage, arrivals, headcount_page
from allmende.inbox.queries.inquiries import (
    InquirePage,
    Load,
    Procedure,
    asked_name,
    asked_of,
    inquire_page,
    inquiries_of,
    is_asked,
    known_answers,
    loads,
    passed_on,
    procedure,
    waiting_inquiries,
)
from allmende.inbox.queries.listing import (
    Due,
    Ground,
    Group,
    Listing,
    Row,
    count_waiting,
    listing,
    rows_due,
)
from allmende.inbox.queries.moderation import (
    MEASURE_WORDS,
    STATE_WORDS,
    TOLD_WORDS,
    Figures,
    decisions_on,
    figures,
    journal,
    measures_here,
    netiquette_rules,
    proposed_statement,
)
from allmende.inbox.queries.of_member import conversations_with
from allmende.inbox.queries.open_work import open_work_of
from allmende.inbox.queries.patterns import patterns_for, patterns_of
from allmende.inbox.queries.planned import overtaken_replies, planned_replies
from allmende.inbox.queries.pulse import INBOX_PULSE
from allmende.inbox.queries.readings import asked_readings
from allmende.inbox.queries.saved_views import saved_views
from allmende.inbox.queries.search import search, similar_to
from allmende.inbox.queries.thread import (
    Thread,
    Turn,
    corrections_of,
    notes_of,
    post_behind,
    rules_for,
    thread,
    turns_of,
    who_else_looks,
)
from allmende.inbox.queries.time_left import time_left

__all__ = [
    "INBOX_PULSE",
    "MEASURE_WORDS",
    "OPEN_TABS",
    "STATE_WORDS",
    "TOLD_WORDS",
    "Arrivals",
    "Due",
    "Figures",
    "Filter",
    "Ground",
    "Group",
    "HeadcountPage",
    "InquirePage",
    "Listing",
    "Load",
    "Procedure",
    "Row",
    "Thread",
    "Turn",
    "arrivals",
    "asked_name",
    "asked_of",
    "asked_readings",
    "conversations_with",
    "corrections_of",
    "count_waiting",
    "decisions_on",
    "figures",
    "headcount_page",
    "inquire_page",
    "inquiries_of",
    "is_asked",
    "journal",
    "known_answers",
    "listing",
    "loads",
    "measures_here",
    "moments_for",
    "netiquette_rules",
    "notes_of",
    "open_work_of",
    "overtaken_replies",
    "passed_on",
    "patterns_for",
    "patterns_of",
    "planned_replies",
    "post_behind",
    "procedure",
    "proposed_statement",
    "read_filter",
    "rows_due",
    "rules_for",
    "saved_views",
    "search",
    "similar_to",
    "thread",
    "time_left",
    "turns_of",
    "waiting_inquiries",
    "who_else_looks",
]
