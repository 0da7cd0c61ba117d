"""Writes docs/cli.md from the command itself: `python -m tools.commands`."""

import inspect
from collections.abc import Iterator
from typing import Any

import typer

from allmende.config.cli import EVERYWHERE, build
from tools.environment import ROOT

PAGE = ROOT / "docs" / "cli.md"
HEAD = f"""# The `allmende` command

Made by `python -m tools.commands` from the code. In a checkout the command lies at `.venv/bin/allmende`; `allmende COMMAND --help`
says the same.

{EVERYWHERE}
"""


def page() -> str:
    """The document as it must stand in the repository."""
    return "\n".join([HEAD, *(part for found in sorted(_commands(), key=lambda one: one[0]) for part in _part(*found))])


def _commands() -> Iterator[tuple[str, Any]]:
    """Every command with its whole name, those of groups too."""
    waiting = [("allmende", typer.main.get_command(build()))]
    while waiting:
        name, command = waiting.pop()
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            waiting += [(f"{name} {word}", one) for word, one in inner.items()]


def _part(name: str, command: Any) -> Iterator[str]:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    usage = " ".join([name, *(_in_brackets(one) for one in arguments), *(["[OPTIONS]"] if command.params else [])])
    yield f"## {name}\n\n```sh\n{usage}\n```\n\n{inspect.cleandoc(command.help or '')}\n"
    if command.params:
        yield "| | | default |\n|---|---|---|"
        yield from (f"| `{_written(one)}` | {one.help or ''} | {_default(one)} |" for one in command.params)
        yield ""


def _in_brackets(argument: Any) -> str:
    return _written(argument) if argument.required else f"[{_written(argument)}]"


def _written(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.name).upper()
    words = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return f"{words} …" if parameter.multiple else words


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.param_type_name == "option" and parameter.is_flag:
        name = parameter.opts if value else parameter.secondary_opts
        return f"`{name[0]}`" if name else ""
    return "" if value in (None, "") else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(page())
    print(f"Written: {PAGE.relative_to(ROOT)}.")
