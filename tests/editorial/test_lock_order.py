"""On PostgreSQL: whoever changes an item, or takes its text back, waits for the workspace before the first of its rows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    approve_variant,
    archive_item,
    hand_item,
    move_card,
    publish_now,
    save_item,
    withdraw_variant,
)
from allmende.editorial.actions.save_item import written_of
from allmende.editorial.models import Item, Variant
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

ROWS = (Item.objects.all(), Variant.objects.all(), Dispatch.objects.all())
ACTS: dict[str, Callable] = {
    "withdraw": lambda variant, **by: withdraw_variant(variant=variant, **by),
    "archive": lambda variant, **by: archive_item(item=variant.item, **by),
    "hand on": lambda variant, **by: hand_item(item=variant.item, leaver=by["person"], receiver=by["person"], **by),
    "save": lambda variant, **by: save_item(
        item=variant.item,
        written=replace(written_of(variant.item), title="Anders"),
        seen_revision=variant.item.revision,
        **by,
    ),
    "move the card": lambda variant, **by: move_card(item=variant.item, stage="idea", seen_revision=None, **by),
}


@pytest.mark.parametrize("name", ACTS)
def test_whoever_changes_an_item_waits_for_the_workspace_first(on_postgres, write, owner, now, name) -> None:  # noqa: F811
    variant = write()
    seen = words_hash(variant.item.title, variant.text)
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    variant = publish_now(person=owner, variant=variant, now=now)
    failed = meet(owner.workspace, lambda: ACTS[name](variant=variant, person=owner, now=now), ROWS)
    assert [one for one in failed if "deadlock" in str(one)] == []
    if name == "withdraw":
        assert not failed and Dispatch.objects.get().state == "withdrawn"
