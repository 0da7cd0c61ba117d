"""`allmende ledger`: the files in which is counted what members do."""

from typing import TYPE_CHECKING, Annotated

import typer

from allmende.config import terminal
from allmende.ledger.engine_address import EngineFailed

if TYPE_CHECKING:
    from allmende.behaviours.actions import MonthFound

commands = typer.Typer(name="ledger", help="The files in which is counted what members do.", no_args_is_help=True)
SENTENCES = {
    "same": "as the database tells it",
    "differs": "other rows than the database tells",
    "missing": "no file",
    "surplus": "the database knows nothing of this month",
    "damaged": "the file cannot be read",
}


@commands.callback()
def _group() -> None:
    pass


@commands.command("verify")
def verify(
    mend: Annotated[bool, typer.Option("--mend", help="Write what differs anew; damaged files are set aside.")] = False,
) -> int:
    """Recount every month of the ledger from the database and compare them row by row. Exit status 1 if one differs.

    What is new is filled in first. Nothing else is changed without --mend; channels and their words are never touched.
    """
    terminal.begin_django()
    from django.utils import timezone

    from allmende.behaviours.actions import verify_ledger
    from allmende.config.entrance import chosen_workspace

    try:
        found = verify_ledger(workspace=chosen_workspace(), now=timezone.now(), is_mending=mend)
    except EngineFailed as failure:
        raise terminal.Ended(str(failure)) from None
    for one in found:
        row = {"month": one.month, "in_ledger": one.in_ledger, "in_database": one.in_database, "finding": one.finding}
        terminal.answer(row, _sentence(one, mend))
    return terminal.FINDINGS if any(one.finding != "same" for one in found) and not mend else terminal.DONE


def _sentence(one: "MonthFound", is_mended: bool) -> str:
    rows = "" if one.in_ledger is None else f"{one.in_ledger} rows, "
    mark = "ok " if one.finding == "same" else "!! "
    told = f"{mark}{one.month}: {rows}{SENTENCES[one.finding]}"
    if one.finding == "same":
        return told
    rest = "written anew." if is_mended else "`allmende ledger verify --mend` writes it anew."
    return f"{told} ({one.in_database} there); {rest}"
