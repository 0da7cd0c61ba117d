"""`allmende demo`: an invented community to look round in, and the way out of it."""

import os
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer(
    name="demo", help="The Lotsenforum: a community to look round in; people, firm and figures are invented."
)
LANGUAGES = ("de", "en")


@commands.callback(invoke_without_command=True)
def _load_unless_told(context: typer.Context) -> None:
    """Load the demo (the same as `allmende demo load`)."""
    if context.invoked_subcommand is None:
        load()


@commands.command("load")
def load(
    language: Annotated[str, typer.Option(help="de or en; without it, that of this machine, else German.")] = "",
) -> int:
    """Load the demo beside what is there; loaded already, nothing changes. Allmende must not run on the data meanwhile."""
    language = chosen_language(language)
    terminal.begin_django()
    from django.utils import timezone

    from allmende.config.demo.load import begin_demo, demo_workspace, finish_demo, is_slug_free
    from allmende.config.entrance import migrated
    from allmende.config.paths import data_folder
    from allmende.config.supervisor import alone

    with alone(data_folder()):
        migrated()
        if not is_slug_free():
            raise terminal.WrongUse(
                "Not loaded: a workspace of your own has the address lotsenforum. Nothing was changed."
            )
        terminal.say("Loading the demo ...")
        begin_demo(language=language, now=timezone.now())
        finish_demo()
    workspace = demo_workspace()
    slug = workspace.slug if workspace else ""
    terminal.answer({"workspace": slug, "loaded": True}, "The demo is loaded. Leave it with: allmende demo unload")
    return terminal.DONE


@commands.command("finish")
def finish() -> int:
    """Load what is missing of a demo that was begun: its past, measures and reports. `allmende up` calls it by itself."""
    os.nice(5)  # whoever looks round meanwhile goes first
    terminal.begin_django()
    from allmende.config.demo.load import finish_demo

    is_done = finish_demo()
    terminal.answer({"loaded": is_done}, "The demo is loaded." if is_done else "Nothing of the demo is missing.")
    return terminal.DONE


@commands.command("unload")
def unload(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """Remove the demo completely; your own workspaces stay, and an installation without one gets an empty one."""
    terminal.begin_django()
    from allmende.config.demo.leave import remove_demo
    from allmende.config.demo.load import demo_workspace
    from allmende.config.entrance import first_owner

    workspace = demo_workspace()
    if workspace is None:
        raise terminal.WrongUse("Nothing was removed: there is no demo here.")
    if not yes:
        typer.confirm("Remove the demo with everything in it? Your own workspaces stay.", abort=True)
    remove_demo(workspace=workspace)
    owner = first_owner()
    terminal.answer(
        {"removed": workspace.slug, "owner": owner.email},
        f"The demo is gone. Get into your own workspace with: allmende user link {owner.email}",
    )
    return terminal.DONE


def chosen_language(wanted: str) -> str:
    """The language asked for, else that of the machine, else German. Raises terminal.WrongUse."""
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    found = wanted or spoken[:2].lower()
    if found not in LANGUAGES and wanted:
        raise terminal.WrongUse(f"Nothing was loaded: the demo speaks {' and '.join(LANGUAGES)}, not {wanted}.")
    return found if found in LANGUAGES else "de"
