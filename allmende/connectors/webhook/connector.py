"""Any service that takes signed webhooks. What it tells comes by `inbound.received`; there is nothing to fetch."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.neutral import Author, Batch, Draft, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.webhook import signature, write

# Nothing is collected there.
NEVER_HEARS = timedelta(hours=1)
LONGEST_TEXT, LONGEST_TITLE = 50_000, 300
# So long a receiver must know an id again (docs/how-to-webhook.md).
MEMORY = timedelta(hours=24)
# What a receiver answers is mostly no more than "ok", of whatever type or none; an empty one must not stand last in Accept.
TYPES = ("application/json", "", "text/plain", "text/html", "application/xml", "text/xml", "application/octet-stream")

_PUSHED = "Whatever the service tells is pushed (`inbound.received`); there is nothing to collect."
_NEITHER = "What was handed to another service can neither be taken back nor read there."


class Webhook(Connector):
    """Settings, as made at log-in: `host`. The secret is JSON with `url` and `secret`: addresses of hooks are often keys themselves.
    `quarantine_seconds` is for drills."""

    kind = "webhook"
    login: ClassVar[Login] = Login(
        "password",
        (Question("url", "https://example.org/hooks/allmende"), Question("secret", "whsec_...", is_secret=True)),
    )
    gaps: ClassVar[Mapping[str, str]] = {
        "collect_gives_each_item_once_and_ends": _PUSHED,
        "collect_finds_what_came_after_the_end": _PUSHED,
        "send_gives_a_receipt_and_the_words_come_back_as_ours": _PUSHED,
        "a_reply_stands_in_its_thread": _PUSHED,
        "the_same_key_never_doubles_where_a_network_knows_keys": _PUSHED,
        "each_moderation_verb_works_and_twice_is_once": _PUSHED,
        "withdrawn_twice_is_withdrawn_once": _NEITHER,
        "measure_reads_the_declared_counters_of_what_still_stands": _NEITHER,
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        """Ask the receiver whether it knows our signature (`ping`)."""
        url, secret = answers.get("url", "").strip(), answers.get("secret", "").strip()
        try:
            parts = urlsplit(url)
            is_address = (
                parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username and url.isprintable()
            )
        except ValueError:
            is_address = False
        if not is_address or len(url) > 2_000:
            raise Refused("bad_answer", "url")
        try:
            signature.key_of(secret)
        except ValueError:
            raise Refused("bad_answer", "secret") from None
        granted = Granted({"host": str(parts.hostname)[:200]}, Secret(json.dumps({"url": url, "secret": secret})))
        try:
            cls(granted.settings, granted.secret, client).whoami()
        except Refused as error:
            raise Refused(error.reason_code, "url") from error
        return granted

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST_TEXT, has_title=True, title_maximum=LONGEST_TITLE),
            idempotency=Idempotency("key", MEMORY),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", 90))),
            can_send=True,
            can_thread=True,
            can_test_unseen=True,
            is_told=True,
            visibilities=frozenset({"public", "members", "direct"}),
            ask_every=NEVER_HEARS,
        )

    def whoami(self) -> Author:
        url, _ = self._kept()
        try:
            self._post(write.ping(datetime.now(UTC)), f"ping_{secrets.token_hex(16)}")
        except Unclear as error:  # nothing was to be done
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error
        host = str(urlsplit(url).hostname)
        return Author(hashlib.sha256(url.encode()).hexdigest()[:40], host, host, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        return iter(())

    def send(self, draft: Draft, key: str) -> Receipt:
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        url, _ = self._kept()
        at, webhook_id = datetime.now(UTC), write.webhook_id(url, key)
        return Receipt(_ref(self._post(write.said(draft, webhook_id, at), webhook_id), webhook_id), at)

    def _post(self, event: dict[str, Any], webhook_id: str) -> Answer:
        """One signed delivery. LoggedOut also for 410: the receiver wants no more of it."""
        url, key = self._kept()
        body, timestamp = write.written(event), int(datetime.now(UTC).timestamp())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": webhook_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature.signature(key, webhook_id, timestamp, body),
        }
        try:
            return self.client.speak("POST", url, content=body, headers=headers, types=TYPES)
        except Refused as error:
            if error.detail.startswith("410"):
                raise LoggedOut("hook_is_gone", error.detail) from error
            raise

    def _kept(self) -> tuple[str, bytes]:
        try:
            kept = json.loads(self.secret.reveal() if self.secret else "")
            return str(kept["url"]), signature.key_of(str(kept["secret"]))
        except (KeyError, TypeError, ValueError):
            raise LoggedOut("no_token") from None


def _ref(answer: Answer, webhook_id: str) -> Ref:
    """The name the receiver gives it, if it says one; else ours."""
    try:
        told = answer.json()
        native_id, url = told.get("id"), told.get("url")
    except (ConnectorError, AttributeError):
        return Ref(webhook_id)
    is_name = isinstance(native_id, str) and 0 < len(native_id) <= 255
    is_url = isinstance(url, str) and url.startswith("https://") and len(url) <= 500
    return Ref(native_id if is_name else webhook_id, url if is_url else "")
