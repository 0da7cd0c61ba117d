"""`allmende import`: a community's past from a file, once, quickly, and back out again."""

import json
from pathlib import Path
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("import")
def import_past(
    file: Annotated[Path | None, typer.Argument(help="JSON lines, packed (.gz) or not.")] = None,
    channel: Annotated[str, typer.Option(help="Short name of the channel; a new name makes a new archive.")] = "",
    file_format: Annotated[str, typer.Option("--format", help="auto or jsonl.")] = "auto",
    mapping: Annotated[Path | None, typer.Option("--map", help="JSON file: our field name to theirs.")] = None,
    staff: Annotated[list[str] | None, typer.Option(help="A name that counts as staff; may be repeated.")] = None,
    bots: Annotated[list[str] | None, typer.Option(help="A pattern such as 'bot_*'; may be repeated.")] = None,
    undo: Annotated[str, typer.Option(help="Take this import back; its number stands in the import's answer.")] = "",
) -> int:
    """Take in a community's past, archived: searchable and measurable, never waiting. Doing it twice adds nothing."""
    terminal.begin_django()
    from allmende.config.entrance import chosen_workspace, ensure_workspace

    ensure_workspace()
    workspace = chosen_workspace()
    if undo:
        return _undo(workspace.slug, undo)
    if file is None or not channel:
        raise terminal.WrongUse("Nothing was imported. Name a file and a channel: allmende import FILE --channel NAME")
    names = _read_map(mapping)
    from allmende.config.imports import import_into

    row = import_into(
        workspace, channel, file, file_format=file_format, names=names, staff=staff or (), bots=bots or ()
    )
    terminal.answer(row, _sentence(row))
    return terminal.FINDINGS if row["refused"] else terminal.DONE


def _undo(slug: str, run: str) -> int:
    from allmende.config.imports import undo_run

    row = undo_run(slug, run)
    terminal.answer(row, f"Undone. What {row['file']} had brought in is gone.")
    return terminal.DONE


def _read_map(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise terminal.WrongUse(f"Nothing was imported. The map {path.name} cannot be read: {error}") from None
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise terminal.WrongUse('Nothing was imported. A map names our field and theirs: {"author": "user.name"}')
    return names


def _sentence(row: dict[str, object]) -> str:
    told = f"{row['read']} rows read: {row['new']} new, {row['known']} known, {row['refused']} refused."
    if row["refused"]:
        told += f"\nThe refused rows lie in {row['refused_file']}."
    return f"{told}\nTake it back with: allmende import --undo {row['run']}"
