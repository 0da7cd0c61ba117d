"""The `allmende` command. Each file in `commands/` brings a `commands = typer.Typer()` (with a name: a group) and is found here."""

import importlib
import pkgutil
import sys
import traceback
from collections.abc import Sequence

import typer

from allmende import __version__
from allmende.config import commands as found
from allmende.config import terminal

EVERYWHERE = (
    "Every command also takes --data DIR (where everything is kept; the same as ALLMENDE_DATA), --workspace SLUG, --log-format human|json, and --json"
    " (JSON lines on standard output, people's messages on standard error). Exit status: 0 done, 1 done with findings or"
    " refused rows, 2 wrong use, 3 locked by another process, 4 failed and nothing changed."
)


def build() -> typer.Typer:
    """The command with everything found in `commands/`, in the order of their names."""
    app = typer.Typer(
        name="allmende", no_args_is_help=True, add_completion=False, epilog=EVERYWHERE, pretty_exceptions_enable=False
    )
    app.callback(invoke_without_command=True)(_version)
    for module in sorted(pkgutil.iter_modules(found.__path__), key=lambda module: module.name):
        app.add_typer(importlib.import_module(f"{found.__name__}.{module.name}").commands)
    return app


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status (see `terminal`)."""
    try:
        rest = terminal.choose(sys.argv[1:] if arguments is None else arguments)
        status = build()(rest, standalone_mode=False, prog_name="allmende")
    except terminal.Ended as end:
        terminal.complain(str(end))
        return end.status
    except (typer.Abort, KeyboardInterrupt):
        terminal.complain("Stopped.")
        return 130
    except Exception as trouble:  # noqa: BLE001 - the last one who can turn it into a sentence
        return _explain(trouble)
    return status if isinstance(status, int) else terminal.DONE


def _version(version: bool = typer.Option(False, "--version", help="Say which version this is.")) -> None:
    """A living strategic plan for people who look after communities."""
    if version:
        terminal.answer({"version": __version__}, f"Allmende {__version__}")


def _explain(trouble: Exception) -> int:
    if hasattr(trouble, "format_message"):
        terminal.complain(f"{trouble.format_message()} `allmende --help` names the commands and options.")
        return terminal.WRONG_USE
    traceback.print_exception(trouble)
    terminal.complain(f"Not done. Something unexpected stopped it: {trouble}. Please report it with the lines above.")
    return terminal.FAILED
