"""The self-test each night, on channels somebody opted in to, where nobody but us can see it."""

import logging
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from allmende.channels.actions.prove_channel import CannotProve, begin_trial
from allmende.channels.models import Channel
from allmende.channels.queries import abilities_of
from allmende.channels.states import CONNECTED, SPEAKING_CHANNELS
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

log = logging.getLogger("allmende.channels")

# By the workspace's own clock; the hour that comes twice or never in a year lies within.
NIGHT_HOURS = (2, 3, 4)
APART = timedelta(hours=18)


@transaction.atomic
def switch_nightly(*, person: Person, channel: Channel, is_on: bool, now: datetime) -> Channel:
    """Test this channel each night, or no more. Raises CannotProve where others would see each test."""
    require(person, "channels.account.connect")
    lock_workspace(person.workspace_id)
    if is_on and not abilities_of(channel).can_test_unseen:
        raise CannotProve(
            _(
                "Nothing was switched on. On %(channel)s others would see a test each night. Begin a test yourself when it"
                " fits."
            )
            % {"channel": channel.name}
        )
    by, at = (person, now) if is_on else (None, None)
    Channel.objects.filter(pk=channel.pk, workspace=person.workspace).update(
        nightly_by=by, nightly_at=at, updated_at=now, updated_by=person, revision=F("revision") + 1
    )
    channel.refresh_from_db()
    record_audit(
        workspace=channel.workspace, person=person, verb="channels.channel.nightly", target=channel, now=now,
        after={"is_on": is_on},
    )  # fmt: skip
    return channel


def prove_nightly(*, now: datetime) -> int:
    """Begin tonight's tests, one a night and channel; how many. An account that rests is left alone."""
    begun = 0
    wished = Channel.objects.filter(
        nightly_by__isnull=False, state__in=SPEAKING_CHANNELS, account__state=CONNECTED, archived_at__isnull=True
    ).exclude(trials__asked_at__gt=now - APART)
    for channel in wished.select_related("workspace", "account", "nightly_by"):
        if now.astimezone(ZoneInfo(channel.workspace.zone)).hour not in NIGHT_HOURS or channel.nightly_by is None:
            continue
        try:
            begin_trial(person=channel.nightly_by, channel=channel, now=now, is_nightly=True)
        except CannotProve as error:
            log.warning("Channel %s: no test tonight: %s", channel.pk, error)
            continue
        begun += 1
    return begun
