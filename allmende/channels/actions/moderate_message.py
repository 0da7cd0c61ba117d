"""Hide, remove or lock somebody's words at their network, and take that back, where the network lets us (S2-25)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Message
from allmende.channels.queries import abilities_of, account_of, connector_of
from allmende.channels.states import INWARD
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Ref
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

RIGHT = "inbox.moderation.decide"


class CannotModerate(Exception):
    """The words stand as they did; the message says why and what to do. `code`: `not_able` from here, `refused` by the network,
    `logged_out`, or `no_answer`, where nobody knows whether it is done."""

    def __init__(self, text: str, code: str = "not_able") -> None:
        super().__init__(text)
        self.code = code


def moderate_message(
    *, person: Person | None, message: Message, measure: str, now: datetime, client: Client | None = None
) -> None:
    """Let the network do `measure` to somebody's message; done twice is done once. A pause of publishing does not stop it:
    what harms people is taken away all the same. Without a person it is a decision whose time is over that is taken back.

    Raises CannotModerate."""
    if person:
        require(person, RIGHT)
    workspace = person.workspace if person else message.channel.workspace
    rows = Message.objects.select_related("channel__account", "channel__workspace")
    found = rows.get(pk=message.pk, channel__workspace=workspace)
    if found.direction != INWARD or not found.native_id:
        raise CannotModerate(_("Not done. Only what somebody else wrote there can be moderated."))
    if measure not in abilities_of(found.channel).moderation:
        said = _("Not done. %(channel)s does not let us do that from here. Do it there, then say that it is done.")
        raise CannotModerate(said % {"channel": found.channel.name})
    try:
        connector_of(account_of(found.channel), client).moderate(Ref(found.native_id, found.url), measure)
    except (ConnectorError, LookupError) as error:
        raise CannotModerate(*_why_not(error)) from error
    with transaction.atomic():
        record_audit(
            workspace=workspace, person=person, verb="channels.message.moderated", target=found, now=now,
            after={"measure": measure},
        )  # fmt: skip


def _why_not(error: Exception) -> tuple[str, str]:
    if isinstance(error, LoggedOut):
        return _("Not done. The account is logged out; connect it again. The decision is kept."), "logged_out"
    if isinstance(error, Refused):
        said = _("Not done. The network did not let us; our account may not do that there. The decision is kept.")
        return said, "refused"
    return _("Nobody knows whether it is done: the network did not answer. Press again; twice is once."), "no_answer"
