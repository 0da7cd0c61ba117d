"""What people type about rules, messages and words, with field, reason and remedy for a wrong value."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.domain.reaction import Signs
from allmende.guidelines.catalogue import (
    ADDRESSEE_WORDS,
    ADVICE_WORDS,
    BY_KIND,
    LADDER_WORDS,
    REACTION_WORDS,
    SATISFIED_BY_WORDS,
)
from allmende.guidelines.models import Guideline, ReactionRule
from allmende.guidelines.queries import RuleChoices, choice_of

_HOURS = re.compile(r"(\d{1,3})(?::([0-5]\d))?(?:h|std\.?|stunden?|hours?)?")
_MINUTES = re.compile(r"(\d{1,4})(?:min\.?|minuten?|minutes?|m)")

MATTERS = [
    ("", pgettext_lazy("sign", "does not matter")),
    ("yes", pgettext_lazy("sign", "yes")),
    ("no", pgettext_lazy("sign", "no")),
]


class MinutesField(forms.CharField):
    """A duration as people write it: "4 h", "1:30 h", "30 min"; cleans to minutes, empty to None."""

    def clean(self, value: str | None) -> int | None:
        text = re.sub(r"\s", "", (super().clean(value) or "").lower())
        if not text:
            return None
        if minutes := _MINUTES.fullmatch(text):
            return int(minutes[1])
        if hours := _HOURS.fullmatch(text):
            return int(hours[1]) * 60 + int(hours[2] or 0)
        raise ValidationError(
            _("“%(typed)s” is no duration. Write hours or minutes, such as 4 h, 1:30 h or 30 min."),
            params={"typed": value},
        )


def written(minutes: int | None) -> str:
    """Minutes as `MinutesField` reads them: "4 h", "1:30 h", "30 min"."""
    if minutes is None:
        return ""
    if minutes % 60 and minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60}:{minutes % 60:02d} h" if minutes % 60 else f"{minutes // 60} h"


# Times beside that of the first answer
OWN_TIMES = ("outside_minutes", "next_minutes", "resolution_minutes")


class RuleForm(forms.Form):
    """One rule of a draft."""

    name = forms.CharField(label=_("Situation"), max_length=120)
    recognise = forms.CharField(
        label=_("How people recognise it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reaction = forms.ChoiceField(label=_("Reaction"), choices=[*REACTION_WORDS.items()])
    first_response_minutes = MinutesField(
        label=_("First answer within"), required=False, help_text=_("Empty: no reply is needed.")
    )
    member_first_minutes = MinutesField(
        label=_("Members first"), required=False, help_text=_("So long we hold back, so that members can help.")
    )
    satisfied_by = forms.ChoiceField(label=_("Whose answer keeps the promise"), choices=[*SATISFIED_BY_WORDS.items()])
    counts_service_hours = forms.BooleanField(label=_("Time runs only in service hours"), required=False)
    outside_minutes = MinutesField(
        label=_("Out of service hours, within"),
        required=False,
        help_text=_("By the clock on the wall. Empty: the time stands still until somebody is here."),
    )
    next_minutes = MinutesField(
        label=_("Further answers within"), required=False, help_text=_("Empty: as the first answer.")
    )
    resolution_minutes = MinutesField(
        label=_("Closed within"), required=False, help_text=_("Until the matter is settled. Empty: not promised.")
    )
    responder_id = forms.ChoiceField(label=_("Who answers"), required=False)
    decider_id = forms.ChoiceField(
        label=_("Who decides"),
        required=False,
        help_text=_("Whoever decides learns of it when a promise was not kept."),
    )
    needs_second_reader = forms.BooleanField(
        label=_("A second person reads our answer before it leaves"),
        required=False,
        help_text=_("Whoever else may answer can read it. Where somebody answers alone, nobody has to."),
    )
    instruction = forms.CharField(label=_("What we do"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(label=_("Why"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    must_not = forms.CharField(label=_("What we must not do"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    escalate_when = forms.CharField(
        label=_("When it goes to somebody else"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    core_message_id = forms.ChoiceField(
        label=_("What must be said"),
        required=False,
        help_text=_("The core message stands beside each conversation of this kind."),
    )
    serves_key = forms.ChoiceField(label=_("Helps in the plan"), required=False)
    campaign = forms.CharField(label=_("Campaign"), required=False, max_length=80)
    words = forms.CharField(
        label=_("Words that hint at it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One word or phrase per line. A star stands for any ending: kündig* finds Kündigung."),
    )
    is_question = forms.ChoiceField(label=_("It is a question"), required=False, choices=MATTERS)
    is_first_post = forms.ChoiceField(label=_("It is the first post of this person"), required=False, choices=MATTERS)

    kept_signs: dict[str, Any]

    @classmethod
    def of(cls, rule: ReactionRule, known: RuleChoices, typed: Any = None) -> "RuleForm":
        """The rule as it stands, or as `typed`; signs that have no field here are kept. `known`: what it can refer to."""
        plain = (
            "name",
            "recognise",
            "reaction",
            "satisfied_by",
            "counts_service_hours",
            "needs_second_reader",
            "instruction",
            "reason",
            "serves_key",
            "campaign",
            "must_not",
            "escalate_when",
        )
        initial: dict[str, Any] = {name: getattr(rule, name) for name in plain}
        initial["first_response_minutes"] = written(rule.first_response_minutes)
        initial["member_first_minutes"] = written(rule.member_first_minutes or None)
        initial |= {name: written(getattr(rule, name)) for name in OWN_TIMES}
        initial["words"] = "\n".join(rule.signs.get("words", []))
        for name in ("is_question", "is_first_post"):
            initial[name] = {True: "yes", False: "no"}.get(rule.signs.get(name), "")
        initial["core_message_id"] = str(rule.core_message_id or "")
        initial["responder_id"], initial["decider_id"] = choice_of(rule.responder), choice_of(rule.decider)
        form = cls(typed, initial=initial)
        for name, empty in (
            ("responder_id", _("whoever is here")),
            ("decider_id", _("whoever answers for the channel")),
        ):
            form.fields[name].choices = [("", empty), *known.units]  # type: ignore[attr-defined]
        form.fields["core_message_id"].choices = [("", _("nothing in particular")), *known.messages]  # type: ignore[attr-defined]
        form.fields["serves_key"].choices = [("", _("nothing in particular")), *known.purposes]  # type: ignore[attr-defined]
        form.kept_signs = {
            name: value for name, value in rule.signs.items() if name not in ("words", "is_question", "is_first_post")
        }
        return form

    def clean_words(self) -> list[str]:
        words = [line.strip() for line in self.cleaned_data["words"].splitlines() if line.strip()]
        for word in words:
            try:
                Signs.from_mapping({"words": [word]})
            except ValueError:
                raise ValidationError(
                    _("“%(word)s” holds no letter and would be found everywhere. Write at least one letter."),
                    params={"word": word},
                ) from None
        return words

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        target = self.cleaned_data.get("first_response_minutes")
        window = self.cleaned_data.get("member_first_minutes") or 0
        is_readable = not {"first_response_minutes", "member_first_minutes"} & self.errors.keys()
        if is_readable and target is None and window:
            self.add_error(
                "member_first_minutes", gettext("Where no reply is needed, nobody holds back. Leave it empty.")
            )
        if is_readable and target is not None and window > target:
            self.add_error(
                "member_first_minutes",
                gettext("Members would still have the turn when our promise is due. Make it shorter than the promise."),
            )
        if is_readable and target is None:
            for name in OWN_TIMES:
                if self.cleaned_data.get(name) is not None:
                    self.add_error(name, gettext("Where no reply is needed, nothing is promised. Leave it empty."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What `save_rule` takes."""
        taken = dict(self.cleaned_data)
        signs = {**self.kept_signs, "words": taken.pop("words")}
        for name in ("is_question", "is_first_post"):
            signs[name] = {"yes": True, "no": False}.get(taken.pop(name))
        taken["core_message_id"] = UUID(taken["core_message_id"]) if taken["core_message_id"] else None
        for name in ("campaign", "must_not", "escalate_when"):
            taken[name] = taken[name].strip() or None
        taken["signs"] = {name: value for name, value in signs.items() if value not in (None, [])}
        taken["member_first_minutes"] = taken["member_first_minutes"] or 0
        return taken


class CoreMessageForm(forms.Form):
    """One sentence, what bears it out, and its days."""

    sentence = forms.CharField(
        label=_("What do we want understood?"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    proof_points = forms.CharField(
        label=_("What bears it out?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line."),
    )
    valid_from_date = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    valid_until_date = forms.DateField(
        label=_("until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As `actions.save_message` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class BrandForm(forms.Form):
    """What makes us unmistakable."""

    promise = forms.CharField(label=_("What do we stand for, in one sentence?"), max_length=200)
    difference = forms.CharField(
        label=_("What is different with us?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    voice = forms.CharField(
        label=_("How do we sound?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    never = forms.CharField(
        label=_("What do we never say?"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As `actions.save_brand` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class WordForm(forms.Form):
    """A word of the house: to use, to avoid or to explain."""

    term = forms.CharField(
        label=_("The word"),
        max_length=80,
        help_text=_("A star stands for any letters: “user*” finds “users” too."),
    )
    advice = forms.ChoiceField(label=_("What do we do with it?"), choices=[*ADVICE_WORDS.items()])
    alternative = forms.CharField(
        label=_("What do we say instead, or how do we explain it?"), max_length=300, required=False
    )
    others = forms.CharField(
        label=_("What is often said in its place?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For a word to use, one on each line. These are found in texts."),
    )
    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)
    audience_key = forms.ChoiceField(
        label=_("For whom does it hold?"),
        required=False,
        help_text=_("What is listed for one audience goes before what is listed for everybody."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, audiences: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("audience_key", "")
        gone = [(kept, _("an audience the plan no longer has"))] if kept and kept not in dict(audiences) else []
        if audiences or gone:
            choices = [("", pgettext_lazy("word list", "everybody")), *audiences, *gone]
            self.fields["audience_key"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["audience_key"]

    def clean_others(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["others"].splitlines() if line.strip()]

    def values(self) -> dict[str, Any]:
        """As `actions.save_word` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class ReviewDateForm(forms.Form):
    """When a reaction plan is looked at again."""

    review_date = forms.DateField(
        label=_("Look at it again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Not saved. Choose a day.")},
    )  # fmt: skip


class NewGuidelineForm(forms.Form):
    """What a guideline begins with."""

    title = forms.CharField(label=_("What is it called?"), max_length=120)
    addressee = forms.ChoiceField(label=_("For whom is it?"), choices=[*ADDRESSEE_WORDS.items()])
    channel = forms.ChoiceField(label=_("Where does it hold?"), required=False)

    def __init__(self, typed: Any, channels: Sequence[Channel], **more: Any) -> None:
        super().__init__(typed, **more)
        self.known = {str(one.pk): one for one in channels}
        self.fields["channel"].choices = channel_choices(channels)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `actions.write_guideline` takes them."""
        return {**self.cleaned_data, "channel": self.known.get(self.cleaned_data["channel"])}


class GuidelineForm(forms.Form):
    """Title, scope and a text for each part of a draft."""

    title = forms.CharField(label=_("What is it called?"), max_length=120)
    channel = forms.ChoiceField(label=_("Where does it hold?"), required=False)
    needs_acknowledgement = forms.BooleanField(label=_("Whoever it is for says that they have read it"), required=False)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, typed: Any, guideline: Guideline, channels: Sequence[Channel]) -> None:
        initial = {
            "title": guideline.title,
            "channel": str(guideline.channel_id or ""),
            "needs_acknowledgement": guideline.needs_acknowledgement,
            "seen_revision": guideline.revision,
        }
        super().__init__(typed, initial=initial)
        self.known = {str(one.pk): one for one in channels}
        self.fields["channel"].choices = channel_choices(channels)  # type: ignore[attr-defined]
        self.kinds = [section.kind for section in guideline.sections.all()]
        for section in guideline.sections.all():
            kind = BY_KIND[section.kind]
            self.fields[section.kind] = forms.CharField(
                label=str(kind.heading), help_text=str(kind.question), max_length=5_000, required=False, initial=section.text,
                widget=forms.Textarea(attrs={"rows": 4}),
            )  # fmt: skip
        if guideline.is_netiquette:
            del self.fields["needs_acknowledgement"]

    def values(self) -> dict[str, Any]:
        """As `actions.save_guideline` takes them."""
        given = self.cleaned_data
        return {
            "title": given["title"],
            "channel": self.known.get(given["channel"]),
            "needs_acknowledgement": given.get("needs_acknowledgement", False),
            "texts": {kind: given[kind] for kind in self.kinds},
            "revision": given["seen_revision"],
        }


class GuidelineRuleForm(forms.Form):
    """A rule moderation can name."""

    text = forms.CharField(label=_("The rule, in one sentence"), max_length=300)
    example = forms.CharField(label=_("What is all right?"), max_length=500, required=False)
    counter_example = forms.CharField(label=_("What breaks it?"), max_length=500, required=False)
    ladder = forms.MultipleChoiceField(
        label=_("What follows, mildest first?"), choices=[*LADDER_WORDS.items()], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    legal_note = forms.CharField(label=_("What does the law say?"), max_length=500, required=False)
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As `actions.save_guideline_rule` takes them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class GuestForm(forms.Form):
    """Who is to read it without an account."""

    guest_name = forms.CharField(label=_("Name"), max_length=120)


def channel_choices(channels: Sequence[Channel]) -> list[tuple[str, Any]]:
    """All channels, or one of them."""
    return [("", _("In all channels")), *((str(one.pk), one.name) for one in channels)]
