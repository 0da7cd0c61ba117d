"""`allmende up`: web, worker and the practice network under one supervisor."""

from typing import Annotated

import typer

commands = typer.Typer()


@commands.command("up")
def up(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Load the demo once, when the data folder is new.")] = True,
    web: Annotated[int, typer.Option(min=1, max=32, help="How many web processes.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=32, help="How many workers.")] = 1,
    language: Annotated[
        str, typer.Option(help="What a new workspace and the demo speak, de or en; without it, that of this machine.")
    ] = "",
    exit_when_ready: Annotated[bool, typer.Option(help="End as soon as everything answers.")] = False,
) -> int:
    """Start Allmende: bring the data up to date, then start web, worker and practice network and watch over them."""
    from allmende.config.commands.demo import chosen_language
    from allmende.config.supervisor import Wishes, supervise

    spoken = chosen_language(language)
    wishes = Wishes(port, demo, spoken, exit_when_ready, webs=web, workers=workers)
    return supervise(wishes)
