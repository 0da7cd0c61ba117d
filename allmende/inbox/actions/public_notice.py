"""Take in what the public reports, answer it with reasons, hear the objection, forget who it was (DSA Art. 16, 20)."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.domain.service_hours import add_service_time
from allmende.inbox import audit, states
from allmende.inbox.models import ModerationDecision, PublicNotice
from allmende.team.access import require
from allmende.team.actions import change_record, forget_mail, queue_mail, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace
from allmende.team.queries import another_holder, holders_of, hours_by_id

DECIDE = "inbox.moderation.decide"
# Sent twice by an impatient finger
PRESSED_TWICE = timedelta(minutes=10)
# So long an e-mail may take to leave, however often it fails
LEAVING = timedelta(days=3)
# No letter or figure that is taken for another
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class CannotReport(Exception):
    """Nothing was taken in; the message says why. `field` names the field to mend, if one is wrong."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


class CannotAnswerNotice(CannotReport):
    """Nothing was answered; the message says why and what to do."""


@transaction.atomic
def receive_notice(
    *,
    workspace: Workspace,
    kind: str,
    place: str,
    explanation: str,
    name: str,
    email: str,
    is_good_faith: bool,
    language: str,
    now: datetime,
    is_doubtful: bool = False,
) -> PublicNotice:
    """Take a notice in, confirm it to whoever gave an address, and tell those who decide. Raises CannotReport.

    The confirmation bears none of the words typed: an address nobody checked may be somebody else's. `is_doubtful`: a
    machine may have sent it; it is kept and read, but nobody is called for it.
    """
    given = {"place": place.strip(), "explanation": explanation.strip(), "name": name.strip(), "email": email.strip()}
    _check(kind, given, is_good_faith)
    same = PublicNotice.objects.filter(workspace=workspace, created_at__gt=now - PRESSED_TWICE, kind=kind, **given)
    if known := same.first():
        return known
    made = PublicNotice.objects.create(
        workspace=workspace, kind=kind, reference=_reference(), is_good_faith=True, is_doubtful=is_doubtful,
        language=language, due_at=_due(workspace, kind, now), created_at=now, updated_at=now, **given,
    )  # fmt: skip
    record_audit(workspace=workspace, person=None, verb=audit.NOTICE_RECEIVED, target=made, now=now)
    if not _is_confirmed_enough(made, now):
        _mail(made, "received", now)
    if not is_doubtful:
        _tell(made, "reported", now)
    return made


@transaction.atomic
def answer_notice(
    *,
    person: Person,
    notice: PublicNotice,
    outcome: str,
    decision: ModerationDecision | None,
    answer: str,
    now: datetime,
) -> PublicNotice:
    """Say what comes of it, with reasons; ACTED needs the decision about the words. Raises CannotAnswerNotice."""
    require(person, DECIDE)
    found = _locked(person, notice)
    if found.state != states.RECEIVED:
        raise CannotAnswerNotice(_("Not answered. Somebody answered this notice already; reload the page to read it."))
    if outcome not in states.NOTICE_OUTCOMES:
        raise CannotAnswerNotice(_("Not answered. Choose what comes of it."), "outcome")
    if outcome == states.ACTED and (decision is None or decision.workspace_id != person.workspace_id):
        raise CannotAnswerNotice(
            _("Not answered. Decide about the words first, with rule or law and reasons; then choose that decision."),
            "decision",
        )
    if not answer.strip():
        raise CannotAnswerNotice(_("Not answered. Whoever reported it is owed the reasons."), "answer")
    change_record(
        record=found, person=person, now=now, seen_revision=None, state=states.ANSWERED, outcome=outcome,
        decision=decision if outcome == states.ACTED else None, answer=answer.strip()[:5_000], decided_at=now,
        decided_by=person,
    )  # fmt: skip
    _audit(person, audit.NOTICE_ANSWERED, found, now)
    _mail(found, "answered", now)
    return found


@transaction.atomic
def object_to_answer(*, notice: PublicNotice, objection: str, now: datetime) -> PublicNotice:
    """Whoever reported it does not accept the answer. Once, and while it is not forgotten. Raises CannotReport."""
    lock_workspace(notice.workspace_id)
    found = PublicNotice.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=notice.pk)
    if not objection.strip():
        raise CannotReport(_("Not sent yet. Say why you do not agree."), "objection")
    if not can_object(found, now):
        raise CannotReport(_("Not sent. An objection is possible once, within six months after the answer."))
    change_record(
        record=found, person=None, now=now, seen_revision=None, objection=objection.strip()[:5_000], objected_at=now
    )
    record_audit(workspace=found.workspace, person=None, verb=audit.NOTICE_OBJECTED, target=found, now=now)
    _tell(found, "report_objected", now)
    return found


@transaction.atomic
def answer_objection(*, person: Person, notice: PublicNotice, result: str, answer: str, now: datetime) -> PublicNotice:
    """Look at it again, say what comes of it and why. Raises CannotAnswerNotice, also for whoever answered the notice while
    somebody else can look (DSA Art. 20)."""
    require(person, DECIDE)
    found = _locked(person, notice)
    if not found.objection or found.objection_result:
        raise CannotAnswerNotice(_("Not answered. There is no objection that waits for an answer."))
    _check_somebody_else(person, found)
    if result not in states.OBJECTION_RESULTS:
        raise CannotAnswerNotice(_("Not answered. Say whether the answer stands."), "result")
    if not answer.strip():
        raise CannotAnswerNotice(_("Not answered. Whoever objects is owed the reasons."), "answer")
    change_record(
        record=found, person=person, now=now, seen_revision=None, objection_result=result,
        objection_answer=answer.strip()[:5_000], objection_answered_at=now, objection_answered_by=person,
    )  # fmt: skip
    _audit(person, audit.NOTICE_OBJECTION_ANSWERED, found, now)
    _mail(found, "objection_answered", now)
    return found


def _check_somebody_else(person: Person, notice: PublicNotice) -> None:
    if notice.decided_by_id != person.pk:
        return
    if name := another_holder(person, DECIDE):
        raise CannotAnswerNotice(
            _("Not answered. You answered this notice; somebody else looks at it again, for instance %(name)s.")
            % {"name": name}
        )


def remind_of_notices(*, now: datetime) -> int:
    """Notices whose time is over: those who decide are told once; how many notices went out."""
    late = PublicNotice.objects.filter(state=states.RECEIVED, is_doubtful=False, due_at__lte=now)
    return sum(_tell(one, "report_due", now) for one in late.select_related("workspace"))


def forget_reporters(*, now: datetime) -> int:
    """Name and address go, from the e-mails to them too, when nobody can object any more and nothing waits for an answer, or
    when nobody has answered for too long; returns how many."""
    due = [one for one in _known(now) if _is_told_all(one, now)]
    return sum(_forget(one, now) for one in due)


@transaction.atomic
def _forget(notice: PublicNotice, now: datetime) -> bool:
    """Looked at again under the lock: somebody may answer or object at this moment, and is owed an answer."""
    lock_workspace(notice.workspace_id)
    rows = _known(now).select_for_update(of=("self",)).select_related("workspace")
    found = rows.filter(pk=notice.pk).first()
    if found is None or not _is_told_all(found, now):
        return False
    keys = [_mail_key(found, what) for what in ("received", "answered", "objection_answered")]
    forget_mail(workspace=found.workspace, to_address=found.email, once_keys=keys)
    fields = {"name": "", "email": "", "forgotten_at": now}
    change_record(record=found, person=None, now=now, seen_revision=None, **fields)
    record_audit(workspace=found.workspace, person=None, verb=audit.NOTICE_FORGOTTEN, target=found, now=now)
    return True


def _known(now: datetime) -> QuerySet[PublicNotice]:
    """Whose reporters are known longer than may be, save for an objection that waits."""
    objectable, unanswered, doubtful = (
        now - timedelta(days=days) for days in (states.OBJECTION_DAYS, states.UNANSWERED_DAYS, states.DOUBTFUL_DAYS)
    )
    over = Q(state=states.ANSWERED, decided_at__lt=objectable)
    over |= Q(state=states.RECEIVED, created_at__lt=unanswered)
    over |= Q(state=states.RECEIVED, is_doubtful=True, created_at__lt=doubtful)
    return PublicNotice.objects.filter(over, forgotten_at__isnull=True)


def _is_told_all(notice: PublicNotice, now: datetime) -> bool:
    """Does no objection wait for an answer within the time one may take, nor an answer to leave?"""
    answered_at, objected_at = notice.objection_answered_at, notice.objected_at
    if answered_at is not None:
        return answered_at <= now - LEAVING
    return objected_at is None or objected_at < now - timedelta(days=states.UNANSWERED_DAYS)


def _is_confirmed_enough(notice: PublicNotice, now: datetime) -> bool:
    """Did this address get as many confirmations as one may get within a day, besides this notice's?"""
    day = PublicNotice.objects.filter(workspace=notice.workspace, created_at__gt=now - timedelta(days=1))
    return day.filter(email__iexact=notice.email).count() > states.MOST_CONFIRMED


def can_object(notice: PublicNotice, now: datetime) -> bool:
    """May whoever reported it object to the answer?"""
    if notice.decided_at is None or notice.objection:
        return False
    return now - notice.decided_at <= timedelta(days=states.OBJECTION_DAYS)


def _check(kind: str, given: dict[str, str], is_good_faith: bool) -> None:
    if kind not in states.NOTICE_KINDS:
        raise CannotReport(_("Not sent yet. Choose what is wrong with it."), "kind")
    if not given["place"]:
        raise CannotReport(_("Not sent yet. Say where it stands, so that we find it."), "place")
    if not given["explanation"]:
        raise CannotReport(_("Not sent yet. Say why it must not stand there."), "explanation")
    if kind == states.AGAINST_LAW and not given["name"]:
        raise CannotReport(
            _("Not sent yet. Whoever reports a breach of the law gives a name; the law asks for it."), "name"
        )
    if kind == states.AGAINST_LAW and not given["email"]:
        raise CannotReport(
            _("Not sent yet. Whoever reports a breach of the law gives an e-mail address; the law asks for it."),
            "email",
        )
    if not is_good_faith:
        raise CannotReport(_("Not sent yet. Confirm that you believe what you report to be true."), "is_good_faith")


def _reference() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _one in range(4)) for _part in range(3))


def _due(workspace: Workspace, kind: str, now: datetime) -> datetime:
    span, year = timedelta(hours=states.NOTICE_HOURS[kind]), workspace.day_at(now).year
    hours = hours_by_id(workspace, (year, year + 1)).get(None)
    return add_service_time(hours, now, span) if hours and hours.is_ever_open else now + span


def _locked(person: Person, notice: PublicNotice) -> PublicNotice:
    lock_workspace(person.workspace_id)
    rows = PublicNotice.objects.select_for_update(of=("self",)).select_related("workspace", "decision")
    return rows.get(pk=notice.pk, workspace=person.workspace)


def _tell(notice: PublicNotice, what: str, now: datetime) -> int:
    url = reverse("inbox:notice", args=[notice.workspace.slug, notice.pk])
    told = [
        send_notice(
            person=one, kind=f"inbox.{what}", values={"place": notice.place[:120], "reference": notice.reference}, url=url,
            once_key=f"inbox.{what}:{notice.pk}", now=now,
        )
        for one in holders_of(notice.workspace, DECIDE)
    ]  # fmt: skip
    return sum(told)


def _mail(notice: PublicNotice, what: str, now: datetime) -> None:
    """To whoever reported it, in the language they reported it in; by name only once a person has read the notice."""
    name = "" if what == "received" else notice.name
    url = settings.ORIGIN + reverse("public_report", args=[notice.workspace.slug, notice.reference])
    with speaking(notice.language, notice.workspace.gender_form), timezone.override(notice.workspace.zone):
        subject = _("Your notice %(reference)s") % {"reference": notice.reference}
        body = render_to_string("inbox/mails/notice.txt", {"notice": notice, "name": name, "what": what, "url": url})
    queue_mail(
        workspace=notice.workspace, to_address=notice.email, to_name=name, subject=subject, body=body,
        once_key=_mail_key(notice, what), now=now,
    )  # fmt: skip


def _mail_key(notice: PublicNotice, what: str) -> str:
    return f"inbox.notice_{what}:{notice.pk}"


def _audit(person: Person, verb: str, notice: PublicNotice, now: datetime) -> None:
    after = {"outcome": notice.outcome, "result": notice.objection_result}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=notice, now=now, after=after)
