"""Telegram as a connector."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.checking import check_draft, text_length
from allmende.connectors.contract import Abilities, Budget, Connector, Counting, FilmAbility, Idempotency, MediaAbility
from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Receipt, Ref, Visibility
from allmende.connectors.telegram import login as entry
from allmende.connectors.telegram import read, write
from allmende.connectors.telegram.door import Door
from allmende.connectors.telegram.listen import Ear
from allmende.connectors.telegram.names import Place, place_of
from allmende.connectors.telegram.wait import HELD, PAUSE, wait_for_updates

# What Telegram grants a bot in one group.
GROUP_BUDGET = Budget(20, timedelta(minutes=1))
LONGEST_CAPTION = 1024
QUARANTINE_SECONDS = 90.0

# The documents say characters; their entities are counted in UTF-16 code units, and that is never less.
_COUNTING = Counting("utf16_units", 4096)
# An album is several messages, of which a receipt names one: what could not be taken back whole is not offered.
_MEDIA = MediaAbility(
    maximum=1,
    types=frozenset({"image/jpeg", "image/png", "image/webp"}),
    maximum_bytes=9_900_000,
    alt_text="none",
    # The documents' 50 MB for what a bot uploads, and MPEG4 alone is shown as a film.
    films=FilmAbility(frozenset({"video/mp4"}), 50_000_000),
)
_NOT_OWN = "A bot is never told its own words."
_PAGES = (
    "Asking for the next hundred makes Telegram forget the last: each call tells one page, and the next call goes on."
)
_NO_DELETIONS = "Bots are told of no deletion."


class Telegram(Connector):
    """Settings, as made at log-in: `server`, `network`, `bot_id`, `username`, `name`, `chat` (`id`, `type`, `title`, `name`),
    `discussion` (`id`, `name`, or None), `can_remove`, `url`. `quarantine_seconds` and `pause_seconds` are for drills.

    Nothing keeps a repeated message from being doubled, and there is no list of our own: `find` is for a person to do.
    """

    kind = "telegram"
    login: ClassVar[Login] = entry.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "collect_gives_each_item_once_and_ends": _PAGES,
        "collect_continues_at_every_cursor": _PAGES,
        "send_gives_a_receipt_and_the_words_come_back_as_ours": _NOT_OWN,
        "a_reply_stands_in_its_thread": _NOT_OWN,
        "withdrawn_twice_is_withdrawn_once": _NO_DELETIONS,
        "edited_twice_is_edited_once_and_comes_back_with_its_new_words": _NOT_OWN,
        "each_moderation_verb_works_and_twice_is_once": _NO_DELETIONS,
        "measure_reads_the_declared_counters_of_what_still_stands": "Bots can ask for no counters.",
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            counting=_COUNTING,
            media=_MEDIA,
            idempotency=Idempotency("none"),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            can_mention=True,
            # A webhook would end the reading of updates, from which the ear lives.
            tells_by=frozenset({"held_question"}),
            can_thread=True,
            can_edit=True,
            can_delete=True,
            # Whoever can read the chat reads it: nobody can say something there to fewer.
            visibilities=frozenset({"public", self._visibility}),
            history="none",
            moderation=frozenset({"remove"}) if self.settings.get("can_remove") else frozenset(),
            budgets=(GROUP_BUDGET,),
        )

    def whoami(self) -> Author:
        told = self._door().read("getMe")
        try:
            return read.author({"from": told, "chat": {}}, read.Where(told["id"], 0))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def collect(self, cursor: str) -> Iterator[Batch]:
        discussion = self._discussion
        where = read.Where(self._number("bot_id"), self._chat, discussion, self._visibility)
        yield from Ear(self._door(), where, cursor, datetime.now(UTC)).batches()

    def stream(self, heard: Callable[[bool], bool]) -> None:
        limits, pause = self.client.limits, float(self.settings.get("pause_seconds", PAUSE))
        held = min(HELD, limits.silence_seconds / 2, limits.whole_seconds / 2)
        wait_for_updates(self._door(), heard, limits.whole_seconds, held, pause)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees what it answers; words below a picture are shorter than others."""
        seen = replace(draft, visibility="public") if draft.reply_to else draft
        found = check_draft(self.abilities, seen)
        length = text_length(_COUNTING, draft.text)
        if not draft.media or length <= LONGEST_CAPTION:
            return found
        others = tuple(finding for finding in found if finding.code != "text_too_long")
        return (Finding("text_too_long", "refuse", "text", {"length": length, "maximum": LONGEST_CAPTION}), *others)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        answered = _place(draft.reply_to) if draft.reply_to else None
        said = write.message(draft, answered.chat if answered else self._chat, answered)
        if draft.media:
            medium, limits = draft.media[0], self._upload_limits(draft.media[0], self._prepared_by(draft))
            with self._body(medium) as body:
                method, more, files = write.shown(medium, body)
                told = self._door().speak(method, {**said, **more}, files, limits)
        else:
            told = self._door().speak("sendMessage", said)
        try:
            return read.receipt(told, read.text_of(told["chat"], "username"))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise Unclear("garbled", type(error).__name__) from error

    def withdraw(self, ref: Ref) -> None:
        self._delete(_place(ref))

    def edit(self, ref: Ref, draft: Draft) -> None:
        """Words stand as a text or below a picture; which, only Telegram knows, and refuses the wrong one."""
        self._refuse_unfit_words(ref, draft)
        door, said = self._door(), write.edited(draft, _place(ref))
        try:
            door.speak("editMessageText", said)
        except Refused as error:
            if error.reason_code == "captioned":
                self._edit_caption(door, said)
            elif error.reason_code != "not_modified":
                raise

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        self._delete(_place(ref))

    @property
    def public_url(self) -> str:
        url = self.settings.get("url")
        return url if isinstance(url, str) and self._visibility == "public" else ""

    @property
    def _chat(self) -> int:
        chat = self.settings.get("chat")
        number = chat.get("id") if isinstance(chat, Mapping) else None
        if not isinstance(number, int):
            raise Refused("bad_setting", "chat")
        return number

    @property
    def _discussion(self) -> int:
        group = self.settings.get("discussion")
        number = group.get("id") if isinstance(group, Mapping) else None
        return number if isinstance(number, int) else 0

    @property
    def _visibility(self) -> Visibility:
        chat = self.settings.get("chat")
        return "public" if isinstance(chat, Mapping) and chat.get("name") else "members"

    def _number(self, name: str) -> int:
        value: Any = self.settings.get(name)
        return value if isinstance(value, int) else 0

    def _door(self) -> Door:
        return Door(str(self.settings.get("server") or ""), self.secret, self.client)

    def _edit_caption(self, door: Door, said: Mapping[str, Any]) -> None:
        told = {name: value for name, value in said.items() if name != "text"}
        try:
            door.speak("editMessageCaption", told | {"caption": said["text"]})
        except Refused as error:
            if error.reason_code != "not_modified":
                raise

    def _delete(self, place: Place) -> None:
        """Take a message away; one that is gone counts as done. Telegram lets most go for two days only: `too_old`."""
        try:
            self._door().speak("deleteMessage", {"chat_id": place.chat, "message_id": place.message})
        except Refused as error:
            if error.reason_code != "not_found" or "chat not found" in error.detail.lower():
                raise


def _place(ref: Ref) -> Place:
    try:
        return place_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None
