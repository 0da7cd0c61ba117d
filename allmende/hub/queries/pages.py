"""What a visitor sees of a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from allmende.channels.models import Message, MessageMedia
from allmende.channels.queries import shown_rows
from allmende.hub.access import Page, said, shown_comments

PAGE, LONGEST_FEED, MOST_COMMENTS = 10, 30, 500


@dataclass(frozen=True, slots=True)
class Post:
    """A post with how many comments are seen below it."""

    message: Message
    comments: int

    @property
    def pictures(self) -> list[MessageMedia]:
        return pictures_of(self.message)


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment as it is seen: who wrote it ("" if they did not say), whether it was us, and whom it answers."""

    message: Message
    name: str
    is_ours: bool
    answers: str
    answers_id: str

    @property
    def pictures(self) -> list[MessageMedia]:
        return pictures_of(self.message) if self.is_ours else []


def pictures_of(message: Message) -> list[MessageMedia]:
    """The pictures of something we said, in order."""
    return [one for one in message.shown.all() if one.media]


def posts_of(page: Page) -> "QuerySet[Message]":
    """The page's posts, the newest first, with their pictures."""
    rows = said(page.channel).filter(reply_to_native_id="")
    return rows.prefetch_related(Prefetch("shown", shown_rows())).order_by("-occurred_at", "-pk")


def page_posts(page: Page, number: int) -> tuple[list[Post], bool]:
    """The posts of page `number` (from 1), and whether there are older ones. Three queries."""
    first = (number - 1) * PAGE
    rows = list(posts_of(page)[first : first + PAGE + 1])
    counted = shown_comments(page.channel).filter(thread_native_id__in=[row.native_id for row in rows])
    counts = dict(counted.values_list("thread_native_id").annotate(number=Count("pk")))
    return [Post(row, counts.get(row.native_id or "", 0)) for row in rows[:PAGE]], len(rows) > PAGE


def post_page(page: Page, post: Message) -> Sequence[Shown]:
    """The comments under a post in their order; what answers something that is not seen is not seen either."""
    rows = shown_comments(page.channel).filter(thread_native_id=post.native_id).select_related("identity")
    rows = rows.prefetch_related(Prefetch("shown", shown_rows())).order_by("occurred_at", "pk")
    seen: dict[str, str] = {post.native_id or "": ""}
    found = []
    for row in rows[:MOST_COMMENTS]:
        if row.reply_to_native_id not in seen:
            continue
        is_ours = row.direction == "outward"
        name = page.channel.name if is_ours else row.identity.name if row.identity else ""
        seen[row.native_id or ""] = name
        found.append(Shown(row, name, is_ours, seen[row.reply_to_native_id], row.reply_to_native_id))
    return found
