"""`allmende user`: help for people who cannot get in."""

from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer(name="user", help="People who log in.", no_args_is_help=True)


@commands.callback()
def _group() -> None:
    pass


@commands.command("link")
def link(
    name: Annotated[str, typer.Argument(help="E-mail address or name of the person.")],
    port: Annotated[int, typer.Option(help="Port of the running Allmende, if no other origin is set.")] = 8000,
) -> int:
    """Print a link that logs one person in, once, within a day."""
    terminal.begin_django()
    from allmende.config.entrance import find_user, login_address

    user = find_user(name)
    address = login_address(user, port)
    terminal.answer({"user": user.email, "link": address}, f"{user.name} gets in once with this link:\n{address}")
    return terminal.DONE
