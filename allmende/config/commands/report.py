"""`allmende report`: what is true and what we need, as a PDF for one stakeholder."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allmende.config import terminal

if TYPE_CHECKING:
    from allmende.plan.models import Stakeholder
    from allmende.stakeholders.models import Report
    from allmende.team.models import Workspace

commands = typer.Typer()


@commands.command("report")
def report(
    stakeholder: Annotated[str, typer.Argument(help="Whose report: the name of a stakeholder.")],
    out: Annotated[Path | None, typer.Option(help="Where to write the PDF; without it, into this folder.")] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Compose anew and set the draft, if the guard lets it.")
    ] = False,
    until: Annotated[str, typer.Option(help="With --draft: the last day reported (2026-10-05); else today.")] = "",
) -> int:
    """Write the newest released report for a stakeholder as a tagged PDF (PDF/UA-1).

    With --draft the figures are composed as they stand now; what the guard finds is printed and no PDF is written (exit
    status 1). Releasing is done by a person on the screen.
    """
    last_day = _day(until)
    terminal.begin_django()
    from django.utils import timezone

    from allmende.config.entrance import chosen_workspace
    from allmende.stakeholders.actions import write_pdf
    from allmende.stakeholders.queries import pdf_name

    workspace, now = chosen_workspace(), timezone.now()
    found = _named(workspace, stakeholder)
    chosen = _composed(workspace, found, last_day) if draft else _released(found)
    findings = [] if chosen.is_released else _findings(chosen)
    path = out or Path(pdf_name(chosen))
    if not findings:
        write_pdf(report=chosen, path=path, now=now)
    row = {"report": str(chosen.pk), "stakeholder": found.name, "state": chosen.state, "findings": findings}
    terminal.answer({**row, "file": "" if findings else str(path)}, _sentence(path, findings))
    return terminal.FINDINGS if findings else terminal.DONE


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise terminal.WrongUse(f"No report was written: {text} is no day. Write it as 2026-10-05.") from None


def _named(workspace: "Workspace", name: str) -> "Stakeholder":
    from allmende.stakeholders.queries import stakeholders_in

    everybody = list(stakeholders_in(workspace))
    found = [one for one in everybody if one.name.casefold() == name.casefold()]
    found = found or [one for one in everybody if name.casefold() in one.name.casefold()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.name for one in found or everybody) or "nobody yet"
    raise terminal.WrongUse(f"No report was written: {name} is not one of your stakeholders. There are: {names}.")


def _released(stakeholder: "Stakeholder") -> "Report":
    from allmende.stakeholders.queries import newest_released

    found = newest_released(stakeholder)
    if found is None:
        raise terminal.WrongUse(
            f"No report was written: none was released for {stakeholder.name} yet. Release one on the screen, or ask"
            " for --draft."
        )
    return found


def _composed(workspace: "Workspace", stakeholder: "Stakeholder", until: date | None) -> "Report":
    from django.utils import timezone

    from allmende.stakeholders.actions import CannotCompose, compose_report
    from allmende.stakeholders.queries import next_period
    from allmende.team.queries import holders_of

    with timezone.override(workspace.zone):
        last = until or timezone.localdate()
        period = next_period(stakeholder, last)
    try:
        return compose_report(
            person=holders_of(workspace, "stakeholders.report.compose")[0], stakeholder=stakeholder, now=timezone.now(),
            period_start_date=min(period.starts_date, last), period_end_date=last,
        )  # fmt: skip
    except CannotCompose as refusal:
        raise terminal.WrongUse(str(refusal)) from None


def _findings(report: "Report") -> list[dict[str, object]]:
    from allmende.stakeholders.catalogue import refusal_of
    from allmende.stakeholders.queries import report_page

    return [{**asdict(one), "why": str(refusal_of(one.code).why)} for one in report_page(report).findings]


def _sentence(path: Path, findings: list[dict[str, object]]) -> str:
    if not findings:
        return f"Written: {path}"
    why = "\n".join(f"  {one['words'] or one['where']}: {one['why']}" for one in findings)
    return f"No PDF was written: the guard holds this report. The draft is safe; change it on the screen.\n{why}"
