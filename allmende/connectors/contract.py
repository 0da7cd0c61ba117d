"""What every connector promises (house.md, A connector)."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from allmende.connectors.abilities import (
    Abilities,
    Budget,
    Counting,
    CountingRule,
    FilmAbility,
    Idempotency,
    MediaAbility,
)
from allmende.connectors.bells import Bell
from allmende.connectors.checking import check_draft
from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater
from allmende.connectors.http import Answer, Client, Limits
from allmende.connectors.logins import Begun, Granted, Login
from allmende.connectors.neutral import (
    Author,
    Batch,
    Card,
    Draft,
    Finding,
    LeftOut,
    Measure,
    Media,
    Reading,
    Receipt,
    Ref,
)
from allmende.connectors.secret import Secret
from allmende.connectors.uploads import STOPPED, Body, Upload

# `send` may first look things up, for so long at most; with an answer or pictures for longer, with a film for longest. Then it
# speaks, or raises TryLater: the queue takes whoever is silent for longer for dead.
USUAL_PREPARATION, LONGEST_PREPARATION = timedelta(seconds=4), timedelta(seconds=45)
# A film is uploaded, and then the network works on it.
FILM_PREPARATION = timedelta(minutes=10)
# A network that has a whole film looks at it before it answers.
FILM_SILENCE_SECONDS = 120.0
_TOO_LONG = "The pictures or the film took too long."
# What a network says of words whose card it does not like.
_OF_CARDS = frozenset({"rejected", "too_large"})
__all__ = [
    "FILM_PREPARATION",
    "LONGEST_PREPARATION",
    "STOPPED",
    "USUAL_PREPARATION",
    "Abilities",
    "Budget",
    "Connector",
    "Counting",
    "CountingRule",
    "FilmAbility",
    "Idempotency",
    "MediaAbility",
]


class Connector(ABC):
    """A parcel that speaks one network's language. It stores nothing, commits nothing, knows no other parcel.

    `gaps` names the cases of the contract suite this kind does not meet, each with its reason; the suite
    fails when a declared gap has closed. `bell`: the network can tell by webhook that something is new.
    """

    # Set before `collect`: the network said that something is new, so nobody waits for the usual pace.
    is_rung = False
    # How long uploading a film and waiting until the network has finished with it may take, and the pause between two looks.
    film_seconds = FILM_PREPARATION.total_seconds()
    film_poll_seconds = 2.0
    # How long the picture of a link's card may take; no words wait longer for it.
    card_seconds = 15.0
    # Set before `send`: whether the words may still leave. Uploading a film leaves time to declare a stop.
    may_speak: Callable[[], bool] = staticmethod(lambda: True)
    # Set before `send`: whether whoever sends has time to go on. Asked all the time while a film is uploaded and worked on.
    may_go_on: Callable[[], bool] = staticmethod(lambda: True)
    kind: ClassVar[str]
    gaps: ClassVar[Mapping[str, str]] = {}
    login: ClassVar[Login] = Login()
    bell: ClassVar[Bell | None] = None

    def __init__(self, settings: Mapping[str, Any], secret: Secret | None, client: Client) -> None:
        self.settings = settings
        self.secret = secret
        self.client = client

    @classmethod
    def log_in(cls, answers: Mapping[str, str], client: Client) -> Granted:
        """Settings and secret for what a person typed (`login.kind` is "password").

        LoggedOut: the network does not know this log-in; Refused: an answer cannot be right, its `detail` names the
        question; TryLater.
        """
        raise Refused("not_supported", f"{cls.kind}: log_in")

    @classmethod
    def begin_login(cls, answers: Mapping[str, str], return_url: str, client: Client) -> Begun:
        """Where to send the person (`login.kind` is "redirect"). Refused, TryLater as in `log_in`."""
        raise Refused("not_supported", f"{cls.kind}: begin_login")

    @classmethod
    def finish_login(cls, kept: Secret, code: str, client: Client) -> Granted:
        """What the code they came back with is worth. LoggedOut: nothing any more; Refused, TryLater."""
        raise Refused("not_supported", f"{cls.kind}: finish_login")

    @property
    def expires_at(self) -> datetime | None:
        """When the secret ends, as far as it says so itself (aware UTC); None: it does not. Asks no network."""
        return None

    @property
    def ends_for_good(self) -> datetime | None:
        """When only a person can log in anew (aware UTC); None: it goes on by itself. Asks no network."""
        return self.expires_at if type(self).renew is Connector.renew else None

    @property
    def lacking(self) -> tuple[str, ...]:
        """Permissions that pictures need and this log-in was not given, as the network calls them. Asks no network."""
        return ()

    def renew(self) -> Secret:
        """The secret that takes the place of this one, which may be void from then on: one caller at a time, and
        the new one is stored before it is used. LoggedOut: a person must log in again; TryLater."""
        raise LoggedOut("not_renewable")

    @property
    @abstractmethod
    def abilities(self) -> Abilities:
        """Frozen, from the settings alone: no network."""

    @abstractmethod
    def whoami(self) -> Author:
        """Our own identity at the network, proof that the log-in works. LoggedOut, TryLater, Refused."""

    @abstractmethod
    def collect(self, cursor: str) -> Iterator[Batch]:
        """Batches after `cursor` ("" is the beginning); ends when the network has no more for now.

        Each batch carries the cursor to store with it; giving it back continues there, without loss and with
        repetitions at most. Raises TryLater, LoggedOut, Refused between batches.
        """

    def stream(self, heard: Callable[[bool], bool]) -> None:
        """Listen where the network tells at once that something is new (`abilities.can_stream`): `heard(is_new)` at every
        sign of life, with True as soon as the line stands and whenever something came. What it was, `collect` reads.

        Ends when `heard` says False, when the network hangs up, after the client's whole time. Raises TryLater,
        LoggedOut, Refused.
        """
        raise self._unable("stream")

    def rings(self, headers: Mapping[str, str], body: bytes, shared_key: str) -> bool:
        """Whether a delivery is the network's own and so a sign that something is new. Asks no network, raises nothing."""
        bell = self.bell
        if bell is None:
            return False
        keys = (shared_key,) if bell.is_shared else self._application_keys
        return any(bell.is_proven(headers, body, key) for key in keys)

    @property
    def _application_keys(self) -> tuple[str, ...]:
        """Keys an application of the customer's own may sign with; none where there is none."""
        return ()

    def check(self, draft: Draft) -> tuple[Finding, ...]:
        """What the network would refuse or cut, found from `abilities` without network."""
        return (*check_draft(self.abilities, draft), *self._check_permissions(draft))

    def send(self, draft: Draft, key: str) -> Receipt:
        """Say it. `key` belongs to this dispatch for ever and is the same at each attempt (1 to 64 letters,
        digits, hyphens). Raises TryLater, Refused, LoggedOut, Unclear."""
        raise self._unable("send")

    def find(
        self,
        key: str,
        draft: Draft,
        since: datetime,
        *,
        claimed: Container[str] = frozenset(),
    ) -> Receipt | None:
        """Did an earlier attempt, first made at `since` (aware), get through? None: certainly not there now.

        Pages back to `since` before concluding. `claimed`: native ids that belong to other dispatches, never
        given back. Raises TryLater or LoggedOut if the network does not answer now, CannotLook if it
        never can.
        """
        raise CannotLook

    def withdraw(self, ref: Ref) -> None:
        """Take one of our own messages back; one that is gone already counts as done."""
        raise self._unable("withdraw")

    def edit(self, ref: Ref, draft: Draft) -> None:
        """Give one of our own messages the words of `draft`; pictures and place stay. The same twice is once, so whatever
        stays unclear may be done again. Raises TryLater, Refused ("would_lose" where more stands there than words can say,
        "title_stays" where the title should be another one and cannot, "half_changed" where only the text is changed), LoggedOut,
        Unclear."""
        raise self._unable("edit")

    def accept(self, ref: Ref, *, is_accepted: bool = True) -> None:
        """Mark an answer as the one that helped, or take the mark back; twice is once. Raises as `edit` does."""
        raise self._unable("accept")

    def moderate(self, ref: Ref, measure: Measure) -> None:
        """Apply one of `abilities.moderation` to somebody's message; applied twice is applied once."""
        raise self._unable("moderate")

    def measure(self, refs: Sequence[Ref]) -> tuple[Reading, ...]:
        """The counters named in `abilities.readings`, for those refs that still exist."""
        raise self._unable("measure")

    @property
    def public_url(self) -> str:
        """Where anybody reads what is said there; "" if nowhere, or not just now. Asks no network."""
        return ""

    def _prepared_by(self, draft: Draft) -> float:
        """The moment (`time.monotonic`) by which the preparation of this draft must be over."""
        if any(medium.is_film for medium in draft.media):
            return time.monotonic() + self.film_seconds
        takes_longer = draft.reply_to is not None or bool(draft.media) or draft.card is not None
        return time.monotonic() + (LONGEST_PREPARATION if takes_longer else USUAL_PREPARATION).total_seconds()

    @staticmethod
    def _upload_limits(medium: Media, end: float) -> Limits | None:
        """How long sending a film may take, where the preparation must be over by `end` (`time.monotonic`); of a picture None: as
        long as anything else."""
        if not medium.is_film:
            return None
        left = max(end - time.monotonic(), 1.0)
        return Limits(silence_seconds=min(FILM_SILENCE_SECONDS, left), whole_seconds=left)

    @contextmanager
    def _body(self, medium: Media) -> Iterator[Body]:
        """What is sent of a picture or film; a film is read meanwhile. Raises as `Upload` does."""
        if not medium.file:
            yield medium.content
            return
        with Upload(medium.file, self.may_go_on) as upload:
            yield upload

    def _wait_for(self, medium: Media, end: float, pause: float) -> None:
        """Let the network work on a picture or film for a moment. TryLater if that takes until `end` (`time.monotonic`), or
        (STOPPED) if whoever sends must end."""
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail=_TOO_LONG)
        if not self.may_go_on():
            raise TryLater(reason_code=STOPPED)
        time.sleep(self.film_poll_seconds if medium.is_film else pause)

    def _say_with_card(
        self,
        draft: Draft,
        end: float,
        upload: Callable[[Media, float], Any],
        say: Callable[[Draft, Any], Answer],
    ) -> tuple[Answer, LeftOut]:
        """`say` the draft with what `upload` made of its card's picture until a moment (`time.monotonic`), and what was left out.

        No words wait for a card: its picture stays away where it does not get up in time, the card where the network refuses
        the words with it. Then nothing was said, and they are said once more, without. `end`: of the preparation.
        """
        card = draft.shown_card
        picture = self._picture_of(card, end, upload)
        self._check_time(end)
        try:
            answer = say(draft, picture)
        except Refused as error:
            if card is None or error.reason_code not in _OF_CARDS:
                raise
        else:
            return answer, "picture" if card and card.picture and not picture else ""
        self._check_time(end)
        return say(replace(draft, card=None), None), "card"

    def _picture_of(self, card: Card | None, end: float, upload: Callable[[Media, float], Any]) -> Any:
        if card is None or card.picture is None:
            return None
        try:
            return upload(card.picture, min(end, time.monotonic() + self.card_seconds))
        except (Refused, TryLater):
            return None

    @staticmethod
    def _check_time(end: float) -> None:
        if time.monotonic() > end:
            raise TryLater(reason_code="not_prepared", detail="Preparing it took too long.")

    def _refuse_stopped(self, draft: Draft) -> None:
        """TryLater (STOPPED), where a film was uploaded and its words may leave no more: asked right before they would."""
        if any(medium.is_film for medium in draft.media) and not self.may_speak():
            raise TryLater(reason_code=STOPPED)

    def _check_permissions(self, draft: Draft) -> tuple[Finding, ...]:
        scopes = ", ".join(self.lacking) if draft.media else ""
        return (Finding("scopes_missing", "refuse", "media", {"scopes": scopes}),) if scopes else ()

    def _refuse_unfit(self, draft: Draft) -> None:
        """Refused, where `check` finds what the network would refuse: before anything is asked or said."""
        refusal = next((finding.code for finding in self.check(draft) if finding.severity == "refuse"), "")
        if refusal:
            raise Refused(refusal if refusal in ("text_empty", "scopes_missing") else "rejected", refusal)

    def _refuse_unfit_words(self, ref: Ref, draft: Draft) -> None:
        """The same of other words for what stands at `ref` already: what it is called and who sees it is no question."""
        self._refuse_unfit(Draft(draft.text, reply_to=ref))

    def _unable(self, verb: str) -> Refused:
        return Refused("not_supported", f"{self.kind}: {verb}")
