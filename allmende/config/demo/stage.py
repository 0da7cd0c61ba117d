"""Where the last weeks are acted: two practice networks of the demo's own, a clock that stands where the story is.

Nothing else may work on the data meanwhile: a worker would say and collect by its own clock.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmende.channels.actions import PracticeLine, practice_network, practice_standing, tell_the_practice
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.actions.collect_due import collect_channel
from allmende.channels.actions.send_due import Mouth, say_claimed
from allmende.channels.models import Channel, Dispatch, Message
from allmende.inbox.actions import file_messages
from allmende.inbox.jobs import file_new
from allmende.team.models import Person

# The supervisor serves every network of this name that has a life to lead.
NETWORKS = {"forum": "sandbox-demo-forum.sqlite3", "social": "sandbox-demo-social.sqlite3"}
HOLDER = "demo"


@dataclass
class Stage:
    """The people of the team, the channels by place, and the story's clock."""

    jana: Person
    emre: Person
    now: datetime
    channels: dict[str, Channel] = field(default_factory=dict)

    @contextmanager
    def standing(self) -> Iterator[None]:
        """Both networks answer, by the story's clock."""
        with ExitStack() as open_ones:
            for file in NETWORKS.values():
                open_ones.enter_context(practice_standing(file=file, clock=lambda: self.now))
            yield

    def tell(self, place: str, lines: Sequence[PracticeLine]) -> None:
        """Members say this on a network; by time, whoever answers after what is answered."""
        tell_the_practice(lines=lines, file=NETWORKS[place])

    def thank(self, place: str, name: str, verb: str, native_id: str, at: datetime) -> None:
        """A member's wordless act: thank, accept, solve."""
        network = practice_network(NETWORKS[place])
        network.gesture(network.member(name), verb, native_id, now=at)

    def listen(self, at: datetime) -> None:
        """Read both networks and file what is new."""
        for channel in self.channels.values():
            channel.cursor.next_at = None
            channel.cursor.save(update_fields=["next_at"])
            collect_channel(channel=channel, now=at)
        while file_new(at):
            pass

    def say(self, dispatch: Dispatch) -> None:
        """Let a dispatch leave at its time and read its conversation anew."""
        self.now = dispatch.next_at + timedelta(seconds=1)
        mouth = Mouth(self.now)
        try:
            claimed = claim_dispatch(pk=dispatch.pk, holder=HOLDER, now=self.now)
            if claimed:
                say_claimed(claimed, mouth)
        finally:
            mouth.client.close()
        message = Message.objects.select_related("channel").get(pk=dispatch.message_id)
        if message.native_id:
            file_messages(messages=[message], now=self.now)
