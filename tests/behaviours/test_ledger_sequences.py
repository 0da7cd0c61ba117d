"""Whatever comes in whatever order, filled step by step or at once: the same files, bit for bit (issue 7: triggers)."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from allmende.behaviours.actions import fill_ledger, verify_ledger
from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.members.models import Member
from tests.behaviours.test_ledger_fill import stored

BEGINS = datetime(2026, 1, 10, tzinfo=UTC)
# `./test --long` tries fifty long ones.
SEQUENCES = int(os.environ.get("ALLMENDE_SEQUENCES", "30"))
NAMES = ("Birgit", "Tarek", "Lena", "Malte", "bot_x")


class Community:
    """Says, edits, deletes, thanks and remembers what it said; some of it arrives late, some before what it answers."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.items: list[Item] = []
        self.threads: list[str] = []

    def next_items(self) -> tuple[Item, ...]:
        return tuple(self._one() for _ in range(self.random.randint(1, 4)))

    def _one(self) -> Item:
        kinds = ["asks", "answers", "answers", "thanks", "edits", "deletes", "opens_late"]
        item: Item = getattr(self, f"_{self.random.choice(kinds)}")()
        self.items = [one for one in self.items if one.ref != item.ref] + [item]
        return item

    def _asks(self) -> Item:
        name = f"q{len(self.threads)}"
        self.threads.append(name)
        return self._message(name, "asked", name)

    def _answers(self) -> Item:
        if not self.threads:
            return self._asks()
        thread = self.random.choice(self.threads)
        return replace(self._message(f"a{self.random.getrandbits(40)}", "answered", thread), reply_to=thread)

    def _opens_late(self) -> Item:
        """An answer in a thread whose beginning has not come yet; it may come later, or never."""
        name = f"late{self.random.randint(0, 4)}"
        if self.random.random() < 0.4:
            return self._message(name, "asked", name)
        return self._message(f"{name}-a{self.random.getrandbits(40)}", "answered", name)

    def _thanks(self) -> Item:
        said = [one for one in self.items if one.kind == "message"]
        if not said:
            return self._asks()
        about = self.random.choice(said)
        thanked = self._message(f"t{self.random.getrandbits(40)}", "thanked", about.thread)
        return replace(thanked, kind="gesture", target=about.ref.native_id, text="")

    def _edits(self) -> Item:
        return self._again(
            lambda one: replace(one, text=one.text + "!", edited_at=one.occurred_at + timedelta(hours=1))
        )

    def _deletes(self) -> Item:
        return self._again(lambda one: replace(one, deleted_at=one.occurred_at + timedelta(days=1)))

    def _again(self, change) -> Item:  # type: ignore[no-untyped-def]
        said = [one for one in self.items if one.kind == "message" and one.deleted_at is None]
        return change(self.random.choice(said)) if said else self._asks()

    def _message(self, name: str, act: str, thread: str) -> Item:
        at = BEGINS + timedelta(minutes=self.random.randrange(0, 200 * 24 * 60, 7))
        author = self.random.choice(NAMES)
        return Item(Ref(name), "message", act, Author(author, author, author), at, thread, text=f"Text {name}")


@pytest.mark.parametrize("seed", range(4))
def test_filling_step_by_step_ends_like_filling_at_once(archive, workspace, now, seed):
    _fill_in_steps(archive, workspace, now, seed, steps=12)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(100, 100 + max(SEQUENCES // 20, 1)))
def test_long_sequences_end_like_filling_at_once(archive, workspace, now, seed):
    _fill_in_steps(archive, workspace, now, seed, steps=30)


def _fill_in_steps(archive, workspace, now, seed, steps):  # type: ignore[no-untyped-def]
    community, at = Community(seed), now
    for step in range(steps):
        at += timedelta(minutes=17 if step % 3 else 1)
        record_batch(channel=archive, batch=Batch(community.next_items(), ""), now=at)
        if seed % 2 and step == 5:
            Member.objects.filter(pk=Member.objects.earliest("pk").pk).update(erased_at=at)
        fill_ledger(workspace=workspace, now=at)
    in_steps = stored(workspace)
    found = verify_ledger(workspace=workspace, now=at)
    assert {one.finding for one in found} == {"same"}
    assert stored(workspace) == in_steps != []
