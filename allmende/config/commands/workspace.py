"""`allmende workspace new`: a further, empty community, such as the place for a book."""

from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer(name="workspace", help="Communities of this installation.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    pass


@commands.command("new")
def new(
    name: Annotated[str, typer.Argument(help="How the community is called.")],
    slug: Annotated[
        str, typer.Option("--slug", help="Its address, such as guides for /w/guides/; empty, it is made of the name.")
    ] = "",
    owner: Annotated[
        str, typer.Option("--owner", help="E-mail address or name of who owns it; empty, the first owner here.")
    ] = "",
) -> int:
    """Open a further, empty community; its owner sees it at the next log-in.

    `allmende plan import FILE --workspace SLUG` reads a book into it.
    """
    terminal.begin_django()
    from django.utils import timezone

    from allmende.config.entrance import find_user, first_owner
    from allmende.team.actions import CannotOpenWorkspace, check_new, create_workspace
    from allmende.team.forms.communities import proposed_slug

    user = find_user(owner) if owner else first_owner()
    chosen = slug or proposed_slug(name)
    try:
        check_new(name=name, slug=chosen)
    except CannotOpenWorkspace as error:
        raise terminal.WrongUse(str(error)) from None
    made = create_workspace(owner=user, slug=chosen, name=name.strip(), now=timezone.now())
    terminal.answer(
        {"workspace": made.slug, "name": made.name, "owner": user.email},
        f"{made.name} is open and empty at /w/{made.slug}/; {user.name} owns it.\n"
        f"A book is read into it with: allmende plan import FILE --workspace {made.slug}",
    )
    return terminal.DONE
