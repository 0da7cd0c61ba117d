"""What is due here: words to send, channels to read."""

import time
from datetime import datetime, timedelta

from django.conf import settings

from allmende.channels.actions import collect_due as read_channels
from allmende.channels.actions import count_clicks as count_noted
from allmende.channels.actions import end_farewells as close_after_farewell
from allmende.channels.actions import fetch_cards as ask_pages
from allmende.channels.actions import fetch_due as fetch_pictures
from allmende.channels.actions import hear_due as hear_streams
from allmende.channels.actions import import_due as read_imports
from allmende.channels.actions import lighten_due as lighten_pictures
from allmende.channels.actions import next_ring, uptime, watch_place
from allmende.channels.actions import prove_due as prove_channels
from allmende.channels.actions import prove_nightly as begin_tests
from allmende.channels.actions import renew_due as renew_log_ins
from allmende.channels.actions import send_due as say_due
from allmende.channels.actions import write_search_words as write_words
from allmende.channels.queries import next_moment
from allmende.jobs.actions import Job

WORDS_AT_ONCE = 1_000


def send_due(now: datetime) -> int:
    """Dispatches whose time has come, unknowns whose quarantine is over; nothing before we know where we are."""
    began = time.monotonic()
    watch_place(now=now, since_start=uptime())
    # Looking round takes time as well: a mouth that begins to count only now would be late by it all the while.
    return say_due(now=now + timedelta(seconds=time.monotonic() - began), voices=settings.VOICES)


def end_farewells(now: datetime) -> int:
    """Channels whose last day is over."""
    return close_after_farewell(now=now)


def next_due(now: datetime) -> datetime | None:
    """When the next words leave."""
    return next_moment(now)


def collect_due(now: datetime) -> int:
    """Channels that have not been read for a while."""
    return read_channels(now=now)


def hear_due(now: datetime) -> int:
    """Networks that tell at once that something is new, and to whom nobody listens."""
    return hear_streams(now=now)


def renew_due(now: datetime) -> int:
    """Log-ins that end soon."""
    return renew_log_ins(now=now)


def import_due(now: datetime) -> int:
    """Files that somebody asked to be read in the background, and those whose reader died; one at a time."""
    return read_imports(now=now)


def fetch_due(now: datetime) -> int:
    """Pictures that messages show and nobody fetched yet."""
    return fetch_pictures(now=now)


def fetch_cards(now: datetime) -> int:
    """Links in texts whose pages were not asked yet what they say of themselves."""
    return ask_pages(now=now)


def lighten_due(now: datetime) -> int:
    """Pictures kept earlier that have no JPEG for networks which take nothing else."""
    return lighten_pictures(now=now)


def prove_due(now: datetime) -> int:
    """Self-tests somebody asked for."""
    return prove_channels(now=now)


def prove_nightly(now: datetime) -> int:
    """Channels whose nightly self-test is due."""
    return begin_tests(now=now)


def count_clicks(now: datetime) -> int:
    """Clicks on tracked links that were noted and stand in no count yet."""
    return count_noted(now=now)


def write_search_words(now: datetime) -> int:
    """Messages from before they were found by their words, and those changed past it; a part each time."""
    return write_words(most=WORDS_AT_ONCE)


JOBS = (
    Job("channels.import_due", import_due, timedelta(seconds=2), "measure"),
    Job("channels.send_due", send_due, timedelta(seconds=1), "speak", next_due),
    Job("channels.collect_due", collect_due, timedelta(seconds=2), "listen"),
    Job("channels.hear_due", hear_due, timedelta(seconds=5), "hear", next_ring),
    # Apart: servers that hang keep no channel from being read and no log-in from being renewed.
    Job("channels.fetch_due", fetch_due, timedelta(seconds=5), "fetch"),
    Job("channels.fetch_cards", fetch_cards, timedelta(seconds=2), "fetch"),
    Job("channels.lighten_due", lighten_due, timedelta(seconds=30), "measure"),
    Job("channels.prove_due", prove_due, timedelta(seconds=2), "listen"),
    Job("channels.end_farewells", end_farewells, timedelta(minutes=5), "listen"),
    Job("channels.prove_nightly", prove_nightly, timedelta(minutes=5), "listen"),
    Job("channels.count_clicks", count_clicks, timedelta(seconds=5), "measure"),
    Job("channels.write_search_words", write_search_words, timedelta(seconds=5), "measure"),
    Job("channels.renew_due", renew_due, timedelta(seconds=30), "renew"),
)
