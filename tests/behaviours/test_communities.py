"""Import, fill, query: two real communities give the figures printed in the data's README, to the printed digits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from allmende.behaviours.actions import fill_ledger
from allmende.behaviours.queries import count_periods, ledger_name, ledger_root
from allmende.channels.actions import import_file
from allmende.channels.models import Gesture, Message
from allmende.ledger.durations import first_response
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER

AS_OF = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("file", "rows", "messages", "authors", "threads", "unanswered", "median_hours", "share", "accepted"),
    [
        ("stackexchange_coffee/coffee.jsonl", 552, 552, 115, 225, 17, "2.154", "0.8044", 105),
        ("ncar_zulip/messages.jsonl.gz", 6707, 6616, 170, 812, 260, "0.992", "0.5517", 0),
    ],
)
def test_the_table_of_the_data(
    shared_data: Path, archive, owner, workspace, now,
    file, rows, messages, authors, threads, unanswered, median_hours, share, accepted,
):  # fmt: skip
    path = shared_data / "communities" / file
    run = import_file(person=owner, channel=archive, path=path, now=now, bots=["bot_*"])
    assert (run.state, run.read, run.new, run.known, run.refused) == ("done", rows, rows, 0, 0)
    fill_ledger(workspace=workspace, now=now)
    human = Message.objects.exclude(author_class="bot")
    assert (human.count(), human.values("identity").distinct().count()) == (messages, authors)
    assert Gesture.objects.filter(act="accepted_answer").count() == accepted
    found = first_response(ledger_root(), ledger_name(workspace), as_of=AS_OF)
    assert found.median is not None
    assert (found.threads, found.unanswered) == (threads, unanswered)
    assert f"{found.median / timedelta(hours=1):.3f}" == median_hours
    assert f"{found.share_within:.4f}" == share


def test_organic_answers_of_the_coffee_lovers(shared_data: Path, archive, owner, workspace, now):
    path = shared_data / "communities" / "stackexchange_coffee" / "coffee.jsonl"
    import_file(person=owner, channel=archive, path=path, now=now)
    fill_ledger(workspace=workspace, now=now)
    (whole,) = count_periods(workspace, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period="all")
    assert (whole.complete, whole.censored, whole.successes) == (225, 0, 181)
