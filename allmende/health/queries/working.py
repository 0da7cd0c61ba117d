"""Does the work get done: worker, jobs, clock, log-ins, listening, the outgoing queue."""

from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.channels.actions.claim_dispatch import due_dispatches
from allmende.channels.models import Account, Channel, Cursor, Dispatch, Place
from allmende.channels.queries import (
    NEEDS_PERSON,
    WARNED_BEFORE,
    abilities_of,
    doubtful_channels,
    lacking_permissions,
    log_in_ends_at,
    open_pauses,
)
from allmende.channels.states import CLOSING, LIVE, LOGGED_OUT, UNCLEAR
from allmende.health.queries.look import Look, Trouble, listed
from allmende.jobs.models import JobState, Worker
from allmende.jobs.queries import failing_jobs, is_worker_alive
from allmende.team.models import Workspace

PATIENCE = 3
LATE = timedelta(seconds=60)
UNHEARD = timedelta(minutes=10)
AHEAD = timedelta(minutes=5)
# Where members write and are answered
MET = (LIVE, CLOSING)


def _instant(at: datetime) -> str:
    """28. November 2026, 05:57 CET: the reader's clock, and which one that is, for screens and terminals alike."""
    here = timezone.localtime(at)
    return f"{formats.date_format(here, 'DATE_FORMAT')}, {here:%H:%M %Z}"


def worker(look: Look) -> Trouble | None:
    """Without one nothing leaves, nothing is heard, nothing is counted."""
    if is_worker_alive(look.now):
        return None
    seen = Worker.objects.aggregate(at=Max("seen_at"))["at"]
    finding = (
        _("The last worker was seen %(at)s.") % {"at": _instant(seen)}
        if seen
        else _("No worker runs: nothing leaves, nothing is heard, nothing is counted.")
    )
    return Trouble(finding, _("Start Allmende with ./run, or a worker alone with: allmende work"))


def jobs(look: Look) -> Trouble | None:
    """Work that fails again and again, and work that nobody takes up."""
    failing = [job.name for job in failing_jobs() if job.failures_in_row >= PATIENCE]
    if failing:
        return Trouble(
            _("Fails again and again: %(names)s") % {"names": listed(failing)},
            _("Look into the worker's log in the data folder for the lines that name it, and report them."),
        )
    stuck = JobState.objects.filter(lease_until__isnull=True, next_at__lt=look.now - timedelta(minutes=10))
    if stuck.exists() and is_worker_alive(look.now):
        return Trouble(
            _("Nobody takes up: %(names)s") % {"names": listed(list(stuck.values_list("name", flat=True)))},
            _(
                "The workers are of another version or too busy. Start Allmende again, or more workers: ./run --workers 2"
            ),
        )
    return None


def clock(look: Look) -> Trouble | None:
    """Something was written later than now: this clock is behind, or the one before was ahead."""
    written = [
        Worker.objects.aggregate(at=Max("seen_at"))["at"],
        JobState.objects.aggregate(at=Max("finished_at"))["at"],
        Place.objects.aggregate(at=Max("clock_at"))["at"],
    ]
    newest = max((at for at in written if at), default=None)
    if newest is None or newest <= look.now + AHEAD:
        return None
    return Trouble(
        _("The clock says %(now)s, but work was done here at %(newest)s.")
        % {"now": _instant(look.now), "newest": _instant(newest)},
        _("Set the clock right and let it be kept right by a time server (timedatectl set-ntp true)."),
    )


def publishing(look: Look) -> Trouble | None:
    """A copy, a restored backup or a clock that jumped."""
    spaces = [look.workspace] if look.workspace else Workspace.objects.order_by("slug")
    paused = [one.slug for one in spaces if open_pauses(one).exists()]
    if not paused:
        return None
    return Trouble(
        _("Publishing is paused on this machine: %(names)s") % {"names": listed(paused)},
        _("Look under Channels at what was found, then resume there or with: allmende publishing resume"),
    )


def accounts(look: Look) -> Trouble | None:
    """Log-ins that ended or are about to."""
    rows = look.own(Account.objects.filter(archived_at=None))
    out = list(rows.filter(state=LOGGED_OUT).values_list("name", flat=True))
    if out:
        return Trouble(
            _("Logged out: %(names)s") % {"names": listed(out)},
            _("Connect the account again under Channels. What waits for it is kept and goes out then."),
        )
    ended = list(rows.filter(expires_at__lte=look.now).values_list("name", flat=True))
    if ended:
        return Trouble(
            _("The log-in has ended and was not renewed: %(names)s") % {"names": listed(ended)},
            _("See whether the worker reaches the network; if it does, connect the account again under Channels."),
        )
    ends = [(one.name, log_in_ends_at(one)) for one in rows.filter(expires_at__isnull=False).order_by("name")]
    soon = [name for name, at in ends if at is not None and at <= look.now + WARNED_BEFORE]
    if not soon:
        return None
    return Trouble(
        _("The log-in ends within two weeks, and only a person can renew it: %(names)s") % {"names": listed(soon)},
        _("Log in again under Channels before that. Who does it later loses nothing: what waits is kept."),
    )


def permissions(look: Look) -> Trouble | None:
    """Log-ins that may speak and not send pictures, each with what it lacks."""
    rows = look.own(Account.objects.filter(archived_at=None).exclude(state=LOGGED_OUT)).order_by("name")
    lacking = {one.name: lacking_permissions(one) for one in rows}
    names = [f"{name} ({', '.join(scopes)})" for name, scopes in lacking.items() if scopes]
    if not names:
        return None
    return Trouble(
        _("Words go out, pictures do not; the log-in lacks a permission: %(names)s") % {"names": listed(names)},
        _(
            "Give the application this permission, as the how-to of the network says, and log in again under Channels. "
            "Texts with pictures are refused before anything is said."
        ),
    )


def listening(look: Look) -> Trouble | None:
    """A channel that is open for members, and nobody hears them."""
    live = look.own(Channel.objects.filter(state__in=MET, account__isnull=False, archived_at=None))
    deaf = live.filter(Q(cursor__isnull=True) | Q(cursor__looked_at=None) | Q(cursor__looked_at__lt=look.now - UNHEARD))
    young = deaf.exclude(Q(cursor__looked_at=None, updated_at__gt=look.now - UNHEARD))
    rows = young.select_related("account", "cursor").order_by("name")
    names = [one.name for one in rows if not _is_left_alone(one, look.now)]
    if not names:
        return None
    return Trouble(
        _("Members write there, but nobody has listened for too long: %(names)s") % {"names": listed(names)},
        _("See whether a worker runs and whether the account behind the channel rests or is logged out."),
    )


def _is_left_alone(channel: Channel, now: datetime) -> bool:
    """Some networks are asked seldom, and a webhook tells by itself: twice the pause between two readings may pass."""
    looked_at = channel.cursor.looked_at if hasattr(channel, "cursor") else None
    return looked_at is not None and now - looked_at <= 2 * abilities_of(channel).ask_every


def proofs(look: Look) -> Trouble | None:
    """Channels that failed to prove what they can do, or have not been asked for long."""
    live = look.own(Channel.objects.filter(state__in=MET, account__isnull=False, archived_at=None))
    failed, old = doubtful_channels(live, look.now)
    if failed:
        return Trouble(
            _("The last self-test failed: %(names)s") % {"names": listed(failed)},
            _("Open the self-test of the channel under Channels; it says what failed and why. Then test again."),
        )
    if old:
        return Trouble(
            _("The last self-test is old: %(names)s") % {"names": listed(old)},
            _("Begin a self-test under Channels. Where it is to run each night, see whether a worker runs at night."),
        )
    return None


def cursors(look: Look) -> Trouble | None:
    """Channels whose reading fails."""
    rows = look.own(Cursor.objects.filter(failures_in_row__gte=PATIENCE), "channel__workspace")
    names = list(rows.order_by("channel__name").values_list("channel__name", flat=True))
    if not names:
        return None
    return Trouble(
        _("Cannot be read since several attempts: %(names)s") % {"names": listed(names)},
        _("Look at the channel's card under Channels; it shows what the network answers. It is tried again by itself."),
    )


def queue(look: Look) -> Trouble | None:
    """What may leave, and does not."""
    late = look.own(due_dispatches(look.now).filter(next_at__lt=look.now - LATE)).count()
    if not late:
        return None
    return Trouble(
        ngettext("%(number)s post is more than a minute late.", "%(number)s posts are more than a minute late.", late)
        % {"number": late},
        _("See whether a worker runs; if it is too slow, start more of them: ./run --workers 2"),
    )


def unclear(look: Look) -> Trouble | None:
    """Only somebody who looks at the network can settle these."""
    rows = look.own(Dispatch.objects.filter(state=UNCLEAR, reason_code=NEEDS_PERSON))
    number = rows.count()
    if not number:
        return None
    return Trouble(
        ngettext(
            "Nobody knows whether %(number)s post arrived.", "Nobody knows whether %(number)s posts arrived.", number
        )
        % {"number": number},
        _("Open the outgoing queue under Channels, look at the network, and say whether it is there."),
    )
