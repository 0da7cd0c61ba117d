"""Invite somebody by e-mail address."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.join_person import join_person
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.models import Person, User


@dataclass(frozen=True)
class Invitation:
    """Who was invited, and the token of their log-in link; None for somebody who has a log-in already."""

    person: Person
    token: str | None


@transaction.atomic
def invite_person(
    *, person: Person, email: str, name: str, role: str, now: datetime, access_until_date: date | None = None
) -> Invitation:
    """Create the user if the address is new, take them into the workspace and make a one-time log-in link.

    A known address gets no link: the log-in is theirs, not the workspace's. Raises CannotInvite.
    """
    require(person, "team.person.invite")
    email = User.objects.normalize_email(email.strip())
    user = User.objects.filter(email__iexact=email).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(email=email, name=name, language=person.workspace.language)
    joined = join_person(person=person, user=user, role=role, now=now, access_until_date=access_until_date, name=name)
    return Invitation(joined, make_login_link(user=user, now=now) if is_new else None)
