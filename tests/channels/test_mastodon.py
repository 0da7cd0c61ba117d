"""The whole circle at a server that speaks Mastodon's API: log in, post, hear an answer, answer it, see it there."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from allmende.channels.actions import choose_channel, collect_channel, connect_account, hand_over, send_due, set_live
from allmende.channels.models import Channel, Cursor, Dispatch, Gesture, Message
from allmende.channels.queries import findings_for
from allmende.channels.states import INWARD
from allmende.connectors.neutral import Draft, Ref
from allmende.team.models import Person
from tests.networks.mastodon.ground import Ground, started

pytestmark = pytest.mark.django_db


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    ground = started(tmp_path)
    yield ground
    ground.end()


@pytest.fixture
def channel(ground: Ground, owner: Person) -> Channel:
    by = {"person": owner, "now": datetime.now(UTC)}
    settings = ground.settings | {"quarantine_seconds": 0}
    account = connect_account(
        kind="mastodon", name="Haus", settings=settings, secret=ground.token, client=ground.client, **by
    )
    assert (account.handle, account.network) == ("haus@haus.example", "mastodon:haus.example")
    channel = choose_channel(name="Mastodon", slug="mastodon", kind="social_network", account=account, **by)
    return set_live(channel=channel, reaction_plan_version_key="test", **by)


def say(channel: Channel, owner: Person, text: str, to: Message | None = None) -> Dispatch:
    now = datetime.now(UTC)
    return hand_over(
        person=owner, channel=channel, kind="reply" if to else "post", text=text, reply_to=to, send_after=now, now=now
    )


def hear(channel: Channel, ground: Ground) -> int:
    now = datetime.now(UTC)
    Cursor.objects.filter(channel=channel).update(next_at=now)
    return collect_channel(channel=channel, now=now, client=ground.client)


def test_a_post_is_answered_and_the_answer_answered(channel: Channel, ground: Ground, owner: Person) -> None:
    post = say(channel, owner, "Offene Werkstatt am Samstag")
    assert send_due(now=datetime.now(UTC), client=ground.client) == 1
    root = Message.objects.get(dispatch=post)
    ground.say("@haus Ab wann?", root.native_id or "")
    ground.network.act(ground.mia, "favourite", root.native_id or "")
    assert hear(channel, ground) == 2
    asked = Message.objects.get(direction=INWARD)
    assert (asked.text, asked.reply_to_id, asked.thread_native_id) == ("@haus Ab wann?", root.pk, root.native_id)
    assert asked.identity is not None
    assert asked.identity.handle == "mia@haus.example"
    assert Gesture.objects.get().target_id == root.pk
    answer = say(channel, owner, "Ab zehn Uhr.", asked)
    send_due(now=datetime.now(UTC), client=ground.client)
    assert ground.network.appeared() == ["Offene Werkstatt am Samstag", "@haus Ab wann?", "@mia Ab zehn Uhr."]
    assert hear(channel, ground) == 0
    answer.refresh_from_db()
    assert answer.state == "sent"
    assert Message.objects.count() == 3


def test_an_answer_of_ours_is_known_again_with_the_name_in_front(
    channel: Channel, ground: Ground, owner: Person
) -> None:
    """The worker that said it never heard that it arrived; listening recognises it, nothing is said twice."""
    ground.say("@haus Ab wann?")
    hear(channel, ground)
    dispatch = say(channel, owner, "Ab zehn Uhr.", Message.objects.get())
    now = datetime.now(UTC)
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state="speaking", spoke_at=now, first_spoke_at=now, lease_until=now + timedelta(minutes=1), attempts=1
    )
    ground.connector().send(
        Draft("Ab zehn Uhr.", reply_to=Ref(Message.objects.get(direction=INWARD).native_id or "")), "x"
    )
    hear(channel, ground)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code) == ("sent", "adopted")
    assert Message.objects.count() == 2


def test_the_name_in_front_counts_before_anything_is_said(channel: Channel, ground: Ground) -> None:
    asked = ground.say("@haus Ab wann?")
    hear(channel, ground)
    assert findings_for(channel, title="", text="x" * 495, answers=asked) == ()
    codes = [finding.code for finding in findings_for(channel, title="", text="x" * 496, answers=asked)]
    assert codes == ["text_too_long"]
    assert findings_for(channel, title="", text="x" * 500) == ()
