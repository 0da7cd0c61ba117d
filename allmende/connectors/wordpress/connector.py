"""One user at a WordPress site."""

import time
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.contract import Abilities, Connector, Counting, Idempotency, MediaAbility
from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted, Login
from allmende.connectors.neutral import Author, Batch, Draft, Finding, Measure, Reading, Receipt, Ref
from allmende.connectors.wordpress import login as entry
from allmende.connectors.wordpress import media, read, seek, write
from allmende.connectors.wordpress.door import Door, code_of, unless_gone
from allmende.connectors.wordpress.listen import UNREADABLE, Ear

# WordPress names no limit for posts: longer ones belong into its own editor.
# Whole sites share one small machine.
ASK_EVERY = timedelta(minutes=2)
_COUNTING = Counting("characters", 60_000, has_title=True, title_maximum=500)
_MEDIA = MediaAbility(
    maximum=10,
    types=frozenset(media.ENDINGS),
    maximum_bytes=8_000_000,
    alt_text="optional",
    alt_maximum=2_000,
    in_answers=0,
)
# What a measure makes of a comment.
_STATUS: Mapping[Measure, str] = {"hide": "hold", "unhide": "approved", "approve": "approved", "remove": "trash"}
# The client's longest answer, and a host that goes on working after it.
QUARANTINE_SECONDS = 180.0


class WordPress(Connector):
    """Settings, as made at log-in: `root` (where the REST API begins), `site`, `network`, `user_id`, `handle`, `url`, `may` (the
    rights that count here), `categories` (numbers, for our posts), `since`. `revisit_seconds`: shortest pause between two
    looks at the same comments; `quarantine_seconds` is for drills. The secret is "user:application password".

    There is no key and no id of our choosing: WordPress makes a repeated slug another one. So only the list of our own
    posts and comments tells whether something arrived. The same comment twice below the same message is refused by
    WordPress itself.
    """

    kind = "wordpress"
    login: ClassVar[Login] = entry.LOGIN

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        return entry.log_in(answers, client)

    @property
    def abilities(self) -> Abilities:
        may = self._may
        return Abilities(
            counting=_COUNTING,
            media=_MEDIA if "upload_files" in may else MediaAbility(),
            idempotency=Idempotency("none", can_list_own=True),
            quarantine=timedelta(seconds=float(self.settings.get("quarantine_seconds", QUARANTINE_SECONDS))),
            can_send="publish_posts" in may,
            can_thread=True,
            parts=frozenset({"comment"}),
            can_edit=True,
            can_delete=True,
            history="oldest_first",
            moderation=frozenset(_STATUS) if "moderate_comments" in may else frozenset(),
            readings=frozenset({"replies"}),
            ask_every=ASK_EVERY,
        )

    def whoami(self) -> Author:
        answer = self._door().read("users/me", {"context": "edit"})
        with answer.understood():
            return entry.author_of(answer.json())

    def collect(self, cursor: str) -> Iterator[Batch]:
        pace = float(self.settings.get("revisit_seconds", 60))
        since = self.settings.get("since")
        horizon = read.moment(since) if isinstance(since, str) else None
        yield from Ear(self._door(), self._us(), cursor, horizon, datetime.now(UTC), self._may, pace).batches()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        found = super().check(draft)
        length = len(write.comment_content(draft).encode()) if draft.reply_to else 0
        if length > write.COMMENT_BYTES and not any(finding.code == "text_too_long" for finding in found):
            values = {"length": length, "maximum": write.COMMENT_BYTES, "unit": "bytes"}
            found = (*found, Finding("text_too_long", "refuse", "text", values))
        return found

    def send(self, draft: Draft, key: str) -> Receipt:
        door = self._door()
        self._refuse_unfit(draft)
        end = self._prepared_by(draft)
        if draft.reply_to:
            path, kind, said = "comments", read.COMMENT, self._comment(door, draft, draft.reply_to)
        else:
            pictures = []
            for medium in draft.media:
                pictures.append(media.uploaded(door, medium))
                _in_time(end)
            path, kind, said = "posts", read.POST, write.post(draft, pictures, self._categories)
        _in_time(end)
        answer = door.speak("POST", path, json=said)
        with answer.understood():
            return read.receipt(answer.json(), kind)

    def find(self, key: str, draft: Draft, since: datetime, *, claimed: Container[str] = frozenset()) -> Receipt | None:
        """In the list of our posts, or of our comments.

        Refused `said_before`: the same words of ours stand below that message, but belong to another dispatch, and
        WordPress takes no comment twice.
        """
        door, us = self._door(), self._us()
        try:
            if draft.reply_to:
                return seek.comment(door, us, draft, since, claimed, is_whole="moderate_comments" in self._may)
            return seek.post(door, us, draft, since, claimed)
        except UNREADABLE as error:
            raise TryLater(reason_code="garbled", detail=type(error).__name__) from error

    def withdraw(self, ref: Ref) -> None:
        door = self._door()
        place = _path(ref)
        row = self._row(door, place)
        if row is None or row.get("status") == "trash":
            return
        if not read.author_of(row, self._us()).is_us:
            raise Refused("forbidden", ref.native_id)
        _trash(door, place)

    def edit(self, ref: Ref, draft: Draft) -> None:
        """A post keeps its pictures. Comments are changed by whoever may moderate them: others are refused, of their own too."""
        if not draft.text.strip():
            raise Refused("text_empty")
        door, place = self._door(), _path(ref)
        row = self._row(door, place)
        if row is None or row.get("status") in read.REMOVED:
            raise Refused("not_found", ref.native_id)
        if not read.author_of(row, self._us()).is_us:
            raise Refused("forbidden", ref.native_id)
        is_post = place.startswith("posts/")
        said = write.edited_post(draft, row) if is_post else {"content": write.comment_content(draft)}
        door.speak("POST", place, json=said)

    def moderate(self, ref: Ref, measure: Measure) -> None:
        if measure not in self.abilities.moderation:
            raise self._unable("moderate")
        door, place, wanted = self._door(), _path(ref), _STATUS[measure]
        row = self._row(door, place)
        if row is None:
            if measure == "remove":
                return
            raise Refused("not_found", ref.native_id)
        if row.get("status") == wanted:
            return
        if measure == "remove":
            if row.get("status") != "spam":
                _trash(door, place)
        elif place.startswith("comments/"):
            # WordPress answers 500 when a status is set that is there already; hence the look before.
            door.speak("POST", place, json={"status": wanted})
        else:
            raise Refused("forbidden", "A post is not held back here.")

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """How many approved comments stand directly below a comment, or all of them below a post."""
        read_at, door = datetime.now(UTC), self._door()
        found: list[Reading] = []
        for ref in refs:
            try:
                kind, number = read.place_of(ref.native_id)
            except ValueError:
                continue
            row = self._row(door, _path(ref))
            if row is None or row.get("status") in read.HIDDEN | read.REMOVED:
                continue
            below = {"post" if kind == read.POST else "parent": str(number), "per_page": "1"}
            answer = door.read("comments", below)
            with answer.understood():
                found.append(Reading(ref, "replies", int(answer.headers["x-wp-total"]), read_at))
        return tuple(found)

    @property
    def public_url(self) -> str:
        return str(self.settings.get("site") or "")

    @property
    def _may(self) -> frozenset[str]:
        may = self.settings.get("may")
        return frozenset(one for one in may if isinstance(one, str)) if isinstance(may, list | tuple) else frozenset()

    @property
    def _categories(self) -> list[int]:
        listed = self.settings.get("categories")
        return [one for one in listed if isinstance(one, int)] if isinstance(listed, list | tuple) else []

    def _door(self) -> Door:
        return Door(str(self.settings.get("root") or ""), self.secret, self.client)

    def _us(self) -> read.Us:
        return read.Us(
            int(self.settings.get("user_id") or 0),
            str(self.settings.get("handle") or ""),
            str(self.settings.get("network") or ""),
        )

    def _row(self, door: Door, place: str) -> Mapping[str, Any] | None:
        """A post or comment with all we may know of it; None if it is gone."""
        is_whole = "moderate_comments" in self._may or place.startswith("posts/")
        try:
            answer = unless_gone(lambda: door.read(place, {"context": "edit"} if is_whole else {}))
        except Refused as refused:
            if refused.reason_code != "forbidden" or not is_whole:
                raise
            answer = unless_gone(lambda: door.read(place))
        if answer is None:
            return None
        with answer.understood():
            row = dict(answer.json())
            _ = read.number_of(row)
            return row

    def _comment(self, door: Door, draft: Draft, ref: Ref) -> dict[str, Any]:
        """The body of a reply. WordPress would take one below a comment that is gone, so that is looked for first."""
        row = self._row(door, _path(ref))
        if row is None or row.get("status") in read.REMOVED:
            raise Refused("not_found", ref.native_id)
        kind, number = read.place_of(ref.native_id)
        if kind == read.POST:
            return write.comment(draft, number, 0)
        with_post = row.get("post")
        if not isinstance(with_post, int):
            raise TryLater(reason_code="garbled", detail="post")
        return write.comment(draft, with_post, number)


def _trash(door: Door, place: str) -> None:
    """Into the site's trash, from where its people can take it back; a site that keeps none deletes it."""
    try:
        unless_gone(lambda: door.speak("DELETE", place))
    except ConnectorError as error:
        if code_of(error) != "rest_trash_not_supported":
            raise
        unless_gone(lambda: door.speak("DELETE", place, {"force": "true"}))


def _in_time(end: float) -> None:
    if time.monotonic() > end:
        raise TryLater(reason_code="not_prepared", detail="The preparation took too long.")


def _path(ref: Ref) -> str:
    try:
        kind, number = read.place_of(ref.native_id)
    except ValueError:
        raise Refused("not_found", ref.native_id) from None
    return f"{kind}s/{number}"
