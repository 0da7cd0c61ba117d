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
    """What a plan can be written as."""

    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"
    PDF = "pdf"


@plan.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write, such as plan.json or book.pdf.")],
    form: Annotated[
        Format, typer.Option("--format", help="json: the plan for machines; html, markdown, pdf: the book for people.")
    ] = Format.JSON,
) -> int:
    """Write the plan as JSON (schema 1), or the whole book as one HTML page, Markdown or tagged PDF.

    The JSON holds all versions, elements, progress, evidence and decisions, and `allmende plan import` reads it back; the
    same plan gives the same file, so that two of them can be compared line by line. Keys of calendars and who looked when
    are left out.

    The book reads without the software: plan, evidence, decisions, versions in words, stakeholders, reaction plans,
    channels, people, open points of handing over. Left out are passwords and access keys, members and what they wrote,
    e-mail addresses, hours of single people and decisions on hiring.
    """
    terminal.begin_django()
    from allmende.config.entrance import chosen_workspace

    workspace = chosen_workspace()
    content, told = _plan_as_json(workspace) if form is Format.JSON else (_book_as(workspace, form), {})
    _write(file, content)
    sentence = f"The book is in {file}."
    if told:
        sentence = f"The plan is in {file}: {told['versions']} versions, {told['rows']} rows."
    terminal.answer({"file": str(file), "format": str(form), **told}, sentence)
    return terminal.DONE


def _plan_as_json(workspace: "Workspace") -> tuple[bytes, dict[str, int]]:
    from allmende.plan.queries import exported, plan_to_export, written

    found = plan_to_export(workspace)
    if found is None:
        raise terminal.Ended(f"Not exported: {workspace.name} has no plan yet. Begin one on the plan's page.")
    document = exported(found)
    rows = {name: len(found) for name, found in document["tables"].items()}
    return written(document).encode(), {"versions": rows["planversion"], "rows": sum(rows.values())}


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
def import_file(file: Annotated[Path, typer.Argument(help="A file written by `allmende plan export`.")]) -> int:
    """Take a plan from a file into a workspace that has none; a damaged file is refused whole (exit status 4).

    People are found by their name; whoever does not work here is replaced by the owner of the workspace.
    """
    terminal.begin_django()
    from django.utils import timezone

    from allmende.config.entrance import chosen_workspace
    from allmende.plan.actions import CannotImportPlan, import_plan
    from allmende.team.queries import holders_of

    workspace = chosen_workspace()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise terminal.Ended(f"Not imported: {file} cannot be read as text. Nothing was written.") from None
    owner = holders_of(workspace, "plan.version.publish").first()
    if owner is None:
        raise terminal.Ended("Not imported: nobody in this workspace may put a plan in force. Invite an owner first.")
    try:
        made = import_plan(person=owner, text=text, now=timezone.now())
    except CannotImportPlan as error:
        raise terminal.Ended(str(error)) from error
    terminal.answer(
        {"plan": str(made.pk), "title": made.title, "versions": made.versions.count()},
        f"The plan {made.title} is here, with {made.versions.count()} versions.",
    )
    return terminal.DONE
