"""Instagram's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.instagram import read as instagram_read
from allmende.connectors.instagram import write as instagram_write
from allmende.connectors.neutral import Draft, Item, Media


def read_pair(native: dict[str, Any]) -> list[Item]:
    """A post, then what stands below it."""
    us, root = instagram_read.Us(*native["us"]), native["post"]["id"]
    return [instagram_read.post(native["post"], us)] + [
        instagram_read.comment(row, us, root) for row in native["comments"]
    ]


def write_pair(draft: Draft) -> dict[str, Any]:
    if draft.reply_to is not None:
        return {"message": instagram_write.words(draft)}
    return instagram_write.picture(Media("image/jpeg", "https://haus.example/a.jpg", "Ein Garten"), draft.text)
