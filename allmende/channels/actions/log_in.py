"""A person lets Allmende in at a network: by what they type, or by agreeing there and coming back with a code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.connect_account import AlreadyConnected, CannotConnect, connect_account
from allmende.channels.catalogue import LOGIN_REASONS, NETWORKS, network_name
from allmende.channels.models import Account, PendingLogin
from allmende.channels.queries import open_client
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted
from allmende.connectors.register import connector_class
from allmende.connectors.secret import Secret
from allmende.team.access import require
from allmende.team.models import Person

# How long a person may take to agree at the network.
PATIENCE = timedelta(minutes=15)


class CannotLogIn(CannotConnect):
    """Nothing was connected; the message says why and what to do. `question`: whose answer cannot be right, or "".

    `wishes`: what the person had typed before they went to the network, to fill the form again. `account`: the one that
    is connected already.
    """

    def __init__(
        self, message: str, question: str = "", wishes: Mapping[str, Any] | None = None, account: Account | None = None
    ) -> None:
        super().__init__(message)
        self.question = question
        self.wishes = dict(wishes or {})
        self.account = account


@dataclass(frozen=True, slots=True)
class Returned:
    """Back from the network: the account, whether it had been there before, and what the person had typed."""

    account: Account
    is_known: bool
    wishes: Mapping[str, Any] = field(default_factory=dict)


def log_in(
    *,
    person: Person,
    kind: str,
    answers: Mapping[str, str],
    name: str,
    now: datetime,
    account: Account | None = None,
    client: Client | None = None,
) -> Account:
    """Connect by what was typed; with `account` the same one again. Raises CannotLogIn; nothing is stored then."""
    require(person, "channels.account.connect")
    client = client or open_client()
    try:
        granted = connector_class(kind).log_in({**answers, "our_workspace": person.workspace.slug}, client)
    except ConnectorError as error:
        raise _told(error, kind, answers) from None
    return _connect(person, kind, granted, name, now, account, client)


def begin_login(
    *,
    person: Person,
    session_key: str,
    kind: str,
    answers: Mapping[str, str],
    wishes: Mapping[str, Any],
    return_url: str,
    now: datetime,
    account: Account | None = None,
    client: Client | None = None,
) -> str:
    """Where the person agrees at the network; they come back to `return_url` within PATIENCE. Raises CannotLogIn."""
    require(person, "channels.account.connect")
    try:
        begun = connector_class(kind).begin_login(answers, return_url, client or open_client())
    except ConnectorError as error:
        raise _told(error, kind, answers) from None
    PendingLogin.objects.filter(ends_at__lt=now - PATIENCE).delete()
    PendingLogin.objects.create(
        workspace=person.workspace, person=person, account=account, kind=kind, kept=begun.kept.reveal(),
        session_hash=_hash(session_key), state_hash=_hash(begun.state), wishes=dict(wishes),
        begun_at=now, ends_at=now + PATIENCE,
    )  # fmt: skip
    return begun.url


def finish_login(
    *, person: Person, session_key: str, state: str, code: str, now: datetime, client: Client | None = None
) -> Returned:
    """Connect with the code a person came back with; "" if they did not agree. Raises CannotLogIn.

    The same return counts once, for the person and browser session that began it.
    """
    require(person, "channels.account.connect")
    pending = _take(person, session_key, state, now)
    try:
        if not code:
            raise CannotLogIn(_("Not connected. You did not agree at the network. Nothing was changed there or here."))
        account = _finish(pending, person, code, now, client or open_client())
    except CannotConnect as error:
        question, known = (error.question, error.account) if isinstance(error, CannotLogIn) else ("", None)
        wishes = {**pending.wishes, "network": pending.kind, "account": str(pending.account_id or "")}
        raise CannotLogIn(str(error), question, wishes, known) from None
    return Returned(account, pending.account is not None, pending.wishes)


def _finish(pending: PendingLogin, person: Person, code: str, now: datetime, client: Client) -> Account:
    try:
        granted = connector_class(pending.kind).finish_login(Secret(pending.kept), code, client)
    except ConnectorError as error:
        raise _told(error, pending.kind) from None
    name = pending.account.name if pending.account else str(pending.wishes.get("name", ""))
    return _connect(person, pending.kind, granted, name, now, pending.account, client)


@transaction.atomic
def _take(person: Person, session_key: str, state: str, now: datetime) -> PendingLogin:
    rows = PendingLogin.objects.select_related("account", "workspace").filter(
        state_hash=_hash(state), session_hash=_hash(session_key), person=person
    )
    pending = rows.first()
    taken = PendingLogin.objects.filter(pk=pending.pk).delete()[0] if pending else 0
    if pending is None or not taken:
        raise CannotLogIn(
            _(
                "Not connected. This way back from the network is not known here or was used already. Please begin again."
            )
        )
    if pending.ends_at < now:
        raise CannotLogIn(
            _("Not connected. It took longer than a quarter of an hour. Please begin again."),
            wishes={**pending.wishes, "network": pending.kind, "account": str(pending.account_id or "")},
        )
    return pending


def _connect(
    person: Person, kind: str, granted: Granted, name: str, now: datetime, account: Account | None, client: Client
) -> Account:
    """Store what was granted. An account that had been disconnected comes back as the same one."""
    before = account or _same_account(person, kind, granted, client)
    if account is None and before is not None and before.archived_at is None:
        raise _twice(before)
    try:
        return connect_account(
            person=person, kind=kind, name=name or (before.name if before else ""), settings=granted.settings,
            secret=granted.secret.reveal(), now=now, account=before, client=client, is_first=account is None,
        )  # fmt: skip
    except AlreadyConnected as error:
        raise _twice(error.account) from None


def _twice(account: Account) -> CannotLogIn:
    said = _("Not connected. This account is connected already, as %(name)s. Log in again there if it is needed.")
    return CannotLogIn(said % {"name": account.name}, account=account)


def _same_account(person: Person, kind: str, granted: Granted, client: Client) -> Account | None:
    try:
        us = connector_class(kind)(granted.settings, granted.secret, client).whoami()
    except ConnectorError as error:
        raise _told(error, kind) from None
    place = granted.settings.get("network")
    known = Account.objects.filter(workspace=person.workspace, kind=kind, native_id=us.native_id)
    return next((one for one in known if one.settings.get("network") == place), None)


def _told(error: ConnectorError, kind: str, answers: Mapping[str, str] = MappingProxyType({})) -> CannotLogIn:
    """The network's answer as a sentence, at the question it belongs to; a silent server is called as it was typed."""
    network, bad_answers = network_name(kind), NETWORKS[kind].bad_answers
    if isinstance(error, Refused) and error.detail in bad_answers:
        # A bad answer is told best by what is said of its question; of anything else the reason says more.
        known = {**LOGIN_REASONS, **NETWORKS[kind].reasons, "bad_answer": bad_answers[error.detail]}
        sentence = known.get(error.reason_code) or bad_answers[error.detail]
        return CannotLogIn(str(sentence), error.detail)
    if isinstance(error, LoggedOut):
        return CannotLogIn(
            _("Not connected. %(network)s does not know this log-in. Check what you typed; nothing was changed.")
            % {"network": network}
        )
    if isinstance(error, TryLater):
        return CannotLogIn(
            _("Not connected. %(network)s does not answer just now. What you typed is kept; please try again.")
            % {"network": _called(answers) or network}
        )
    known = {**NETWORKS[kind].reasons, **LOGIN_REASONS}
    if error.reason_code in known:
        return CannotLogIn(
            str(known[error.reason_code]),
            "server" if error.reason_code in ("forbidden_address", "not_https") else "",
        )
    return CannotLogIn(
        _("Not connected. %(network)s says: %(said)s") % {"network": network, "said": error.detail or error.reason_code}
    )


def _called(answers: Mapping[str, str]) -> str:
    """The server as the person typed it, of a mailbox the part behind the @; "" where nobody asked for one."""
    typed = (answers.get(question, "").strip() for question in ("server", "site", "url", "imap", "address"))
    return next((one for one in typed if one), "").rpartition("@")[2]


def _hash(value: str) -> str:
    return sha256(value.encode()).hexdigest()
