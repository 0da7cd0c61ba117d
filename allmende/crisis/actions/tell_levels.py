"""Tell the rooms below which level holds, and stop telling when none does (`guidelines.ActiveLevel`)."""

from datetime import datetime

from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.crisis.models import Incident, PublicText
from allmende.crisis.states import BURNING
from allmende.guidelines.models import ActiveLevel, EscalationLevel
from allmende.team.actions import change_record, mark_alarm
from allmende.team.catalogue import speaking
from allmende.team.models import Person


def tell_levels(incident: Incident) -> None:
    """Write anew what the rooms read of this incident. Inside the transaction of every action that changes it."""
    ActiveLevel.objects.filter(incident_id=incident.pk).delete()
    if incident.state in BURNING:
        level = EscalationLevel.objects.filter(workspace=incident.workspace, number=incident.level).first()
        ActiveLevel.objects.bulk_create(_row(incident, level, channel) for channel in _scope(incident))
    first = ActiveLevel.objects.filter(workspace=incident.workspace).order_by("since").first()
    mark_alarm(workspace=incident.workspace, since=first.since if first else None)


def put_out(incident: Incident, person: Person, state: str, now: datetime) -> None:
    """It burns no more: over, or taken back. Nothing is promised any more, and the public pages say nothing of it."""
    was_public = bool(incident.public_text)
    change_record(
        record=incident, person=person, now=now, seen_revision=None, state=state, over_at=now, next_update_at=None,
        public_text="",
    )  # fmt: skip
    if was_public:
        keep_public_text(incident, person, now)


def keep_public_text(incident: Incident, person: Person, now: datetime) -> None:
    """What the public pages say of it from now on, for its history; the caller holds the incident."""
    PublicText.objects.create(incident=incident, at=now, person=person, text=incident.public_text)


def _scope(incident: Incident) -> list[Channel | None]:
    if incident.is_everywhere:
        return [None]
    return [place.channel for place in incident.places.select_related("channel")]


def _row(incident: Incident, level: EscalationLevel | None, channel: Channel | None) -> ActiveLevel:
    return ActiveLevel(
        workspace=incident.workspace,
        incident_id=incident.pk,
        channel=channel,
        number=incident.level,
        name=level.name if level else "",
        title=incident.title,
        since=incident.declared_at,
        led_by=incident.led_by,
        line=incident.line,
        never_say=incident.never_say,
        allowed_speech=_allowed(incident, level),
        holds_posts=incident.holds.filter(hold__ended_at__isnull=True).exists(),
        next_update_at=incident.next_update_at,
        public_text=incident.public_text,
        is_drill=incident.is_drill,
    )


def _allowed(incident: Incident, level: EscalationLevel | None) -> str:
    """Who may say what, and whose the one voice is: whoever answers reads the name there, not only that there is one."""
    said = [level.allowed_speech] if level and level.allowed_speech else []
    if incident.spokesperson:
        workspace = incident.workspace
        with speaking(workspace.language, workspace.gender_form):
            said.append(_("For us speaks: %(name)s.") % {"name": incident.spokesperson})
    return " ".join(said)
