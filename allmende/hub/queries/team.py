"""What the team sees of its pages: what waits, what was said, what was decided."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from allmende.channels.models import Channel, Message
from allmende.channels.states import OUTWARD, SENT, TRIAL_SUBJECT
from allmende.hub import states
from allmende.hub.access import KIND
from allmende.hub.models import Comment
from allmende.team.models import Workspace

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page with how many comments wait; `path` is where anybody reads it, "" as long as it is not open."""

    channel: Channel
    path: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Board:
    """One page as the team looks after it."""

    page: OwnPage
    posts: list[Message]
    comments: list[Comment]


def pages_of(workspace: Workspace) -> list[OwnPage]:
    """The workspace's pages by name."""
    open_comments = Count(
        "messages__comment",
        filter=Q(messages__comment__state=states.WAITING, messages__deleted_at__isnull=True),
    )
    rows = Channel.objects.filter(workspace=workspace, account__kind=KIND, archived_at__isnull=True)
    found = rows.select_related("account").annotate(waiting=open_comments).order_by("name")
    return [OwnPage(one, path_of(workspace, one), one.waiting) for one in found]


def path_of(workspace: Workspace, channel: Channel) -> str:
    """Where anybody reads the page."""
    if channel.account is None or channel.state not in states.READABLE:
        return ""
    return f"/p/{workspace.slug}/{channel.account.native_id}/"


def waiting_comments(workspace: Workspace) -> list[Comment]:
    """Comments nobody decided about yet, the oldest first."""
    rows = _comments().filter(message__channel__workspace=workspace, state=states.WAITING)
    return list(rows.filter(message__deleted_at__isnull=True).order_by("message__occurred_at", "pk")[:MOST_ROWS])


def board_of(channel: Channel) -> Board:
    """A page's newest posts, also those taken back, and its newest comments."""
    posts = Message.objects.filter(channel=channel, direction=OUTWARD, dispatch__state=SENT, reply_to_native_id="")
    comments = _comments().filter(message__channel=channel).order_by("-message__occurred_at", "-pk")
    waiting = comments.filter(state=states.WAITING, message__deleted_at__isnull=True).order_by().count()
    return Board(
        OwnPage(channel, path_of(channel.workspace, channel), waiting),
        list(posts.exclude(subject_kind=TRIAL_SUBJECT).order_by("-occurred_at", "-pk")[:MOST_ROWS]),
        list(comments[:MOST_ROWS]),
    )


def _comments() -> "QuerySet[Comment]":
    return Comment.objects.select_related(
        "message__channel", "message__identity", "message__reply_to", "decided_by", "message__entry__conversation"
    )
