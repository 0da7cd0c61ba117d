"""`allmende evidence`: measured values from a table into the plan, and back out again."""

from pathlib import Path
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("evidence")
def evidence(
    file: Annotated[
        Path | None, typer.Argument(help="A table with columns such as element, metric, date, value, unit, n.")
    ] = None,
    element: Annotated[
        str, typer.Option(help="Code, name or key of the part of the plan, for rows that name none.")
    ] = "",
    source: Annotated[str, typer.Option(help="What was measured, for rows that do not say.")] = "",
    unit: Annotated[str, typer.Option(help="The unit, for rows without one; % makes shares.")] = "",
    dates: Annotated[str, typer.Option(help="How dates are written, such as %d.%m.%Y; left out, it is guessed.")] = "",
    undo: Annotated[str, typer.Option(help="Take this table out again; its number stands in the answer.")] = "",
) -> int:
    """Take measured values into the plan, at the parts they belong to. Telling the same again changes nothing.

    Rows that do not hold are left out, each with its line and the reason; exit status 1 tells that there are some.
    """
    terminal.begin_django()
    from allmende.config.entrance import chosen_workspace
    from allmende.config.figures import take_out, take_table
    from allmende.team.catalogue import speaking

    with speaking("en"):  # as the rest of the command speaks
        workspace = chosen_workspace()
        if undo:
            row = take_out(workspace, undo)
            terminal.answer(row, f"Undone. The figures of {row['file']} are out again.")
            return terminal.DONE
        if file is None:
            raise terminal.WrongUse("Nothing was taken in. Name a file: allmende evidence FILE")
        wishes = {"key": element, "source": source, "unit": unit, "dates": dates}
        row = take_table(workspace, file, {name: value for name, value in wishes.items() if value})
        told = [f"Taken in: {row['taken']}. Known already: {row['known']}. Left out: {row['refused_number']}."]
        told += [f"  line {one['line']}: {one['reason']}" for one in row["refused"]]
        told += [f"Take it out again with: allmende evidence --undo {row['upload']}"]
        terminal.answer(row, "\n".join(told))
        return terminal.FINDINGS if row["refused"] else terminal.DONE
