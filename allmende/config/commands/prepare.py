"""`allmende prepare`: what must be done before the first request."""

from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("prepare")
def prepare(
    port: Annotated[int, typer.Option(help="Port under which Allmende will answer.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Load the demo once, when the data folder is new.")] = False,
) -> int:
    """Bring database and static files up to date, open the first workspace, and print a log-in link for its owner."""
    terminal.begin_django()
    from allmende.config.entrance import first_owner, login_address, prepare_data

    prepare_data(has_demo=demo)
    owner = first_owner()
    address = login_address(owner, port)
    terminal.answer({"owner": owner.email, "link": address}, f"{owner.name} gets in once with this link:\n{address}")
    return terminal.DONE
