"""`allmende plan export` and `allmende plan import`: the complete plan as a file that reads without the software."""

import json
from pathlib import Path
from typing import Annotated

import typer

from allmende.config import terminal

commands = typer.Typer()
plan = typer.Typer(help="The complete plan as a file.", no_args_is_help=True)
commands.add_typer(plan, name="plan")


@plan.command("export")
def export(file: Annotated[Path, typer.Argument(help="Where to write the JSON, such as plan.json.")]) -> int:
    """Write all versions, elements, progress, evidence and decisions of the plan as JSON (schema 1).

    The same plan gives the same file, so that two of them can be compared line by line. Keys of calendars and who looked
    when are left out.
    """
    terminal.begin_django()
    from allmende.config.entrance import chosen_workspace
    from allmende.plan.queries import exported, plan_to_export

    workspace = chosen_workspace()
    found = plan_to_export(workspace)
    if found is None:
        raise terminal.Ended(f"Not exported: {workspace.name} has no plan yet. Begin one on the plan's page.")
    document = exported(found)
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise terminal.Ended(
            f"Not exported: {file} cannot be written ({error.strerror}). The plan is untouched."
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    rows = {name: len(found) for name, found in document["tables"].items()}
    terminal.answer(
        {"file": str(file), "versions": rows["planversion"], "rows": sum(rows.values())},
        f"The plan is in {file}: {rows['planversion']} versions, {sum(rows.values())} rows.",
    )
    return terminal.DONE


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
