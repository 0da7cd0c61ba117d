"""The step of a room that holds nothing of a member but their name in what the team wrote."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.functional import Promise

from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.team.actions import Place, blank_places, with_copy
from allmende.team.models import Workspace

Papers = Callable[[Workspace], Iterable[Path]]


def blanking(
    name: str,
    removes: str | Promise,
    places: Sequence[Place],
    keeps: str | Promise = "",
    papers: Papers | None = None,
) -> Erasing:
    """A step that puts a gap where the member is named in `places`.

    `papers`: the files that were set of a workspace's texts. They go, and whoever asks gets one without the name.
    """

    @transaction.atomic
    def run(member: Member, names: Sequence[str], _now: datetime) -> Erased:
        removed = blank_places(workspace=member.workspace, places=places, names=names)
        files = [file for home in with_copy(member.workspace) for file in papers(home)] if papers else []
        transaction.on_commit(lambda: _drop(files))
        return Erased(removed)

    return Erasing(name, removes, run, keeps, places)


def _drop(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
