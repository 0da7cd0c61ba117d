"""Give a user a place in a workspace."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.team.access import require
from allmende.team.actions.ask_briefing import ask_briefing
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, User
from allmende.team.states import ROLES


class CannotInvite(Exception):
    """Nobody was taken in; the text says why and what to do, `field` names the form's field."""

    def __init__(self, message: str, field: str) -> None:
        self.field = field
        super().__init__(message)


@transaction.atomic
def join_person(
    *,
    person: Person,
    user: User,
    role: str,
    now: datetime,
    access_until_date: date | None = None,
    name: str = "",
    place: Person | None = None,
) -> Person:
    """`person` takes `user` into their workspace; somebody external has a last day of access (`domain.md` 3.3), and only
    reads until they confirmed their briefing (S4-15).

    Who left before comes back as the same Person, so that their history stays theirs; who is known from a book takes their
    `place`. Raises CannotInvite for somebody who is here already and for a role above `person`'s own.
    """
    require(person, "team.person.invite")
    lock_workspace(person.workspace_id)
    if ROLES.index(role) < ROLES.index(person.role):
        raise CannotInvite(
            gettext("Not invited. Nobody gives away more rights than they have. Choose your own role or one below it."),
            "role",
        )
    known = Person.objects.select_for_update().filter(workspace=person.workspace, user=user).first()
    if known and known.left_at is None:
        raise CannotInvite(
            gettext("Not invited. %(name)s works here already. Change the role on the page of the team instead.")
            % {"name": known.name},
            "email",
        )
    if place:
        _check_place(person, place, known)
    joined = known or place or Person(workspace=person.workspace)
    stand_in = place.user if place else None
    joined.user, joined.name = user, name or user.name
    joined.role, joined.left_at, joined.is_uninvited = role, None, False
    joined.employment = "external" if access_until_date else "internal"
    joined.access_until_date = access_until_date
    joined.briefing_asked_at = None
    joined.updated_at, joined.updated_by = now, person
    joined.save()
    if stand_in:
        stand_in.delete()
    if access_until_date:
        ask_briefing(colleague=joined, now=now)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.person.joined",
        target=joined,
        now=now,
        after={"name": joined.name, "role": role, "until": access_until_date.isoformat() if access_until_date else ""},
    )
    return joined


def _check_place(person: Person, place: Person, known: Person | None) -> None:
    """A place is filled once, and by somebody who has none here."""
    rows = Person.objects.select_for_update().filter(workspace=person.workspace, pk=place.pk, is_uninvited=True)
    if not rows.exists():
        raise CannotInvite(
            gettext("Not invited. Somebody else has taken the place of %(name)s meanwhile. Look at the team's page.")
            % {"name": place.name},
            "email",
        )
    if known:
        raise CannotInvite(
            gettext(
                "Not invited. This address belongs to %(name)s, who was here before. Invite them without this place."
            )
            % {"name": known.name},
            "email",
        )
