"""Write down at which stage members are, as it follows from what they did."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from allmende.members.models import Member, MemberStage, is_known
from allmende.team.models import Workspace

CHUNK = 400


@transaction.atomic
def set_stages(*, workspace: Workspace, stages: Mapping[int, str], now: datetime) -> int:
    """The stage of each member by pseudonym; whoever is not named has none. Returns how many changed. For the worker: it writes
    no line of the audit book, because nobody decided it and it can be derived anew."""
    members = Member.objects.filter(is_known(), workspace=workspace)
    known = {pseudonym: (pk, stage) for pk, pseudonym, stage in members.values_list("pk", "pseudonym", "stage__stage")}
    changed = [
        MemberStage(member_id=known[pseudonym][0], stage=stage, since=now)
        for pseudonym, stage in sorted(stages.items())
        if pseudonym in known and known[pseudonym][1] != stage
    ]
    MemberStage.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["member"], update_fields=["stage", "since"], batch_size=CHUNK
    )
    gone = [pk for pseudonym, (pk, stage) in known.items() if stage is not None and pseudonym not in stages]
    for at in range(0, len(gone), CHUNK):
        MemberStage.objects.filter(member_id__in=gone[at : at + CHUNK]).delete()
    return len(changed) + len(gone)
