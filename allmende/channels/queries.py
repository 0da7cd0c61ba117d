"""Answers about channels, messages and the outgoing queue."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import connection, models
from django.db.models import Q, QuerySet

from allmende.channels.models import Account, Channel, Dispatch, Hold, ImportRun, Message
from allmende.channels.states import GIVEN_UP, HELD, MISSED, REFUSED, UNCLEAR
from allmende.connectors.abilities import Abilities, Counting
from allmende.connectors.contract import Connector
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Finding, Ref
from allmende.connectors.register import connector_class
from allmende.connectors.secret import Secret
from allmende.team.models import Workspace

# The reason code of an unclear dispatch that no program can settle.
NEEDS_PERSON = "needs_person"
_WORD = re.compile(r"\w+")


def account_of(channel: Channel) -> Account:
    """The account a channel speaks and listens with. Raises LookupError for an archive, which does neither."""
    if channel.account is None:
        raise LookupError(f"Channel {channel.pk} has no account.")
    return channel.account


def connector_of(account: Account, client: Client | None = None) -> Connector:
    """The connector that speaks for this account. Raises `connectors.register.UnknownKind`."""
    secret = Secret(account.secret) if account.secret else None
    return connector_class(account.kind)(account.settings, secret, client or Client())


def abilities_of(channel: Channel) -> Abilities:
    """What the network behind a channel can do; an archive without an account can do nothing."""
    return connector_of(channel.account).abilities if channel.account else Abilities()


def findings_for(channel: Channel, *, title: str, text: str) -> tuple[Finding, ...]:
    """What the network would refuse or cut, found without asking it."""
    if channel.account is None:
        return (Finding("cannot_send", "refuse", "channel"),)
    return connector_of(channel.account).check(Draft(text=text, title=title))


def text_limit(channel: Channel) -> Counting:
    """How the network measures a text: rule, maximum, links, titles."""
    return abilities_of(channel).counting


def draft_of(dispatch: Dispatch) -> Draft:
    """A dispatch's words as a connector takes them."""
    message = dispatch.message
    return Draft(
        text=message.text,
        title=message.title,
        reply_to=Ref(message.reply_to_native_id) if message.reply_to_native_id else None,
        thread=message.thread_native_id,
        visibility=message.visibility,  # type: ignore[arg-type]  # a database check holds it to the three
    )


def channels_of(workspace: Workspace) -> "QuerySet[Channel]":
    """The workspace's channels with their accounts and cursors, archives last."""
    rows = Channel.objects.filter(workspace=workspace, archived_at__isnull=True)
    return (
        rows.select_related("account", "cursor")
        .annotate(is_archive=models.Q(account=None))
        .order_by("is_archive", "name")
    )


def open_hold(workspace: Workspace) -> Hold | None:
    """The widest hold that stands, the workspace's own before those of accounts and channels; None if all may speak."""
    return open_holds(workspace).first()


def open_holds(workspace: Workspace) -> "QuerySet[Hold]":
    """Every hold that stands, the widest first, then the oldest."""
    rows = Hold.objects.filter(workspace=workspace, ended_at__isnull=True)
    return rows.select_related("account", "channel", "created_by").order_by("-account", "-channel", "created_at")


def queue_of(workspace: Workspace) -> "QuerySet[Dispatch]":
    """All dispatches with what a list shows of them."""
    rows = Dispatch.objects.filter(workspace=workspace)
    return rows.select_related("message", "channel__account", "created_by")


def unsettled_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those nobody knows the end of, the oldest first; `reason_code` NEEDS_PERSON: only a person can find out."""
    return queue_of(workspace).filter(state=UNCLEAR).order_by("first_spoke_at", "pk")


def refused_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those the network or the house did not let out and nobody dealt with yet, the newest first."""
    return queue_of(workspace).filter(state__in=(REFUSED, GIVEN_UP, MISSED)).order_by("-next_at", "-pk")


def held_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those a hold stopped and nobody released or dropped yet, by their time."""
    return queue_of(workspace).filter(state=HELD).order_by("send_after", "pk")


def import_runs(workspace: Workspace) -> "QuerySet[ImportRun]":
    """Imports, the newest first."""
    return ImportRun.objects.filter(workspace=workspace).select_related("channel", "created_by").order_by("-created_at")


def refused_file(run: ImportRun) -> Path:
    """Where the rows lie that a run refused: JSON lines of line, reason_code, values, raw. Absent if none was."""
    folder: Path = settings.DATA / "imports"
    return folder / f"{run.pk}.jsonl"


def search(workspace: Workspace, words: str, limit: int = 20) -> list[Message]:
    """Messages that hold all the words (each may go on), the newest first; deleted ones never."""
    wanted = _WORD.findall(words)
    if not wanted:
        return []
    found = _found_ids(workspace, wanted, limit)
    rows = Message.objects.filter(pk__in=found).select_related("channel", "identity", "person")
    return sorted(rows, key=lambda message: message.pk, reverse=True)


def _found_ids(workspace: Workspace, wanted: Sequence[str], limit: int) -> list[int]:
    channels = list(Channel.objects.filter(workspace=workspace).values_list("pk", flat=True))
    rows = Message.objects.filter(Q(channel__in=channels), deleted_at__isnull=True)
    if connection.vendor == "sqlite":
        condition = (
            "channels_message.id IN (SELECT rowid FROM channels_message_fts WHERE channels_message_fts MATCH %s)"
        )
        asked = " ".join(f'"{word}"*' for word in wanted)
    else:
        condition = "channels_message.search @@ to_tsquery('simple', %s)"
        asked = " & ".join(f"{word}:*" for word in wanted)
    matching = rows.extra(where=[condition], params=[asked])  # noqa: S610 - the words are parameters
    return list(matching.order_by("-pk").values_list("pk", flat=True)[:limit])
