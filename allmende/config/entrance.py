"""What happens before the first request: the database and the static files are brought up to date, and somebody can get in."""

import os

from django.conf import settings
from django.core.management import call_command
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from allmende.config import terminal
from allmende.team import states
from allmende.team.actions import create_workspace, make_login_link
from allmende.team.models import Person, User, Workspace

OWNER_ADDRESS = "owner@localhost"


def migrated() -> None:
    """Bring the database's tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)


def ensure_workspace() -> None:
    """Make an empty data folder ready for a command: tables, and a first workspace with its owner."""
    from django.db import connection

    if Workspace._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", interactive=False, verbosity=0)
    if not Workspace.objects.exists():
        first_owner()


def first_owner(language: str = "de") -> User:
    """The owner of the oldest workspace, one's own before the demo; opens a first workspace, which speaks `language`, where
    there is none."""
    person = (
        Person.objects.filter(role=states.OWNER, left_at__isnull=True)
        .filter(workspace__rehearsal_of=None)
        .order_by(F("workspace__demo_since").asc(nulls_first=True), "created_at")
        .select_related("user")
        .first()
    )
    if person:
        return person.user
    address = os.environ.get("ALLMENDE_OWNER", OWNER_ADDRESS)
    owner = User.objects.create_user(email=address, name="Owner", language=language)
    create_workspace(owner=owner, slug="community", name="Community", now=timezone.now())
    return owner


def find_user(name: str) -> User:
    """The one user with this e-mail address, or else this name.

    Raises WrongUse if there is none, or if several bear the name.
    """
    found = list(User.objects.filter(email__iexact=name)) or list(User.objects.filter(name__iexact=name)[:2])
    if not found:
        raise terminal.WrongUse(
            f"No link was made: nobody is called {name}. Give the e-mail address of a person who was invited."
        )
    if len(found) > 1:
        raise terminal.WrongUse(f"No link was made: several people are called {name}. Give the e-mail address.")
    return found[0]


def chosen_workspace() -> Workspace:
    """The workspace named by `--workspace`, else the only one there is.

    Raises WrongUse if there is none of that name, none at all, or several to choose from.
    """
    slug = terminal.workspace_slug()
    found = list(
        Workspace.objects.filter(slug=slug) if slug else Workspace.objects.filter(rehearsal_of=None).order_by("slug")
    )
    if len(found) == 1:
        return found[0]
    if slug:
        raise terminal.WrongUse(f"Nothing was done: there is no workspace {slug}. `--workspace` wants its slug.")
    if not found:
        raise terminal.WrongUse("Nothing was done: there is no workspace yet. `allmende prepare` opens a first one.")
    slugs = ", ".join(one.slug for one in found)
    raise terminal.WrongUse(f"Nothing was done: there are several workspaces. Say which with --workspace: {slugs}.")


def login_address(user: User, port: int) -> str:
    """The whole address of a new one-time link for `user`, under the origin set or on this machine's port."""
    origin = settings.ORIGIN if "ALLMENDE_ORIGIN" in os.environ else f"http://127.0.0.1:{port}"
    return origin + reverse("login_link", args=[make_login_link(user=user, now=timezone.now())])
