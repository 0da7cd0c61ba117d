"""Two who act against each other on PostgreSQL: whoever holds the workspace gets every row of it; the other waits before the first."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet

from allmende.channels.actions import (
    declare_hold,
    end_hold,
    move_dispatch,
    pause_dispatch,
    release_held,
    resume_dispatch,
    try_again,
    withdraw_dispatch,
)
from allmende.channels.models import Dispatch
from allmende.team.actions.lock_workspace import lock_workspace

QUEUE = (Dispatch.objects.all(),)
ACTS: dict[str, tuple[str, Callable]] = {
    "withdraw": ("waiting", lambda **by: withdraw_dispatch(**by)),
    "move": ("waiting", lambda **by: move_dispatch(send_after=by["now"] + timedelta(days=1), send_before=None, **by)),
    "pause": ("waiting", lambda **by: pause_dispatch(**by)),
    "resume": ("waiting", lambda **by: resume_dispatch(**by)),
    "release": ("held", lambda **by: release_held(**by)),
    "try again": ("refused", lambda **by: try_again(**by)),
}


def meet(
    workspace, act: Callable[[], object], rows: Sequence[QuerySet], first: Callable[[], object] = lambda: None
) -> list[Exception]:
    """Hold the workspace; as soon as the other one waits for something, take these rows, as a crisis does, and act `first`."""
    failed: list[Exception] = []

    def oppose() -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=oppose)
    with transaction.atomic():
        lock_workspace(workspace.pk)
        other.start()
        until = time.monotonic() + 20
        while not _somebody_waits():
            assert other.is_alive() and time.monotonic() < until, failed
            time.sleep(0.01)
        for wanted in rows:
            assert list(wanted.select_for_update(of=("self",)).order_by("pk"))
        first()
    other.join(20)
    assert not other.is_alive()
    return failed


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.fixture
def on_postgres(transactional_db) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")


@pytest.mark.parametrize("name", ACTS)
def test_nobody_who_changes_the_queue_waits_for_a_stop_that_waits_for_them(on_postgres, world, name) -> None:
    state, act = ACTS[name]
    post = world.post("Eins.", send_after=world.now + timedelta(hours=1))
    Dispatch.objects.update(state=state, paused_at=world.now if name == "resume" else None)
    assert not meet(world.owner.workspace, lambda: act(person=world.owner, dispatch=post, now=world.now), QUEUE)


def test_the_end_of_a_stop_waits_before_it_takes_a_post(on_postgres, world) -> None:
    world.post("Eins.")
    hold = declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Probe", now=world.now)
    assert not meet(world.owner.workspace, lambda: end_hold(person=world.owner, hold=hold, now=world.now), QUEUE)
    assert Dispatch.objects.get().state == "held"
