"""What a person types in the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.inbox import states

CLOSE_WORDS = {
    "answered": _("answered"),
    "solved_by_members": _("solved by members"),
    "no_reply_needed": _("no reply needed"),
    "moved_elsewhere": _("goes on elsewhere"),
    "spam": _("spam"),
}


class ReplyForm(forms.Form):
    """An answer, and the newest message its writer saw."""

    text = forms.CharField(
        label=_("Public answer"),
        widget=forms.Textarea(attrs={"rows": 3, "data-key": "r"}),
        error_messages={"required": _("The answer is still empty. Write what helps, then send it.")},
    )
    seen_until = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NoteForm(forms.Form):
    """A note only the team reads."""

    text = forms.CharField(
        label=_("Internal note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("The note is still empty.")},
    )


class CloseForm(forms.Form):
    """Why nothing more is to be done."""

    reason = forms.ChoiceField(
        label=_("Close, because"), choices=[(reason, CLOSE_WORDS[reason]) for reason in states.CLOSE_REASONS]
    )
