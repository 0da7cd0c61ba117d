"""What people type about members."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.members.catalogue import BASIS_WORDS, CLASS_WORDS, STAGE_WORDS, network_kind, trait_key
from allmende.members.models import Member
from allmende.members.states import ACTOR_CLASSES, BOT, EXPERT, MERGING_BASES, PARTNER, STAFF, STAGES

RULED = (STAFF, BOT, EXPERT, PARTNER)


class FilterForm(forms.Form):
    """Whom the list shows."""

    q = forms.CharField(label=_("Name or handle"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[("", _("everybody")), *((name, CLASS_WORDS[name]) for name in ACTOR_CLASSES)],
    )
    stage = forms.ChoiceField(
        label=_("Stage"),
        required=False,
        choices=[("", _("every stage")), *((name, STAGE_WORDS[name]) for name in STAGES)],
    )
    after = forms.CharField(required=False, max_length=80)


class NoteForm(forms.Form):
    """A note on a member."""

    text = forms.CharField(
        label=_("Note for the team"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only the team reads it. Write what you would say if the member stood beside you; they may ask to see it."),
        error_messages={"required": _("There is no note yet. Write what the team should know.")},
    )  # fmt: skip


class TraitForm(forms.Form):
    """One trait of one member; an empty value takes it away."""

    name = forms.CharField(
        label=_("Trait"), max_length=40, help_text=_("Such as department, region, product."),
        error_messages={"required": _("Nothing was noted: say which trait it is, such as region.")},
    )  # fmt: skip
    value = forms.CharField(label=_("Value"), max_length=80, required=False)

    def clean_name(self) -> str:
        """As definitions call it, whichever language it was written in."""
        key = trait_key(self.cleaned_data["name"])
        if not key:
            raise forms.ValidationError(_("Nothing was noted: a trait needs at least one letter."))
        return key


class MergeForm(forms.Form):
    """Who is the same person, and how we know."""

    basis = forms.ChoiceField(
        label=_("How do you know?"), widget=forms.RadioSelect,
        choices=[(name, BASIS_WORDS[name]) for name in MERGING_BASES],
        help_text=_("A like name is no reason: many bear it. Without a reason of these three both stay apart."),
        error_messages={"required": _("Not merged. Say how you know that both are one person.")},
    )  # fmt: skip

    def __init__(self, *arguments: Any, candidates: Sequence[Member], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.fields["source"] = forms.TypedChoiceField(
            label=_("Who?"), coerce=int, widget=forms.RadioSelect, choices=[(one.pk, _label(one)) for one in candidates],
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Not merged. Choose another member.")),
        )  # fmt: skip


def _label(member: Member) -> str:
    met = [f"{network_kind(one.network)} {one.handle}".strip() for one in member.identities.all()]
    return f"{member.alias} ({', '.join(met)})" if met else member.alias


class EraseForm(forms.Form):
    """Somebody asked to be forgotten."""

    asked_date = forms.DateField(
        label=_("When did they ask?"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("You owe them an answer within a month of this day (GDPR Art. 12)."),
        error_messages={"required": _("Say on which day they asked.")},
    )  # fmt: skip
    is_certain = forms.BooleanField(
        label=_("I have made sure that this member themselves asks"),
        error_messages={"required": _("Make sure first that it is they who ask, for instance by a message from their account.")},
    )  # fmt: skip


class RuleForm(forms.Form):
    """Who counts as what."""

    pattern = forms.CharField(
        label=_("Name, handle or pattern"), max_length=120,
        help_text=_("Exactly as the network writes it. A star stands for anything: bot_*"),
        error_messages={"required": _("Say whom the rule means: a name, a handle, or a pattern such as bot_*.")},
    )  # fmt: skip
    actor_class = forms.ChoiceField(
        label=_("counts as"), choices=[(name, CLASS_WORDS[name]) for name in RULED], initial=STAFF
    )
    from_date = forms.DateField(
        label=_("from"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_date = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean_pattern(self) -> str:
        """A rule for everybody would make every member a colleague."""
        pattern: str = self.cleaned_data["pattern"].strip()
        if not pattern.strip("*?"):
            raise forms.ValidationError(_("This pattern means everybody. Name at least one letter of those it means."))
        return pattern
