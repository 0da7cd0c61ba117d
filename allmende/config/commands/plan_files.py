"""`allmende plan export` and `allmende plan import`: the complete plan as a file that reads without the software."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allmende.config import terminal

if TYPE_CHECKING:
    from allmende.team.models import Workspace

commands = typer.Typer()
plan = typer.Typer(help="The complete plan as a file.", no_args_is_help=True)
commands.add_typer(plan, name="plan")


class Format(StrEnum):
    """What a book or a plan can be written as."""

    JSON = "json"
    PLAN = "plan"
    HTML = "html"
    MARKDOWN = "markdown"
    PDF = "pdf"


FOR_MACHINES = (Format.JSON, Format.PLAN)


@plan.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write, such as book.json or book.pdf.")],
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="json: the whole book for machines; plan: the plan alone; html, markdown, pdf: the book for people.",
        ),
    ] = Format.JSON,
) -> int:
    """Write the whole book as JSON, the plan alone, or the book as one HTML page, Markdown or tagged PDF.

    The JSON holds every chapter: people and service hours, channels, reaction plans and core messages, the plan with all
    versions, evidence and decisions, definitions of behaviours, reports, notes of knowledge, and who answered for what.
    `allmende plan import` reads it back. The same community gives the same file, so that two of them can be compared line
    by line. Log-ins, keys, members and what they wrote, measurements and single people's hours are left out.

    The book for people reads without the software. It leaves out decisions on hiring and e-mail addresses too.
    """
    terminal.begin_django()
    from allmende.config.entrance import chosen_workspace

    workspace = chosen_workspace()
    content, told = _for_machines(workspace, form) if form in FOR_MACHINES else (_book_as(workspace, form), {})
    _write(file, content)
    counted = f": {told['rows']} rows" if told else ""
    what = "plan" if form is Format.PLAN else "book"
    terminal.answer({"file": str(file), "format": str(form), **told}, f"The {what} is in {file}{counted}.")
    return terminal.DONE


def _for_machines(workspace: "Workspace", form: Format) -> tuple[bytes, dict[str, int]]:
    from allmende.handover.queries import whole_book
    from allmende.plan.queries import exported, plan_to_export
    from allmende.team.queries import as_text

    if form is Format.JSON:
        document = whole_book(workspace)
        tables = [rows for chapter in document["chapters"].values() for rows in chapter.values()]
    else:
        found = plan_to_export(workspace)
        if found is None:
            raise terminal.Ended(f"Not exported: {workspace.name} has no plan yet. Begin one on the plan's page.")
        document = exported(found)
        tables = list(document["tables"].values())
    return as_text(document).encode(), {"rows": sum(len(rows) for rows in tables)}


def _book_as(workspace: "Workspace", form: Format) -> bytes:
    from django.utils import timezone

    from allmende.handover.queries import bound_book
    from allmende.paper.as_html import as_html
    from allmende.paper.as_markdown import as_markdown
    from allmende.paper.as_pdf import as_pdf

    now = timezone.now()
    book = bound_book(workspace, now)
    if form is Format.PDF:
        return as_pdf(book, at=now)
    return (as_html(book) if form is Format.HTML else as_markdown(book)).encode()


def _write(file: Path, content: bytes) -> None:
    from allmende.paper.typesetting import write_whole

    try:
        write_whole(file, content)
    except OSError as error:
        raise terminal.Ended(
            f"Not exported: {file} cannot be written ({error.strerror}). The plan is untouched."
        ) from None


@plan.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A file written by `allmende plan export`: a book or a plan.")],
    is_preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would be read; nothing is written.")
    ] = False,
) -> int:
    """Take a whole book, or a plan alone, from a file; a damaged file is refused whole (exit status 4).

    A book is read into a community that has nothing yet, a plan into one without a plan. People are found by their name;
    whoever does not work here keeps it and can be invited. Channels come back as considered, without a log-in.
    """
    terminal.begin_django()
    from django.utils import timezone

    from allmende.config.entrance import chosen_workspace
    from allmende.handover.actions import import_book
    from allmende.team.actions import CannotRead
    from allmende.team.queries import holders_of

    workspace = chosen_workspace()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise terminal.Ended(f"Not imported: {file} cannot be read as text. Nothing was written.") from None
    owner = holders_of(workspace, "team.workspace.edit").first()
    if owner is None:
        raise terminal.Ended("Not imported: nobody owns this workspace. Invite an owner first.")
    try:
        read = import_book(person=owner, text=text, now=timezone.now(), is_rehearsal=is_preview)
    except CannotRead as error:
        raise terminal.Ended(str(error)) from error
    told = {"community": read.community, "rows": read.rows, "to_invite": list(read.to_invite), "is_preview": is_preview}
    what = f"The book of {read.community}" if read.community else "The plan"
    done = "would be here" if is_preview else "is here"
    invited = f" To be invited: {', '.join(read.to_invite)}." if read.to_invite else ""
    terminal.answer(told, f"{what} {done}: {read.rows} rows.{invited}")
    return terminal.DONE
