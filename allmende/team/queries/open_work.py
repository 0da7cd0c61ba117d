"""What is still somebody's to do or to answer for, in every room: asked before they leave (I-01)."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.models import Absence, Person, ResponsibleUnit, Shift
from allmende.team.queries.responsibility import Thing, asked_of_rooms, responsibilities


def still_theirs(colleague: Person, now: datetime) -> list[Thing]:
    """What they answer for, alone or as a lead, then what they have to do; the rooms say it (`open_work_of`)."""
    today = timezone.localtime(now).date()
    held = responsibilities(colleague.workspace, today)
    found = [one.thing for one in held if one.unit and one.unit.lead_id == colleague.pk]
    for answer in (_units_led_by, *asked_of_rooms("open_work_of"), _duties_of):
        found += answer(colleague, now)
    return found


def _units_led_by(colleague: Person, now: datetime) -> list[Thing]:
    rows = ResponsibleUnit.objects.filter(lead=colleague, archived_at__isnull=True).exclude(kind=states.PERSON)
    slug = colleague.workspace.slug
    return [Thing("unit", str(one.pk), one.name, reverse("team:edit_unit", args=[slug, one.pk])) for one in rows]


def _duties_of(colleague: Person, now: datetime) -> list[Thing]:
    shifts = Shift.objects.filter(person=colleague, archived_at__isnull=True, ends_at__gt=now)
    today, slug = timezone.localtime(now).date(), colleague.workspace.slug
    absences = Absence.objects.filter(deputy=colleague, archived_at__isnull=True, ends_date__gte=today)
    covered = absences.exclude(state=states.REQUESTED).select_related("person")
    return [
        *(
            Thing("shift", str(one.pk), _moment(one.starts_at), reverse("team:shift", args=[slug, one.pk]))
            for one in shifts.exclude(state=states.DONE)
        ),
        *(Thing("deputy", str(one.pk), _("for %(name)s") % {"name": one.person.name}, "") for one in covered),
    ]


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
