"""Learn anew from what the team decided, and use it only where it is no worse (nightly, in a job)."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allmende.inbox.models import Learning
from allmende.inbox.queries.triage import decisions_of, model_file, model_of, workspaces_off
from allmende.team.models import Workspace
from allmende.triage.model import FEWEST, CannotLearn, TriageModel, train
from allmende.triage.rows import Row, same_text

# One decision in five is kept back for judging, always the same ones: no model has ever learned from them.
ONE_IN = 5
FEWEST_HELD_OUT = 10
FEWEST_NEW = 20
# In the night, when nobody waits for the machine.
BEGINS, ENDS = 2, 5
ONCE_IN = timedelta(hours=20)


def learn_due(*, now: datetime) -> int:
    """Where it is night and enough was decided since the last time, learn; in how many workspaces that was tried. Where
    suggestions are turned off nothing is learned."""
    tried = 0
    for workspace in Workspace.objects.exclude(pk__in=workspaces_off()).order_by("pk"):
        hour = now.astimezone(ZoneInfo(workspace.zone)).hour
        if BEGINS <= hour < ENDS and learn_from_team(workspace=workspace, now=now):
            tried += 1
    return tried


def learn_from_team(*, workspace: Workspace, now: datetime) -> Learning | None:
    """Learn from the decisions of this team; None where there is too little to learn from, or nothing new.

    Of the model in use and the new one both are judged by decisions neither has learned from.
    """
    last = Learning.objects.filter(workspace=workspace).first()
    if last and last.at > now - ONCE_IN:
        return None
    learned, held_out = _parted(decisions_of(workspace))
    known = last.number + last.held_out if last else 0
    if len(held_out) < FEWEST_HELD_OUT or len(learned) + len(held_out) < known + FEWEST_NEW:
        return None
    try:
        candidate, _figures = train(learned)
    except CannotLearn:
        return None
    return _judged(workspace, candidate, learned, held_out, now)


def _judged(
    workspace: Workspace, candidate: TriageModel, learned: Sequence[Row], held_out: Sequence[Row], now: datetime
) -> Learning:
    current = model_of(workspace.pk)
    unseen = [row for row in held_out if current is None or not current.has_seen(row.text)]
    is_fair = len(unseen) >= FEWEST_HELD_OUT
    after = candidate.evaluate(unseen if is_fair else held_out)
    before = current.evaluate(unseen if is_fair else held_out).f if current else None
    is_used = before is None or after.f >= before
    if is_used:
        file = model_file(workspace.pk)
        file.parent.mkdir(exist_ok=True, mode=0o700)
        candidate.save(file)
    return Learning.objects.create(
        workspace=workspace, at=now, version=candidate.version, number=len(learned), held_out=len(held_out), before=before,
        after=after.f, calibration_error=after.calibration_error, is_used=is_used,
    )  # fmt: skip


def _parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What is learned from and what is kept back, duplicates together; situations decided too rarely are left out."""
    parts: dict[bool, list[Row]] = {True: [], False: []}
    for row in rows:
        parts[_is_held_out(row.text)].append(row)
    texts: dict[str, set[str]] = defaultdict(set)
    for row in parts[False]:
        texts[row.label].add(same_text(row.text))
    often = {label for label, found in texts.items() if len(found) >= FEWEST}
    learned, held_out = ([row for row in parts[which] if row.label in often] for which in (False, True))
    return learned, held_out


def _is_held_out(text: str) -> bool:
    return int(hashlib.sha256(same_text(text).encode()).hexdigest()[:8], 16) % ONE_IN == 0
