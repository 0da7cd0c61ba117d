"""`allmende work`: one worker process."""

import signal
import threading

import typer

from allmende.config import terminal

commands = typer.Typer()


@commands.command("work")
def work() -> int:
    """Do what is due in every room, until told to stop (Ctrl-C or SIGTERM); several workers may run at once."""
    terminal.begin_django()
    from allmende.jobs.actions import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run_worker(stop)
    return terminal.DONE
