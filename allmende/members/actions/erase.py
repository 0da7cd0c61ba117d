"""Forget a member who asks for it, step by step through all rooms (GDPR Art. 17)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allmende.members import audit
from allmende.members.actions.tell_facts import forget_told
from allmende.members.models import ActorRule, Erasure, ErasureStep, Identity, Member, MemberNote, new_pseudonym
from allmende.members.queries.erasing import Erased, Erasing, erasing_steps, forgotten_id, is_called, names_of
from allmende.team.access import require
from allmende.team.actions import Place, blank_places, forget_names, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

AT_ONCE = 20
# Notes on somebody else may name them too
ON_OTHERS = (Place(MemberNote, "member__workspace", "text"),)


class CannotErase(Exception):
    """Nobody was erased; the text says why and what to do."""


@transaction.atomic
def erase(*, person: Person, member: Member, asked_date: date, now: datetime) -> Erasure:
    """Forget the member from this moment: no screen shows them any more, and every room is asked to remove what it holds.

    What they said until now is never taken in again. Raises CannotErase for one of our own and for a day to come.
    """
    require(person, "members.member.erase")
    lock_workspace(person.workspace_id)
    member = Member.objects.select_for_update().get(pk=member.pk, workspace=person.workspace)
    if member.merged_into_id:
        raise CannotErase(gettext("Not begun. This member was merged into another one meanwhile. Erase that one."))
    if member.erased_at:
        raise CannotErase(gettext("Not begun. This member is being erased already, or was."))
    if member.identities.filter(is_us=True).exists():
        raise CannotErase(gettext("Not erased. This is an account of our own. Disconnect it instead."))
    if asked_date > person.workspace.day_at(now):
        raise CannotErase(gettext("Not erased. The day on which they asked lies ahead. Correct it."))
    Member.objects.filter(Q(pk=member.pk) | Q(merged_into=member)).update(erased_at=now)
    for identity in member.identities.all():
        key = forgotten_id(identity.network, identity.native_id)
        Identity.objects.filter(pk=identity.pk).update(native_id=key)
    made = Erasure.objects.create(
        workspace=person.workspace, member=member, asked_date=asked_date,
        created_at=now, created_by=person, updated_at=now, updated_by=person,
    )  # fmt: skip
    ErasureStep.objects.bulk_create(ErasureStep(erasure=made, name=step.name) for step in erasing_steps())
    record_audit(workspace=person.workspace, person=person, verb=audit.ERASED, target=member, now=now)
    return made


def erase_due(*, now: datetime) -> int:
    """Do the steps that are open, and let go what had to be kept until now; how many steps were done.

    Each step is its own transaction, or several: whoever is killed in between goes on where they stood.
    """
    rows = Erasure.objects.select_related("member", "workspace").order_by("created_at")
    unfinished = rows.filter(finished_at__isnull=True)[:AT_ONCE]
    done = sum(_go_on(erasure, now) for erasure in unfinished)
    over = ErasureStep.objects.filter(keep_until_date__lt=now.date())
    for row in over.select_related("erasure__member", "erasure__workspace")[:AT_ONCE]:
        done += _let_go(row, now)
    return done


def _go_on(erasure: Erasure, now: datetime) -> int:
    steps, done, names = {step.name: step for step in erasing_steps()}, 0, names_of(erasure.member)
    waiting = [row for row in _rows_of(erasure, steps) if row.finished_at is None]
    for row in waiting:
        step = steps.get(row.name)
        if step and step.name == LAST and done < len(waiting) - 1:
            break  # others still wait, and look by the names
        found = step.run(erasure.member, names, now) if step else Erased()
        if found is None:
            continue
        _tick(row, found, now)
        done += 1
    if done == len(waiting):
        _finish(erasure, now)
    return done


def _rows_of(erasure: Erasure, names: Iterable[str]) -> list[ErasureStep]:
    """What is to be done, the names last. A version that came while it was open may bring steps nobody knew at its beginning."""
    rows = list(erasure.steps.all())
    known = {row.name for row in rows}
    if lacking := [ErasureStep(erasure=erasure, name=name) for name in names if name not in known]:
        ErasureStep.objects.bulk_create(lacking, ignore_conflicts=True)
        rows = list(erasure.steps.all())
    return sorted(rows, key=lambda row: row.name == LAST)


def _tick(row: ErasureStep, found: Erased, now: datetime) -> None:
    ErasureStep.objects.filter(pk=row.pk).update(
        finished_at=now, removed=F("removed") + found.removed, keep_until_date=found.keep_until_date
    )


@transaction.atomic
def _finish(erasure: Erasure, now: datetime) -> None:
    lock_workspace(erasure.workspace_id)
    if Erasure.objects.filter(pk=erasure.pk, finished_at__isnull=True).update(finished_at=now, updated_at=now):
        record_audit(workspace=erasure.workspace, person=None, verb=audit.ERASED_WHOLE, target=erasure, now=now)


@transaction.atomic
def _let_go(row: ErasureStep, now: datetime) -> int:
    if row.keep_until_date is None or row.keep_until_date >= row.erasure.workspace.day_at(now):
        return 0
    lock_workspace(row.erasure.workspace_id)
    step = next((one for one in erasing_steps() if one.name == row.name), None)
    found = step.run(row.erasure.member, (), now) if step else Erased()
    if found is None:
        return 0
    _tick(row, found, row.finished_at or now)
    record_audit(workspace=row.erasure.workspace, person=None, verb=audit.KEPT_GONE, target=row.erasure, now=now)
    return 1


@transaction.atomic
def _forget_names(member: Member, names: Sequence[str], now: datetime) -> Erased:
    everyone = [member, *member.merged.all()]
    for one in everyone:
        forget_told(member=one)
    notes, _per_model = MemberNote.objects.filter(member__in=everyone).delete()
    named = Q()
    for name in names:
        named |= is_called("pattern", name)
    rules = ActorRule.objects.filter(named, workspace=member.workspace_id) if names else ActorRule.objects.none()
    removed = notes + rules.update(pattern="", archived_at=now, updated_at=now)
    removed += member.identities.update(handle="", name="")
    for one in everyone:
        Member.objects.filter(pk=one.pk).update(alias="", public_id=None, pseudonym=new_pseudonym())
    return Erased(removed)


@transaction.atomic
def _forget_in_books(member: Member, names: Sequence[str], _now: datetime) -> Erased:
    removed = blank_places(workspace=member.workspace, places=ON_OTHERS, names=names)
    return Erased(removed + forget_names(workspace=member.workspace, names=names))


LAST = "members.names"
_KEPT: Promise = _(
    "That there was a member, and a key made of the network’s id, from which nobody reads the id: so that what they said until "
    "then is not taken in again."
)
ERASING = (
    Erasing(
        "members.books", _("Their names in the audit book, in notices and in e-mails to the team"), _forget_in_books,
        _("Which action was done when, without what was written: the book must not have gaps."),
        ON_OTHERS,
    ),
    Erasing(LAST, _("Names, handles, traits, groups and the team’s notes on them"), _forget_names, _KEPT),
)  # fmt: skip
