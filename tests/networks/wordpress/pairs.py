"""WordPress's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.wordpress import read as wordpress_read
from allmende.connectors.wordpress import write as wordpress_write


def read_pair(native: dict[str, Any]) -> list[Item]:
    us = wordpress_read.Us(native["us"], "haus", native["site"])
    posts = [wordpress_read.post_item(post, us) for post in native["posts"]]
    return posts + [wordpress_read.comment_item(comment, us) for comment in native["comments"]]


def write_pair(draft: Draft) -> dict[str, Any]:
    if draft.reply_to:
        kind, number = wordpress_read.place_of(draft.reply_to.native_id)
        return wordpress_write.comment(draft, 12, number if kind == "comment" else 0)
    pictures = [
        wordpress_write.Picture(number, f"https://haus.example/{number}.png", 'Ein "Kran"') for number in (5, 6)
    ]
    return wordpress_write.post(draft, pictures, [7])
