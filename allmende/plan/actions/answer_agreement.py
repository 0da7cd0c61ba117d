"""A stakeholder answers over their link: agrees, or asks for changes."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.propose_version import tell_agreed
from allmende.plan.models import Agreement, PlanVersion
from allmende.plan.queries import agreement_standing, is_open
from allmende.team.actions import record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace


class CannotAnswer(Exception):
    """The answer was not recorded; says why."""


def note_agreement_opened(*, agreement: Agreement, now: datetime) -> None:
    """The page was asked for; only the first time is kept, and only while an answer is wanted."""
    if agreement.opened_at is None and is_open(agreement):
        Agreement.objects.filter(pk=agreement.pk, opened_at__isnull=True).update(opened_at=now)


@transaction.atomic
def answer_agreement(*, agreement: Agreement, answer: str, name: str, comment: str, now: datetime) -> Agreement:
    """Record what a stakeholder says, with name, time and words (S1-22). The last missing "yes" makes the version agreed.

    While the version is proposed they may change their mind. Raises CannotAnswer.
    """
    lock_workspace(agreement.version.workspace_id)
    version = PlanVersion.objects.select_for_update(of=("self",)).get(pk=agreement.version_id)
    row = (
        Agreement.objects.select_for_update(of=("self",)).select_related("stakeholder", "asked_by").get(pk=agreement.pk)
    )
    row.version = version
    if not is_open(row):
        raise CannotAnswer(_closed(row))
    if not name.strip():
        raise CannotAnswer(_("Nothing was recorded: write your name, so that the agreement is yours."))
    if answer == states.CHANGES and not comment.strip():
        raise CannotAnswer(_("Nothing was recorded: say in a sentence what should change."))
    row.answer, row.answered_at = answer, now
    row.answered_name, row.comment = name.strip(), comment.strip()
    row.save(update_fields=["answer", "answered_at", "answered_name", "comment"])
    record_audit(
        workspace=version.workspace,
        person=None,
        verb="plan.version.agreed",
        target=version,
        now=now,
        after={"stakeholder": str(row.stakeholder_id), "answer": answer, "kind": row.kind, "round": row.round},
    )
    _tell(row, now)
    if row.kind == states.PROPOSAL:
        _move(version, now)
    return row


def _move(version: PlanVersion, now: datetime) -> None:
    is_agreed = agreement_standing(version).is_complete
    if is_agreed and version.state == states.PROPOSED:
        PlanVersion.objects.filter(pk=version.pk).update(state=states.AGREED, agreed_at=now, updated_at=now)
        tell_agreed(version.plan, version, now)
    elif not is_agreed and version.state == states.AGREED:
        PlanVersion.objects.filter(pk=version.pk).update(state=states.PROPOSED, agreed_at=None, updated_at=now)


def _tell(row: Agreement, now: datetime) -> None:
    version = row.version
    slug = version.workspace.slug
    url = (
        reverse("plan:version", kwargs={"slug": slug, "number": version.number})
        if row.kind == states.RENEWAL
        else reverse("plan:proposal", kwargs={"slug": slug})
    )
    for reader in {one for one in (version.plan.owner, row.asked_by) if one}:
        send_notice(
            person=reader,
            kind="plan.agreement_answered",
            values={
                "number": version.number,
                "name": row.answered_name,
                "answer": row.answer,
                "comment": row.comment,
            },
            url=url,
            once_key=f"plan.agreement_answered:{row.pk}:{row.answer}:{now.isoformat()}",
            now=now,
        )


def _closed(row: Agreement) -> str:
    version = row.version
    if version.state in states.IN_FORCE_ONCE and row.kind == states.PROPOSAL:
        return _("Nothing was recorded: this version came into force meanwhile, and what was agreed to it stands.")
    if row.kind == states.RENEWAL and row.answer:
        return _("Nothing was recorded: you have answered already, and your answer stands.")
    if version.state == states.DISCARDED:
        return _("Nothing was recorded: this version was discarded meanwhile. Nothing changes.")
    if version.state == states.SUPERSEDED:
        return _("Nothing was recorded: a newer version is in force. You will be asked about that one.")
    return _("Nothing was recorded: this version is being changed once more. You will be asked again when it is ready.")
