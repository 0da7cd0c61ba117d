"""A channel to promise something in."""

import pytest

from allmende.channels.actions import choose_channel
from allmende.channels.models import Account, Channel


@pytest.fixture
def channel(owner, now):
    account = Account.objects.create(
        workspace=owner.workspace,
        kind="sandbox",
        name="Übungsnetz",
        created_at=now,
        created_by=owner,
        updated_at=now,
        updated_by=owner,
    )
    choose_channel(
        person=owner, name="Forum", slug="forum", kind="own_forum", account=account, place="forum", now=now, mark="F"
    )
    return Channel.objects.get(slug="forum")
