"""A mailbox and the newsletter sent from it."""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import SENDING_OFF, CannotLook, ConnectorError, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.mail import login, mailbox, search, submit, write
from allmende.connectors.mail.keys import EXPIRED
from allmende.connectors.mail.listen import INBOX, Ear
from allmende.connectors.mail.login import place_of, setting_of
from allmende.connectors.mail.mailbox import Mailbox
from allmende.connectors.mail.write import Sender
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Receipt, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from allmende.connectors.wire import ask_leave

# Two servers are entered before a word is said; that time is taken from what the answer may take.
# Each look is a log-in; mailboxes lock out those who come too often.
ASK_EVERY = timedelta(minutes=2)
MORE_PREPARATION_SECONDS = 10.0
# Who comes too often with a log-in that is not taken is locked out.
SENDING_OFF_WAIT = timedelta(minutes=15)
LONGEST_TEXT, LONGEST_TITLE = 50_000, 200

_MEDIA = MediaAbility(
    maximum=4,
    types=frozenset({"image/jpeg", "image/png", "image/gif"}),
    maximum_bytes=2_000_000,
    alt_text="optional",
    alt_maximum=900,
)


class Mail(Connector):
    """Settings, as made at log-in: `address`, `user`, `name`, `imap` and `smtp` (host:port), `newsletter` (the list's address, ""
    if there is none), `unsubscribe`, `sent` and `drafts` (folders), `since`; of a log-in in the browser `way` (the provider) and
    `tenant`. For drills: `quarantine_seconds`, `exchange`.

    Mail has no memory of keys, so we keep one: what is about to be said lies in the drafts first, and among what was sent as soon
    as the server took it. In neither it certainly was not said; in the drafts alone nobody but a person can know.
    """

    kind = "mail"
    login: ClassVar[Login] = login.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "withdrawn_twice_is_withdrawn_once": "A letter that was delivered cannot be taken back.",
        "measure_reads_the_declared_counters_of_what_still_stands": "Mail counts nothing, and nothing can be taken back.",
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return login.log_in(answers, client)

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        return login.begin(answers, return_url)

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        return login.finish(kept, code, client)

    @property
    def expires_at(self) -> datetime | None:
        return session_of(self.secret).expires_at if setting_of(self.settings, "way") else None

    def renew(self) -> Secret:
        return login.renew(self.settings, self.secret, self.client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=Counting("characters", LONGEST_TEXT, has_title=True, title_maximum=LONGEST_TITLE),
            media=_MEDIA,
            idempotency=Idempotency("chosen_id"),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", 180))),
            can_send=True,
            can_thread=True,
            visibilities=frozenset({"public", "members", "direct"}),
            history="oldest_first",
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        with self._mailbox():
            sender = self._sender
            return Author(sender.address, sender.address, sender.name or sender.address, is_us=True)

    def collect(self, cursor: str) -> Iterator[Batch]:
        written = setting_of(self.settings, "since")
        since = datetime.fromisoformat(written) if written else None
        with self._mailbox() as box:
            yield from Ear(
                box, self._sender, setting_of(self.settings, "sent"), cursor, since, datetime.now(UTC)
            ).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """Also whether there is anybody to write to: a newsletter has no smaller circle than its list."""
        found = super().check(draft)
        if draft.reply_to is not None:
            return found
        if not self._sender.newsletter:
            return (Finding("cannot_send", "refuse", "channel"), *found)
        if draft.visibility == "direct":
            return (*found, Finding("visibility_unknown", "refuse", "visibility", {"visibility": draft.visibility}))
        return found

    def send(self, draft: Draft, key: str) -> Receipt:
        """Kept among the drafts, handed in with `ask_leave`, moved to what was sent. A no of the server leaves nothing behind."""
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused("rejected", refusal)
        end, sender = self._prepared_by(draft) + MORE_PREPARATION_SECONDS, self._sender
        native_id, at = write.message_id(sender, key), datetime.now(UTC)
        with self._mailbox() as box:
            answered = search.anywhere(box, [INBOX, self._sent], draft.reply_to.native_id) if draft.reply_to else None
            if draft.reply_to is not None and answered is None:
                raise Refused("not_found", draft.reply_to.native_id)
            to, letter = write.letter(draft, sender, answered, key, at)
            if any(search.in_folder(box, folder, native_id) for folder in (self._sent, self._drafts)):
                raise Unclear("already_there", native_id)
            smtp = place_of(setting_of(self.settings, "smtp"), 465, "smtp")
            with _only_sending():
                counter = submit.enter(self.client, smtp, login.key_of(self.settings, self.secret))
            try:
                box.keep(self._drafts, letter, "(\\Seen \\Draft)", at)
                patience = max(self.client.limits.whole_seconds - MORE_PREPARATION_SECONDS, 1.0)
                ask_leave.get()(patience)
                with _only_sending():
                    counter.hand_in(sender.address, to, letter, until=end, patience=patience)
            except (TryLater, Refused, LoggedOut):
                self._forget(box, native_id)
                raise
            finally:
                counter.end()
            # It is said. Whatever fails from here on must not let it be said again.
            with suppress(ConnectorError):
                if search.in_folder(box, self._sent, native_id) is None:
                    box.keep(self._sent, letter, "(\\Seen)", at)
                self._forget(box, native_id)
        return Receipt(Ref(native_id), at)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among what was sent, else a list's copy in the inbox. What lies in the drafts alone was perhaps said: CannotLook."""
        native_id = write.message_id(self._sender, key)
        with self._mailbox() as box:
            for folder in (self._sent, INBOX):
                found = search.in_folder(box, folder, native_id)
                if found is None:
                    continue
                if " ".join(draft.text.split()) not in " ".join(found.text.split()):
                    raise Refused("text_differs", native_id)
                return Receipt(Ref(native_id), found.arrived)
            if search.in_folder(box, self._drafts, native_id) is not None:
                raise CannotLook("cannot_look", f"In the drafts: {native_id}")
        return None

    @property
    def _sender(self) -> Sender:
        names = ("address", "name", "newsletter", "unsubscribe")
        return Sender(*(setting_of(self.settings, name) for name in names))

    @property
    def _sent(self) -> str:
        return setting_of(self.settings, "sent") or "Sent"

    @property
    def _drafts(self) -> str:
        return setting_of(self.settings, "drafts") or "Drafts"

    @contextmanager
    def _mailbox(self) -> Iterator[Mailbox]:
        place = place_of(setting_of(self.settings, "imap"), 993, "imap")
        box = mailbox.enter(self.client, place, login.key_of(self.settings, self.secret))
        try:
            yield box
        finally:
            box.end()

    def _forget(self, box: Mailbox, native_id: str) -> None:
        """Take it out of the drafts; if that fails it stays there, and a person will see it."""
        with suppress(ConnectorError):
            box.open(self._drafts, to_write=True)
            box.drop(box.with_id(native_id))


@contextmanager
def _only_sending() -> Iterator[None]:
    """The mailbox has just opened with the same log-in: what its other server has against it keeps nobody from reading letters.
    When the account was connected it took them: for a while, or until an administrator helps."""
    try:
        yield
    except LoggedOut as error:
        if error.reason_code == EXPIRED:
            raise
        raise TryLater(SENDING_OFF_WAIT, SENDING_OFF, error.detail) from error
