"""Invite somebody by e-mail address."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.join_person import join_person
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.models import Person, User

# Who invites the same person again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)


@dataclass(frozen=True)
class Invitation:
    """Who was invited, and the token of their log-in link; None for somebody who has a log-in already."""

    person: Person
    token: str | None


@transaction.atomic
def invite_person(
    *,
    person: Person,
    email: str,
    name: str,
    role: str,
    now: datetime,
    access_until_date: date | None = None,
    place: Person | None = None,
) -> Invitation:
    """Create the user if the address is new, take them into the workspace and make a one-time log-in link.

    A known address gets no link: the log-in is theirs, not the workspace's. `place` is that of somebody known from a book,
    whose past becomes theirs. Raises CannotInvite.
    """
    require(person, "team.person.invite")
    email = User.objects.normalize_email(email.strip())
    user = User.objects.filter(email__iexact=email).first()
    is_new = user is None
    if user and (twin := _pressed_twice(person, user, role, now)):
        return Invitation(twin, make_login_link(user=user, now=now))
    if user is None:
        user = User.objects.create_user(email=email, name=name, language=person.workspace.language)
    joined = join_person(
        person=person, user=user, role=role, now=now, access_until_date=access_until_date, name=name, place=place
    )
    return Invitation(joined, make_login_link(user=user, now=now) if is_new else None)


def _pressed_twice(person: Person, user: User, role: str, now: datetime) -> Person | None:
    """Whom this person took in a moment ago and nobody has used the link of: it is shown once, so it is made anew.

    Never for somebody who also works elsewhere: the link would open that place too.
    """
    if user.has_usable_password() or user.last_login or user.persons.exclude(workspace=person.workspace).exists():
        return None
    mine = Person.objects.filter(workspace=person.workspace, user=user, role=role, left_at__isnull=True)
    return mine.filter(updated_by=person, updated_at__gt=now - SAME_PRESS).first()
