"""The page as Atom (RFC 4287) and RSS 2.0."""

import hashlib
import re
from collections.abc import Callable, Sequence

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.html import escape, linebreaks, urlize

from allmende.channels.models import Message
from allmende.hub.access import Page
from allmende.hub.queries.pages import LONGEST_FEED, pictures_of, posts_of

# Signs XML 1.0 (2.2) has no place for; a word processor's soft line end is one of them.
_NO_XML = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
FEEDS: dict[str, type[SyndicationFeed]] = {"atom": Atom1Feed, "rss": Rss201rev2Feed}


def feed_posts(page: Page) -> list[Message]:
    """What a feed tells: the newest posts."""
    return list(posts_of(page)[:LONGEST_FEED])


def tag_of(page: Page, posts: Sequence[Message]) -> str:
    """An ETag: changes with every post, correction, withdrawal and name of the page."""
    parts = [page.channel.name, page.about, *(f"{one.pk} {one.changed_at.isoformat()}" for one in posts)]
    return f'"{hashlib.sha256(" ".join(parts).encode()).hexdigest()[:32]}"'


def feed_of(
    kind: str, page: Page, home: str, here: str, picture: Callable[[str], str], posts: Sequence[Message]
) -> str:
    """The feed in XML. `home`, `here` and what `picture` gives for an id are whole addresses; ids of entries never change."""
    name = _fit(page.channel.name)
    feed = FEEDS[kind](
        title=name, link=home, description=_fit(page.about) or name,
        language=page.workspace.language, feed_url=here, author_name=name, feed_guid=home,
    )  # fmt: skip
    for post in posts:
        feed.add_item(
            title=_fit(post.title), link=f"{home}{post.native_id}/", description=_as_html(post, picture),
            pubdate=post.occurred_at, updateddate=post.edited_at or post.occurred_at,
            unique_id=f"{home}{post.native_id}/", unique_id_is_permalink=True, author_name=name,
        )  # fmt: skip
    written: str = feed.writeString("utf-8")
    return written


def _as_html(post: Message, picture: Callable[[str], str]) -> str:
    words = linebreaks(urlize(escape(_fit(post.text)), nofollow=False))
    pictures = [
        f'<p><img src="{escape(picture(str(one.media_id)))}" alt="{escape(_fit(one.alt))}"></p>'
        for one in pictures_of(post)
    ]
    return words + "".join(pictures)


def _fit(words: str) -> str:
    """The words without what would break the whole feed."""
    return _NO_XML.sub("", words.replace("\x0b", "\n"))
