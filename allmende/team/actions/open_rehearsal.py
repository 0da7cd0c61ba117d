"""Open a copy of a community to practise in, and bring the colleagues into it (`domain.md` 3.10)."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team.access import require
from allmende.team.actions.ask_briefing import end_asking
from allmende.team.actions.change_record import change_record
from allmende.team.actions.create_workspace import LONGEST_SLUG, create_workspace
from allmende.team.actions.join_person import join_person
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace
from allmende.team.queries.people import uninvited

OPEN = "channels.account.connect"
ENDING = "-drill"
LONGEST_NAME = 80


class CannotRehearse(Exception):
    """No copy was made, nothing was sent into it, or it still stands; the message says why and what to do."""


@transaction.atomic
def open_rehearsal(*, person: Person, now: datetime) -> Person:
    """A community that stands for this one, still empty: a book is read into it next. Returns its owner, who is the same user.

    Raises CannotRehearse in a copy, and while one stands.
    """
    require(person, OPEN)
    lock_workspace(person.workspace_id)
    here = person.workspace
    if here.is_rehearsal:
        raise CannotRehearse(_("Not begun. This is a copy already; practise in it."))
    if Workspace.objects.filter(rehearsal_of=here).exists():
        raise CannotRehearse(_("Not begun. A copy stands already; practise in it, or end that drill first."))
    copy = create_workspace(
        owner=person.user, slug=_free_slug(here.slug), name=here.name, organisation=here.organisation, zone=here.zone,
        country=here.country, subdivision=here.subdivision, now=now,
    )  # fmt: skip
    Workspace.objects.filter(pk=copy.pk).update(rehearsal_of=here)
    mine = Person.objects.select_related("workspace", "user").get(workspace=copy, user=person.user)
    change_record(record=mine, person=mine, now=now, seen_revision=None, name=person.name)
    record_audit(
        workspace=here, person=person, verb="team.rehearsal.opened", target=copy, now=now, after={"slug": copy.slug}
    )
    return mine


@transaction.atomic
def bring_colleagues(*, person: Person, now: datetime) -> list[Person]:
    """Let everybody who works in the community into the copy, in the place a book kept for them, and name the copy a drill."""
    require(person, "team.person.invite")
    lock_workspace(person.workspace_id)
    copy = person.workspace
    with speaking(copy.language, copy.gender_form):
        name = _("Drill: %(name)s") % {"name": copy.name}
    change_record(record=copy, person=person, now=now, seen_revision=None, name=name[:LONGEST_NAME])
    known = Person.objects.filter(workspace=copy.rehearsal_of_id).exclude(user=person.user).select_related("user")
    # A book names people by name, and those of one name in the order in which they came.
    places: dict[str, list[Person]] = defaultdict(list)
    for one in uninvited(copy):
        places[one.name].append(one)
    brought = []
    for colleague in known.order_by("name", "created_at"):
        if colleague.left_at is not None and not colleague.is_uninvited:
            continue
        place = places[colleague.name].pop(0) if places[colleague.name] else None
        if place and not colleague.is_uninvited:
            brought.append(_brought(person, colleague, place, now))
    return brought


def _brought(person: Person, colleague: Person, place: Person, now: datetime) -> Person:
    """In the copy as they stand in the community: who confirmed their briefing there is not asked for it again."""
    brought = join_person(
        person=person, user=colleague.user, role=colleague.role, access_until_date=colleague.access_until_date,
        name=colleague.name, place=place, now=now,
    )  # fmt: skip
    if brought.only_reads and not colleague.only_reads:
        end_asking(colleague=brought, now=now)
    return brought


def _free_slug(slug: str) -> str:
    begin = slug[: LONGEST_SLUG - len(ENDING) - 3].rstrip("-") + ENDING
    taken = set(Workspace.objects.filter(slug__startswith=begin).values_list("slug", flat=True))
    return next(one for one in (begin, *(f"{begin}-{number}" for number in range(2, 100))) if one not in taken)
