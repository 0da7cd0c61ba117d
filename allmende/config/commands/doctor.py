"""`allmende doctor`: the commonest mistakes, each looked for, each with its remedy."""

import os
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()
LANGUAGES = ("de", "en")


@commands.command("doctor")
def doctor(
    language: Annotated[str, typer.Option(help="de or en; without it as the machine is set.")] = "",
) -> int:
    """Look for the commonest mistakes of an installation, and say for each what to do. Exit status 1 if something was found.

    It changes nothing and sends nothing. What it says names no members and no secrets, so it can be shown to others.
    """
    if language and language not in LANGUAGES:
        raise terminal.WrongUse(f"Nothing was checked: {language} is not spoken here. Use {' or '.join(LANGUAGES)}.")
    _need_folder()
    terminal.begin_django()
    from django.utils import timezone

    from allmende.health.queries import Look, examine
    from allmende.team.catalogue import speaking

    with speaking(language or _usual_language()):
        report = examine(Look(now=timezone.now()))
        for one in report.checked:
            row = {"check": one.check, "ok": one.ok, "finding": one.finding, "remedy": one.remedy}
            mark = "ok " if one.ok else "!! "
            terminal.answer(row, mark + one.title + (f": {one.finding}\n      {one.remedy}" if one.finding else ""))
    return terminal.FINDINGS if report.findings else terminal.DONE


def _need_folder() -> None:
    """Without a data folder not even the settings can be read."""
    from allmende.config.paths import data_folder

    try:
        folder = data_folder()
        keys = folder / "keys"
        is_usable = os.access(folder, os.W_OK | os.X_OK) and (not keys.exists() or os.access(keys, os.R_OK | os.X_OK))
    except OSError:
        is_usable = False
    if not is_usable:
        finding = "The data folder cannot be written."
        remedy = "Give it to the user who runs Allmende (chown, chmod u+rwx), or name another one with --data."
        row = {"check": "data_folder", "ok": False, "finding": finding, "remedy": remedy}
        terminal.answer(row, f"!! {finding}\n      {remedy}")
        raise terminal.Found("Nothing else could be checked.")


def _usual_language() -> str:
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "de" if wanted.lower().startswith("de") else "en"
