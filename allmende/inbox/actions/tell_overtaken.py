"""Tell whoever planned an answer that a member has written since."""

from datetime import datetime

from allmende.inbox.queries.planned import overtaken_replies
from allmende.team.actions import send_notice


def tell_overtaken(*, now: datetime) -> int:
    """One notice for each planned answer, however often a member writes; returns how many wait so."""
    found = list(overtaken_replies(now))
    for dispatch in found:
        conversation = dispatch.message.entry.conversation
        if dispatch.created_by:
            send_notice(
                person=dispatch.created_by,
                kind="inbox.overtaken",
                values={"title": conversation.title},
                url=f"/w/{dispatch.workspace.slug}/inbox/{conversation.public_id}/",
                once_key=f"overtaken:{dispatch.pk}",
                now=now,
            )
    return len(found)
