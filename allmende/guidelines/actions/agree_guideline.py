"""Let a guideline hold: who was consulted, in force, withdrawn, and who has read it (S2-11, S3-14)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from allmende.guidelines import states
from allmende.guidelines.catalogue import BY_KIND
from allmende.guidelines.models import Acknowledgement, Guideline
from allmende.guidelines.queries import unread_by
from allmende.team.access import require
from allmende.team.actions import change_record, make_guest_link, record_audit, send_notice, settle_notices, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import GuestLink, Person

AGREE = "guidelines.plan.agree"
GUEST_KIND = "guidelines.guideline"
OPEN_FOR = timedelta(days=60)


class CannotAgree(Exception):
    """The guideline stays what it is; the text says why and what to do."""


@transaction.atomic
def note_consulted(*, person: Person, guideline: Guideline, consulted_with: str, now: datetime) -> Guideline:
    """These words were heard by others before they hold, such as the works council. Raises CannotAgree."""
    require(person, "guidelines.plan.edit")
    guideline = _locked(person, guideline)
    if not guideline.is_open:
        raise CannotAgree(gettext("Not noted. This version is no draft any more."))
    if not consulted_with.strip():
        raise CannotAgree(gettext("Not noted. Write down who was consulted."))
    fields = {"consulted_with": consulted_with.strip()[:200], "consulted_at": now, "state": states.CONSULTED}
    change_record(record=guideline, person=person, now=now, seen_revision=None, **fields)
    _audit(person, "guidelines.guideline.consulted", guideline, now)
    return guideline


@transaction.atomic
def put_guideline_in_force(*, person: Person, guideline: Guideline, now: datetime) -> Guideline:
    """It holds from now on; the version before is revised and stays readable. Who must read it is told.

    Raises CannotAgree while a needed part is empty, and where another netiquette holds for the channel.
    """
    require(person, AGREE)
    guideline = _locked(person, guideline)
    _check(guideline)
    versions = Guideline.objects.filter(workspace=person.workspace, key=guideline.key, state=states.IN_FORCE)
    versions.update(state=states.REVISED, updated_at=now, updated_by=person)
    change_record(record=guideline, person=person, now=now, seen_revision=None, state=states.IN_FORCE, in_force_at=now)
    _audit(person, "guidelines.guideline.put_in_force", guideline, now)
    tell_readers(guideline=guideline, now=now)
    return guideline


@transaction.atomic
def withdraw_guideline(*, person: Person, guideline: Guideline, now: datetime) -> Guideline:
    """It holds no longer, and nothing takes its place; it stays readable."""
    require(person, AGREE)
    guideline = _locked(person, guideline)
    if guideline.state != states.IN_FORCE:
        raise CannotAgree(gettext("Not withdrawn. This version is not in force."))
    change_record(record=guideline, person=person, now=now, seen_revision=None, state=states.WITHDRAWN)
    _audit(person, "guidelines.guideline.withdrawn", guideline, now)
    return guideline


@transaction.atomic
def hold_again(*, person: Person, now: datetime, pk: str) -> None:
    """The undo of withdrawing. Raises CannotUndo where something else came into force meanwhile."""
    require(person, AGREE)
    guideline = _locked(person, Guideline(pk=pk))
    newer = Guideline.objects.filter(workspace=person.workspace, key=guideline.key, number__gt=guideline.number)
    if guideline.state != states.WITHDRAWN or newer.filter(in_force_at__isnull=False).exists():
        raise stale_undo()
    try:
        _only_netiquette(guideline)
    except CannotAgree as refused:
        raise stale_undo() from refused
    change_record(record=guideline, person=person, now=now, seen_revision=None, state=states.IN_FORCE)
    _audit(person, "guidelines.guideline.put_in_force", guideline, now)


@transaction.atomic
def remind_readers(*, person: Person, guideline: Guideline, now: datetime) -> int:
    """Tell those who have not acknowledged it once more, at most once a day; how many there are."""
    require(person, "guidelines.plan.edit")
    return tell_readers(guideline=_locked(person, guideline), now=now)


def tell_readers(*, guideline: Guideline, now: datetime) -> int:
    """A notice for everybody in the team who is to read this version and has not said so; how many."""
    people = unread_by(guideline, guideline.workspace.day_at(now))
    url = reverse("guidelines:guideline", args=[guideline.workspace.slug, guideline.pk])
    for person in people:
        send_notice(
            person=person, kind="guidelines.guideline_to_read", values={"title": guideline.title}, url=url,
            once_key=f"{guideline.pk} {now.date()}", now=now,
        )  # fmt: skip
    return len(people)


@transaction.atomic
def acknowledge_guideline(*, person: Person, guideline: Guideline, now: datetime) -> bool:
    """This person read and understood this version; False if they said so before."""
    require(person, "guidelines.plan.read")
    guideline = _locked(person, guideline)
    if guideline.state != states.IN_FORCE:
        raise CannotAgree(gettext("Not noted. Only what is in force is acknowledged."))
    _row, is_new = Acknowledgement.objects.get_or_create(guideline=guideline, person=person, defaults={"at": now})
    settle_notices(people=[person], starts=[f"{guideline.pk} "], now=now)
    if is_new:
        _audit(person, "guidelines.guideline.acknowledged", guideline, now)
    return is_new


def open_guideline(*, person: Person, guideline: Guideline, guest_name: str, now: datetime) -> str:
    """A door for somebody without an account who is to read and acknowledge this version; the token is shown once."""
    require(person, "guidelines.plan.edit")
    return make_guest_link(
        person=person, object_kind=GUEST_KIND, object_id=guideline.pk, guest_name=guest_name, expires_at=now + OPEN_FOR,
        now=now,
    )  # fmt: skip


@transaction.atomic
def acknowledge_as_guest(*, link: GuestLink, guideline: Guideline, now: datetime) -> bool:
    """The holder of this link read and understood this version; False if they said so before."""
    lock_workspace(guideline.workspace_id)
    _row, is_new = Acknowledgement.objects.get_or_create(
        guideline=guideline, person=None, guest_name=link.guest_name, defaults={"at": now}
    )
    if is_new:
        record_audit(
            workspace=guideline.workspace, person=None, verb="guidelines.guideline.acknowledged", target=guideline,
            now=now, after={"guest": link.guest_name},
        )  # fmt: skip
    return is_new


def _check(guideline: Guideline) -> None:
    if states.IN_FORCE not in states.GUIDELINE_MOVES[guideline.state] or not guideline.is_open:
        raise CannotAgree(gettext("Not put in force. This version is no draft any more."))
    empty = [one.kind for one in guideline.sections.all() if one.kind in states.NEEDED and not one.text.strip()]
    if empty:
        names = ", ".join(str(BY_KIND[kind].heading) for kind in empty)
        raise CannotAgree(gettext("Not put in force. Still empty: %(parts)s. Write them first.") % {"parts": names})
    _only_netiquette(guideline)


def _only_netiquette(guideline: Guideline) -> None:
    """Members of a channel know one netiquette, or which of two holds?"""
    rows = Guideline.objects.filter(workspace=guideline.workspace_id, addressee=states.MEMBERS, state=states.IN_FORCE)
    there = Q(channel__isnull=True) if guideline.channel_id is None else Q(channel=guideline.channel_id)
    others = rows.filter(there).exclude(key=guideline.key)
    if guideline.is_netiquette and (other := others.first()):
        said = gettext(
            "Not put in force. “%(title)s” holds there already. Withdraw it first, or write its next version."
        )
        raise CannotAgree(said % {"title": other.title})


def _locked(person: Person, guideline: Guideline) -> Guideline:
    lock_workspace(person.workspace_id)
    rows = Guideline.objects.select_for_update(of=("self",)).select_related("workspace")
    return rows.get(pk=guideline.pk, workspace=person.workspace, archived_at__isnull=True)


def _audit(person: Person, verb: str, guideline: Guideline, now: datetime) -> None:
    after = {"title": guideline.title, "number": guideline.number}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=guideline, now=now, after=after)
