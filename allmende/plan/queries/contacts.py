"""Who keeps in touch with which stakeholder, from the team's history (S0-22)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from allmende.plan.models import Stakeholder
from allmende.team.models import Responsibility, Workspace
from allmende.team.queries import people_of, units_of
from allmende.team.states import PERSON

# What the history calls it.
CONTACT = "stakeholder"


def contacts_of(workspace: Workspace) -> Mapping[str, Responsibility]:
    """Who keeps in touch, by stakeholder; one query."""
    rows = Responsibility.objects.filter(workspace=workspace, kind=CONTACT, ends_at__isnull=True)
    return {line.key: line for line in rows.select_related("unit__lead")}


def contact_of(stakeholder: Stakeholder) -> Responsibility | None:
    """Who keeps in touch with one stakeholder."""
    rows = Responsibility.objects.filter(workspace=stakeholder.workspace_id, kind=CONTACT, key=str(stakeholder.pk))
    return rows.filter(ends_at__isnull=True).select_related("unit__lead").first()


def contact_choices(workspace: Workspace, contact: Responsibility | None = None) -> list[tuple[str, str]]:
    """Who can keep in touch, as `team.access.find_any_unit` reads it. Whoever has a `contact` is handed on, never dropped; where
    the contact can be chosen no longer, nobody is chosen in their place unasked."""
    people = [(f"person:{one.pk}", one.name) for one in people_of(workspace)]
    choices = [*people, *((f"unit:{one.pk}", one.name) for one in units_of(workspace))]
    is_there = contact is not None and chosen_contact(contact) in dict(choices)
    return choices if is_there else [("", _("Nobody yet")), *choices]


def chosen_contact(contact: Responsibility) -> str:
    """The choice that stands for a contact."""
    unit = contact.unit
    return f"person:{unit.lead_id}" if unit.kind == PERSON else f"unit:{unit.pk}"
