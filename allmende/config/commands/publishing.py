"""`allmende publishing`: is publishing paused here, and go on."""

from typing import TYPE_CHECKING

import typer

from allmende.config import terminal

if TYPE_CHECKING:
    from allmende.team.models import Workspace

commands = typer.Typer(name="publishing", help="Whether words leave from this machine.", no_args_is_help=True)


@commands.command("status")
def status() -> int:
    """Say for each workspace whether publishing is paused here, and what was found at the networks. Exit status 1 if it is."""
    terminal.begin_django()
    from allmende.channels.queries import open_pauses, reconciled

    is_paused = False
    for workspace in _workspaces():
        reasons = [pause.reason for pause in open_pauses(workspace)]
        found = reconciled(workspace)
        row = {
            "workspace": workspace.slug, "paused": reasons, "asked": found.asked, "for_person": found.for_person,
            "held": found.held, "waiting": found.waiting,
        }  # fmt: skip
        sentence = f"paused ({', '.join(reasons)})" if reasons else "publishing"
        terminal.answer(
            row,
            f"{workspace.slug}: {sentence}; {found.asked} still asked for, {found.for_person} for a person, {found.held} held,"
            f" {found.waiting} wait.",
        )
        is_paused = is_paused or bool(reasons)
    return terminal.FINDINGS if is_paused else terminal.DONE


@commands.command("resume")
def resume() -> int:
    """Let publishing go on, in the workspace named by --workspace or in all of them, after you looked."""
    terminal.begin_django()
    from django.utils import timezone

    from allmende.channels.actions import CannotEndPause, end_pause
    from allmende.channels.queries import open_pauses

    for workspace in _workspaces():
        for pause in open_pauses(workspace):
            try:
                end_pause(pause=pause, person=None, now=timezone.now())
            except CannotEndPause as error:
                raise terminal.Ended(str(error)) from None
            terminal.answer(
                {"workspace": workspace.slug, "resumed": pause.reason}, f"{workspace.slug}: publishing goes on."
            )
    return terminal.DONE


def _workspaces() -> "list[Workspace]":
    from allmende.config.entrance import chosen_workspace
    from allmende.team.models import Workspace

    return [chosen_workspace()] if terminal.workspace_slug() else list(Workspace.objects.order_by("slug"))
