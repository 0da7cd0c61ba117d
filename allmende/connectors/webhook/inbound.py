"""What somebody posts to us -> neutral items, after proof that they may. The JSON is documented in docs/how-to-webhook.md."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allmende.connectors.neutral import NOTHING, Author, Item, Kind, Ref, Visibility
from allmende.connectors.secret import Secret
from allmende.connectors.webhook.signature import is_signed

TOLERANCE = timedelta(minutes=5)
LARGEST_BODY, MOST_ITEMS = 1_000_000, 100
LONGEST_ID, LONGEST_NAME, LONGEST_TEXT, LONGEST_URL = 255, 200, 200_000, 2_000
TYPES = ("message.created", "message.edited", "message.deleted", "gesture.made")
ARRIVALS = {"link.arrived": "arrived_from_link", "link.completed": "completed_on_site"}
LONGEST_CODE = 12
_VISIBILITIES: tuple[Visibility, ...] = ("public", "members", "direct")


class NotReceived(Exception):
    """Not taken in. `status`: what to answer; `reason`: for whoever sent it, without any of its words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.reason = reason


class _Wrong(ValueError):
    """The field of the documented JSON that is missing or cannot be read."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came to a site by our link, or did there what the link was made for. Nobody is named."""

    native_id: str
    code: str
    act: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """`webhook_id`: whoever stores the items refuses it the second time."""

    webhook_id: str
    items: tuple[Item, ...]
    arrivals: tuple[Arrival, ...] = ()


def received(headers: Mapping[str, str], body: bytes, secret: Secret, now: datetime) -> Received:
    """The items of a signed delivery. `headers` in any case of letters, `body` as it came, byte for byte, `now` aware.

    NotReceived: 401 not signed by whoever knows the secret (two may be given, a blank between), or older or newer than five
    minutes; 413 too large; 400 not the JSON that is documented, with the field that is wrong.
    """
    known = {name.lower(): value for name, value in headers.items()}
    webhook_id, written = known.get("webhook-id", ""), known.get("webhook-timestamp", "")
    if len(body) > LARGEST_BODY:
        raise NotReceived(413, "too_large")
    if not 0 < len(webhook_id) <= LONGEST_ID or not (webhook_id.isascii() and webhook_id.isprintable()):
        raise NotReceived(401, "no_id")
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        raise NotReceived(401, "no_timestamp")
    try:
        is_ours = is_signed(secret.reveal(), webhook_id, int(written), body, known.get("webhook-signature", ""))
    except ValueError:
        raise NotReceived(401, "no_secret") from None
    if not is_ours:
        raise NotReceived(401, "not_signed")
    if abs(int(written) - now.timestamp()) > TOLERANCE.total_seconds():
        raise NotReceived(401, "too_old_or_too_new")
    found, arrived = told(body)
    return Received(webhook_id, found, arrived)


def items(body: bytes) -> tuple[Item, ...]:
    """The items a delivery tells of. Raises NotReceived(400)."""
    return told(body)[0]


def told(body: bytes) -> tuple[tuple[Item, ...], tuple[Arrival, ...]]:
    """The items and the arrivals by tracked links a delivery tells of. Raises NotReceived(400)."""
    try:
        given = json.loads(body)
    except (RecursionError, ValueError):
        raise NotReceived(400, "not_json") from None
    try:
        kind, happened, data = given["type"], _moment(given, "timestamp"), given["data"]
        rows = data if isinstance(data, list) else [data]
        if kind not in (*TYPES, *ARRIVALS):
            raise _Wrong("type")
        if len(rows) > MOST_ITEMS:
            raise _Wrong("data")
        if kind in ARRIVALS:
            return (), tuple(_arrival(ARRIVALS[kind], row, happened) for row in rows)
        return tuple(_item(kind, row, happened) for row in rows), ()
    except (_Wrong, KeyError) as error:  # the names are ours, whatever was sent
        raise NotReceived(400, f"not_understood: {error.args[0]}") from None
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        raise NotReceived(400, "not_understood: data") from None


def _item(kind: str, row: Mapping[str, Any], happened: datetime) -> Item:
    native_id, is_gesture, is_gone = _text(row, "id", LONGEST_ID), kind == "gesture.made", kind == "message.deleted"
    occurred_at = _moment(row, "occurred_at") if "occurred_at" in row else happened
    parent, target = _text(row, "reply_to", LONGEST_ID, ""), _text(row, "target", LONGEST_ID, "")
    thread = _text(row, "thread", LONGEST_ID, "") or parent or target or native_id
    url = _text(row, "url", LONGEST_URL, "")
    item_kind: Kind = "gesture" if is_gesture else "message"
    words = is_gesture or is_gone
    return Item(
        Ref(native_id, url if url.startswith(("https://", "http://")) else ""),
        item_kind,
        _text(row, "act", 24) if is_gesture else _text(row, "act", 24, "") or ("commented" if parent else "posted"),
        None if is_gone and "author" not in row else _author(row["author"]),
        occurred_at,
        thread,
        reply_to=parent,
        target=target,
        title="" if words else _text(row, "title", 300, ""),
        text="" if words else _text(row, "text", LONGEST_TEXT, ""),
        html="" if words else _text(row, "html", LONGEST_TEXT, ""),
        visibility=_visibility(row),
        edited_at=happened if kind == "message.edited" else None,
        deleted_at=happened if is_gone else None,
        extra=_extra(row),
    )


def _arrival(act: str, row: Mapping[str, Any], happened: datetime) -> Arrival:
    """Whatever else the site says of somebody is not read."""
    occurred_at = _moment(row, "occurred_at") if "occurred_at" in row else happened
    return Arrival(_text(row, "id", LONGEST_ID), _text(row, "link", LONGEST_CODE), act, occurred_at)


def _author(told: Mapping[str, Any]) -> Author:
    """Whoever it was, it was not us: what we say is never told to us."""
    native_id = _text(told, "id", LONGEST_ID)
    return Author(
        native_id,
        _text(told, "handle", LONGEST_ID, ""),
        _text(told, "name", LONGEST_NAME, ""),
        is_bot=told.get("is_bot") is True,
    )


def _visibility(row: Mapping[str, Any]) -> Visibility:
    value = row.get("visibility", "public")
    if value not in _VISIBILITIES:
        raise _Wrong("visibility")
    found: Visibility = value
    return found


def _extra(row: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = row.get("extra", NOTHING)
    if not isinstance(extra, Mapping) or len(extra) > 50:
        raise _Wrong("extra")
    # Only the reader itself may say which class an author is of.
    return {
        name: value
        for name, value in extra.items()
        if name != "author_class" and isinstance(value, str | int | float | bool)
    }


def _text(row: Mapping[str, Any], name: str, longest: int, otherwise: str | None = None) -> str:
    value = row.get(name, otherwise)
    if not isinstance(value, str) or len(value) > longest or (otherwise is None and not value):
        raise _Wrong(name)
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair is no text
        raise _Wrong(name) from None
    return value


def _moment(row: Mapping[str, Any], name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(row[name])
        if moment.tzinfo is None:
            raise _Wrong(name)
        return moment.astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        raise _Wrong(name) from None
