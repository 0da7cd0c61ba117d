"""Let a feed bring ideas to the board, pause that, end it. The feed itself is read as a channel, with all its manners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotChoose, CannotConnect, CannotLogIn, choose_channel, log_in
from allmende.channels.models import Account, Channel, Cursor, Message
from allmende.channels.states import INWARD
from allmende.editorial import audit, states
from allmende.editorial.models import IdeaSource
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotKeepSource(Exception):
    """Nothing was saved; the message says why. `is_address`: it is the address that cannot be right; `source`: what brings
    the ideas of this feed already."""

    def __init__(self, message: str, *, is_address: bool = False, source: IdeaSource | None = None) -> None:
        super().__init__(message)
        self.is_address = is_address
        self.source = source


@dataclass(frozen=True)
class SourceWish:
    """What new entries become: ideas, or drafts with a text for `targets`; and how many of those already there."""

    becomes: str = states.IDEA
    serves_key: str = ""
    no_objective_reason: str = ""
    targets: Sequence[UUID] = ()
    newest: int = 0


def open_source(*, person: Person, address: str, name: str, wish: SourceWish, now: datetime) -> IdeaSource:
    """Connect a feed and take its new entries; one that is connected already is not connected again. Raises
    CannotKeepSource; nothing is connected then."""
    require(person, "editorial.item.edit")
    require(person, "channels.channel.edit")
    _check_wish(wish)
    try:
        account = _connected(person, address, name, now)
        told = account.name
        channel = account.channels.filter(archived_at__isnull=True).first() or choose_channel(
            person=person, name=told, slug=_slug(person, told), kind="social_network", account=account, now=now
        )
    except (CannotConnect, CannotChoose) as error:
        raise CannotKeepSource(str(error), is_address=True) from error
    return add_source(person=person, channel=channel, wish=wish, now=now)


def _connected(person: Person, address: str, name: str, now: datetime) -> Account:
    """The account of this feed, called as the person says, else as it calls itself; the known one as it is called here."""
    try:
        account = log_in(person=person, kind=states.FEED_KIND, answers={"address": address}, name=name, now=now)
    except CannotLogIn as error:
        if error.account is None:
            raise
        return error.account
    told = name or str(account.settings.get("title") or account.handle)[:80]
    if account.name != told:
        account.name = told
        account.save(update_fields=["name"])
    return account


@transaction.atomic
def add_source(*, person: Person, channel: Channel, wish: SourceWish, now: datetime) -> IdeaSource:
    """Take the new entries of a feed that is read already; one taken out before comes back. Raises CannotKeepSource."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    _check(channel, wish)
    fields = {
        "becomes": wish.becomes, "serves_key": wish.serves_key, "no_objective_reason": wish.no_objective_reason,
        "newest": wish.newest, "floor": floor_of(channel, wish.newest), "paused_at": None, "paused_why": "",
    }  # fmt: skip
    fresh = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    place = {"workspace": person.workspace, "channel": channel}
    source, is_new = IdeaSource.objects.select_for_update(of=("self",)).get_or_create(**place, defaults=fresh | fields)
    if not is_new:
        if source.archived_at is None:
            said = _("Not added. This feed brings ideas already, as %(name)s.") % {"name": channel.name}
            raise CannotKeepSource(said, source=source)
        change_record(record=source, person=person, now=now, seen_revision=None, archived_at=None, **fields)
    here = Channel.objects.filter(workspace=person.workspace, archived_at__isnull=True, pk__in=list(wish.targets))
    source.targets.set(here if wish.becomes == states.DRAFTING else [])
    _audit(person, audit.SOURCE_ADDED, source, now)
    return source


@transaction.atomic
def pause_source(*, person: Person, source: IdeaSource, now: datetime) -> IdeaSource:
    """Take nothing until somebody goes on; what appears meanwhile stays out."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    fields = {"paused_at": now, "paused_why": states.BY_PERSON}
    change_record(record=source, person=person, now=now, seen_revision=None, **fields)
    _audit(person, audit.SOURCE_PAUSED, source, now)
    return source


@transaction.atomic
def resume_source(*, person: Person, source: IdeaSource, now: datetime) -> IdeaSource:
    """Take what is new from now on. Who says so answers for the items from now on."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    fields = {"paused_at": None, "paused_why": "", "floor": floor_of(source.channel, 0)}
    change_record(record=source, person=person, now=now, seen_revision=None, **fields)
    _audit(person, audit.SOURCE_RESUMED, source, now)
    return source


@transaction.atomic
def remove_source(*, person: Person, source: IdeaSource, now: datetime) -> IdeaSource:
    """It brings no more ideas; those on the board stay, and the feed is read on as a channel."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    change_record(record=source, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, audit.SOURCE_REMOVED, source, now)
    return source


def floor_of(channel: Channel, newest: int) -> int | None:
    """The id up to which entries are old, if the `newest` are not; None while the feed was never read."""
    if not Cursor.objects.filter(channel=channel, moved_at__isnull=False).exists():
        return None
    ids = Message.objects.filter(channel=channel, direction=INWARD).order_by("-pk").values_list("pk", flat=True)
    last = list(ids[: newest + 1])
    return last[newest] if len(last) > newest else 0


def _check(channel: Channel, wish: SourceWish) -> None:
    if channel.account is None or channel.account.kind != states.FEED_KIND:
        raise CannotKeepSource(_("Not added. This channel is no feed."))
    _check_wish(wish)


def _check_wish(wish: SourceWish) -> None:
    if wish.becomes == states.DRAFTING and not (wish.serves_key or wish.no_objective_reason):
        raise CannotKeepSource(_("Not added. Say which objective the drafts serve, or why they serve none."))


def _slug(person: Person, name: str) -> str:
    """A short name nobody has yet."""
    begin = slugify(name)[:50] or states.FEED_KIND
    taken = set(Channel.objects.filter(workspace=person.workspace).values_list("slug", flat=True))
    return next(one for one in (begin, *(f"{begin}-{n}" for n in range(2, 1000))) if one not in taken)


def _audit(person: Person, verb: str, source: IdeaSource, now: datetime) -> None:
    after = {"channel": source.channel.slug, "becomes": source.becomes}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=source, now=now, after=after)
