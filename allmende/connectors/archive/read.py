"""What an archive tells -> neutral items: who asked, who answered, what was accepted or solved."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fnmatch import translate
from typing import Any

from allmende.connectors.archive.told import LONGEST_TITLE, Told, Wordless
from allmende.connectors.neutral import NOTHING, Author, Item, Ref
from allmende.domain.acts import Place, act_of

TIME_UNKNOWN: Mapping[str, Any] = {"time": "unknown"}


@dataclass(slots=True)
class Thread:
    """What the first look over the archive found out about a thread; `last` is 0 unless it was solved."""

    root: str
    root_author: Author | None
    began_at: datetime
    is_certain: bool
    last: int = 0
    accepted: str = ""
    accepted_at: datetime | None = None


@dataclass(slots=True)
class Reader:
    """Reads one archive. First `note` everything it tells, then `items` of each, in the archive's order.

    Two looks, because an archive need not be sorted: a thread's root is the message that says so or bears the thread's
    id, else its earliest message by a person (ties: the source's order), and only a look at the whole tells.
    """

    place: Place = "forum"
    bots: Iterable[str] = ()
    staff: Iterable[str] = ()
    threads: dict[str, Thread] = field(default_factory=dict)
    _authors: dict[Author, tuple[Author, str]] = field(default_factory=dict)
    _is_bot: re.Pattern[str] | None = None
    _is_staff: re.Pattern[str] | None = None

    def __post_init__(self) -> None:
        self._is_bot, self._is_staff = _pattern(self.bots), _pattern(self.staff)

    def note(self, number: int, told: Told) -> None:
        """Remember what this message says about its thread. `number`: its place in the archive, ascending."""
        thread = self.threads.get(told.thread)
        if thread is None:
            thread = Thread(told.message, told.author, told.at, told.is_root)
            self.threads[told.thread] = thread
        elif not thread.is_certain and (told.is_root or self._is_earlier(told, thread)):
            thread.root, thread.root_author, thread.began_at = told.message, told.author, told.at
            thread.is_certain = told.is_root
        if told.accepts:
            thread.accepted, thread.accepted_at = told.accepts, told.accepted_at
        if told.is_solved or thread.last:
            thread.last = number

    def items(self, number: int, told: Told) -> list[Item]:
        """The message, and the gestures it brings along."""
        thread = self.threads[told.thread]
        author, author_class = self._author(told.author) if told.author else (None, "")
        is_root = told.message == thread.root
        extra = dict(told.extra)
        if author_class:
            extra["author_class"] = author_class
        if is_root and told.thread != told.message:
            extra["thread_id"] = told.thread
        item = Item(
            Ref(told.message, told.url), "message", self._act(told, author, thread, is_root), author, told.at,
            thread.root, "" if is_root else told.parent, "", told.title[:LONGEST_TITLE] if is_root else "",
            told.text, told.html, told.visibility, told.edited_at, told.deleted_at, told.media, extra or NOTHING,
        )  # fmt: skip
        found = [item]
        if told.is_accepted or thread.accepted == told.message:
            found.append(self._accepted(item, thread))
        if told.gestures:
            found += [self._gesture(told, gesture, thread) for gesture in told.gestures]
        if thread.last == number:
            found.append(_solved(thread, told.at))
        return found

    def _act(self, told: Told, author: Author | None, thread: Thread, is_root: bool) -> str:
        if not is_root and (told.is_comment or (author is not None and author.is_bot)):
            return "commented"
        is_root_author = (
            author is not None and thread.root_author is not None and author.native_id == thread.root_author.native_id
        )
        return act_of(self.place, is_root=is_root, is_root_author=is_root_author)

    def _accepted(self, answer: Item, thread: Thread) -> Item:
        by = self._author(thread.root_author)[0] if thread.root_author else None
        at = max(thread.accepted_at, answer.occurred_at) if thread.accepted_at else answer.occurred_at
        return Item(
            Ref(f"{answer.ref.native_id}#accepted"), "gesture", "accepted_answer", by, at, thread.root,
            target=answer.ref.native_id, extra=NOTHING if thread.accepted_at else TIME_UNKNOWN,
        )  # fmt: skip

    def _gesture(self, told: Told, gesture: Wordless, thread: Thread) -> Item:
        extra = dict(TIME_UNKNOWN) if gesture.at is None else {}
        if gesture.name:
            extra["name"] = gesture.name[:100]
        return Item(
            Ref(f"{told.message}#{gesture.suffix}"), "gesture", gesture.act,
            self._author(gesture.author)[0] if gesture.author else None, gesture.at or told.at, thread.root,
            target=told.message, extra=extra or NOTHING,
        )  # fmt: skip

    def _is_earlier(self, told: Told, thread: Thread) -> bool:
        is_bot, root_is_bot = self._counts_as_bot(told.author), self._counts_as_bot(thread.root_author)
        return not is_bot if is_bot != root_is_bot else told.at < thread.began_at

    def _counts_as_bot(self, author: Author | None) -> bool:
        return author is not None and self._author(author)[0].is_bot

    def _author(self, author: Author) -> tuple[Author, str]:
        known = self._authors.get(author)
        if known is None:
            names = {author.native_id, author.handle, author.name} - {""}
            is_bot = author.is_bot or _matches(self._is_bot, names)
            is_staff = not is_bot and _matches(self._is_staff, names)
            author_class = "bot" if is_bot else "staff" if is_staff else ""
            known = self._authors[author] = (replace(author, is_bot=is_bot) if is_bot else author, author_class)
        return known


def _solved(thread: Thread, at: datetime) -> Item:
    return Item(
        Ref(f"{thread.root}#solved"), "gesture", "reported_solved", None, max(at, thread.began_at), thread.root,
        target=thread.root, extra=TIME_UNKNOWN,
    )  # fmt: skip


def _pattern(globs: Iterable[str]) -> re.Pattern[str] | None:
    wanted = tuple(globs)
    return re.compile("|".join(map(translate, wanted))) if wanted else None


def _matches(pattern: re.Pattern[str] | None, names: Iterable[str]) -> bool:
    return pattern is not None and any(pattern.match(name) for name in names)
