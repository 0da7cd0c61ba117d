"""Words for good times."""

from django import template
from django.utils.translation import gettext, ngettext

from allmende.domain.good_times import Tried
from allmende.editorial.queries import ChannelTimes
from allmende.team.catalogue import WEEKDAYS

register = template.Library()


@register.filter
def time_words(one: Tried) -> str:
    """Friday, 18:00 to 19:00; Friday, at any time; every day, 18:00 to 19:00."""
    if one.hour is None:
        return gettext("%(weekday)s, at any time") % {"weekday": WEEKDAYS[one.weekday or 0]}
    told = {"start": f"{one.hour}:00", "end": f"{(one.hour + 1) % 24}:00"}
    if one.weekday is None:
        return gettext("any day, %(start)s to %(end)s") % told
    return gettext("%(weekday)s, %(start)s to %(end)s") % {"weekday": WEEKDAYS[one.weekday], **told}


@register.filter
def why_words(one: Tried) -> str:
    """The reason of a proposal in its figures."""
    return gettext("%(k)s of %(n)s posts did better than usual, at other times %(other_k)s of %(other_n)s") % {
        "k": one.k, "n": one.n, "other_k": one.other_k, "other_n": one.other_n,
    }  # fmt: skip


@register.filter
def cannot_words(times: ChannelTimes) -> str:
    """Why nothing is proposed."""
    posts = times.found.posts
    if times.found.reason_code == "too_few":
        words = ngettext(
            "Cannot tell: %(posts)s post of the last year. It takes %(least)s at one time and as many at others, with and"
            " without answers.",
            "Cannot tell: %(posts)s posts of the last year. It takes %(least)s at one time and as many at others, with and"
            " without answers.",
            posts,
        )
        return words % {"posts": posts, "least": times.least}
    return gettext(
        "Cannot tell: %(posts)s posts of the last year, and no time stands out from chance. Choose by when somebody is here."
    ) % {"posts": posts}


@register.filter
def points(share: float) -> str:
    """A difference of shares in percentage points."""
    return f"{100 * share:+.0f}".replace("-", "\N{MINUS SIGN}")


@register.filter
def outcome_word(one: Tried) -> str:
    """What the comparison of one time says."""
    if one.is_better:
        return gettext("better")
    return gettext("worse") if one.difference.high < 0 else gettext("cannot tell")
