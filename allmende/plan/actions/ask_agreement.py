"""Ask a stakeholder for their agreement, by a link that needs no account."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.access import AGREEMENT_KIND
from allmende.plan.models import Agreement, PlanVersion, Stakeholder, StrategicPlan
from allmende.plan.queries import is_solo, who_must_agree
from allmende.team.access import require
from allmende.team.actions import make_guest_link, queue_mail, record_audit, send_notice
from allmende.team.catalogue import speaking
from allmende.team.models import Person
from allmende.team.queries import holders_of

OPEN_DAYS = 60


class CannotAsk(Exception):
    """No agreement was asked for; says why."""


def ask_all(*, person: Person, version: PlanVersion, keys: set[str], now: datetime) -> tuple[Agreement, ...]:
    """Ask everybody who must agree to a change of these objectives; mail goes to those whose address is known."""
    asked = []
    for stakeholder in who_must_agree(person.workspace, keys):
        agreement = Agreement.objects.create(
            version=version, stakeholder=stakeholder, round=version.proposal, asked_at=now, asked_by=person
        )
        asked.append(agreement)
        _ask(person, agreement, now)
    return tuple(asked)


@transaction.atomic
def open_agreement(*, person: Person, agreement: Agreement, now: datetime) -> str:
    """A new link for whoever shall agree, to hand over in person; the token. Raises CannotAsk."""
    require(person, "plan.version.edit")
    if agreement.stakeholder.archived_at:
        raise CannotAsk(
            _("No link was made: %(name)s is no longer here. Propose the version again, then whoever follows is asked.")
            % {"name": agreement.stakeholder.name}
        )
    if agreement.answer == states.YES:
        raise CannotAsk(_("No link was made: %(name)s has agreed already.") % {"name": agreement.stakeholder.name})
    return _link(person, agreement, now)


@transaction.atomic
def ask_renewal(*, person: Person, version: PlanVersion, stakeholder: Stakeholder, now: datetime) -> Agreement:
    """Ask whether the version in force still has their agreement (S1-22); the one already open, if there is one."""
    earlier = Agreement.objects.filter(version=version, stakeholder=stakeholder, kind=states.RENEWAL)
    waiting = earlier.filter(answer="").first()
    if waiting:
        return waiting
    agreement = Agreement.objects.create(
        version=version,
        stakeholder=stakeholder,
        kind=states.RENEWAL,
        round=earlier.count() + 1,
        asked_at=now,
        asked_by=person,
    )
    _ask(person, agreement, now)
    return agreement


def ask_readers(*, person: Person, plan: StrategicPlan, version: PlanVersion, now: datetime) -> None:
    """Tell whoever can go on with a proposal: its owner, and second readers where one is needed."""
    readers = {plan.owner} if plan.owner else set()
    if version.change_level == states.SECOND_READER_LEVEL and not is_solo(person.workspace):
        readers |= set(holders_of(person.workspace, "plan.version.agree"))
    for reader in readers - {person}:
        send_notice(
            person=reader,
            kind="plan.version_proposed",
            values={"number": version.number, "who": person.name, "reason": version.change_reason},
            url=reverse("plan:proposal", kwargs={"slug": person.workspace.slug}),
            once_key=f"plan.version_proposed:{version.pk}:{version.proposal}",
            now=now,
        )


def _ask(person: Person, agreement: Agreement, now: datetime) -> None:
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="plan.version.asked",
        target=agreement.version,
        now=now,
        after={"stakeholder": str(agreement.stakeholder_id), "kind": agreement.kind, "round": agreement.round},
    )
    stakeholder, workspace = agreement.stakeholder, person.workspace
    if not stakeholder.email or workspace.mails_nobody:
        return
    url = settings.ORIGIN + reverse("guest_agreement", args=[_link(person, agreement, now)])
    until = workspace.day_at(now + timedelta(days=OPEN_DAYS))
    with speaking(workspace.language, workspace.gender_form):
        body = render_to_string(
            "plan/mails/agreement.txt",
            {"agreement": agreement, "version": agreement.version, "url": url, "until": until, "sender": person.name},
        )
        is_again = agreement.kind == states.RENEWAL
        asked = _("Do you still agree? %(plan)s") if is_again else _("Your agreement is asked: %(plan)s")
    queue_mail(
        workspace=workspace,
        to_address=stakeholder.email,
        to_name=stakeholder.name,
        subject=asked % {"plan": agreement.version.plan.title},
        body=body,
        once_key=f"plan.agreement:{agreement.pk}",
        now=now,
    )


def _link(person: Person, agreement: Agreement, now: datetime) -> str:
    return make_guest_link(
        person=person,
        object_kind=AGREEMENT_KIND,
        object_id=agreement.pk,
        guest_name=agreement.stakeholder.name,
        expires_at=now + timedelta(days=OPEN_DAYS),
        now=now,
    )
