"""Write a guideline or a netiquette: begin it, begin its next version, change its words, put it away (domain 3.9)."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.guidelines.catalogue import BY_KIND, RULES
from allmende.guidelines.models import Guideline, GuidelineRule, GuidelineSection
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

EDIT = "guidelines.plan.edit"
COPIED = ("key", "rank", "text", "example", "counter_example", "ladder", "legal_note")


class CannotWrite(Exception):
    """Nothing was written; the text says why and what to do."""


@transaction.atomic
def write_guideline(*, person: Person, title: str, addressee: str, channel: Channel | None, now: datetime) -> Guideline:
    """A draft with the parts its addressee needs; a netiquette begins with our proposals in the workspace's language."""
    require(person, EDIT)
    kinds = states.NETIQUETTE_PARTS if addressee == states.MEMBERS else states.GUIDELINE_PARTS
    with speaking(person.workspace.language, person.workspace.gender_form):
        texts = [(kind, str(BY_KIND[kind].proposal)) for kind in kinds]
        rules = [_proposed(rank) for rank in range(len(RULES))] if addressee == states.MEMBERS else []
    made = _begin(person, now, title=title.strip(), addressee=addressee, channel=channel, number=1)
    _fill(made, person, now, texts, rules)
    return made


@transaction.atomic
def open_guideline_draft(*, person: Person, guideline: Guideline, now: datetime) -> Guideline:
    """The open draft of a guideline, else its next version: a copy of `guideline`."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    versions = Guideline.objects.filter(workspace=person.workspace, key=guideline.key)
    if existing := versions.filter(state__in=states.GUIDELINE_OPEN, archived_at__isnull=True).first():
        return existing
    last = versions.order_by("-number").values_list("number", flat=True)[0]
    made = _begin(
        person, now, title=guideline.title, addressee=guideline.addressee, channel=guideline.channel, number=last + 1,
        key=guideline.key, needs_acknowledgement=guideline.needs_acknowledgement,
    )  # fmt: skip
    texts = list(guideline.sections.values_list("kind", "text"))
    rules = [{name: getattr(rule, name) for name in COPIED} for rule in guideline.rules.all()]
    _fill(made, person, now, texts, rules)
    return made


@transaction.atomic
def save_guideline(
    *,
    person: Person,
    guideline: Guideline,
    title: str,
    channel: Channel | None,
    needs_acknowledgement: bool,
    texts: Mapping[str, str],
    now: datetime,
    revision: int | None = None,
) -> Guideline:
    """Write title, scope and the texts of the parts. What was consulted is a draft again: the words are others now.

    Raises CannotWrite for a version that was in force, StaleRevision when somebody changed it meanwhile.
    """
    require(person, EDIT)
    guideline = _open(person, guideline)
    fields = {"title": title.strip(), "channel": channel, "needs_acknowledgement": needs_acknowledgement}
    change_record(record=guideline, person=person, now=now, seen_revision=revision, state=states.DRAFT, **fields)
    for section in guideline.sections.all():
        GuidelineSection.objects.filter(pk=section.pk).update(text=texts.get(section.kind, section.text).strip())
    _audit(person, "guidelines.guideline.saved", guideline, now)
    return guideline


@transaction.atomic
def save_guideline_rule(
    *, person: Person, guideline: Guideline, rule: GuidelineRule | None, now: datetime, **fields: Any
) -> GuidelineRule:
    """Add a rule or change one (`text`, `example`, `counter_example`, `ladder`, `legal_note`, `revision`). Raises as above."""
    require(person, EDIT)
    guideline = _open(person, guideline)
    revision = fields.pop("revision", None)
    if rule is None:
        last = guideline.rules.order_by("-rank").values_list("rank", flat=True).first() or 0
        saved = GuidelineRule.objects.create(
            guideline=guideline, rank=last + 1, updated_at=now, updated_by=person, **fields
        )
    else:
        saved = guideline.rules.get(pk=rule.pk)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    _audit(person, "guidelines.guideline.saved", guideline, now)
    return saved


@transaction.atomic
def drop_guideline_rule(*, person: Person, rule: GuidelineRule, now: datetime) -> dict[str, Any]:
    """Take a rule out of a draft; earlier versions keep it. Returns what an undo needs."""
    require(person, EDIT)
    guideline = _open(person, rule.guideline)
    found = guideline.rules.get(pk=rule.pk)
    held = {name: getattr(found, name) for name in COPIED} | {"guideline": str(guideline.pk)}
    found.delete()
    _audit(person, "guidelines.guideline.saved", guideline, now)
    return held


@transaction.atomic
def take_rule_out(*, person: Person, now: datetime, pk: int) -> None:
    """The undo of adding a rule. Raises CannotUndo where it is gone, or its version came into force meanwhile."""
    rule = GuidelineRule.objects.filter(pk=pk, guideline__workspace=person.workspace).first()
    try:
        if rule is None:
            raise stale_undo()
        drop_guideline_rule(person=person, rule=rule, now=now)
    except CannotWrite as refused:
        raise stale_undo() from refused


@transaction.atomic
def put_rule_back(*, person: Person, now: datetime, guideline: str, key: str, **fields: Any) -> None:
    """The undo of dropping a rule. Raises CannotUndo where its version came into force meanwhile."""
    require(person, EDIT)
    try:
        found = _open(person, Guideline(pk=uuid.UUID(guideline)))
    except CannotWrite as refused:
        raise stale_undo() from refused
    GuidelineRule.objects.get_or_create(
        guideline=found, key=key, defaults={**fields, "updated_at": now, "updated_by": person}
    )
    _audit(person, "guidelines.guideline.saved", found, now)


@transaction.atomic
def archive_guideline_draft(*, person: Person, guideline: Guideline, now: datetime) -> Guideline:
    """Put a draft away; what is in force goes on."""
    require(person, EDIT)
    guideline = _open(person, guideline)
    change_record(record=guideline, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, "guidelines.guideline.archived", guideline, now)
    return guideline


def _open(person: Person, guideline: Guideline) -> Guideline:
    lock_workspace(person.workspace_id)
    found = Guideline.objects.get(pk=guideline.pk, workspace=person.workspace)
    if not found.is_open or found.archived_at:
        raise CannotWrite(
            gettext(
                "Not saved. What was in force is not changed underhand. Begin the next version and change it there."
            )
        )
    return found


def _begin(person: Person, now: datetime, **fields: Any) -> Guideline:
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    made = Guideline.objects.create(workspace=person.workspace, **fields, **by)
    _audit(person, "guidelines.guideline.drafted", made, now)
    return made


def _fill(
    made: Guideline, person: Person, now: datetime, texts: list[tuple[str, str]], rules: list[dict[str, Any]]
) -> None:
    GuidelineSection.objects.bulk_create(
        GuidelineSection(guideline=made, kind=kind, rank=rank, text=text) for rank, (kind, text) in enumerate(texts)
    )
    GuidelineRule.objects.bulk_create(
        GuidelineRule(guideline=made, updated_at=now, updated_by=person, **rule) for rule in rules
    )


def _proposed(rank: int) -> dict[str, Any]:
    rule = RULES[rank]
    return {
        "rank": rank + 1,
        "text": str(rule.text),
        "counter_example": str(rule.counter_example),
        "ladder": list(rule.ladder),
        "legal_note": str(rule.legal_note),
    }


def _audit(person: Person, verb: str, guideline: Guideline, now: datetime) -> None:
    after = {"title": guideline.title, "number": guideline.number}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=guideline, now=now, after=after)
