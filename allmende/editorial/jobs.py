"""What is due here: reminders of approvals, the items of what comes again, the ideas feeds bring, care that was
lost, and rights that ended."""

from datetime import datetime, timedelta

from allmende.editorial.actions import (
    make_occurrences,
    remind_of_approvals,
    say_approved,
    take_ideas,
    watch_care,
    watch_rights,
)
from allmende.jobs.actions import Job


def remind_reviewers(now: datetime) -> int:
    """Steps of approval that are due, late or stalled; returns how many reminders went out."""
    return remind_of_approvals(now=now)


def make_series(now: datetime) -> int:
    """What comes again within the next days and has no item yet; returns how many items were made."""
    return make_occurrences(now=now)


def bring_ideas(now: datetime) -> int:
    """New entries of feeds that bring ideas; returns how many items came of them."""
    return take_ideas(now=now)


def look_for_lost_care(now: datetime) -> int:
    """Scheduled texts nobody is on duty for any more, and those somebody is on duty for at last; how many it moved."""
    return watch_care(now=now)


def look_for_ended_rights(now: datetime) -> int:
    """Texts planned beyond the right to their pictures, and posts that still show what ended; how many owners it told."""
    return watch_rights(now=now)


def say_other_words(now: datetime) -> int:
    """Other words for what is published that were approved; how many networks were told."""
    return say_approved(now=now)


JOBS = (
    Job("editorial.remind_reviewers", remind_reviewers, timedelta(minutes=10), "measure"),
    Job("editorial.bring_ideas", bring_ideas, timedelta(minutes=5), "measure"),
    Job("editorial.make_series", make_series, timedelta(minutes=15), "measure"),
    Job("editorial.look_for_lost_care", look_for_lost_care, timedelta(minutes=5), "measure"),
    Job("editorial.look_for_ended_rights", look_for_ended_rights, timedelta(minutes=5), "measure"),
    Job("editorial.say_other_words", say_other_words, timedelta(seconds=10), "listen"),
)
