"""Discord as a connector."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.answers import endless
from allmende.connectors.checking import check_where_it_stands
from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.discord import login as entry
from allmende.connectors.discord import read, write
from allmende.connectors.discord.door import Door, unless_gone
from allmende.connectors.discord.gateway import Gateway
from allmende.connectors.discord.listen import GuildSource, Row, active_in, archived_in, message_at, messages_after
from allmende.connectors.discord.names import Place, id_of, moment_of, number_at, place_of
from allmende.connectors.errors import Refused
from allmende.connectors.fields import moment, number_of, part_of, rows_of, text_of
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.watching import Ear

# The documents say characters; they are counted in UTF-16 code units somewhere, and that is never less.
LONGEST, LONGEST_TITLE = 2_000, 100
# "The past few minutes", say the documents of a nonce; a new post in a forum has none.
NONCE_LIFE = timedelta(minutes=2)
CLOCK_MARGIN = timedelta(minutes=2)
QUARANTINE_SECONDS, PACE_SECONDS = 90.0, 30.0
MOST_PAGES = 200

_MEDIA = MediaAbility(
    maximum=10,
    types=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
    maximum_bytes=9_900_000,
    alt_text="optional",
    alt_maximum=1024,
)


class Discord(Connector):
    """Settings, as made at log-in: `network`, `guild`, `user_id`, `handle`, `channels` (each `id`, `name`, `type`; the first is
    where we begin to speak), `can_remove`, `can_manage_threads`, `since`. For drills: `server`, `quarantine_seconds`,
    `pace_seconds`, `resume_seconds`."""

    kind = "discord"
    login: ClassVar[Login] = entry.LOGIN
    gaps: ClassVar[Mapping[str, str]] = {
        "measure_reads_the_declared_counters_of_what_still_stands": "Discord counts reactions, and no answers in a channel.",
    }

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def abilities(self) -> Abilities:
        is_forum, measures = self._is_forum, set[Measure]()
        if self.settings.get("can_remove"):
            measures.add("remove")
        if is_forum and self.settings.get("can_manage_threads"):
            measures |= {"lock", "unlock"}
        title = LONGEST_TITLE if is_forum else None
        return Abilities(
            counting=Counting("utf16_units", LONGEST, has_title=is_forum, title_maximum=title),
            media=_MEDIA,
            idempotency=Idempotency("none", can_list_own=True) if is_forum else Idempotency("key", NONCE_LIFE, True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send=True,
            tells_by=frozenset({"socket"}),
            can_thread=True,
            can_edit=True,
            can_delete=True,
            # Whoever can see the channel reads it: nobody can say something there to fewer.
            visibilities=frozenset({"public", "members"}),
            history="newest_first",
            moderation=frozenset(measures),
            readings=frozenset({"reactions"}),
        )

    def whoami(self) -> Author:
        answer = self._door().read("users/@me")
        with answer.understood():
            us = answer.json()
            return read.author({"author": us}, replace(self._where, user_id=str(us["id"])))

    def collect(self, cursor: str) -> Iterator[Batch]:
        since = self.settings.get("since")
        horizon = moment(since) if isinstance(since, str) else None
        forums = frozenset(str(one["id"]) for one in self._channels if one.get("type") in read.FORUMS)
        source = GuildSource(self._door(), self._where, [str(one["id"]) for one in self._channels], forums)
        pace = float(self.settings.get("pace_seconds", PACE_SECONDS))
        for batch in Ear(source, cursor, horizon, datetime.now(UTC), pace, is_rung=self.is_rung).batches():
            yield replace(batch, items=[source.rooted(item) for item in batch.items])

    def stream(self, heard: Callable[[bool], bool]) -> None:
        lists = frozenset(str(one["id"]) for one in self._channels)
        pause = float(self.settings.get("resume_seconds", 1))
        Gateway(self._door(), self.client, self._where.user_id, self._where.guild, lists, pause).listen(heard)

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """An answer is seen by whoever sees what it answers, so there its visibility is no question."""
        return check_where_it_stands(self.abilities, draft)

    def send(self, draft: Draft, key: str) -> Receipt:
        self._refuse_unfit(draft)
        end, answered = self._prepared_by(draft), _place(draft.reply_to) if draft.reply_to else None
        if answered or not self._is_forum:
            path, said = f"channels/{answered.channel if answered else self._home}/messages", {}
            said = write.message(draft, key, answered)
        else:
            path, said = f"channels/{self._home}/threads", write.post(draft)
        body = write.packed(said, draft)
        self._check_time(end)
        answer = self._door().speak("POST", path, **body)
        with answer.understood():
            return read.receipt(answer.json(), self._where.guild)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """Among what was said in its channel or thread since then, or among the forum's posts. The oldest that fits."""
        earliest = since - CLOCK_MARGIN
        answered = _place(draft.reply_to) if draft.reply_to else None
        is_post = answered is None and self._is_forum
        place = answered.channel if answered else self._home
        for row in self._opened(draft, earliest) if is_post else self._said(place, earliest):
            is_ours = text_of(part_of(row, "author"), "id") == self._where.user_id and write.is_same(draft, row)
            if is_ours and id_of(row["channel_id"], row["id"]) not in claimed:
                return read.receipt(row, self._where.guild)
        return None

    def withdraw(self, ref: Ref) -> None:
        self._delete(_place(ref))

    def edit(self, ref: Ref, draft: Draft) -> None:
        """The words of a message, and of a forum's post the name of its thread as well. A thread that was put away is fetched
        again first, as an answer in it would do."""
        self._refuse_unfit_words(ref, draft)
        place, door, title = _place(ref), self._door(), draft.title.strip()
        if place.is_forum_post and len(title) > (self.abilities.counting.title_maximum or len(title)):
            raise Refused("rejected", "title_too_long")
        path = f"channels/{place.channel}/messages/{place.message}"
        try:
            door.speak("PATCH", path, json=write.edited(draft))
        except Refused as error:
            if error.reason_code != "thread_archived":
                raise
            door.speak("PATCH", f"channels/{place.channel}", json={"archived": False})
            door.speak("PATCH", path, json=write.edited(draft))
        if place.is_forum_post and title:
            self._rename(door, place, title)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise Refused("not_supported", measure)
        place = _place(ref)
        if measure == "remove":
            self._delete(place)
        else:
            self._door().speak("PATCH", f"channels/{place.channel}", json={"locked": measure == "lock"})

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            try:
                row = message_at(door, place_of(ref.native_id))
            except ValueError:
                continue
            if row is not None:
                reactions = sum(number_of(one, "count") for one in rows_of(row, "reactions"))
                found.append(Reading(ref, "reactions", reactions, read_at))
        return tuple(found)

    @property
    def _channels(self) -> Sequence[Mapping[str, Any]]:
        return rows_of(self.settings, "channels")

    @property
    def _home(self) -> str:
        if not self._channels:
            raise Refused("bad_setting", "channels")
        return str(self._channels[0]["id"])

    @property
    def _is_forum(self) -> bool:
        return bool(self._channels) and self._channels[0].get("type") in read.FORUMS

    @property
    def _where(self) -> read.Where:
        names = {str(one["id"]): text_of(one, "name") for one in self._channels}
        return read.Where(str(self.settings.get("user_id") or ""), str(self.settings.get("guild") or ""), names)

    def _door(self) -> Door:
        return Door(str(self.settings.get("server") or ""), self.secret, self.client)

    def _said(self, channel: str, earliest: datetime) -> Iterator[Row]:
        """All that was said in a channel since then, oldest first. TryLater if that does not end."""
        after = str(number_at(earliest.timestamp()))
        for _ in range(MOST_PAGES):
            rows, after = messages_after(self._door(), channel, after)
            yield from rows
            if not after:
                return
        raise endless()

    def _opened(self, draft: Draft, earliest: datetime) -> Iterator[Row]:
        """The messages that open those posts of a forum that we made since then under this title, oldest first."""
        door, us = self._door(), self._where.user_id
        threads, before = active_in(door, self._where.guild, self._home), ""
        for _ in range(MOST_PAGES):
            older, before = archived_in(door, self._home, before)
            threads += older
            if not before or moment(before) < earliest:
                break
        else:
            raise endless()
        for post in sorted(threads, key=lambda one: int(one["id"])):
            is_ours = text_of(post, "owner_id") == us and text_of(post, "name") == draft.title.strip()
            if is_ours and moment_of(post["id"]) >= earliest:
                row = message_at(door, Place(post["id"], post["id"]))
                yield from [row] if row else []

    def _rename(self, door: Door, place: Place, title: str) -> None:
        """Only where it is another name: Discord lets a thread be renamed twice in ten minutes. Comes last: a refusal of the words
        must leave the name alone. Refused ("half_changed")."""
        answer = door.read(f"channels/{place.channel}")
        with answer.understood():
            is_other = text_of(answer.json(), "name") != title
        if not is_other:
            return
        try:
            door.speak("PATCH", f"channels/{place.channel}", json={"name": title, "archived": False})
        except Refused as error:
            raise Refused("half_changed", error.detail) from error

    def _delete(self, place: Place) -> None:
        """Take a message away; one that is gone counts as done. A forum's post goes with its thread where we may do that;
        else only its first message."""
        door, path = self._door(), f"channels/{place.channel}"
        is_whole = place.is_forum_post and self.settings.get("can_manage_threads")
        unless_gone(lambda: door.speak("DELETE", path if is_whole else f"{path}/messages/{place.message}"))


def _place(ref: Ref) -> Place:
    try:
        return place_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None
