"""`allmende import`: a community's past from a file, once, quickly, and back out again."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()
FORMATS = "auto (by what is in it), jsonl, slack, zulip, stackexchange, discourse or csv."


@commands.command("import")
def import_past(
    file: Annotated[
        Path | None, typer.Argument(help="A file or folder: JSON lines, a table, or an export, packed or not.")
    ] = None,
    channel: Annotated[str, typer.Option(help="Short name of the channel; a new name makes a new archive.")] = "",
    file_format: Annotated[str, typer.Option("--format", help=FORMATS)] = "auto",
    mapping: Annotated[
        Path | None, typer.Option("--map", help="JSON file: our field name to theirs, for JSON lines and tables.")
    ] = None,
    staff: Annotated[list[str] | None, typer.Option(help="A name that counts as staff; may be repeated.")] = None,
    bots: Annotated[list[str] | None, typer.Option(help="A pattern such as 'bot_*'; may be repeated.")] = None,
    open_since: Annotated[
        str, typer.Option(help="A day such as 2026-09-01: threads in which a member spoke last since then arrive open.")
    ] = "",
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
    names, since = _read_map(mapping), _read_day(open_since)
    from allmende.config.imports import import_into

    row = import_into(
        workspace,
        channel,
        file,
        file_format=file_format,
        names=names,
        staff=staff or (),
        bots=bots or (),
        open_since=since,
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


def _read_day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise terminal.WrongUse(f"Nothing was imported. {written} is no day; write it like 2026-09-01.") from None


def _sentence(row: dict[str, object]) -> str:
    told = f"{row['read']} rows read: {row['new']} new, {row['known']} known, {row['refused']} refused."
    if row["refused"]:
        told += f"\nThe refused rows lie in {row['refused_file']}."
    return f"{told}\nTake it back with: allmende import --undo {row['run']}"
