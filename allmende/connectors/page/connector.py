"""Our own page. `send` gives our own id; the room `hub` shows the sent messages, and comments come in by `record_batch`."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login, Question
from allmende.connectors.neutral import Author, Batch, Draft, Receipt, Ref
from allmende.connectors.page import write
from allmende.connectors.secret import Secret

LONGEST_TEXT, LONGEST_TITLE, LONGEST_ABOUT = 100_000, 200, 300
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})

_ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_OURS = "It is our own page: whatever is said there stands in our own rows already, so there is nothing to collect."


class Page(Connector):
    """Settings, as made at log-in: `address` (the page's own part of its address), `workspace`, `about`, `imprint`, `privacy`;
    `our_origin` is added for every connector: where this installation is reached."""

    kind = "page"
    login: ClassVar[Login] = Login(
        "password",
        (
            Question("address", "neues-vom-deich"),
            Question("about", is_required=False),
            Question("imprint", "https://example.org/impressum", is_required=False),
            Question("privacy", "https://example.org/datenschutz", is_required=False),
        ),
        is_ours=True,
    )
    gaps: ClassVar[Mapping[str, str]] = {
        "collect_gives_each_item_once_and_ends": _OURS,
        "collect_finds_what_came_after_the_end": _OURS,
        "send_gives_a_receipt_and_the_words_come_back_as_ours": _OURS,
        "a_reply_stands_in_its_thread": _OURS,
        "the_same_key_never_doubles_where_a_network_knows_keys": _OURS,
        "withdrawn_twice_is_withdrawn_once": _OURS,
        "each_moderation_verb_works_and_twice_is_once": _OURS,
        "measure_reads_the_declared_counters_of_what_still_stands": _OURS,
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        """There is nobody to ask: only whether the answers can stand in an address and on a page. Refused."""
        given = {name: answers.get(name, "").strip() for name in ("address", "about", "imprint", "privacy")}
        given["address"] = given["address"].lower()
        if not _ADDRESS.fullmatch(given["address"]) or len(given["address"]) > 60:
            raise Refused("bad_answer", "address")
        if len(given["about"]) > LONGEST_ABOUT:
            raise Refused("bad_answer", "about")
        for name in ("imprint", "privacy"):
            if given[name] and not _is_link(given[name]):
                raise Refused("bad_answer", name)
        workspace = answers.get("our_workspace", "")
        return Granted({**given, "workspace": workspace}, Secret(""))

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST_TEXT, has_title=True, title_maximum=LONGEST_TITLE),
            media=MediaAbility(10, PICTURES, 10_000_000, "required", 1_500, in_answers=4),
            # The id follows from the key alone, so a key is known for ever.
            idempotency=Idempotency("key", timedelta(days=36_500)),
            can_send=True,
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            is_ours=True,
        )

    def whoami(self) -> Author:
        address = str(self.settings["address"])
        return Author(address, address, address, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        return iter(())

    def send(self, draft: Draft, key: str) -> Receipt:
        """Our own id for it. Nothing is asked, so nothing can be unclear; the same key is the same id for ever."""
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        if draft.reply_to is not None and not write.is_ours(draft.reply_to.native_id):
            raise Refused("not_on_page")
        return Receipt(write.receipt(self.public_url, draft, self.native_id(key)), datetime.now(UTC))

    def native_id(self, key: str) -> str:
        """Under which name a dispatch of this key stands on the page."""
        return "b-" + hashlib.sha256(f"{self.settings['address']} {key}".encode()).hexdigest()[:20]

    def withdraw(self, ref: Ref) -> None:
        """The page shows what is not marked as deleted; whoever takes words back marks them."""

    def edit(self, ref: Ref, draft: Draft) -> None:
        """The page shows our rows; whoever corrects words writes them there."""

    @property
    def public_url(self) -> str:
        origin, workspace = self.settings.get("our_origin", ""), self.settings.get("workspace", "")
        return f"{origin}/p/{workspace}/{self.settings['address']}/"


def _is_link(written: str) -> bool:
    try:
        parts = urlsplit(written)
    except ValueError:
        return False
    is_web = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username
    return is_web and written.isprintable() and " " not in written and len(written) <= 500
