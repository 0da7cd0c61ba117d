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
    from allmende.jobs.actions import share_work

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if not share_work(stop):
        raise terminal.Ended(
            "The worker ended, because its process that speaks to networks did. Nothing is lost; start it again."
        )
    return terminal.DONE
