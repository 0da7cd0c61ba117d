"""Begin a handover: write the checklist once."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.handover import audit
from allmende.handover.models import HANDS_ON, Handover, HandoverPoint
from allmende.handover.queries import inventory
from allmende.team.access import require
from allmende.team.actions import record_audit, send_notice
from allmende.team.models import Person


class CannotAnnounce(Exception):
    """No handover was begun; says why. `field` names what to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def announce_handover(
    *, person: Person, leaver: Person, successor: Person, kind: str, reason: str, last_date: date, now: datetime
) -> Handover:
    """The work of `leaver` goes to `successor`: the inventory is taken now and stays as the checklist (S0-22).

    Both are told. Raises CannotAnnounce when one of them does not work here or a handover of `leaver` is under way.
    """
    require(person, "handover.transfer.lead")
    _check(person, leaver, successor, reason)
    handover = Handover.objects.create(
        workspace=person.workspace,
        kind=kind,
        reason=reason.strip(),
        leaver=leaver,
        successor=successor,
        last_date=last_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    points = inventory(leaver, now, person.workspace.day_at(now))
    HandoverPoint.objects.bulk_create(
        HandoverPoint(
            handover=handover,
            rank=rank,
            kind=point.kind,
            ref=point.ref,
            label=point.label[:300],
            detail=point.detail,
            url=point.url,
            is_settled=point.is_settled,
        )
        for rank, point in enumerate(points, start=1)
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.ANNOUNCED,
        target=handover,
        now=now,
        after={"kind": kind, "leaver": str(leaver.pk), "successor": str(successor.pk), "points": len(points)},
    )
    url = reverse("handover:transfer", args=[person.workspace.slug, handover.pk])
    for one in {leaver, successor} - {person}:
        values = {"by": person.name, "leaver": leaver.name, "successor": successor.name}
        send_notice(
            person=one, kind="handover.announced", values=values, url=url, once_key=f"handover:{handover.pk}", now=now
        )
    return handover


def _check(person: Person, leaver: Person, successor: Person, reason: str) -> None:
    if leaver == successor:
        raise CannotAnnounce(
            _("Not announced: the work must go to somebody else. Choose another successor."), "successor"
        )
    for field, one in (("leaver", leaver), ("successor", successor)):
        if one.workspace_id != person.workspace_id or one.left_at:
            sentence = _("Not announced: %(name)s does not work here. Choose somebody who does.") % {"name": one.name}
            raise CannotAnnounce(sentence, field)
    if not reason.strip():
        raise CannotAnnounce(_("Not announced: say why the work changes hands; both will read it."), "reason")
    under_way = Handover.objects.filter(HANDS_ON, leaver=leaver, archived_at__isnull=True)
    if under_way.exists():
        sentence = _("Not announced: a handover of %(name)s is under way. Go on with that one, or close it.")
        raise CannotAnnounce(sentence % {"name": leaver.name}, "leaver")
