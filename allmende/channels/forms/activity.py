"""What a channel's posts and answers take, as a person types it."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.channels.queries import ENOUGH_POSTS, USUAL_POST_MINUTES, USUAL_REPLIES, Activity

_NUMBER = {"required": gettext_lazy("A number is missing here."), "invalid": gettext_lazy("Please write a number.")}


def _number(label: Any, least: Any, most: Any, places: int = 1) -> forms.DecimalField:
    words = {
        **_NUMBER,
        "min_value": gettext_lazy("At least %(limit_value)s, please."),
        "max_value": gettext_lazy("At most %(limit_value)s, please."),
    }
    return forms.DecimalField(
        label=label, min_value=Decimal(least), max_value=Decimal(most), decimal_places=places, error_messages=words,
        localize=True, widget=forms.TextInput({"inputmode": "decimal"}),
    )  # fmt: skip


class ActivityForm(forms.Form):
    """Hours a week for one channel, and what a post and an answer take there (S4-23)."""

    hours = _number(gettext_lazy("Hours a week for this channel"), "0.25", "168", 2)
    post_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes for a post"), min_value=1, max_value=2400, error_messages=_NUMBER
    )
    replies_per_post = _number(gettext_lazy("Our answers below each post"), "0", "999")
    reply_minutes = _number(gettext_lazy("Minutes for an answer"), "0.1", "600")
    other_replies = _number(gettext_lazy("Our answers a week to what members begin"), "0", "99999")

    def __init__(self, found: Activity, reply: tuple[Decimal, bool], data: Any = None) -> None:
        minutes, is_usual = reply
        super().__init__(data, initial=_proposed(found, minutes))
        for name, words in _sources(found, minutes, is_usual).items():
            self.fields[name].help_text = words


def _proposed(found: Activity, minutes: Decimal) -> dict[str, Any]:
    """What was planned, else what is measured, else what is usual."""
    if found.budget is not None:
        return {name: getattr(found.budget, name) for name in ActivityForm.base_fields}
    below = found.measured.replies_per_post
    return {
        "post_minutes": USUAL_POST_MINUTES,
        "replies_per_post": USUAL_REPLIES if below is None else below,
        "reply_minutes": minutes,
        "other_replies": found.measured.others_a_week,
    }


def _sources(found: Activity, minutes: Decimal, is_usual: bool) -> dict[str, str]:
    """Beside each number: measured here, assumed by the team, or usual."""
    measured, below = found.measured, found.measured.replies_per_post
    return {
        "post_minutes": _("From the idea to the approved words, pictures included. Nothing here measures it."),
        "replies_per_post": _("Too few posts to measure it; it takes %(least)s.") % {"least": ENOUGH_POSTS}
        if below is None
        else _("Measured in twelve weeks: %(answers)s below %(posts)s posts.")
        % {"answers": measured.below_posts, "posts": measured.posts},
        "reply_minutes": _("Usual: %(minutes)s. Nobody has said otherwise yet.")
        % {"minutes": number_format(minutes.normalize())}
        if is_usual
        else _("The team counts on %(minutes)s where it asks how many people it needs.")
        % {"minutes": number_format(minutes.normalize())},
        "other_replies": _(
            "Measured in twelve weeks: %(others)s. They go first: whoever asks is not to wait for a post."
        )
        % {"others": measured.others},
    }
