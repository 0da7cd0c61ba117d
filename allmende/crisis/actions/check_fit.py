"""Who may lead and speak while it burns: whoever has the training for it (S3-16)."""

from datetime import datetime

from django.utils.translation import gettext as _

from allmende.crisis.models import Incident
from allmende.team.actions import NotTrained, check_trained
from allmende.team.models import Person
from allmende.team.states import CRISIS_GATE


def unfit(person: Person, incident: Incident, now: datetime) -> str:
    """What keeps this person from leading or speaking, as a sentence; "" when nothing does.

    Nothing keeps anybody from sounding the alarm: declaring, going up and writing into the log take no training. Nor does
    a drill, which is how one learns it. Whoever only reads yet leads nothing (S4-15).
    """
    if person.only_reads:
        return _("%(name)s comes from outside and only reads until they have confirmed their briefing.") % {
            "name": person.name
        }
    if incident.is_drill:
        return ""
    try:
        check_trained(person, CRISIS_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        return str(error)
    return ""
