"""The chapter of this room in the book: where we speak. Log-ins by name, never what opens them."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from allmende.channels.catalogue import CHANNEL_STATES
from allmende.channels.models import Channel
from allmende.channels.queries.accounts import log_in_ends_at
from allmende.channels.queries.channels import channels_of
from allmende.paper.elements import Chapter, Heading, Part, facts, said
from allmende.team.models import Workspace


def book_chapter(workspace: Workspace) -> Chapter:
    """Every presence that is no archive."""
    parts: list[Part] = []
    for one in channels_of(workspace).select_related("account", "hours"):
        if one.kind != "archive":
            parts += [Heading(one.name), *facts(*_facts(one))]
    return Chapter("channels", _("Channels"), tuple(parts) or said(_("There is no channel yet.")))


def _facts(channel: Channel) -> list[tuple[str, object]]:
    account = channel.account
    told: list[tuple[str, object]] = [
        (_("State"), CHANNEL_STATES[channel.state]),
        (_("Place"), channel.place),
        (_("Service hours"), channel.hours.name if channel.hours else _("the usual ones")),
        (_("Signature"), channel.signature),
    ]
    if account:
        ends = log_in_ends_at(account)
        until = formats.date_format(timezone.localtime(ends), "DATE_FORMAT") if ends else ""
        told += [
            (_("Network"), account.kind),
            (_("Account"), account.handle or account.name),
            (_("The log-in must be renewed by"), until),
        ]
    return told
