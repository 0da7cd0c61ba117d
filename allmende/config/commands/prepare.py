"""`allmende prepare`: what must be done before the first request."""

from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("prepare")
def prepare(
    port: Annotated[int, typer.Option(help="Port under which Allmende will answer.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Begin the demo once, when the data folder is new.")] = False,
    language: Annotated[
        str, typer.Option(help="What a new workspace and the demo speak, de or en; without it, that of this machine.")
    ] = "",
) -> int:
    """Bring database and static files up to date, open the first workspace, and print a log-in link for its owner."""
    from allmende.config.commands.demo import chosen_language

    terminal.begin_django()
    from allmende.config.entrance import first_owner, login_address

    spoken = chosen_language(language)
    is_loading = _prepare_data(has_demo=demo, language=spoken)
    owner = first_owner(spoken)
    address = login_address(owner, port)
    row = {"owner": owner.email, "link": address, "is_demo_loading": is_loading}
    terminal.answer(row, f"{owner.name} gets in once with this link:\n{address}")
    return terminal.DONE


def _prepare_data(*, has_demo: bool, language: str) -> bool:
    """Migrate, collect static files, and begin the demo in an installation that has no workspace yet.

    Whether the demo's past is still missing: `allmende demo finish` loads it.
    """
    from django.core.management import call_command
    from django.utils import timezone

    from allmende.config.demo.load import BEGUN, begin_demo, demo_workspace
    from allmende.config.entrance import migrated
    from allmende.team.models import Workspace

    migrated()
    call_command("collectstatic", interactive=False, verbosity=0)
    has_workspace = Workspace.objects.exclude(demo_since__isnull=False, demo_percent__lt=BEGUN).exists()
    if has_demo and not has_workspace:
        terminal.say("The tables stand; now the last two weeks of the demo. Eighteen months follow while you look.")
        begin_demo(language=language, now=timezone.now())
    demo = demo_workspace()
    return demo is not None and demo.is_demo_loading
