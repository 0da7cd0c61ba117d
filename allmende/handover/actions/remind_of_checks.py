"""Tell people that it is time to look back at a handover."""

from datetime import datetime

from django.urls import reverse

from allmende.handover.queries import due_checks
from allmende.team.actions import send_notice


def remind_of_checks(*, now: datetime) -> int:
    """One notice per look back and person, when its day has come; returns how many were told."""
    told = 0
    for handover, state, people in due_checks(now.date()):
        url = reverse("handover:transfer", args=[handover.workspace.slug, handover.pk])
        values = {
            "leaver": handover.leaver.name,
            "successor": handover.successor.name,
            "days": state.removeprefix("check_"),
        }
        for person in people:
            key = f"handover.{state}:{handover.pk}"
            told += send_notice(person=person, kind="handover.check_due", values=values, url=url, once_key=key, now=now)
    return told
