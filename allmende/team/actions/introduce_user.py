"""Finish a new account: name and password; for whoever opens an installation also the address and the community's name."""

from datetime import datetime

from django.db import transaction

from allmende.team.actions.change_workspace import change_workspace
from allmende.team.models import Person, User


@transaction.atomic
def introduce_user(
    *,
    user: User,
    name: str,
    password: str,
    now: datetime,
    founder: Person | None = None,
    email: str = "",
    community: str = "",
) -> None:
    """Set what a user is called and how they log in from now on; their own account, so no audit line of that.

    `founder`: who they are in the workspace that is called `community` from now on. Empty texts change nothing.
    """
    if founder and community:
        change_workspace(person=founder, now=now, name=community)
    user.name, user.email = name, email or user.email
    user.set_password(password)
    user.save(update_fields=["name", "email", "password"])
    Person.objects.filter(user=user).update(name=name)
