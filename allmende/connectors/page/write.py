"""Neutral -> where it stands on the page."""

import re

from allmende.connectors.neutral import Draft, Ref

# b-: said by us, c-: a visitor's comment.
_OURS = re.compile(r"[bc]-[0-9a-f]{20}")


def is_ours(native_id: str) -> bool:
    """Whether something of this id can stand on a page of ours."""
    return bool(_OURS.fullmatch(native_id))


def receipt(page: str, draft: Draft, native_id: str) -> Ref:
    """The id and the address: a post has a page of its own, an answer stands on its post's."""
    if draft.reply_to is None:
        return Ref(native_id, f"{page}{native_id}/")
    return Ref(native_id, f"{page}{draft.thread or draft.reply_to.native_id}/#{native_id}")
