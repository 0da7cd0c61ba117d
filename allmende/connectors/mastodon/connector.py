"""One account at a Mastodon server, or at one that speaks its client API."""

import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from allmende.connectors.checking import check_draft
from allmende.connectors.contract import LONGEST_PREPARATION, Abilities, Connector
from allmende.connectors.errors import CannotLook, Refused, TryLater, Unclear
from allmende.connectors.http import Answer, Client, Limits
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.mastodon import instance, login, read, seek, write
from allmende.connectors.mastodon.door import Door
from allmende.connectors.mastodon.listen import Ear, unless_gone
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Media, Reading, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of

# The server's clock may differ from ours by so much; older statuses than that are not ours.
ASK_EVERY = timedelta(seconds=15)
CLOCK_MARGIN = timedelta(minutes=2)
TOO_LONG = "The pictures or the film took too long."
# What a server answers that does not know where its events should be.
NO_EVENTS = frozenset({"not_found", "rejected", "unexpected_type"})
# Preparation, the client's longest answer, and a busy server's late acceptance.
QUARANTINE_SECONDS = 180.0


class Mastodon(Connector):
    """Settings, as made at log-in: `server`, `network` (the name behind the handles), `account_id`, `handle`, `url`,
    `software`, `limits`, `since`. `quarantine_seconds` is for drills; the default outlasts the client's limits.

    Measures against members' messages are the server's moderators' alone: an ordinary account can mute, block and
    report, but neither hide nor remove.
    """

    # Looking at what is answered and uploading pictures, or a film, together; then the words themselves have their whole time.
    preparation_seconds = LONGEST_PREPARATION.total_seconds()
    poll_seconds = 0.5

    kind = "mastodon"
    login: ClassVar[Login] = login.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "withdrawn_twice_is_withdrawn_once": "The network keeps no trace of what was deleted before it was first read.",
    }

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        super().__init__(settings, secret, client)
        self._who: Author | None = None

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.begin(answers, return_url, client)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        return session_of(self.secret).expires_at

    def renew(self) -> Secret:
        return login.renew(self._server, session_of(self.secret), self.client)

    @property
    def abilities(self) -> Abilities:
        name, limits = self._software, self._limits
        return Abilities(
            counting=instance.counting(name, limits),
            media=instance.media_ability(limits),
            idempotency=instance.idempotency(name),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            can_thread=True,
            parts=frozenset({"thread", "comment"}),
            can_edit=name == instance.MASTODON,
            can_delete=True,
            can_test_unseen=True,
            visibilities=frozenset(write.NATIVE),
            tells_by=frozenset({"events", "socket"}),
            history="oldest_first",
            readings=frozenset(read.COUNTERS),
            ask_every=ASK_EVERY,
            budgets=instance.budgets(name),
        )

    def whoami(self) -> Author:
        answer = self._door().read("v1/accounts/verify_credentials")
        with answer.understood():
            account = answer.json()
            return read.author(account, read.Us(read.id_of(account), self._host))

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = read.moment(since) if isinstance(since, str) else None
        yield from Ear(self._door(), self._us(), cursor, horizon, datetime.now(UTC)).batches()

    def stream(self, heard: Callable[[bool], bool]) -> None:
        """Server-sent events; from servers that have none (GoToSocial, Pleroma and their kin) the same by web socket."""
        door = self._door()
        try:
            door.follow("v1/streaming/user/notification", heard)
        except (Refused, TryLater) as error:
            if error.reason_code not in NO_EVENTS:
                raise
            door.converse("v1/streaming", "user:notification", heard)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """As it will be sent: with the name in front of whoever is answered, as far as it is known."""
        name = draft.addressee or (write.supposed_name(draft.reply_to.url) if draft.reply_to else "")
        ours = str(self.settings.get("handle", "")).lower()
        is_other = bool(draft.reply_to) and name.lower() not in ("", ours, ours.partition("@")[0])
        text = write.addressed(draft.text, name) if is_other and draft.text.strip() else draft.text
        return check_draft(self.abilities, replace(draft, text=text))

    def send(self, draft: Draft, key: str) -> Receipt:
        if not draft.text.strip() and not draft.media:
            raise Refused("text_empty")  # some servers would take it
        is_film = any(medium.is_film for medium in draft.media)
        door, end = self._door(), time.monotonic() + (self.film_seconds if is_film else self.preparation_seconds)
        answered = self._answered(door, draft.reply_to) if draft.reply_to else None
        media_ids = [self._uploaded(door, medium, end) for medium in draft.media]
        said = write.status(draft, answered, self._us().account_id, media_ids, self.abilities.counting)
        if self._software != instance.MASTODON:
            said["content_type"] = "text/plain"  # elsewhere the account's own settings may make markup of it
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail=TOO_LONG)
        self._refuse_stopped(draft)
        answer = door.speak("POST", "v1/statuses", json=said, headers={"Idempotency-Key": key})
        with answer.understood():
            return read.receipt(answer.json())

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """In the list of our statuses; an answer also below what it answers.

        Mastodon lists all of our own to us. Others leave out what not everybody may see: what is not found then is
        known to be absent by nobody, CannotLook.
        """
        door, us, earliest = self._door(), self._us().account_id, since - CLOCK_MARGIN

        def matches(status: Mapping[str, Any]) -> bool:
            is_ours = read.id_of(status["account"]) == us
            return is_ours and read.id_of(status) not in claimed and write.is_same(draft, status)

        found = seek.in_own_list(door, us, matches, earliest)
        if found is None and draft.reply_to is not None:
            found = seek.below(door, draft.reply_to.native_id, matches, earliest)
        is_listed = self._software == instance.MASTODON or draft.reply_to is not None or draft.visibility == "public"
        if found is not None or is_listed:
            return found
        found = seek.at_home(door, matches, earliest)
        if found is None:
            raise CannotLook
        return found

    def edit(self, ref: Ref, draft: Draft) -> None:
        """What is not said again is gone at Mastodon: its pictures, its warning, the name in front of an answer."""
        if not self.abilities.can_edit:
            raise self._unable("edit")
        if not draft.text.strip():
            raise Refused("text_empty")
        door = self._door()
        answer = door.read(_path(ref))
        with answer.understood():
            said, parent = write.edited(draft, answer.json()), read.parent_of(answer.json())
        said["status"] = write.addressed(said["status"], self._name_at(door, parent)) if parent else said["status"]
        door.speak("PUT", _path(ref), json=said)

    def withdraw(self, ref: Ref) -> None:
        unless_gone(lambda: self._door().speak("DELETE", _path(ref)))

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            answer = unless_gone(lambda ref=ref: door.read(_path(ref)))
            if answer is not None:
                with answer.understood():
                    found += read.readings(answer.json(), read_at)
        return tuple(found)

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) else ""

    @property
    def _server(self) -> str:
        return str(self.settings.get("server") or "")

    @property
    def _host(self) -> str:
        handle = str(self.settings.get("handle") or "")
        return handle.rpartition("@")[2] if "@" in handle else urlsplit(self._server).netloc

    @property
    def _software(self) -> str:
        return str(self.settings.get("software") or "other")

    @property
    def _limits(self) -> Mapping[str, Any]:
        limits = self.settings.get("limits")
        return limits if isinstance(limits, Mapping) else {}

    def _us(self) -> read.Us:
        known = str(self.settings.get("account_id") or "")
        if not known:
            self._who = self._who or self.whoami()
            known = self._who.native_id
        return read.Us(known, self._host)

    def _door(self) -> Door:
        return Door(self.settings, session_of(self.secret), self.client)

    def _answered(self, door: Door, ref: Ref) -> Mapping[str, Any]:
        answer = door.read(_path(ref))
        with answer.understood():
            status = answer.json()
            _ = read.id_of(status), read.id_of(status["account"])
            return dict(status)

    def _name_at(self, door: Door, native_id: str) -> str:
        """Whom a status is of, as they are named; "" of our own, and of one that is gone."""
        answer = unless_gone(lambda: door.read(_path(Ref(native_id))))
        if answer is None:
            return ""
        with answer.understood():
            account = answer.json()["account"]
            return "" if read.id_of(account) == self._us().account_id else str(account.get("acct") or "")

    def _uploaded(self, door: Door, medium: Media, end: float) -> str:
        """The id of a picture or film that the server has finished working on. Nobody sees one without words, so whatever stays
        unclear here can be done again."""
        try:
            answer = self._upload(door, medium, self._upload_limits(medium, end))
            with answer.understood():
                native_id, is_ready = read.id_of(answer.json()), answer.status != 202
            while not is_ready:
                self._wait_for(medium, end, self.poll_seconds)
                is_ready = door.read(f"v1/media/{quote(native_id, safe='')}").status == 200
            return native_id
        except Unclear as error:
            raise TryLater(reason_code=error.reason_code, detail=error.detail) from error

    def _upload(self, door: Door, medium: Media, limits: Limits | None) -> Answer:
        form = {"description": medium.alt} if medium.alt.strip() else {}
        with self._body(medium) as body:
            files = {"file": (medium.name or "picture", body, medium.media_type)}
            try:
                return door.speak("POST", "v2/media", form=form, files=files, limits=limits)
            except Refused as error:
                if error.reason_code != "not_found":
                    raise
                return door.speak("POST", "v1/media", form=form, files=files, limits=limits)


def _path(ref: Ref) -> str:
    return f"v1/statuses/{quote(ref.native_id, safe='')}"
