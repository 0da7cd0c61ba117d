"""The practice network that ships with Allmende: a whole network in a file, joined without asking anybody."""

from datetime import datetime

from django.conf import settings

from allmende.channels.actions.connect_account import connect_account
from allmende.channels.models import Account
from allmende.connectors.http import Client
from allmende.connectors.sandbox.network import open_network
from allmende.team.access import require
from allmende.team.models import Person

FILE = "sandbox.sqlite3"


def join_practice_network(
    *, person: Person, name: str, handle: str, now: datetime, place: str = "forum", client: Client | None = None
) -> Account:
    """An account at the practice network of this data folder, made there if need be. `place`: "forum" or "social".

    Raises CannotConnect if the network does not run.
    """
    require(person, "channels.account.connect")
    file = settings.DATA / FILE
    token = open_network(str(file)).enrol(handle, name, is_ours=True)
    options = {"file": str(file), "mode": "key", "place": place, "network": "practice"}
    before = Account.objects.filter(workspace=person.workspace, kind="sandbox", handle=handle, name=name).first()
    return connect_account(
        person=person, kind="sandbox", name=name, settings=options, secret=token, now=now, account=before, client=client
    )
