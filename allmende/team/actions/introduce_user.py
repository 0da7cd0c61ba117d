"""Finish a new account: name and password."""

from django.db import transaction

from allmende.team.models import Person, User


@transaction.atomic
def introduce_user(*, user: User, name: str, password: str) -> None:
    """Set what a user is called and how they log in from now on; their own account, so no audit line."""
    user.name = name
    user.set_password(password)
    user.save(update_fields=["name", "password"])
    Person.objects.filter(user=user).update(name=name)
