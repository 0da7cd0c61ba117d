"""A channel to promise something in."""

import pytest

from allmende.channels.models import Channel


@pytest.fixture
def channel(owner, now):
    return Channel.objects.create(
        workspace=owner.workspace,
        slug="forum",
        name="Forum",
        kind="own_forum",
        state="chosen",
        created_at=now,
        created_by=owner,
        updated_at=now,
        updated_by=owner,
    )
