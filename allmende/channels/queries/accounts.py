"""What speaks for a channel, and what it can do."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from allmende.channels.models import Account, Channel, Dispatch, Message, Spoken
from allmende.channels.queries.cards import card_said
from allmende.channels.queries.media import address_for, as_sent, some_address, spoken_with
from allmende.channels.states import LOGGED_OUT, SPEAKING_CHANNELS
from allmende.connectors.abilities import Abilities, Counting, MediaAbility
from allmende.connectors.contract import Connector
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Finding, Ref
from allmende.connectors.register import connector_class
from allmende.connectors.secret import Secret

# What an account raises whose kind nobody knows or whose settings are wrong.
CANNOT_OPEN = (ConnectorError, LookupError, TypeError, ValueError)
# How long before the end people are told of a log-in that nobody can renew but they.
WARNED_BEFORE = timedelta(days=14)


def account_of(channel: Channel) -> Account:
    """The account a channel speaks and listens with. Raises LookupError for an archive, which does neither."""
    if channel.account is None:
        raise LookupError(f"Channel {channel.pk} has no account.")
    return channel.account


def silence_of(channel: Channel) -> str:
    """Why nothing leaves on a channel at the moment: "channel_silent" where it is not open, "log_in_lost"; "" where it may speak."""
    if channel.state not in SPEAKING_CHANNELS:
        return "channel_silent"
    is_logged_out = channel.account is not None and channel.account.state == LOGGED_OUT
    return "log_in_lost" if is_logged_out else ""


def connector_of(account: Account, client: Client | None = None) -> Connector:
    """The connector that speaks for this account. Raises `connectors.register.UnknownKind`."""
    secret = Secret(account.secret) if account.secret else None
    own = {**account.settings, "our_origin": settings.ORIGIN}
    return connector_class(account.kind)(own, secret, client or open_client())


def open_client() -> Client:
    """The guarded door to networks, with the neighbours this installation names."""
    return Client(neighbours=settings.NEIGHBOURS)


def lacking_permissions(account: Account) -> tuple[str, ...]:
    """Permissions that pictures need and this log-in was not given; none of one that cannot be opened."""
    try:
        return connector_of(account).lacking
    except CANNOT_OPEN:
        return ()


def can_renew(kind: str) -> bool:
    """Whether log-ins of this kind go on by themselves before they end."""
    try:
        return connector_class(kind).renew is not Connector.renew
    except LookupError:
        return False


def log_in_ends_at(account: Account) -> datetime | None:
    """When the log-in ends that only a person can renew; None: it goes on by itself."""
    if not can_renew(account.kind):
        return account.expires_at
    try:
        return connector_of(account).ends_for_good
    except CANNOT_OPEN:
        return None


def abilities_of(channel: Channel) -> Abilities:
    """What the network behind a channel can do; an archive, or an account whose settings are broken, can do nothing."""
    try:
        return connector_of(channel.account).abilities if channel.account else Abilities()
    except CANNOT_OPEN:
        return Abilities()


def smallest_visibility(abilities: Abilities) -> str:
    """The one with which the fewest see what is said."""
    return next((one for one in ("direct", "members") if one in abilities.visibilities), "public")


def findings_for(
    channel: Channel, *, title: str, text: str, answers: str = "", media: Sequence[Spoken] = ()
) -> tuple[Finding, ...]:
    """What the network would refuse or cut, found without asking it; `answers` is the native id of what is answered."""
    try:
        connector = connector_of(account_of(channel))
        seen = as_sent(media, connector.abilities.media, some_address, is_read=False)
        to = Ref(answers) if answers else None
        return connector.check(Draft(text, title, to, media=seen, addressee=_handle_of(channel, answers)))
    except CANNOT_OPEN:
        return (Finding("cannot_send", "refuse", "channel"),)


def _handle_of(channel: Channel, native_id: str) -> str:
    """Who wrote the message with this id, "" if nobody knows."""
    if not native_id:
        return ""
    handles = Message.objects.filter(channel=channel, native_id=native_id).values_list("identity__handle", flat=True)
    return handles.first() or ""


def public_url(channel: Channel) -> str:
    """The page of the network that anybody can read, such as the practice network's; "" where there is none."""
    try:
        return connector_of(channel.account).public_url if channel.account else ""
    except CANNOT_OPEN:
        return ""


def counted(limit: Counting) -> dict[str, str]:
    """For the field a text is typed in: what the page needs to count as the network does."""
    units = {"graphemes": "grapheme", "utf8_bytes": "byte", "utf16_units": "utf16", "weighted": "weighted"}
    return {
        "data-max": str(limit.maximum or ""),
        "data-link": str(limit.link_length or ""),
        "data-unit": units.get(limit.rule, ""),
        "data-short": "short" if limit.short_mentions else "",
    }


def text_limit(channel: Channel) -> Counting:
    """How the network measures a text: rule, maximum, links, titles."""
    return abilities_of(channel).counting


def media_limit(channel: Channel) -> MediaAbility:
    """How many pictures of which types and sizes the network takes, and whether it wants alternative texts."""
    return abilities_of(channel).media


def draft_of(dispatch: Dispatch) -> Draft:
    """A dispatch's words and pictures as a connector takes them."""
    message = dispatch.message
    spoken = spoken_with(message)
    return Draft(
        text=message.text,
        title=message.title,
        reply_to=Ref(message.reply_to_native_id) if message.reply_to_native_id else None,
        thread=message.thread_native_id,
        media=as_sent(spoken, abilities_of(dispatch.channel).media, address_for(dispatch)) if spoken else (),
        visibility=message.visibility,  # type: ignore[arg-type]  # a database check holds it to the three
        card=card_said(dispatch),
    )
