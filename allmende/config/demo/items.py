"""The calendar of the Lotsenforum: six weeks of posts for three channels, the past ones published as they were planned."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allmende.channels.actions import declare_hold, end_hold, release_held
from allmende.channels.actions.sort_queue import sort_queue
from allmende.channels.models import Channel, Dispatch
from allmende.config.demo import words
from allmende.config.demo.stage import Stage
from allmende.config.demo.story import Scene
from allmende.domain.weeks import monday_of
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, move_variant, save_item
from allmende.editorial.models import Item, Variant
from allmende.team.models import Person

WEEKS = range(-2, 4)
# series -> objective (by its number), weekday, time, weekday and time on the social network if it goes there too
SERIES = {
    "question": ("1", 0, "9:00", 0, "11:30"),
    "tip": ("1", 1, "8:30", 1, "8:30"),
    "start": ("2", 2, "9:00", 2, "9:00"),
    "ask": ("2", 3, "12:30", 3, "12:30"),
    "thanks": ("1", 4, "9:30", 4, "9:30"),
    "solved": ("3", 4, "12:00", 4, "12:00"),
    "portrait": ("1", 3, "10:00", 3, "10:00"),
}
# What lies farther ahead is not approved yet.
APPROVED_DAYS = 11


@dataclass(frozen=True)
class Post:
    """One item: its texts by place and when each goes out (naive wall-clock time)."""

    title: str
    objective: str
    slots: dict[str, datetime]
    texts: dict[str, str]
    expected: str = ""
    replies: int | None = None


@dataclass
class Desk:
    """Who writes the posts, for which objectives and channels. `until`: the end of the story by the clock on the wall."""

    stage: Stage
    objectives: dict[str, str]
    no_objective: str
    zone: str
    until: datetime
    items: dict[str, Item] = field(default_factory=dict)

    def write(self, post: Post, at: datetime) -> None:
        """Jana and Emre take turns; what was typed for a channel that speaks nowhere yet lies ready."""
        person = self.stage.jana if len(self.items) % 3 else self.stage.emre
        channels = self.stage.channels | {"linkedin": _linkedin(self.stage)}
        texts: dict[UUID, str] = {channels[place].pk: text for place, text in post.texts.items()}
        written = ItemText(
            title=post.title,
            serves_key=self.objectives.get(post.objective, ""),
            no_objective_reason="" if post.objective else self.no_objective,
            expected_behaviour=post.expected,
            expected_replies=post.replies,
            texts=texts,
        )
        item = save_item(person=person, item=None, written=written, now=at, url="")
        self.items[post.title] = item
        for variant in item.variants.select_related("channel"):
            place = _place_of(self.stage, variant.channel)
            wall = post.slots[place]
            if place in self.stage.channels or wall > self.until:
                move_variant(person=person, variant=variant, wall=wall, zone=self.zone, seen_revision=None, now=at)

    def approve(self, post: Post, at: datetime) -> None:
        """The other one reads and approves; the text waits for its slot from then on."""
        item = self.items[post.title]
        for variant in item.variants.select_related("channel").order_by("channel__slug"):
            place = _place_of(self.stage, variant.channel)
            if place not in self.stage.channels:  # nobody can approve for a channel that has no voice yet
                continue
            reader = self.stage.emre if item.owner_id == self.stage.jana.pk else self.stage.jana
            _approve(reader, variant, at)

    def publish(self, post: Post, place: str, at: datetime) -> None:
        """Let it out at its time; stopped words wait for a person."""
        variant = self.items[post.title].variants.select_related("dispatch").get(channel=self.stage.channels[place])
        if variant.dispatch:
            self.stage.say(variant.dispatch)

    def native_id(self, title: str) -> str:
        """What the forum calls the post of this title."""
        variant = self.items[title].variants.get(channel=self.stage.channels["forum"])
        assert variant.dispatch  # noqa: S101 - it was published a moment ago
        return variant.dispatch.message.native_id or ""

    def published(self) -> list[tuple[str, datetime]]:
        """Forum posts that stand, with the time they went out."""
        sent = Dispatch.objects.filter(channel=self.stage.channels["forum"], kind="post", state="sent")
        rows = sent.order_by("send_after").values_list("message__native_id", "message__occurred_at")
        return [(native_id, at) for native_id, at in rows if native_id]


def posts(language: str, monday: date) -> list[Post]:
    """All posts of the six weeks around the week that begins on `monday`."""
    said = words.texts(language, "items")
    found = [
        _of_series(kind, said["series"][kind], place, monday + week * timedelta(weeks=1))
        for kind in SERIES
        for place, week in enumerate(WEEKS)
    ]
    return [*found, *(_extra(text, monday) for text in said["extras"])]


def scenes(desk: Desk, now: datetime) -> list[Scene]:
    """What happened to the posts until now: written two days before, approved the day before, published at their time."""
    zone, found = ZoneInfo(desk.zone), list[Scene]()
    monday = monday_of(now.date())
    for post in posts(desk.stage.jana.workspace.language, monday):
        first = min(post.slots.values()).replace(tzinfo=zone)
        written = min(first - timedelta(days=2, hours=1), now - timedelta(days=3, minutes=len(found) % 50))
        found.append(Scene(written, partial(desk.write, post)))
        if first - now < timedelta(days=APPROVED_DAYS):
            approved = min(first - timedelta(hours=20), now - timedelta(days=1, minutes=len(found) % 50))
            found.append(Scene(max(approved, written), partial(desk.approve, post)))
        for place, wall in post.slots.items():
            at = wall.replace(tzinfo=zone)
            if place in desk.stage.channels and at <= now:
                found.append(Scene(at, partial(desk.publish, post, place)))
    return found


def hold_scenes(desk: Desk, now: datetime) -> list[Scene]:
    """One morning last week publishing was stopped; what came due was released by a person afterwards."""
    monday = monday_of(now.date()) - timedelta(weeks=1)
    zone = ZoneInfo(desk.zone)
    stopped = datetime.combine(monday + timedelta(days=1), time(8, 20), zone)
    ended = stopped + timedelta(hours=1, minutes=15)
    return [Scene(stopped, partial(_stop, desk)), Scene(ended, partial(_go_on, desk))]


def _of_series(kind: str, series: dict[str, Any], place: int, monday: date) -> Post:
    objective, day, at, social_day, social_at = SERIES[kind]
    text = series["texts"][place]
    texts = {where: text[where] for where in ("forum", "social", "linkedin") if where in text}
    slots = {where: _wall(monday, day, at) for where in texts}
    if "social" in texts:
        slots["social"] = _wall(monday, social_day, social_at)
    return Post(text["title"], objective, slots, texts, series["expected"], series["replies"])


def _extra(text: dict[str, Any], monday: date) -> Post:
    texts: dict[str, str] = {where: text[where] for where in ("forum", "social") if where in text}
    wall = _wall(monday + text["week"] * timedelta(weeks=1), text["day"], text["time"])
    slots = {where: wall + timedelta(minutes=10 * place) for place, where in enumerate(texts)}
    return Post(text["title"], "" if text.get("no_objective") else "1", slots, texts)


def _wall(monday: date, day: int, at: str) -> datetime:
    hours, minutes = at.split(":")
    return datetime.combine(monday + timedelta(days=day), time(int(hours), int(minutes)))


def _approve(person: Person, variant: Variant, at: datetime) -> None:
    approve_variant(person=person, variant=variant, seen_hash=words_hash(variant.item.title, variant.text), now=at)
    variant.refresh_from_db()


def _linkedin(stage: Stage) -> Channel:
    return Channel.objects.get(workspace=stage.jana.workspace, slug="linkedin")


def _place_of(stage: Stage, channel: Channel) -> str:
    return next((place for place, one in stage.channels.items() if one.pk == channel.pk), "linkedin")


def _stop(desk: Desk, at: datetime) -> None:
    reason = words.texts(desk.stage.jana.workspace.language, "items")["hold_reason"]
    desk.stage.now = at
    declare_hold(person=desk.stage.emre, workspace=desk.stage.jana.workspace, reason=reason, now=at)


def _go_on(desk: Desk, at: datetime) -> None:
    from allmende.channels.models import Hold

    workspace = desk.stage.jana.workspace
    sort_queue(now=at - timedelta(minutes=1))
    for hold in Hold.objects.filter(workspace=workspace, ended_at__isnull=True):
        end_hold(person=desk.stage.jana, hold=hold, now=at)
    for dispatch in Dispatch.objects.filter(workspace=workspace, state="held"):
        released = release_held(person=desk.stage.jana, dispatch=dispatch, now=at)
        desk.stage.say(released)
