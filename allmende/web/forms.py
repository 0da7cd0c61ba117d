"""What people hand in at the front door."""

from django import forms

from allmende.team.states import LANGUAGES, THEMES


class AppearanceForm(forms.Form):
    """Theme or language, each alone."""

    theme = forms.ChoiceField(choices=[(name, name) for name in THEMES], required=False)
    language = forms.ChoiceField(choices=[(name, name) for name in LANGUAGES], required=False)
