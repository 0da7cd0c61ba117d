"""Call the people of a level: a notice and a mail each; who has only a telephone stands in the log to be rung."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from allmende.crisis.actions.write_log import note_act
from allmende.crisis.models import Incident
from allmende.guidelines.queries import contacts_up_to
from allmende.team.actions import queue_mail, send_notice
from allmende.team.catalogue import speaking
from allmende.team.models import Mail, Notice, Person
from allmende.team.queries import holders_of, on_duty_at, people_of

LEAD = "crisis.incident.lead"
CALLED = gettext_lazy("Called: %(names)s.")
TO_RING = gettext_lazy("To be rung, there is no address: %(names)s.")


def call_people(*, incident: Incident, by: Person, now: datetime) -> list[Person]:
    """Everybody the level and those below it call, who is on duty, and whoever may lead; each once for each level.

    A drill, here or in a copy, calls colleagues only: whoever is outside is not to be startled. Returns the colleagues.
    """
    contacts = contacts_up_to(incident.workspace, incident.level)
    named = [one.person for one in contacts if one.person]
    people = {one.pk: one for one in (*named, *on_duty_at(incident.workspace, now), incident.led_by)}
    if not named:  # nobody said in calm times whom to call
        people |= {one.pk: one for one in holders_of(incident.workspace, LEAD)}
    called = [one for one in people.values() if one.pk != by.pk]
    for colleague in called:
        tell_colleague(colleague, incident, "called", f"{incident.level}", now)
        _mail(incident, colleague.user.email, colleague.name, colleague.user.language, now)
    outside = [] if incident.is_practised else [one for one in contacts if one.person is None]
    for one in outside:
        _mail(incident, one.email, one.name, incident.workspace.language, now)
    names = [one.name for one in called] + [one.name for one in outside if one.email]
    if names:
        note_act(incident, None, CALLED, now, names=", ".join(names))
    to_ring = [f"{one.name} {one.phone}" for one in outside if one.phone and not one.email]
    if to_ring:
        note_act(incident, None, TO_RING, now, names=", ".join(to_ring))
    return called


def call_off(*, incident: Incident, now: datetime) -> None:
    """It was a mistake: every colleague who was called is told, and every address that got a mail gets another."""
    for colleague in people_called(incident):
        tell_colleague(colleague, incident, "taken_back", "once", now)
    mailed = Mail.objects.filter(workspace=incident.workspace, once_key__startswith=f"crisis.called:{incident.pk}:")
    languages = dict(people_of(incident.workspace).values_list("user__email", "user__language"))
    for address, name in set(mailed.values_list("to_address", "to_name")):
        language = languages.get(address, incident.workspace.language)
        _mail(incident, address, name, language, now, "taken_back")


def people_called(incident: Incident) -> list[Person]:
    """The colleagues who were told of it."""
    told = Notice.objects.filter(once_key__startswith=f"crisis.called:{incident.pk}:").select_related("person")
    return list({one.person_id: one.person for one in told}.values())


def tell_colleague(colleague: Person, incident: Incident, what: str, once: str, now: datetime) -> bool:
    """A notice about an incident: `crisis/notices/<what>.html`, once for `once`; False if they were told before."""
    values = {"title": incident.title, "level": incident.level, "is_drill": incident.is_practised}
    url = reverse("crisis:incident", args=[incident.workspace.slug, incident.pk])
    once_key = f"crisis.{what}:{incident.pk}:{once}"
    return send_notice(person=colleague, kind=f"crisis.{what}", values=values, url=url, once_key=once_key, now=now)


def _mail(incident: Incident, address: str, name: str, language: str, now: datetime, what: str = "called") -> None:
    url = settings.ORIGIN + reverse("crisis:incident", args=[incident.workspace.slug, incident.pk])
    with speaking(language, incident.workspace.gender_form):
        if what == "taken_back":
            words = gettext("Taken back: %(title)s")
        elif incident.is_drill:
            words = gettext("Drill, level %(level)s: %(title)s")
        else:
            words = gettext("Level %(level)s: %(title)s")
        subject = words % {"level": incident.level, "title": incident.title}
        body = render_to_string(f"crisis/mails/{what}.txt", {"incident": incident, "name": name, "url": url})
    queue_mail(
        workspace=incident.workspace, to_address=address, to_name=name, subject=subject, body=body,
        once_key=f"crisis.{what}:{incident.pk}:{incident.level}", now=now,
    )  # fmt: skip
