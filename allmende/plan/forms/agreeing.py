"""Forms about proposing, agreeing, telling, and what happened around the plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan import states
from allmende.plan.catalogue import APPROACH_WORDS, ASSESSMENT_WORDS, EVENT_KIND_WORDS, LAYER_WORDS
from allmende.plan.forms.fields import chosen_from, day_field
from allmende.plan.models import ChangeEvent, Stakeholder


def _text(label: Any, help_text: Any = "", rows: int = 2, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=is_required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ProposeForm(forms.Form):
    """Why the plan shall change."""

    reason = _text(
        _("Why does the plan change?"), _("Whoever must agree reads this sentence together with the changes.")
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)


class PublishForm(forms.Form):
    """Why the plan changes; from strategies on, who checked it; from objectives on, why without an agreement.

    `told` are the stakeholders who hear of it: each may get a sentence of their own.
    """

    reason = _text(_("Why does the plan change?"), _("Everybody reads this sentence together with the changes."))
    is_self_checked = forms.BooleanField(
        label=_("I read the differences once more, with the eyes of somebody who has to carry them out."),
        help_text=_("Nobody else here could be the second reader of a changed strategy, so you are."),
    )
    without_agreement = _text(
        _("Why without the agreement of the stakeholders?"),
        _("Goals and objectives are agreed with those who decide. If that comes later, say why; it stays on record."),
    )
    seen_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        needs_agreement: bool,
        needs_self_check: bool = False,
        told: Iterable[Stakeholder] = (),
        is_first: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if is_first:
            self.fields["reason"].label = _("Why this plan?")
            self.fields["reason"].help_text = _("Everybody reads this sentence first.")
        if not needs_agreement:
            del self.fields["without_agreement"]
        if not needs_self_check:
            del self.fields["is_self_checked"]
        self._told = list(told)
        for one in self._told:
            self.fields[f"words-{one.pk}"] = _text(
                _("A sentence for %(name)s") % {"name": one.name},
                one.interest and _("Needs this year: %(interest)s") % {"interest": one.interest},
                is_required=False,
            )

    def values(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        words = {str(one.pk): typed.pop(f"words-{one.pk}", "") for one in self._told}
        return {"revision": typed.pop("seen_revision"), "words": words, **typed}


class TakeBackForm(forms.Form):
    """What shall change before it can be agreed."""

    comment = _text(_("What shall change?"), _("Whoever proposed it reads this, and it stands above the draft."))


class ReaderForm(forms.Form):
    """What the second reader noticed."""

    note = _text(_("What did you notice?"), is_required=False)


class AnswerForm(forms.Form):
    """A stakeholder's word."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            (states.YES, _("I agree: this is what we want to reach, and this is how we see it.")),
            (states.CHANGES, _("Something should change first.")),
        ],
    )
    comment = _text(_("What do you want to say?"), _("If something should change: what, and why."), 4, False)
    name = forms.CharField(label=_("Your name"), max_length=120)


class EventForm(forms.ModelForm):
    """What happened, and when."""

    kind = forms.ChoiceField(label=_("What kind of change?"), choices=lambda: chosen_from(EVENT_KIND_WORDS, True))
    what = forms.CharField(
        label=_("What happened?"), max_length=300, help_text=_("In a sentence that colleagues understand in a year.")
    )
    occurred_date = day_field(
        _("When did it happen?"),
        True,
        _("If it was announced first: the day of the announcement. The time to an answer counts from here."),
    )
    noticed_date = day_field(_("When did you notice it?"), True)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ChangeEvent
        fields = ("kind", "what", "occurred_date", "noticed_date")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.created_at:
            self.fields["seen_revision"].initial = self.instance.revision

    def _get_validation_exclusions(self) -> set[str]:
        """The action says in words what contradicts; the database's own check would say it in its own."""
        return {field.name for field in self.instance._meta.fields}

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen_revision"}


class NeedForm(forms.Form):
    """Something the plan does not have yet."""

    layer = forms.ChoiceField(
        label=pgettext_lazy("change event", "What is needed anew?"), choices=lambda: chosen_from(LAYER_WORDS)
    )
    note = forms.CharField(label=_("In short"), max_length=300)


class ReviseForm(forms.Form):
    """How to go about a revision, and why."""

    approach = forms.ChoiceField(
        label=_("How do you go about it?"), widget=forms.RadioSelect, choices=lambda: chosen_from(APPROACH_WORDS)
    )
    approach_reason = _text(_("Why this way?"))
    is_from_nothing = forms.BooleanField(
        label=_("Start from nothing instead of a copy"),
        required=False,
        help_text=_("Team, hours and audiences stay in any case. Very few situations ask for this."),
    )
    from_nothing_reason = _text(_("Why does revising not suffice?"), is_required=False)

    def values(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "approach": typed["approach"],
            "approach_reason": typed["approach_reason"],
            "from_nothing_reason": typed["from_nothing_reason"] if typed["is_from_nothing"] else None,
        }


class ConfirmForm(forms.Form):
    """What the review saw."""

    note = _text(_("What did you look at, and why does the plan stay as it is?"))


class CloseForm(forms.Form):
    """Why the plan ends."""

    reason = _text(_("Why does this plan end?"))


def judgements_of(data: Mapping[str, Any], keys: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What was said of each element in the table of an event; unknown words count as nothing said."""
    known = set(ASSESSMENT_WORDS) - {states.NEW}
    found = {}
    for key in keys:
        said = data.get(f"judgement-{key}", "")
        found[key] = (said if said in known else "", data.get(f"note-{key}", "")[:300])
    return found
