"""Write an item and the words of its variants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import withdraw_dispatch
from allmende.channels.models import Channel
from allmende.channels.queries import findings_for
from allmende.domain.wording import words_hash
from allmende.editorial import audit, states
from allmende.editorial.models import Item, Variant
from allmende.plan.actions import link_work
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person, Workspace

# Who sends the same new item again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)


class CannotSave(Exception):
    """The item was not saved; the message says why and what is safe."""


@dataclass(frozen=True)
class ItemText:
    """What a person typed: `texts` by channel id; a channel that is not named has no variant."""

    title: str
    serves_key: str = ""
    no_objective_reason: str = ""
    expected_behaviour: str = ""
    expected_replies: int | None = None
    texts: Mapping[UUID, str] = field(default_factory=dict)


@transaction.atomic
def save_item(
    *, person: Person, item: Item | None, written: ItemText, now: datetime, seen_revision: int = 0, url: str = ""
) -> Item:
    """Create or change an item. Other words take an approval back and the dispatch with it (S2-10, complaint 9).

    Raises CannotSave when somebody else saved since `seen_revision`, or when the network may already have heard the text.
    """
    require(person, "editorial.item.edit")
    if item is None:
        Workspace.objects.select_for_update().get(pk=person.workspace_id)
        if twin := _pressed_twice(person, written, now):
            return twin
    else:  # variants before their item, as those do who approve and schedule: nobody waits in a ring
        list(Variant.objects.select_for_update(of=("self",)).filter(item=item).order_by("pk"))
    saved = _create(person, written, now) if item is None else _change(person, item, written, seen_revision, now)
    for channel in Channel.objects.filter(workspace=person.workspace, pk__in=list(written.texts)):
        _save_variant(person, saved, channel, written.texts[channel.pk], now)
    if saved.serves_key:
        link_work(
            workspace=saved.workspace,
            key=saved.serves_key,
            kind="item",
            ref=str(saved.pk),
            label=saved.title,
            url=url,
            at=now,
        )
    return saved


def _fields(written: ItemText) -> dict[str, object]:
    return {
        "title": written.title,
        "serves_key": written.serves_key,
        "no_objective_reason": "" if written.serves_key else written.no_objective_reason,
        "expected_behaviour": written.expected_behaviour,
        "expected_replies": written.expected_replies,
    }


def _create(person: Person, written: ItemText, now: datetime) -> Item:
    item = Item.objects.create(
        workspace=person.workspace,
        owner=person,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
        **_fields(written),
    )
    record_audit(workspace=item.workspace, person=person, verb=audit.CREATED, target=item, now=now)
    return item


def _pressed_twice(person: Person, written: ItemText, now: datetime) -> Item | None:
    typed = {channel: text for channel, text in written.texts.items() if text.strip()}
    fresh = Item.objects.filter(workspace=person.workspace, created_by=person, created_at__gt=now - SAME_PRESS)
    for item in fresh.filter(revision=1, **_fields(written)).order_by("-created_at"):
        if dict(item.variants.values_list("channel", "text")) == typed:
            return item
    return None


def _change(person: Person, item: Item, written: ItemText, seen_revision: int, now: datetime) -> Item:
    changed = Item.objects.filter(pk=item.pk, revision=seen_revision).update(
        revision=seen_revision + 1, updated_at=now, updated_by=person, **_fields(written)
    )
    item = Item.objects.select_related("updated_by", "workspace").get(pk=item.pk)
    if not changed:
        raise CannotSave(
            _(
                "Not saved. %(name)s changed this item while you were writing. Your text stands below, theirs beside it; "
                "put together what should stay and save again."
            )
            % {"name": item.updated_by.name if item.updated_by else _("Somebody")}
        )
    record_audit(workspace=item.workspace, person=person, verb=audit.CHANGED, target=item, now=now)
    return item


def _save_variant(person: Person, item: Item, channel: Channel, text: str, now: datetime) -> None:
    variant = item.variants.select_related("dispatch").filter(channel=channel).first()
    if variant is None:
        if text.strip():
            _add_variant(person, item, channel, text, now)
        return
    is_same = variant.approved_hash == words_hash(item.title, text)
    if variant.text == text and (is_same or not variant.approved_hash):
        return
    if variant.state == states.HANDED_OVER and variant.dispatch:
        withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
    Variant.objects.filter(pk=variant.pk).update(
        text=text,
        state=_state_after_check(channel, item.title, text),
        approved_hash="",
        approved_by=None,
        approved_at=None,
        dispatch=None,
        updated_at=now,
        updated_by=person,
        revision=variant.revision + 1,
    )


def _add_variant(person: Person, item: Item, channel: Channel, text: str, now: datetime) -> None:
    Variant.objects.create(
        workspace=item.workspace,
        item=item,
        channel=channel,
        text=text,
        state=_state_after_check(channel, item.title, text),
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )


def _state_after_check(channel: Channel, title: str, text: str) -> str:
    refused = any(finding.severity == "refuse" for finding in findings_for(channel, title=title, text=text))
    return states.DRAFT if refused else states.CHECKED
