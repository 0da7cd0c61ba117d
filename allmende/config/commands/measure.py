"""`allmende measure`: count what members do."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from allmende.config import terminal
from allmende.ledger.engine_address import EngineFailed, TooLittleMemory

if TYPE_CHECKING:
    from allmende.behaviours.queries.counting import Question
    from allmende.ledger.definition import Definition
    from allmende.team.models import Workspace

commands = typer.Typer()
PERIODS = ("week", "month", "quarter", "all")


@commands.command("measure")
def measure(
    definition: Annotated[str, typer.Option(help="A definition's key, or a JSON or YAML file that holds one.")] = "",
    as_of: Annotated[str, typer.Option(help="Count as things stood then (ISO 8601; UTC without a zone).")] = "",
    period: Annotated[str, typer.Option(help="week, month, quarter or all.")] = "month",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a definition's file; count nothing.")
    ] = False,
) -> int:
    """Fill the ledger and print one line per definition and period: people, times, share with its interval, verdict.

    Without --definition every definition in force is counted, kept and judged, its cohorts and the members' stages as well;
    where none is, the shipped ones are counted and nothing is kept.
    """
    if schema:
        return _print_schema()
    if period not in PERIODS:
        raise terminal.WrongUse(f"Nothing was counted: {period} is no period. Use {', '.join(PERIODS)}.")
    moment = _moment(as_of)
    terminal.begin_django()
    from django.utils import timezone

    from allmende.behaviours.actions import fill_ledger, measure_workspace
    from allmende.behaviours.queries import period_lines
    from allmende.config.entrance import chosen_workspace

    workspace, now = chosen_workspace(), timezone.now()
    chosen = [_named(workspace, definition)] if definition else _usual(workspace)
    with _told_by_engine():
        if definition or moment:
            fill_ledger(workspace=workspace, now=now)
        else:
            measure_workspace(workspace=workspace, now=now, is_asked_for=True)
        for one in chosen:
            question = _question(workspace, one, moment or now)
            for line in period_lines(workspace, one, as_of=moment or now, period=period, question=question):  # type: ignore[arg-type]
                terminal.answer(line, _sentence(line))
    return terminal.DONE


@contextmanager
def _told_by_engine() -> Iterator[None]:
    """Inside, an engine that gives no figures ends the command in its own words. Raises Ended."""
    from allmende.ledger.engine import memory_faults
    from allmende.ledger.spill import minding_disk

    try:
        with minding_disk():
            yield
    except EngineFailed as failure:
        raise terminal.Ended(str(failure)) from None
    except memory_faults():
        raise terminal.Ended(str(TooLittleMemory())) from None


def _print_schema() -> int:
    from allmende.ledger.json_schema import definition_schema

    print(json.dumps(definition_schema(), indent=2))
    return terminal.DONE


def _moment(as_of: str) -> datetime | None:
    if not as_of:
        return None
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise terminal.WrongUse(
            f"Nothing was counted: {as_of} is no time. Write it as 2026-10-07T09:40:00+02:00."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _named(workspace: "Workspace", name: str) -> "Definition":
    """The definition in a file, in force, or shipped, in this order. Raises WrongUse."""
    from allmende.behaviours.queries import counted_as, definitions_in_force
    from allmende.ledger.shipped import shipped_definition

    path = Path(name)
    if path.suffix in (".json", ".yaml", ".yml") or path.is_file():
        return _from_file(path)
    row = definitions_in_force(workspace).filter(key=name).first()
    found = counted_as(row) if row else shipped_definition(name)
    if found is None:
        raise terminal.WrongUse(f"Nothing was counted: {name} is neither a definition's key nor a file.")
    return found


def _from_file(path: Path) -> "Definition":
    from allmende.behaviours.queries import UnreadableDefinition, read_definition
    from allmende.ledger.definition import Definition
    from allmende.team.catalogue import speaking

    try:
        with speaking("en"):  # as the rest of the command speaks
            _name, values = read_definition(path.read_bytes())
    except OSError as trouble:
        raise terminal.WrongUse(f"Nothing was counted: {path} cannot be read ({trouble}).") from None
    except UnreadableDefinition as refusal:
        raise terminal.WrongUse(f"Nothing was counted: {path} defines no behaviour. {refusal}") from None
    return Definition.from_dict(values)


def _usual(workspace: "Workspace") -> "list[Definition]":
    from allmende.behaviours.queries import counted_as, definitions_in_force, offered

    return [counted_as(row) for row in definitions_in_force(workspace)] or [*offered(workspace)]


def _question(workspace: "Workspace", definition: "Definition", as_of: datetime) -> "Question":
    """What the first objective in force that asks for this definition wants to know."""
    from allmende.behaviours.queries import definitions_in_force, question_of
    from allmende.behaviours.queries.lines import ORDINARY
    from allmende.plan.queries import objectives_in_force

    objective = next((one for one in objectives_in_force(workspace) if one.definition_key == definition.key), None)
    if objective is None:
        return ORDINARY
    row = definitions_in_force(workspace).filter(key=definition.key, number__gt=1).first()
    return question_of(objective, workspace, as_of, row.in_force_at if row else None)


def _sentence(line: dict[str, Any]) -> str:
    return "".join(_words(line))


def _own_figure(line: dict[str, Any]) -> str:
    """What a rate, a duration or a concentration came to; "" of a share, or where it came to nothing."""
    if line.get("rate") is not None:
        return f"{line['times']} times in {line['exposure_months']:.1f} member-months = {line['rate']:.2f} each"
    if line.get("median_seconds") is not None:
        ninth = f"{line['p90_seconds'] / 3600:.1f} h" if line["p90_seconds"] is not None else "longer than can be seen"
        cases = line["complete"] + line["censored"]
        return f"half of {cases} within {line['median_seconds'] / 3600:.1f} h, nine in ten within {ninth}"
    return f"{line['factor']} people give half of {line['times']} times" if line.get("factor") else ""


def _words(line: dict[str, Any]) -> Iterator[str]:
    yield f"{line['definition']} from {line['period_start'][:10]}: "
    if own := _own_figure(line):
        yield own
    elif line["share"] is None:
        yield "nothing complete yet"
    else:
        yield f"{line['people']} people, {line['times']} times, {line['successes']} of {line['complete']}"
        yield f" = {line['share']:.1%}"
        yield f" ({line['low']:.1%} to {line['high']:.1%})" if line["low"] is not None else ""
    if line["censored"]:
        yield f", {line['censored']} still open"
    if line["verdict"]:
        yield f"; {line['verdict']} ({line['reason_code']})"
