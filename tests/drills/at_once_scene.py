"""Many at once on one data folder: `python -m tests.drills.at_once_scene` plays each scene and prints what came of it as JSON.

Threads stand for processes: each has its own connection, and all begin at the same barrier.
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

CROWD = 6
ROUNDS = 8


def at_once(act: Callable[[int], object]) -> list[str]:
    """Run `act(number)` in a crowd of threads at the same moment; what each got: the class of an error, or the value."""
    from django.db import connection

    gate, got = threading.Barrier(CROWD), [""] * CROWD

    def one(number: int) -> None:
        gate.wait()
        try:
            got[number] = str(act(number))
        except Exception as error:  # noqa: BLE001 - the name of the error is the answer
            got[number] = type(error).__name__
        finally:
            connection.close()

    crowd = [threading.Thread(target=one, args=(number,)) for number in range(CROWD)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return got


class Stage:
    """A workspace with a live channel whose network nobody asks, and people who work there."""

    def __init__(self) -> None:
        from allmende.channels.models import Account, Channel
        from allmende.team.actions import create_workspace, join_person
        from allmende.team.models import User

        self.now = datetime.now(UTC)
        user = User.objects.create_user(email="owner@example.org", password=None, name="Jana Petersen")
        self.owner = create_workspace(owner=user, slug="drill", name="Drill", now=self.now).people.get()
        self.people = [self.owner]
        for number in range(1, CROWD):
            user = User.objects.create_user(email=f"p{number}@example.org", password=None, name=f"P {number}")
            self.people.append(join_person(person=self.owner, user=user, role="lead", now=self.now))
        given: dict[str, Any] = {"workspace": self.owner.workspace, "created_at": self.now, "updated_at": self.now}
        settings = {"file": "/nonexistent", "mode": "list", "place": "social", "network": "drill"}
        account = Account.objects.create(kind="sandbox", name="Drill", settings=settings, **given)
        self.channel = Channel.objects.create(
            account=account, slug="drill", name="Drill", kind="social_network", state="live",
            reaction_plan_version_key="drill", **given,
        )  # fmt: skip

    def log_in(self) -> list[str]:
        from allmende.team.actions import make_login_link, use_login_link

        token = make_login_link(user=self.owner.user, now=self.now)
        return at_once(lambda _: use_login_link(token=token, now=self.now) and "in")

    def renew(self) -> list[str]:
        """D7: a rotating refresh token is used once; whoever else asks waits or finds the new secret."""
        from django.conf import settings

        from allmende.channels.actions import renew_secret
        from allmende.channels.models import Account
        from allmende.connectors import register
        from allmende.connectors.errors import TryLater
        from tests.channels.rotating import Authority

        register.KINDS["rotating"] = "tests.channels.rotating:Rotating"
        authority = Authority(settings.DATA / f"{uuid4().hex}.sqlite3")
        account = Account.objects.create(
            workspace=self.owner.workspace, kind="rotating", name="D7", settings={"file": authority.file},
            secret=authority.open(), created_at=self.now, updated_at=self.now,
        )  # fmt: skip

        def ask(_: int) -> bool | None:
            mine = Account.objects.get(pk=account.pk)
            try:
                return renew_secret(account=mine, now=self.now) if mine.secret_version == 0 else None
            except TryLater:
                return None

        answers = at_once(ask)
        account.refresh_from_db()
        is_known = authority.is_known(json.loads(account.secret)["access"])
        return [f"{answers.count('True')} renewed, {authority.refreshes()} refreshed, known {is_known}"]

    def claim(self) -> list[str]:
        from allmende.channels.actions import hand_over
        from allmende.channels.actions.claim_dispatch import claim_dispatch

        dispatch = hand_over(
            person=self.owner, channel=self.channel, kind="post", text="Einmal.", send_after=self.now, now=self.now
        )
        return at_once(lambda number: claim_dispatch(pk=dispatch.pk, holder=str(number), now=self.now) and "mine")

    def spend_the_last(self) -> list[str]:
        """Each has words of their own; the network grants one."""
        from allmende.channels.actions import hand_over
        from allmende.channels.actions.claim_dispatch import claim_dispatch
        from allmende.channels.models import Attempt
        from allmende.connectors.contract import Budget

        given: dict[str, Any] = {"person": self.owner, "channel": self.channel, "kind": "post", "now": self.now}
        words = [hand_over(text=f"Wort {number}.", send_after=self.now, **given) for number in range(CROWD)]
        spent = Attempt.objects.filter(account=self.channel.account, verb="send").count()
        budgets = (Budget(spent + 1, timedelta(hours=1)),)
        got = at_once(
            lambda number: claim_dispatch(
                pk=words[number].pk, holder=str(number), now=self.now, budgets=budgets
            ) and "mine"
        )  # fmt: skip
        self.channel.account.__class__.objects.update(posts_spent_until=None)
        return got

    def claim_or_withdraw(self) -> list[str]:
        from allmende.channels.actions import hand_over, withdraw_dispatch
        from allmende.channels.actions.claim_dispatch import claim_dispatch

        dispatch = hand_over(
            person=self.owner, channel=self.channel, kind="post", text="Einmal.", send_after=self.now, now=self.now
        )

        def act(number: int) -> object:
            if number % 2:
                return claim_dispatch(pk=dispatch.pk, holder=str(number), now=self.now) and "mine"
            withdraw_dispatch(person=self.owner, dispatch=dispatch, now=self.now)
            return "taken back"

        got = at_once(act)
        return ["both"] if {"mine", "taken back"} <= set(got) else ["one"]

    def _question(self) -> Any:
        from allmende.channels.actions import record_batch
        from allmende.channels.models import Message
        from allmende.connectors.neutral import Author, Batch, Item, Ref
        from allmende.inbox.actions import file_messages
        from allmende.inbox.models import Conversation

        name = f"q{Message.objects.count()}"
        item = Item(Ref(name), "message", "asked", Author("k", name="Karl"), self.now, name, text="Wie?")
        record_batch(channel=self.channel, batch=Batch([item], name), now=self.now)
        message = Message.objects.select_related("channel").get(native_id=name)
        file_messages(messages=[message], now=self.now)
        return Conversation.objects.get(thread_native_id=name), message.pk

    def answer_by_many(self) -> list[str]:
        from allmende.inbox.actions import send_reply

        conversation, seen = self._question()

        def act(number: int) -> object:
            send_reply(
                person=self.people[number],
                conversation=conversation,
                text=f"So, {number}.",
                seen_until=seen,
                now=self.now,
            )
            return "sent"

        return at_once(act)

    def answer_twice(self) -> list[str]:
        from allmende.inbox.actions import send_reply

        conversation, seen = self._question()
        got = at_once(
            lambda _: (
                send_reply(person=self.owner, conversation=conversation, text="So.", seen_until=seen, now=self.now).pk
            )
        )
        return [str(len(set(got)))]

    def _variant(self) -> Any:
        from allmende.domain.wording import words_hash
        from allmende.editorial.actions import ItemText, approve_variant, save_item
        from allmende.editorial.models import Item

        title = f"Titel {Item.objects.count()}"
        written = ItemText(title=title, no_objective_reason="x", texts={self.channel.pk: "Alt."})
        variant = save_item(person=self.owner, item=None, written=written, now=self.now).variants.get()
        seen = words_hash(title, "Alt.")
        return approve_variant(person=self.owner, variant=variant, seen_hash=seen, now=self.now)

    def edit_said_by_many(self) -> list[str]:
        """All began with the same words: the network hears the new ones of one, and these stand here."""
        from django.conf import settings

        from allmende.channels.actions import edit_said
        from allmende.channels.models import Account, Channel, Message
        from allmende.connectors import register
        from tests.drills.wall import Wall, Walled

        register.KINDS["walled"] = f"{Walled.__module__}:{Walled.__name__}"
        wall = Wall(str(settings.DATA / f"{uuid4().hex}.log"))
        given: dict[str, Any] = {"workspace": self.owner.workspace, "created_at": self.now, "updated_at": self.now}
        account = Account.objects.create(kind="walled", name=wall.file, settings={"file": wall.file}, **given)
        slug = f"wall-{Channel.objects.count()}"
        channel = Channel.objects.create(
            account=account, slug=slug, name="Wand", kind="social_network", state="live", reaction_plan_version_key="drill",
            **given,
        )  # fmt: skip
        said = Message.objects.create(
            channel=channel, native_id="1", direction="outward", author_class="staff", act="posted", text="Alt.",
            occurred_at=self.now, recorded_at=self.now, changed_at=self.now, origin="app",
        )  # fmt: skip

        def act(number: int) -> object:
            edit_said(
                person=self.people[number], message=said, title="", text=f"Neu {number}.", reason="Besser",
                seen=None, now=self.now,
            )  # fmt: skip
            return "changed"

        got = at_once(act)
        said.refresh_from_db()
        is_even = wall.heard() == [said.text] and said.editing_until is None
        return [*got, f"even {is_even}"]

    def publish_many_times(self) -> list[str]:
        from allmende.channels.models import Dispatch
        from allmende.editorial.actions import publish_now

        variant = self._variant()
        at_once(lambda number: publish_now(person=self.people[number], variant=variant, now=self.now).pk)
        return [str(Dispatch.objects.filter(subject_id=str(variant.item_id), state="waiting").count())]

    def save_while_publishing(self) -> list[str]:
        from allmende.channels.models import Dispatch
        from allmende.editorial.actions import ItemText, publish_now, save_item
        from allmende.editorial.models import Variant

        variant = self._variant()
        title = variant.item.title
        other = ItemText(title=title, no_objective_reason="x", texts={self.channel.pk: "Neu."})

        def act(number: int) -> object:
            if number % 2:
                return publish_now(person=self.owner, variant=variant, now=self.now).pk
            return save_item(
                person=self.owner, item=variant.item, written=other, seen_revision=variant.item.revision, now=self.now
            ).pk

        got = at_once(act)
        waiting = Dispatch.objects.filter(subject_id=str(variant.item_id), state="waiting")
        carried = Variant.objects.filter(pk=variant.pk).values_list("dispatch", flat=True)
        faults = [name for name in got if "Error" in name]
        return faults or [f"orphans {waiting.exclude(pk__in=[pk for pk in carried if pk]).count()}"]

    def new_item_twice(self) -> list[str]:
        from allmende.editorial.actions import ItemText, save_item
        from allmende.editorial.models import Item

        written = ItemText(title=f"Neu {Item.objects.count()}", no_objective_reason="x", texts={self.channel.pk: "x"})
        got = at_once(lambda _: save_item(person=self.owner, item=None, written=written, now=self.now).pk)
        return [str(len(set(got)))]

    def plan_while_swapping(self) -> list[str]:
        """Both ways at the same two shifts, again and again: one plans them anew, another gives one back or agrees to swap."""
        from allmende.team.actions import answer_swap, cancel_shift, move_shift, offer_swap, plan_shift
        from allmende.team.models import Shift

        begin, day = self.now + timedelta(days=2), timedelta(days=1)
        given: dict[str, Any] = {"person": self.owner, "hours": None, "kind": "full", "now": self.now}
        mine, other = (
            plan_shift(shift=None, doer=self.people[place], starts_at=begin, ends_at=begin + day / 4, **given)
            for place in (0, 1)
        )
        offer = offer_swap(person=self.owner, shift=mine, wanted=other, now=self.now)
        known = {"SwapOffer": "refused", "CannotPlanDuty": "refused", "StaleRevision": "refused"}

        def plan(shift: Any, hours: int) -> None:
            now = Shift.objects.get(pk=shift.pk)
            at = begin + timedelta(hours=hours)
            plan_shift(shift=now, doer=now.person, starts_at=at, ends_at=at + day / 4, **given)

        def act(number: int) -> object:
            for turn in range(4):
                try:
                    match number % 3:
                        case 0:
                            plan((mine, other)[turn % 2], turn)
                        case 1:
                            move_shift(
                                person=self.owner, shift=(other, mine)[turn % 2], to="swap_requested", now=self.now
                            )
                        case _:
                            answer_swap(person=self.people[1], offer=offer, agrees=True, now=self.now)
                except Exception as error:  # noqa: BLE001 - a refusal is an answer, a deadlock is none
                    if type(error).__name__ not in known:
                        return type(error).__name__
            return "answered"

        got = at_once(act)
        for one in Shift.objects.filter(pk__in=(mine.pk, other.pk)):
            cancel_shift(person=self.owner, shift=one, now=self.now)
        return got

    def stop_twice(self) -> list[str]:
        from allmende.channels.actions import declare_hold, end_hold
        from allmende.channels.models import Hold

        at_once(
            lambda _: declare_hold(person=self.owner, workspace=self.owner.workspace, reason="Halt", now=self.now).pk
        )
        open_holds = Hold.objects.filter(ended_at__isnull=True)
        number = open_holds.count()
        for hold in open_holds:
            end_hold(person=self.owner, hold=hold, now=self.now)
        return [str(number)]


SCENES = (
    "renew",
    "log_in", "claim", "spend_the_last", "claim_or_withdraw", "answer_by_many", "answer_twice",
    "edit_said_by_many", "publish_many_times",
    "save_while_publishing", "new_item_twice", "plan_while_swapping", "stop_twice",
)  # fmt: skip


def play() -> dict[str, list[dict[str, int]]]:
    """Every scene several times; per round how often each answer came."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    stage = Stage()
    return {name: [dict(Counter(getattr(stage, name)())) for _ in range(ROUNDS)] for name in SCENES}


if __name__ == "__main__":
    import django

    django.setup()
    Path(sys.argv[1]).write_text(json.dumps(play()), encoding="utf-8")
