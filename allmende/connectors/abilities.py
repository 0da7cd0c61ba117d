"""What a network can do, declared as data, so that screens and the queue never ask which network it is."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from allmende.connectors.neutral import Measure, Visibility

PartKind = Literal["thread", "comment"]
# Server-sent events, a web socket, a question held open: lines that we hold; a webhook: the network comes to us.
Way = Literal["events", "socket", "held_question", "webhook"]
CountingRule = Literal["graphemes", "characters", "utf16_units", "utf8_bytes", "weighted"]


@dataclass(frozen=True, slots=True)
class Counting:
    """How the network measures a text. `maximum` and `title_maximum`: None is unlimited; `link_length`: every
    link counts so many, None: as written; `short_mentions`: of @name@server only @name counts; `has_title`: a
    thread carries one."""

    rule: CountingRule = "characters"
    maximum: int | None = None
    link_length: int | None = None
    short_mentions: bool = False
    has_title: bool = False
    title_maximum: int | None = None


@dataclass(frozen=True, slots=True)
class FilmAbility:
    """What the network takes of a film: media types, bytes, seconds; None: it states no longest. A film goes alone, without
    pictures and without another one."""

    types: frozenset[str]
    maximum_bytes: int
    longest_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class MediaAbility:
    """How many, which media types, how large in bytes, and what the network does with alternative texts. `is_fetched`: the
    network fetches them itself at a public https address (`Media.url`). `ratios`: width by height, from and to; None: any.
    `has_no_upload`: people can put pictures there, programs cannot. `in_answers`: how many an answer shows; None: as many as
    any other post. `films`: what it takes of a film that is sent from here; None: none is."""

    maximum: int = 0
    types: frozenset[str] = frozenset()
    maximum_bytes: int = 0
    alt_text: Literal["none", "optional", "required"] = "none"
    alt_maximum: int | None = None
    is_fetched: bool = False
    ratios: tuple[float, float] | None = None
    has_no_upload: bool = False
    in_answers: int | None = None
    films: FilmAbility | None = None

    @property
    def of_answers(self) -> "MediaAbility":
        """The same for an answer."""
        if self.in_answers is None:
            return self
        return replace(self, maximum=min(self.maximum, self.in_answers), films=self.films if self.in_answers else None)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """What keeps a repeated send from being doubled.

    `key`: the network remembers our key for `valid_for`. `chosen_id`: we choose the record's id, a repetition
    is an error, ask for the record. `none`: nothing; then only the list of our own posts helps
    (`can_list_own`), and without it a person decides.
    """

    kind: Literal["key", "chosen_id", "none"] = "none"
    valid_for: timedelta | None = None
    can_list_own: bool = False

    @property
    def can_look(self) -> bool:
        """Whether `find` can ever give an answer."""
        return self.can_list_own or self.kind == "chosen_id"


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `times` sends of one account in any span of this length, as the network itself states it or by half of
    what it states for all questions together, so that listening goes on. `of`: answers may be counted apart."""

    times: int
    within: timedelta
    of: Literal["everything", "posts", "answers"] = "everything"

    def covers(self, is_answer: bool) -> bool:
        """Whether an answer (or a post) uses it up."""
        return self.of != ("posts" if is_answer else "answers")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel of this kind can do. `quarantine`: how long an unclear send must rest before `find` may
    conclude that it is absent; longer than our time-out and the network's latest late acceptance together.
    `is_ours`: there is no network; what is sent is shown from our own rows, as they stand.
    `parts`: what may follow a post of ours as its next part, each answering the one before (a thread), or the post (a first
    comment).
    `can_mention`: "@" and the handle of a member names them in what we say, and the network tells them.
    `can_edit`: what we said can be given other words; `can_accept`: an answer can be marked as the one that helped;
    `knows_accepted`: there are such marks, whether or not we can set them.
    `cards`: a link is shown as a card that we make of its page, in posts that open a thread or in answers as well.
    `can_test_unseen`: a self-test can be made that nobody but the account sees, or only invented people.
    `tells_by`: the ways in which the network tells at once that something is new; none: it is asked.
    `is_told`: what happens there is delivered to us by signed webhooks.
    `ask_every`: how long a channel is left alone between two readings. `budgets`: none where the network states none;
    then its own "not now" (`TryLater`) is all there is."""

    counting: Counting = Counting()
    media: MediaAbility = MediaAbility()
    idempotency: Idempotency = Idempotency()
    quarantine: timedelta = timedelta(minutes=2)
    can_send: bool = False
    can_thread: bool = False
    can_mention: bool = False
    parts: frozenset[PartKind] = frozenset()
    can_edit: bool = False
    can_accept: bool = False
    knows_accepted: bool = False
    can_delete: bool = False
    can_message_directly: bool = False
    is_ours: bool = False
    cards: Literal["none", "posts", "everywhere"] = "none"
    can_test_unseen: bool = False
    tells_by: frozenset[Way] = frozenset()
    is_told: bool = False
    visibilities: frozenset[Visibility] = frozenset({"public"})
    history: Literal["oldest_first", "newest_first", "none"] = "none"
    moderation: frozenset[Measure] = frozenset()
    readings: frozenset[str] = frozenset()
    ask_every: timedelta = timedelta(seconds=10)
    budgets: tuple[Budget, ...] = ()

    def shows_card(self, *, is_answer: bool) -> bool:
        """Whether a link in a post (or an answer) is shown as a card."""
        return self.cards == "everywhere" or (self.cards == "posts" and not is_answer)

    @property
    def can_stream(self) -> bool:
        """Whether we can hold a line on which it tells (`Connector.stream`)."""
        return bool(self.tells_by - {"webhook"})
