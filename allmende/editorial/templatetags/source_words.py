"""Words for feeds that bring ideas."""

from django import template
from django.utils.translation import gettext, ngettext

from allmende.editorial import states
from allmende.editorial.catalogue import FEED_TROUBLES, SOURCE_PAUSES
from allmende.editorial.models import IdeaSource
from allmende.editorial.queries import SourceRow

register = template.Library()


@register.filter
def becomes_words(source: IdeaSource) -> str:
    """What becomes of a new entry: "Drafts for Forum and Mastodon"."""
    if source.becomes == states.IDEA:
        return gettext("New entries become ideas")
    names = ", ".join(sorted(one.name for one in source.targets.all()))
    return (
        gettext("New entries become drafts for %(channels)s") % {"channels": names}
        if names
        else gettext("New entries become drafts")
    )


@register.filter
def trouble_words(row: SourceRow) -> str:
    """Why a feed was not read last time, what is safe and what to do; "" if it was read."""
    if not row.trouble:
        return ""
    why = str(FEED_TROUBLES.get(row.trouble, FEED_TROUBLES[""]))
    if not row.failures:
        return why
    looks = ngettext(
        "The last look failed; it is tried again by itself, less and less often.",
        "The last %(number)s looks failed; it is tried again by itself, less and less often.",
        row.failures,
    )
    return f"{why} {looks % {'number': row.failures}}"


@register.filter
def pause_words(source: IdeaSource) -> str:
    """Why a feed is paused when nobody paused it."""
    return str(SOURCE_PAUSES.get(source.paused_why, ""))
