"""The last two weeks of the forum, acted by the team's own actions in the order of their moments."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter

from django.db.models import Max

from allmende.channels.actions import PracticeLine
from allmende.channels.models import Message
from allmende.config.demo import words
from allmende.config.demo.crowd import KNOWN
from allmende.config.demo.history import Calendar, threads
from allmende.config.demo.rhythm import in_service, service_ago, while_awake
from allmende.config.demo.stage import Stage
from allmende.config.demo.telling import Teller
from allmende.config.demo.thread import Thread, Turn
from allmende.inbox.actions import add_note, assign_conversation, close_conversation, send_reply
from allmende.inbox.models import Conversation
from allmende.inbox.states import WAITING
from allmende.team.models import Person

# What was asked in these last service hours and waits is told by hand, see `texts/*/live.toml`.
FRESH_HOURS = 9.0


@dataclass(frozen=True)
class Scene:
    """Something the team does at a moment."""

    at: datetime
    act: Callable[[datetime], None]


def live_threads(calendar: Calendar, language: str) -> list[Thread]:
    """What was asked in the new forum; questions that still wait are left to those told by hand."""
    fresh = service_ago(calendar.local_now, FRESH_HOURS)
    told = [one for one in threads(calendar, language) if one.turns[0].at >= calendar.moved_at]
    return [one for one in told if len(one.turns) > 1 or one.turns[0].at < fresh]


def newcomers_of(told: list[Thread]) -> frozenset[str]:
    """Who asks here for the first time."""
    return frozenset(thread.turns[0].author for thread in told if thread.is_by_newcomer)


def act_members(stage: Stage, calendar: Calendar, told: list[Thread], welcome: str) -> None:
    """Everything members say on the new platform, in one go; then it is read and filed. `welcome`: where they greet."""
    said = words.texts(stage.jana.workspace.language, "live")
    now = calendar.local_now
    posts: list[PracticeLine] = []
    for number, thread in enumerate(told):
        posts += [_line(thread, number, place, turn) for place, turn in enumerate(thread.turns) if not turn.is_staff]
    for number, one in enumerate(said["threads"]):
        at = service_ago(now, one["hours"])
        posts.append(PracticeLine(one["name"], one["text"], at, f"w{number}", title=one["title"]))
    new = newcomers_of(told) | {one["name"] for one in said["threads"] if one.get("is_new")}
    greeting = dict.fromkeys([*KNOWN, *(post.name for post in posts if post.name not in new)])
    posts += _hellos(said["hellos"], list(greeting), welcome, calendar)
    stage.tell("forum", sorted(posts, key=attrgetter("at")))
    social = [
        PracticeLine(one["name"], one["text"], service_ago(now, one["hours"]), f"w{number}")
        for number, one in enumerate(said["social"])
    ]
    stage.tell("social", sorted(social, key=attrgetter("at")))
    for number, thread in enumerate(told):
        for place, turn in enumerate(thread.turns):
            if turn.is_accepted and not turn.is_staff and thread.turns[-1].at < now:
                stage.thank("forum", thread.turns[0].author, "accept", f"t{number}-{place}", thread.turns[-1].at)
    stage.listen(calendar.now)


def replies(stage: Stage, told: list[Thread]) -> list[Scene]:
    """The team's first answer in each thread in which it gave one."""
    people = {"Jana Petersen": stage.jana, "Emre Yıldız": stage.emre}
    found = []
    for number, thread in enumerate(told):
        turn = next((turn for turn in thread.turns if turn.is_staff), None)
        if turn:
            found.append(Scene(turn.at, partial(_reply, stage, f"t{number}", people[turn.author], turn.text)))
    return found


def answer_posts(stage: Stage, calendar: Calendar, published: list[tuple[str, datetime]]) -> None:
    """Members answer what the team posted, a few each, within the day after."""
    dice = random.Random(81)  # noqa: S311 - a story, not a secret
    teller = Teller(stage.jana.workspace.language, dice)
    found: list[PracticeLine] = []
    for number, (native_id, at) in enumerate(published):
        speakers = dice.sample(KNOWN, dice.randint(1, 4)) if number else []
        for place, name in enumerate(speakers):
            when = while_awake(dice, (at + timedelta(hours=dice.uniform(0.3, 9))).astimezone(calendar.monday.tzinfo))
            text = teller.say("gathering_replies", when, dice.choice(KNOWN))
            found.append(PracticeLine(name, text, when, f"a{number}-{place}", parent=native_id))
    stage.tell("forum", sorted((one for one in found if one.at < calendar.now), key=attrgetter("at")))


def tidy_up(stage: Stage, calendar: Calendar) -> list[Scene]:
    """Conversations of the story that nobody needs to answer any more are closed the next service hour."""
    waiting = Conversation.objects.filter(channel=stage.channels["forum"], state=WAITING).exclude(
        thread_native_id__startswith="w"
    )
    found = []
    for conversation in waiting.order_by("last_turn_at"):
        at = in_service(conversation.last_turn_at.astimezone(calendar.monday.tzinfo), 1.0)
        if conversation.due_at and conversation.due_at < calendar.now:  # somebody looks in before it is late
            at = min(at, conversation.last_turn_at + timedelta(minutes=20))
        if at < calendar.now:
            found.append(Scene(at, partial(_close, stage, conversation)))
    return found


def care(stage: Stage, now: datetime) -> None:
    """Who takes what waits, and a note."""
    said = words.texts(stage.jana.workspace.language, "live")
    people = {"jana": stage.jana, "emre": stage.emre}
    for number, one in enumerate(said["threads"]):
        conversation = Conversation.objects.get(channel=stage.channels["forum"], thread_native_id=f"w{number}")
        if who := people.get(one.get("assignee", "")):
            by = stage.emre if who is stage.jana else stage.jana
            url = f"/w/{stage.jana.workspace.slug}/inbox/{conversation.public_id}/"
            assign_conversation(person=by, conversation=conversation, assignee=who, now=now, url=url)
        if one.get("has_note"):
            add_note(person=stage.jana, conversation=conversation, text=said["note"], now=now)


def run(scenes: list[Scene]) -> None:
    """Act the scenes by their moments."""
    for scene in sorted(scenes, key=lambda scene: scene.at):
        scene.act(scene.at.astimezone(UTC))


def _line(thread: Thread, number: int, place: int, turn: Turn) -> PracticeLine:
    root = f"t{number}"
    if place == 0:
        return PracticeLine(turn.author, turn.text, turn.at, root, title=thread.title)
    answered = turn.answers
    while thread.turns[answered].is_staff:  # the team's answer gets its id later
        answered = thread.turns[answered].answers
    parent = f"{root}-{answered}" if answered else root
    return PracticeLine(turn.author, turn.text, turn.at, f"{root}-{place}", parent=parent)


def _hellos(texts: list[str], names: list[str], welcome: str, calendar: Calendar) -> list[PracticeLine]:
    """Whoever was in the old forum says hello in the new one before the first question."""
    begins = calendar.moved_at - timedelta(hours=38)
    step = timedelta(hours=13) / max(len(names), 1)
    return [
        PracticeLine(name, texts[place % len(texts)], begins + place * step, f"h{place}", parent=welcome)
        for place, name in enumerate(names)
    ]


def _reply(stage: Stage, thread: str, person: Person, text: str, at: datetime) -> None:
    conversation = Conversation.objects.get(channel=stage.channels["forum"], thread_native_id=thread)
    turns = Message.objects.filter(entry__conversation=conversation)
    seen = turns.filter(occurred_at__lte=at).aggregate(newest=Max("pk"))["newest"]
    dispatch = send_reply(person=person, conversation=conversation, text=text, seen_until=seen, now=at)
    stage.say(dispatch)


def _close(stage: Stage, conversation: Conversation, at: datetime) -> None:
    turns = Message.objects.filter(entry__conversation=conversation)
    has_members = turns.exclude(author_class="staff").values("identity").distinct().count() > 1
    reason = "solved_by_members" if has_members else "no_reply_needed"
    close_conversation(person=stage.jana, conversation=conversation, reason=reason, now=at)
