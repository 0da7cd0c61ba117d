"""Find messages without an entry, conversations whose words changed, those laid aside whose moment has come, and undone imports."""

import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from allmende.channels.models import ImportRun, Message
from allmende.channels.queries import are_words_due
from allmende.channels.states import INWARD, OUTWARD, TRIAL_SUBJECT
from allmende.inbox import states
from allmende.inbox.actions import (
    ask_for_waiting,
    carry_out_due,
    clear_undone,
    escalate_broken,
    file_imported,
    file_messages,
    finish_reversals,
    follow_late,
    forget_reporters,
    forget_suggestions,
    lapse_due,
    learn_due,
    remind_of_notices,
    remind_of_objections,
    remind_readers,
    suggest_for,
    tell_neglect,
    tell_overtaken,
    wake_due,
)
from allmende.inbox.models import Conversation, FilingMark, Suggestion
from allmende.inbox.queries import workspaces_off
from allmende.jobs.actions import Job
from allmende.team.models import Workspace
from allmende.team.queries import load_holidays

BATCH = 500
HANDFUL = 10
READ_AT_ONCE = 50
ROOM_SECONDS = 0.02
# Of what we said while more is to be said: so many at once, and the processor is left to the mouth thrice as long.
OURS_BESIDE, REST_TIMES = 60, 3
# Transactions end in another order than they began: look back a little, filing twice changes nothing.
OVERLAP = timedelta(minutes=5)


def file_new(now: datetime) -> int:
    """File what arrived, was sent, edited or deleted since the last look; returns how many messages were looked at.

    A handful at a time, with room between: on SQLite nobody speaks or answers while one transaction writes. What others wrote
    comes first, and what we answered; posts of ours are filed in no haste while more is to be said.
    """
    mark, _ = FilingMark.objects.get_or_create(name="messages")
    found = Message.objects.filter(_is_unread())
    if mark.changed_until:
        found = found.filter(changed_at__gte=mark.changed_until - OVERLAP)
    batch = _first_of(found)
    if not batch:
        return 0
    load_holidays()
    ours = [one for one in batch if _is_new_of_ours(one)]
    theirs = [one for one in batch if not _is_new_of_ours(one)]
    if len(batch) == BATCH:
        theirs = _first_of(found.exclude(direction=OUTWARD, reply_to=None))
    is_speaking = bool(ours) and are_words_due(now)
    at_once, later = (ours[:OURS_BESIDE], ours[OURS_BESIDE:]) if is_speaking else (ours, [])
    _file(theirs, now)
    _file(at_once, now, rest_times=REST_TIMES if is_speaking else 0)
    FilingMark.objects.filter(pk=mark.pk).update(changed_until=(later[:1] or batch[-1:])[0].changed_at)
    return len(theirs) + len(at_once)


def _first_of(found: QuerySet[Message]) -> list[Message]:
    columns = ("changed_at", "direction", "reply_to_id", "channel_id", "thread_native_id", "native_id")
    return list(found.only(*columns).order_by("changed_at", "pk")[:BATCH])


def _is_new_of_ours(message: Message) -> bool:
    """A post: nobody waits for it to be filed, as they do for an answer."""
    return message.direction == OUTWARD and message.reply_to_id is None


def _file(messages: Sequence[Message], now: datetime, rest_times: int = 0) -> None:
    """`rest_times`: how many times as long as a handful took the processor is left to others after it."""
    threads = [(one.pk, (one.channel_id, one.thread_native_id or one.native_id)) for one in messages]
    took = 0.0
    for number, pks in enumerate(_handfuls(threads) if threads else ()):
        if number:
            time.sleep(max(ROOM_SECONDS, rest_times * took))
        began = time.monotonic()
        _file_handful(pks, now)
        took = time.monotonic() - began


def _handfuls(rows: Iterable[tuple[int, object]]) -> Iterator[list[int]]:
    """Messages of one thread stay together, so that a long one is not read anew for each handful."""
    threads: dict[object, list[int]] = {}
    for pk, thread in rows:
        threads.setdefault(thread, []).append(pk)
    handful: list[int] = []
    for pks in threads.values():
        if handful and len(handful) + len(pks) > HANDFUL:
            yield handful
            handful = []
        handful += pks
    yield handful


@transaction.atomic
def _file_handful(pks: Sequence[int], now: datetime) -> None:
    FilingMark.objects.select_for_update().get(name="messages")
    found = Message.objects.select_related("channel").filter(_is_unread(), pk__in=pks)
    file_messages(messages=list(found.order_by("changed_at", "pk")), now=now)


def _is_unread() -> Q:
    """Spoken but unfiled, or changed since its conversation was read. An import files its own rows, all at once."""
    is_unfiled = Q(entry__isnull=True, import_run__isnull=True) & (Q(native_id__isnull=False) | ~Q(thread_native_id=""))
    is_unfiled &= ~Q(subject_kind=TRIAL_SUBJECT)
    is_changed = Q(entry__read_change__lt=F("changed_at"))
    is_changed_past = Q(entry__read_change__isnull=True, entry__conversation__folded_until__lt=F("changed_at"))
    return is_unfiled | is_changed | is_changed_past


def follow_undone(now: datetime) -> int:
    """Clear up after imports that were undone since the last look; returns how many conversations were looked at."""
    with transaction.atomic():
        mark, _ = FilingMark.objects.select_for_update().get_or_create(name="undone")
        undone = ImportRun.objects.filter(state="undone")
        if mark.changed_until:
            undone = undone.filter(finished_at__gte=mark.changed_until - OVERLAP)
        runs = list(undone.order_by("finished_at").values_list("channel_id", "finished_at"))
        looked_at = [clear_undone(channel_id=pk, now=now, most=BATCH) for pk in dict(runs)]
        if runs and max(looked_at) < BATCH:
            mark.changed_until = runs[-1][1]
            mark.save(update_fields=["changed_until"])
    return sum(looked_at)


def wake_snoozed(now: datetime) -> int:
    """Put conversations whose moment has come back into the list; returns how many came back."""
    rows = Conversation.objects.filter(snoozed_until__lte=now).select_related("workspace", "snoozed_by")
    return wake_due(conversations=list(rows.order_by("snoozed_until")[:BATCH]), now=now)


def follow_imports(now: datetime) -> int:
    """File what imports in the background brought in since the last look; returns how many messages got their entry."""
    with transaction.atomic():
        mark, _ = FilingMark.objects.select_for_update().get_or_create(name="imports")
        ended = ImportRun.objects.filter(is_background=True, finished_at__isnull=False).exclude(state="undone")
        if mark.changed_until:
            ended = ended.filter(finished_at__gte=mark.changed_until - OVERLAP)
        runs = list(ended.order_by("finished_at").select_related("channel"))
        unfiled = [run for run in runs if Message.objects.filter(import_run=run, entry__isnull=True).exists()]
        filed = sum(file_imported(import_run=run, now=now) for run in unfiled)
        if runs:
            mark.changed_until = runs[-1].finished_at
            mark.save(update_fields=["changed_until"])
    return filed


def ask_readers(now: datetime) -> int:
    """Ask for second readers of replies that wait in the queue without one, and remind of those asked; how many."""
    return ask_for_waiting(now=now) + remind_readers(now=now)


def lapse_decisions(now: datetime) -> int:
    """Let moderation decisions for a time only lapse after their last day; returns how many."""
    return lapse_due(now=now)


def carry_out_decided(now: datetime) -> int:
    """Decisions about waves that their networks are to carry out; returns how many were asked for, a handful at a time."""
    return carry_out_due(most=HANDFUL, now=now)


def follow_notices(now: datetime) -> int:
    """Notices from outside whose time is over, and those whose reporters are to be forgotten; returns how many of both."""
    return remind_of_notices(now=now) + forget_reporters(now=now)


def remind_objections(now: datetime) -> int:
    """Objections to decisions that nobody has settled in time, or whose settling was cut off; returns how many."""
    return finish_reversals(now=now) + remind_of_objections(now=now)


def follow_inquiries(now: datetime) -> int:
    """Questions to departments and experts whose day has passed without an answer; returns how many went on."""
    return follow_late(now=now)


def follow_planned(now: datetime) -> int:
    """Tell of planned answers in whose conversation a member has written since; returns how many wait so."""
    return tell_overtaken(now=now)


def suggest_new(now: datetime) -> int:
    """Suppose what messages of members are in which somebody waits for us, new or edited since; returns how many were read."""
    mark, _ = FilingMark.objects.get_or_create(name="suggested")
    filed = FilingMark.objects.filter(name="messages").values_list("changed_until", flat=True).first()
    since = Q(changed_at__gte=mark.changed_until - OVERLAP) if mark.changed_until else Q()
    forget_suggestions(
        rows=Suggestion.objects.filter(message__in=Message.objects.filter(since, deleted_at__isnull=False))
    )
    is_new = Q(suggestion__isnull=True) | Q(suggestion__state=states.OPEN, suggestion__read_change__lt=F("changed_at"))
    rows = Message.objects.filter(since, is_new, direction=INWARD, entry__conversation__state__in=states.OPEN_STATES)
    rows = rows.filter(deleted_at__isnull=True, identity__member__erased_at__isnull=True)
    rows = rows.exclude(author_class__in=("staff", "expert", "bot")).exclude(channel__workspace__in=workspaces_off())
    earlier = Message.objects.filter(
        entry__conversation=OuterRef("entry__conversation"), direction=OUTWARD, occurred_at__lt=OuterRef("occurred_at")
    )
    rows = rows.annotate(is_reply_to_us=Exists(earlier)).select_related("channel", "identity", "entry")
    found = list(rows.order_by("changed_at", "pk")[:READ_AT_ONCE])
    read = suggest_for(messages=found, now=now) if found else 0
    until = found[-1].changed_at if len(found) == READ_AT_ONCE else filed
    FilingMark.objects.filter(pk=mark.pk).update(changed_until=until)
    return read


def follow_broken(now: datetime) -> int:
    """Promises whose time has passed and of which nobody has learned; returns how many went to a person."""
    return sum(escalate_broken(workspace=one, now=now) for one in Workspace.objects.order_by("pk"))


def learn_anew(now: datetime) -> int:
    """Workspaces where it is night and whose team decided enough to learn from; returns in how many that was tried."""
    return learn_due(now=now)


def watch_trust(now: datetime) -> int:
    """Communities that are neglected: whoever plans there is told; returns how many were told."""
    return sum(tell_neglect(workspace=one, now=now) for one in Workspace.objects.order_by("pk"))


JOBS = (
    Job("inbox.file_new", file_new, timedelta(seconds=1), "listen"),
    Job("inbox.wake_snoozed", wake_snoozed, timedelta(seconds=10), "listen"),
    Job("inbox.suggest_new", suggest_new, timedelta(seconds=5), "measure"),
    Job("inbox.watch_trust", watch_trust, timedelta(hours=6), "measure"),
    Job("inbox.follow_broken", follow_broken, timedelta(minutes=1), "listen"),
    Job("inbox.learn_anew", learn_anew, timedelta(hours=1), "measure"),
    Job("inbox.ask_readers", ask_readers, timedelta(seconds=30), "listen"),
    Job("inbox.follow_imports", follow_imports, timedelta(seconds=5), "listen"),
    Job("inbox.follow_planned", follow_planned, timedelta(minutes=1), "listen"),
    Job("inbox.lapse_decisions", lapse_decisions, timedelta(minutes=10), "listen"),
    Job("inbox.carry_out_decided", carry_out_decided, timedelta(seconds=2), "renew"),
    Job("inbox.remind_objections", remind_objections, timedelta(hours=1), "measure"),
    Job("inbox.follow_inquiries", follow_inquiries, timedelta(minutes=10), "listen"),
    Job("inbox.follow_notices", follow_notices, timedelta(minutes=10), "listen"),
    Job("inbox.follow_undone", follow_undone, timedelta(seconds=30), "listen"),
)
