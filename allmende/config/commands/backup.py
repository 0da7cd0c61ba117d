"""`allmende backup` and `allmende restore`: the whole installation in one file."""

from pathlib import Path
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("backup")
def backup(
    file: Annotated[Path | None, typer.Argument(help="The file to write, such as allmende-2026-11-22.backup.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Write over a file of this name.")] = False,
    where_key: Annotated[bool, typer.Option("--where-key", help="Only say where the sealing keys lie.")] = False,
) -> int:
    """Write database, ledger, media and settings into one file while everything runs.

    The keys that seal the log-ins of networks are not in the file: keep them elsewhere, --where-key says where they lie.
    One changed byte in the file is noticed when it is restored. Exit status 3: another backup is at work.
    """
    terminal.begin_django()
    if where_key:
        return _say_where_key()
    if file is None:
        raise terminal.WrongUse("No backup was made. Name the file: allmende backup FILE")
    from django.utils import timezone

    from allmende.config.backup.take import take_backup

    with terminal.taking_turns():
        made = take_backup(file.absolute(), now=timezone.now(), is_replacing=replace, step=terminal.say)
    terminal.answer(
        {"file": made.file, "size": made.size, "sha256": made.sha256, "members": made.members, "keys_inside": False},
        f"Saved in {made.file} ({made.size / 1e6:.1f} MB).\nThe sealing keys are not in it; `allmende backup --where-key` says"
        " where they lie. Keep a copy of them in another place.",
    )
    return terminal.DONE


@commands.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `allmende backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what is there, after saving it in a file.")
    ] = False,
) -> int:
    """Put the state of a backup in place: into an empty data folder, or with --replace over another one.

    Interrupted at any moment, the old state or the new one holds, never half. Publishing starts paused, because what was
    said since the backup is missing in it: `allmende publishing` says what to look at. Exit status 3: Allmende runs.
    """
    terminal.begin_django(is_sharing=False)
    from django.core.management import call_command
    from django.utils import timezone

    from allmende.config.backup.put_back import restore_backup

    with terminal.taking_turns():
        done = restore_backup(file.absolute(), now=timezone.now(), is_replacing=replace, step=terminal.say)
    terminal.say("Bringing the tables up to date ...")
    call_command("migrate", interactive=False, verbosity=0)
    row = {
        "file": file, "made_at": done.made_at, "safety_copy": str(done.safety_copy or ""),
        "missing_keys": list(done.missing_keys), "publishing": "paused",
    }  # fmt: skip
    terminal.answer(row, _sentences(done.made_at, done.safety_copy, bool(done.missing_keys)))
    return terminal.DONE


def _sentences(made_at: str, safety_copy: Path | None, is_key_missing: bool) -> str:
    told = [f"Restored: the state of {made_at}."]
    if safety_copy:
        told.append(f"What was there before lies in {safety_copy}.")
    if is_key_missing:
        told.append(
            "The key that seals the log-ins of networks is not here. Copy it back to the place that `allmende backup"
            " --where-key` names, or connect the accounts again."
        )
    told.append("Publishing starts paused. Start Allmende, look at what was found, then resume: `allmende publishing`.")
    return "\n".join(told)


def _say_where_key() -> int:
    from django.conf import settings

    from allmende.channels.models.sealing import key_id_of, sealing_keys

    place = "the environment variable ALLMENDE_SEALING_KEYS" if settings.SEALING_KEYS else str(settings.SEALING_FILE)
    terminal.answer(
        {"place": place, "key_ids": [key_id_of(key) for key in sealing_keys()]},
        f"The sealing keys lie in {place}. Keep a copy apart from the backups: whoever has both has the log-ins.",
    )
    return terminal.DONE
