"""What people type on this room's screen, and what programs send."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.api.catalogue import LIFETIME_WORDS, SCOPE_WORDS
from allmende.api.queries import scopes_for
from allmende.api.states import USUAL_LIFETIME
from allmende.team.models import Person


class TokenForm(forms.Form):
    """A token for a program: what it is called, what it is for, how long it works."""

    name = forms.CharField(
        label=_("Which program is it for?"),
        max_length=80,
        help_text=_("A name by which you know it again, such as “Nightly survey”. It stands beside what it delivers."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What may it do?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as does the job. It can never do more than you may do yourself."),
    )
    days = forms.TypedChoiceField(
        label=_("For how long does it work?"),
        coerce=int,
        choices=lambda: list(LIFETIME_WORDS.items()),
        initial=USUAL_LIFETIME,
        help_text=_("Then it stops by itself. Make a new one in good time."),
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data)
        self.fields["scopes"].choices = [(scope, SCOPE_WORDS[scope]) for scope in scopes_for(person)]  # type: ignore[attr-defined]
