"""Tell people of a published version, remember who saw it, and remind those who did not (S0-06, S0-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.plan.access import RECEIPT_KIND
from allmende.plan.models import PlanVersion, Receipt, Stakeholder, StrategicPlan
from allmende.plan.queries import Comparison, compared, said_by_key, told_stakeholders
from allmende.team.actions import make_guest_link, queue_mail, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person
from allmende.team.queries import people_of

OPEN_DAYS = 60
# A notice names so many changes, and of each so many fields.
NOTICED, NOTICED_FIELDS = 4, 3
# What a stakeholder reads with both values: what stands on their page too.
OUTSIDE_LAYERS = ("goal", "objective", "strategy")

Fields = Mapping[str, Sequence[tuple[str, str, str]]]


@dataclass
class _Spoken:
    """What differs, field by field, in the languages of those who are told; each is worded once."""

    comparison: Comparison
    gender_form: str
    known: dict[str, Fields] = field(default_factory=dict)

    def fields(self, language: str) -> Fields:
        """Of each changed element, by key: the field, what stood there, what stands there now."""
        if language not in self.known:
            with speaking(language, self.gender_form):
                self.known[language] = said_by_key(self.comparison)
        return self.known[language]


def tell_version(
    *, person: Person, version: PlanVersion, comparison: Comparison, words: Mapping[str, str], now: datetime
) -> None:
    """A notice and a mail for everybody who works here; for stakeholders as the level says (table in 3.4), with the words
    written for them and what touches their own objectives. Each gets a receipt."""
    keys, spoken = comparison.objective_keys, _Spoken(comparison, version.workspace.gender_form)
    for reader in people_of(person.workspace).exclude(pk=person.pk):
        receipt = Receipt.objects.create(version=version, person=reader, told_at=now)
        _tell_person(receipt, _steps_of(reader, comparison), spoken, now)
    for stakeholder in told_stakeholders(person.workspace, version.change_level or 0, keys):
        said = words.get(str(stakeholder.pk), "").strip()
        receipt = Receipt.objects.create(version=version, stakeholder=stakeholder, words=said, told_at=now)
        _mail_stakeholder(person, receipt, stakeholder, spoken, now)


def see_versions(*, person: Person, now: datetime) -> int:
    """This person has what changed before their eyes; only the first time is kept."""
    return Receipt.objects.filter(person=person, seen_at__isnull=True).update(seen_at=now)


def acknowledge_versions(*, person: Person, plan: StrategicPlan, now: datetime) -> int:
    """This person says they know what changed; returns how many versions that was news of."""
    open_receipts = Receipt.objects.filter(person=person, version__plan=plan, acknowledged_at__isnull=True)
    open_receipts.filter(seen_at__isnull=True).update(seen_at=now)
    return open_receipts.update(acknowledged_at=now)


def note_receipt_opened(*, receipt: Receipt, now: datetime) -> None:
    """A stakeholder asked for the page; only the first time is kept."""
    if receipt.seen_at is None:
        Receipt.objects.filter(pk=receipt.pk, seen_at__isnull=True).update(seen_at=now)


@transaction.atomic
def acknowledge_receipt(*, receipt: Receipt, now: datetime) -> None:
    """A stakeholder says they know what changed; the second time nothing happens."""
    version = receipt.version
    lock_workspace(version.workspace_id)
    fresh = Receipt.objects.filter(pk=receipt.pk, acknowledged_at__isnull=True)
    if fresh.update(acknowledged_at=now):
        record_audit(
            workspace=version.workspace,
            person=None,
            verb="plan.version.acknowledged",
            target=version,
            now=now,
            after={"stakeholder": str(receipt.stakeholder_id)},
        )


def remind_reader(*, receipt: Receipt, now: datetime) -> bool:
    """Tell somebody once more, once; False when another worker did so just now."""
    if not Receipt.objects.filter(pk=receipt.pk, reminded_at__isnull=True).update(reminded_at=now):
        return False
    version = receipt.version
    spoken = _Spoken(compared(version.base, version), version.workspace.gender_form)
    if receipt.person:
        send_notice(
            person=receipt.person,
            kind="plan.version_reminder",
            values={"number": version.number, "reason": version.change_reason},
            url=_page(version),
            once_key=f"plan.version_reminder:{version.pk}",
            now=now,
        )
        _mail_person(receipt, (), spoken, now, is_reminder=True)
    elif receipt.stakeholder and version.published_by:
        _mail_stakeholder(version.published_by, receipt, receipt.stakeholder, spoken, now, is_reminder=True)
    return True


def _tell_person(receipt: Receipt, own: tuple[str, ...], spoken: _Spoken, now: datetime) -> None:
    version = receipt.version
    assert receipt.person is not None  # noqa: S101 - the caller made it for a person
    said = spoken.fields(receipt.person.user.language)
    send_notice(
        person=receipt.person,
        kind="plan.version_published",
        values={
            "number": version.number,
            "level": version.change_level,
            "reason": version.change_reason,
            "changes": _noticed(version.changes[:20], said),
            "publisher": version.published_by.name if version.published_by else "",
            "own": own,
        },
        url=_page(version),
        once_key=f"plan.version_published:{version.pk}",
        now=now,
    )
    _mail_person(receipt, own, spoken, now)


def _mail_person(
    receipt: Receipt, own: tuple[str, ...], spoken: _Spoken, now: datetime, is_reminder: bool = False
) -> None:
    reader, version = receipt.person, receipt.version
    if reader is None or version.workspace.mails_nobody:
        return
    with speaking(reader.user.language, reader.workspace.gender_form):
        changes = _with_fields(_of_concern(receipt), spoken.fields(reader.user.language))
        context = {"own": own, "url": settings.ORIGIN + _page(version), "changes": changes}
        body, subject = _body(receipt, context, is_reminder), _subject(version, is_reminder)
    _queue(receipt, reader.user.email, reader.name, subject, body, now, is_reminder)


def _mail_stakeholder(
    person: Person,
    receipt: Receipt,
    stakeholder: Stakeholder,
    spoken: _Spoken,
    now: datetime,
    is_reminder: bool = False,
) -> None:
    version = receipt.version
    if not stakeholder.email or version.workspace.mails_nobody:
        return
    url = settings.ORIGIN + reverse("guest_change", args=[open_receipt(person=person, receipt=receipt, now=now)])
    until = version.workspace.day_at(now + timedelta(days=OPEN_DAYS))
    with speaking(version.workspace.language, version.workspace.gender_form):
        changes = _with_fields(_of_concern(receipt), spoken.fields(version.workspace.language), OUTSIDE_LAYERS)
        context = {"own": (), "url": url, "until": until, "changes": changes}
        body, subject = _body(receipt, context, is_reminder), _subject(version, is_reminder)
    _queue(receipt, stakeholder.email, stakeholder.name, subject, body, now, is_reminder)


def open_receipt(*, person: Person, receipt: Receipt, now: datetime) -> str:
    """A token for the page without log-in that tells one stakeholder what changed."""
    return make_guest_link(
        person=person,
        object_kind=RECEIPT_KIND,
        object_id=receipt.pk,
        guest_name=receipt.reader_name,
        expires_at=now + timedelta(days=OPEN_DAYS),
        now=now,
    )


def _body(receipt: Receipt, context: Mapping[str, Any], is_reminder: bool) -> str:
    version = receipt.version
    every = {"receipt": receipt, "version": version, "is_reminder": is_reminder, "name": receipt.reader_name}
    return render_to_string("plan/mails/published.txt", {**every, **context})


def _with_fields(changes: Sequence[Any], said: Fields, layers: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The changes with both values of their fields; outside the team only of `layers`."""
    return [
        {**one, "said": () if layers and one["layer"] not in layers else said.get(one["key"], ())} for one in changes
    ]


def _noticed(changes: Sequence[Any], said: Fields) -> list[dict[str, Any]]:
    """The changes as a notice keeps them: both values where it names them."""
    told = _with_fields(changes[:NOTICED], said)
    return [*({**one, "said": one["said"][:NOTICED_FIELDS]} for one in told), *changes[NOTICED:]]


def _of_concern(receipt: Receipt) -> list[Any]:
    """The changes told to this reader: from objectives on, to a stakeholder those of goals and of their own objectives.

    Of a first version, where everything is new, what it is about: goals and objectives.
    """
    changes: list[Any] = receipt.version.changes
    if receipt.version.base_id is None:
        changes = [one for one in changes if one["layer"] in ("goal", "objective")]
    stakeholder = receipt.stakeholder
    if stakeholder is None or not stakeholder.objective_keys:
        return changes
    of_all = [one for one in changes if one["layer"] != "objective" or one["key"] in stakeholder.objective_keys]
    return of_all or changes


def _steps_of(reader: Person, comparison: Comparison) -> tuple[str, ...]:
    """What a colleague does themselves and that changed."""
    changed = {change.key for change in comparison.changes}
    steps = {one.key: one for one in (*comparison.before.steps, *comparison.after.steps)}
    return tuple(one.what for key, one in steps.items() if key in changed and one.owner_id == reader.pk)


def _subject(version: PlanVersion, is_reminder: bool) -> str:
    values = {"plan": version.plan.title, "number": version.number}
    if is_reminder:
        return _("A reminder: what changed in the plan %(plan)s") % values
    return _("Version %(number)s of the plan %(plan)s is in force") % values


def _queue(
    receipt: Receipt, address: str, name: str, subject: str, body: str, now: datetime, is_reminder: bool
) -> None:
    what = "reminder" if is_reminder else "published"
    queue_mail(
        workspace=receipt.version.workspace,
        to_address=address,
        to_name=name,
        subject=subject,
        body=body,
        once_key=f"plan.version_{what}:{receipt.pk}",
        now=now,
    )


def _page(version: PlanVersion) -> str:
    return reverse("plan:version", kwargs={"slug": version.workspace.slug, "number": version.number})
