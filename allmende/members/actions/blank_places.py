"""The step of a room that holds nothing of a member but their name in what the team wrote."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise

from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.team.actions import Place, blank_places


def blanking(name: str, removes: str | Promise, places: Sequence[Place], keeps: str | Promise = "") -> Erasing:
    """A step that puts a gap where the member is named in `places`, and does nothing else."""

    @transaction.atomic
    def run(member: Member, names: Sequence[str], _now: datetime) -> Erased:
        return Erased(blank_places(workspace=member.workspace, places=places, names=names))

    return Erasing(name, removes, run, keeps, places)
