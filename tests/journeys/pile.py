"""A pile of posts that are due at once, handed over by the real action: `python -m tests.journeys.pile COUNT`.

The data folder is `ALLMENDE_DATA`; the channel is the first that is live.
"""

import sys
from datetime import UTC, datetime


def hand_over_pile(count: int) -> None:
    """`Haufen 0.`, `Haufen 1.` and so on, in the name of the workspace's owner."""
    from django.db import transaction

    from allmende.channels.actions import hand_over
    from allmende.channels.models import Channel
    from allmende.team.models import Person

    channel = Channel.objects.filter(state="live").order_by("slug")[0]
    owner = Person.objects.get(workspace=channel.workspace_id, role="owner")
    now = datetime.now(UTC)
    with transaction.atomic():
        for number in range(count):
            hand_over(
                person=owner, channel=channel, kind="post", title=f"Haufen {number}", text=f"Haufen {number}.",
                send_after=now, now=now,
            )  # fmt: skip


if __name__ == "__main__":
    import django

    django.setup()
    hand_over_pile(int(sys.argv[1]))
