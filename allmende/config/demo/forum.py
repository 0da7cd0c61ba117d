"""A forum on the practice network with a few conversations that wait, and three posts: the small scene of tests and benches."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allmende.channels.actions import (
    PracticePost,
    choose_channel,
    join_practice_network,
    people_the_practice,
    practice_standing,
)
from allmende.channels.models import Channel
from allmende.config.demo import words
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, save_item, schedule_variant
from allmende.editorial.models import Item
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force, save_rule
from allmende.team.models import Person


def open_forum(*, jana: Person, serves: Mapping[int, str], now: datetime) -> Channel:
    """The forum on the practice network, live, with a reaction plan in force and conversations that wait.

    `serves`: which objective (key) conversations of a situation (number) serve.
    """
    said = words.texts(jana.workspace.language, "plan")
    with practice_standing():
        account = join_practice_network(person=jana, name=said["team_account"], handle="lotsenteam", now=now)
    channel = choose_channel(
        person=jana, name=said["forum"], slug="forum", kind="own_forum", account=account, place="", now=now
    )
    plan = draft_from_catalogue(person=jana, channel=channel, now=now)
    for situation, key in serves.items():
        save_rule(person=jana, rule=plan.rules.get(situation=situation), now=now, serves_key=key)
    put_in_force(person=jana, plan=plan, now=now)
    channel = open_channel(person=jana, channel=channel, now=now)
    people_the_practice(
        posts=[
            PracticePost(one["name"], one["text"], now - timedelta(hours=one["hours"]), one["title"])
            for one in words.texts(jana.workspace.language, "live")["threads"]
        ]
    )
    return channel


def write_items(*, jana: Person, emre: Person, channel: Channel, objective_key: str, now: datetime) -> None:
    """One item with its slot, one that waits for approval, one that is only begun."""
    extras = [one for one in words.texts(jana.workspace.language, "items")["extras"] if "forum" in one]
    scheduled = _item(jana, channel, objective_key, now, extras[0]["title"], extras[0]["forum"])
    variant = scheduled.variants.get()
    approve_variant(person=emre, variant=variant, seen_hash=words_hash(scheduled.title, variant.text), now=now)
    tomorrow = (now + timedelta(days=1)).replace(tzinfo=None)
    wall = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
    schedule_variant(person=jana, variant=variant, wall=wall, zone=jana.workspace.zone, now=now)
    _item(emre, channel, objective_key, now, extras[1]["title"], extras[1]["forum"])
    _item(jana, channel, objective_key, now, extras[2]["title"], "")


def _item(person: Person, channel: Channel, key: str, now: datetime, title: str, text: str) -> Item:
    written = ItemText(title=title, serves_key=key, expected_replies=12, texts={channel.pk: text})
    return save_item(person=person, item=None, written=written, now=now)
