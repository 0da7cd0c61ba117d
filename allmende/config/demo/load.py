"""The demo in two halves: one before anything runs, one beside it, so that there is something to look at meanwhile.

Killed in the first half, the next start begins anew; killed in the second, it goes on where it can and does the rest.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from allmende.behaviours.actions import judge, measure_workspace
from allmende.channels.actions import import_file, undo_import
from allmende.channels.models import Channel, ImportRun
from allmende.config.demo import words
from allmende.config.demo.begin import ARCHIVE, SLUG, begin
from allmende.config.demo.history import Calendar, rows_of, threads
from allmende.config.demo.launch import judge_launch
from allmende.config.demo.leave import remove_demo
from allmende.config.demo.looked import look_at_counting
from allmende.config.demo.stakeholders import report
from allmende.inbox.actions import file_imported
from allmende.team.actions import show_demo
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace

# How far it is when the first half stands; when the past is read, filed, measured, looked at by sample and judged.
BEGUN, READ, FILED, MEASURED, LOOKED, JUDGED, WHOLE = 5, 60, 65, 95, 96, 98, 100


def demo_workspace() -> Workspace | None:
    """The demo, however far it is."""
    return Workspace.objects.filter(demo_since__isnull=False).first()


def is_slug_free() -> bool:
    """Whether nobody's own workspace bears the demo's address."""
    return not Workspace.objects.filter(slug=SLUG, demo_since__isnull=True).exists()


def begin_demo(*, language: str, now: datetime) -> None:
    """The first half; a first half that was interrupted is removed before. Nothing else may work on the data."""
    with _alone():
        started = demo_workspace()
        if started and started.demo_percent < BEGUN:
            remove_demo(workspace=started)
            started = None
        if started is None:
            with speaking(language):
                begin(language=language, now=now)
            fresh = demo_workspace()
            assert fresh  # noqa: S101 - for the type checker; it was just made
            show_demo(workspace=fresh, percent=BEGUN)


def finish_demo() -> bool:
    """The second half: the past, the measures, the reports. False when there was nothing to do.

    Each step is done once, however often this is called.
    """
    with _alone():
        workspace = demo_workspace()
        if workspace is None or not BEGUN <= workspace.demo_percent < WHOLE:
            return False
        with speaking(workspace.language, workspace.gender_form):
            _finish(workspace)
        return True


def _finish(workspace: Workspace) -> None:
    """Step by step, so that people who look meanwhile wait for none of them."""
    jana = Person.objects.filter(workspace=workspace, role="owner").get()
    if workspace.demo_percent < FILED:
        run = _past(jana)
        show_demo(workspace=workspace, percent=READ)
        file_imported(import_run=run, now=timezone.now())
        show_demo(workspace=workspace, percent=FILED)
    if workspace.demo_percent < MEASURED:
        measure_workspace(workspace=workspace, now=timezone.now())
        show_demo(workspace=workspace, percent=MEASURED)
    if workspace.demo_percent < LOOKED:
        with transaction.atomic():
            look_at_counting(jana=jana, now=timezone.now())
            show_demo(workspace=workspace, percent=LOOKED)
    if workspace.demo_percent < JUDGED:
        # Only now do verdicts know how often the counting is right.
        judge(workspace=workspace, as_of=timezone.now(), now=timezone.now())
        with transaction.atomic():
            judge_launch(jana=jana, now=timezone.now())
            show_demo(workspace=workspace, percent=JUDGED)
    report(jana=jana, now=timezone.now())
    show_demo(workspace=workspace, percent=WHOLE)


def _past(jana: Person) -> ImportRun:
    """The old forum's export, read once; a run that was interrupted is taken back before."""
    workspace = jana.workspace
    channel = Channel.objects.get(workspace=workspace, slug=ARCHIVE)
    for run in ImportRun.objects.filter(channel=channel):
        if run.state == "done":
            return run
        if run.state != "undone":
            ImportRun.objects.filter(pk=run.pk).update(state="failed", finished_at=timezone.now())
            undo_import(person=jana, import_run=run, now=timezone.now())
    assert workspace.demo_since  # noqa: S101 - for the type checker; only a demo gets here
    calendar = Calendar(workspace.demo_since, workspace.zone)
    told = [one for one in threads(calendar, workspace.language) if one.turns[0].at < calendar.moved_at]
    rows = rows_of(told)
    path = settings.DATA / f"{ARCHIVE}.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    try:
        return import_file(
            person=jana,
            channel=channel,
            path=path,
            now=timezone.now(),
            staff=words.STAFF,
            progress=lambda run: show_demo(
                workspace=workspace, percent=min(READ, BEGUN + (READ - BEGUN) * run.read // len(rows))
            ),
        )
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time works on the demo; another one waits."""
    with (settings.DATA / "demo.lock").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield
