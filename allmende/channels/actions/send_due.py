"""The mouth: settle what is open, stop what may not leave, then say what is due."""

import logging
import os
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from allmende.channels.actions.ask_card import note_left_out, settle_card
from allmende.channels.actions.ask_leave import is_free, leave_asked
from allmende.channels.actions.claim_dispatch import claim_dispatch, due_dispatches, write_claims
from allmende.channels.actions.give_up import is_hopeless
from allmende.channels.actions.notify import notify_about_dispatch, notify_about_sending
from allmende.channels.actions.renew_secret import meet_log_out
from allmende.channels.actions.rest_account import count_failure, count_success
from allmende.channels.actions.settle_unclear import (
    LONGEST_LOOK,
    doubtful_accounts,
    is_key_forgotten,
    leave_to_person,
    mark_unclear,
    settle_unclear,
)
from allmende.channels.actions.share_voices import Came, Task, Voices
from allmende.channels.actions.sort_queue import sort_queue
from allmende.channels.actions.spend_budget import spent_accounts
from allmende.channels.actions.take_turns import Turns
from allmende.channels.actions.watch_place import tell_mark
from allmende.channels.actions.write_outcome import ID_TAKEN, write_outcome, write_receipt, write_receipts
from allmende.channels.models import Account, Dispatch
from allmende.channels.queries import CANNOT_OPEN, account_of, connector_of, draft_of, open_client, spoken_with
from allmende.channels.states import GIVEN_UP, REFUSED, SPEAKING_RIGHTS, WAITING
from allmende.connectors.contract import STOPPED, Budget, Connector
from allmende.connectors.errors import SENDING_OFF, USUAL_WAIT, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft
from allmende.domain.wording import words_hash
from allmende.jobs.actions import ending
from allmende.team.access import require
from allmende.team.queries import is_open_to

log = logging.getLogger("allmende.channels")

LONGEST_RUN_SECONDS = 60.0  # after each, nothing is said for a moment
LEFT_ALONE_SECONDS = 20.0
# While somebody is being waited for: how soon what becomes due is seen, and how soon what waited for something else.
GLANCE_SECONDS = 0.1
LOOK_ROUND_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)


@dataclass(slots=True)
class Mouth:
    """One run's way to the networks: the guarded client, one connector per account, and a clock that starts at `now`."""

    start: datetime
    client: Client = field(default_factory=open_client)
    holder: str = field(default_factory=lambda: f"{os.getpid()}:{secrets.token_hex(3)}")
    # Whether the worker was told to stop; asked by the voices as well.
    is_ending: Callable[[], bool] = field(default_factory=ending)
    _began: float = field(default_factory=time.monotonic)
    # By account and version of its log-in, which may be renewed while a run lasts.
    _connectors: dict[tuple[UUID, int], Connector] = field(default_factory=dict)
    _budgets: dict[UUID, tuple[Budget, ...]] = field(default_factory=dict)
    # What was claimed last and has parts that follow it, by account.
    heads: dict[UUID | None, int] = field(default_factory=dict)
    # Accounts whose budget leaves room again within a moment, and when; what each was to say next.
    rests: dict[UUID | None, datetime] = field(default_factory=dict)
    kept: dict[UUID | None, int] = field(default_factory=dict)

    def now(self) -> datetime:
        """The run's start plus what has passed since; a clock that is set meanwhile moves nothing."""
        return self.start + timedelta(seconds=time.monotonic() - self._began)

    def connector(self, account: Account) -> Connector:
        """The account's connector. Raises TryLater, since nothing was said, if its kind or settings are broken."""
        known_as = account.pk, account.secret_version
        if known_as not in self._connectors:
            try:
                connector = connector_of(account, self.client)
                _ = connector.abilities  # read from the settings: what is wrong there shows now
            except CANNOT_OPEN as error:
                log.warning("Account %s cannot be opened: %s", account.pk, error)
                raise TryLater(USUAL_WAIT, "broke", str(error)) from error
            self._connectors[known_as] = connector
        return self._connectors[known_as]

    def budgets(self, account_pk: UUID | None) -> tuple[Budget, ...]:
        """What the network grants this account, asked once a run; nothing known of one that cannot be opened."""
        if account_pk is None:
            return ()
        if account_pk not in self._budgets:
            try:
                account = Account.objects.get(pk=account_pk)
                self._budgets[account_pk] = self.connector(account).abilities.budgets
            except (TryLater, Account.DoesNotExist):
                return ()
        return self._budgets[account_pk]

    def has_time_for(self, dispatch: Dispatch) -> bool:
        """Whether a whole answer fits in what is left of the claim. A worker that was held up must not speak any more."""
        longest = timedelta(seconds=self.client.limits.whole_seconds)
        return dispatch.lease_until is not None and self.now() + longest <= dispatch.lease_until

    def may_go_on(self) -> bool:
        """Whether a film may be uploaded further: a worker that must end leaves its words to the next one."""
        return not self.is_ending()

    def rest(self, at: datetime) -> Collection[UUID | None]:
        """Whose budget was used up just then, for a moment; longer than that nobody is waited for within a run."""
        soon = at + timedelta(seconds=LOOK_ROUND_SECONDS)
        self.rests |= {account: until for account, until in spent_accounts(at).items() if until < soon}
        return self.rests

    def rested(self) -> list[UUID | None]:
        """Accounts whose budget leaves room again; each is named once."""
        return [
            account for account, until in list(self.rests.items()) if until <= self.now() and self.rests.pop(account)
        ]

    def short_rest(self) -> float | None:
        """How many seconds until the next of them may go on; None: nobody rests."""
        return max((min(self.rests.values()) - self.now()).total_seconds(), 0.001) if self.rests else None

    @property
    def is_tired(self) -> bool:
        return time.monotonic() - self._began > LONGEST_RUN_SECONDS


def send_due(*, now: datetime, client: Client | None = None, voices: int = 1) -> int:
    """Say everything that is due, with so many accounts at once; how many were said.

    Old unknowns of an account are settled before it says anything new. A network that hangs keeps no other waiting: as long
    as it does, the run goes on for the others.
    """
    mouth = Mouth(now, client) if client else Mouth(now)
    try:
        write_claims(now=now)
        write_receipts(now=now)
        with Voices(voices) as speaking:
            return _say_all(mouth, speaking)
    finally:
        if client is None:
            mouth.client.close()


@dataclass
class _Work:
    """What is to be done at a moment: whom to ask about old words, and whose turn it is."""

    mouth: Mouth
    # Accounts that failed: how often, and until when (`time.monotonic`) they are left alone.
    silent: dict[UUID | None, tuple[int, float]]

    def __post_init__(self) -> None:
        began, now = time.monotonic(), self.mouth.now()
        sort_queue(now=now)
        self.turns = Turns(now)
        self.doubtful = doubtful_accounts(now)
        self.mouth.rest(now)
        self.until = now + LONGEST_LOOK
        # On a busy machine looking round takes long: it must not take the time in which words could leave.
        self._stale_at = time.monotonic() + max(LOOK_ROUND_SECONDS, 10 * (time.monotonic() - began))

    @property
    def is_stale(self) -> bool:
        """Whether it is time to look round again."""
        return time.monotonic() > self._stale_at

    def take(self, busy: Collection[UUID | None]) -> tuple[UUID | None, Task] | None:
        """The next account that nobody speaks for and what to do for it."""
        for account in self.doubtful:
            if account not in busy:
                self.doubtful.remove(account)
                return account, partial(_settle, account, self.mouth, self.until)
        silent = (account for account, (_times, until) in self.silent.items() if time.monotonic() < until)
        turn = self.turns.take({*busy, *silent, *self.doubtful, *self.mouth.rests})
        return (turn[1], partial(_say, *turn, self.mouth)) if turn else None

    def hear(self, account: UUID | None, came: Came) -> None:
        """What came of an account's turn."""
        if came == "said" and account in self.mouth.heads:
            self.turns.follow(self.mouth.heads.pop(account), self.mouth.now())
        elif came == "settled":  # what the network does not have is said again now, not only when a glance falls due
            self.turns.come_back(account, self.mouth.now())
        elif came == "silent":
            times, _until = self.silent.get(account, (0, 0.0))
            self.silent[account] = times + 1, time.monotonic() + LEFT_ALONE_SECONDS * 2**times
        elif came == "left" and account in self.mouth.kept:
            self.turns.keep(account, self.mouth.kept.pop(account))
        elif came == "left":
            self.turns.leave(account)

    def look(self) -> None:
        """What has become due meanwhile, and whose budget leaves room again."""
        self.turns.look(self.mouth.now())
        for account in self.mouth.rested():
            self.turns.come_back(account, self.mouth.now())


def _say_all(mouth: Mouth, voices: Voices) -> int:
    """The accounts in turn; one that fails is left alone for a while, and longer each time: a film that somebody uploads makes
    a run of many minutes, and a run must end."""
    said, work = 0, _Work(mouth, {})
    while True:
        is_over = mouth.is_ending() or (mouth.is_tired and not voices.is_stuck)
        may_begin = voices.has_room and not is_over
        task = work.take(voices.busy) if may_begin else None
        if task:
            voices.take(*task)
        elif not voices.busy:
            seconds = None if is_over else mouth.short_rest()
            if seconds is None:
                return said
            time.sleep(min(seconds, GLANCE_SECONDS))
        for account, came in voices.ended(0.0 if task else GLANCE_SECONDS):
            said += came == "said"
            work.hear(account, came)
        work = _Work(mouth, work.silent) if may_begin and not task and work.is_stale else work
        work.look()


def _settle(account: UUID | None, mouth: Mouth, until: datetime) -> Came:
    settle_unclear(account=account, connector=mouth.connector, holder=mouth.holder, now=mouth.now, until=until)
    return "settled"


def _say(pk: int, account: UUID | None, mouth: Mouth) -> Came:
    at = mouth.now()
    dispatch = claim_dispatch(pk=pk, holder=mouth.holder, now=at, budgets=mouth.budgets(account))
    if dispatch is None:
        # Of the moment of the claim: a budget that left room since would be neither spent nor waited for.
        if mouth.budgets(account) and account in mouth.rest(at):
            mouth.kept[account] = pk
            return "left"
        # A budget used up for longer, a later run sees; what a room above keeps back alone, keeps nothing else back.
        is_kept_back = due_dispatches(mouth.now()).filter(pk=pk).exists()
        return "left" if mouth.budgets(account) and not is_kept_back else "passed"
    if getattr(dispatch, "has_parts_after", False):  # the claim asked
        mouth.heads[account] = pk
    try:
        return "said" if _say_marked(dispatch, mouth) else "silent"
    except Exception:  # its lease ends, and then it is looked for
        log.exception("Dispatch %s: what came of it could not be written down", dispatch.pk)
        return "silent"


def _say_marked(dispatch: Dispatch, mouth: Mouth) -> bool:
    """Say it once the file beside the database knows of the claim; else an older database would not show as one."""
    try:
        tell_mark(dispatch.claimed_in, dispatch.claims_here)
    except OSError:
        log.exception("Dispatch %s: not said, because the data folder cannot be written", dispatch.pk)
        return _give_back(dispatch, mouth.now())
    return say_claimed(dispatch, mouth)


def say_claimed(dispatch: Dispatch, mouth: Mouth) -> bool:
    """Send one claimed dispatch and write what came of it; whether the network can be asked for more."""
    account = account_of(dispatch.channel)
    if refusal := _objection(dispatch, mouth.now()):
        _refuse(dispatch, refusal, "", mouth.now())
        return True
    try:
        connector = mouth.connector(account)
        if not mouth.has_time_for(dispatch):
            return _give_back(dispatch, mouth.now())
        if is_key_forgotten(dispatch, connector.abilities, mouth.now()):
            mark_unclear(
                dispatch=dispatch, abilities=connector.abilities, error=Unclear("key_expired"), now=mouth.now()
            )
            return True
        connector.may_speak, connector.may_go_on = partial(_may_still_leave, dispatch, mouth), mouth.may_go_on
        settle_card(dispatch=dispatch, now=mouth.now())
        with leave_asked(dispatch=dispatch, now=mouth.now):
            receipt = connector.send(_whole(draft_of(dispatch)), dispatch.key)
        is_written = write_receipt(dispatch=dispatch, receipt=receipt, now=mouth.now())
    except TryLater as error:
        if error.reason_code == STOPPED:
            return _give_back(dispatch, mouth.now(), reason_code="")
        return _wait(dispatch, account, error, mouth.now())
    except Refused as error:
        _refuse(dispatch, error.reason_code, error.detail, mouth.now())
        return True
    except LoggedOut as error:
        again_at = meet_log_out(account=account, error=error, now=mouth.now(), client=mouth.client)
        write_outcome(
            dispatch=dispatch, state=WAITING, now=mouth.now(), reason_code=error.reason_code, reason=error.detail,
            outcome="logged_out", next_at=again_at,
        )  # fmt: skip
        return False
    except Unclear as error:
        return _leave_open(dispatch, account, connector, error, mouth.now)
    except Exception as error:
        log.exception("Dispatch %s: the connector broke while speaking", dispatch.pk)
        return _leave_open(dispatch, account, connector, Unclear("broke", type(error).__name__), mouth.now)
    count_success(account=account)
    note_left_out(dispatch=dispatch, left_out=receipt.left_out if is_written else "", now=mouth.now())
    return True


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts, if the network does not say: from half a minute to two hours."""
    return min(FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10), LONGEST_PAUSE)


def _objection(dispatch: Dispatch, now: datetime) -> str:
    """Why these words may not leave after all: changed since handed over, or the author lost the right."""
    message = dispatch.message
    if words_hash(message.title, message.text, (one.draft for one in spoken_with(message))) != dispatch.text_hash:
        return "text_changed"
    author = dispatch.created_by
    if author is None:
        return ""
    try:
        require(author, SPEAKING_RIGHTS[dispatch.kind])
    except PermissionDenied:
        return "right_lost"
    return "" if is_open_to(author, dispatch.workspace.day_at(now)) else "right_lost"


def _whole(draft: Draft) -> Draft:
    """The draft, if nothing of it got lost here. Raises Refused."""
    if any(not (medium.content or medium.file) for medium in draft.media):
        raise Refused("media_gone")
    return draft


def _may_still_leave(dispatch: Dispatch, mouth: Mouth) -> bool:
    """A stop or a pause that was declared while a film is uploaded holds its words as well; and whoever was held up
    for longer than the claim lasts does not speak on it."""
    return mouth.has_time_for(dispatch) and is_free(dispatch)


def _give_back(dispatch: Dispatch, now: datetime, reason_code: str = "held_up") -> bool:
    write_outcome(dispatch=dispatch, state=WAITING, now=now, reason_code=reason_code, outcome="held_up", next_at=now)
    return False


@transaction.atomic
def _wait(dispatch: Dispatch, account: Account, error: TryLater, now: datetime) -> bool:
    """Certainly not said: wait as long as the network wishes, and no shorter than our own patience grows."""
    due = max(error.due(now), now + pause_after(dispatch.attempts))
    state = GIVEN_UP if is_hopeless(dispatch, now) else WAITING
    is_written = write_outcome(
        dispatch=dispatch, state=state, now=now, reason_code=error.reason_code, reason=error.detail,
        outcome="try_later", next_at=due,
    )  # fmt: skip
    if is_written and state == GIVEN_UP:
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="given_up", now=now)
    if error.reason_code == SENDING_OFF:
        notify_about_sending(account=account, reason_code=error.reason_code, now=now)
    until = error.due(now) if error.reason_code == "too_many" else None
    count_failure(account=account, reason=str(error), now=now, until=until)
    return False


@transaction.atomic
def _refuse(dispatch: Dispatch, reason_code: str, reason: str, now: datetime) -> None:
    if write_outcome(dispatch=dispatch, state=REFUSED, now=now, reason_code=reason_code, reason=reason):
        dispatch.refresh_from_db()
        notify_about_dispatch(dispatch=dispatch, what="refused", now=now)


def _leave_open(
    dispatch: Dispatch, account: Account, connector: Connector, error: Unclear, now: Callable[[], datetime]
) -> bool:
    if error.reason_code == ID_TAKEN:
        leave_to_person(dispatch, error, now())
    else:
        mark_unclear(dispatch=dispatch, abilities=connector.abilities, error=error, now=now())
    if error.reason_code == STOPPED:  # it was us who ended
        return False
    count_failure(account=account, reason=str(error), now=now())
    return False
