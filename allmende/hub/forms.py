"""What a visitor types, and what a person corrects."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core import signing
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.arrivals import ARRIVAL_FIELDS
from allmende.channels.models import Message
from allmende.channels.queries import ArrivalSheet
from allmende.channels.queries.tables import DATE_WORDS
from allmende.hub.queries import LinkChoices
from allmende.hub.states import TRUST_QUESTIONS
from allmende.inbox.queries import KIND_WORDS

LONGEST_NAME, LONGEST_COMMENT = 60, 5_000
SALT = "hub.form"


def seal(post: Message, now: datetime) -> str:
    """When a form was drawn for this post, signed: it stands where others have a cookie."""
    return signing.dumps([post.pk, int(now.timestamp())], salt=SALT)


class CommentForm(forms.Form):
    """A comment. `website` is seen by nobody; whoever fills it is a machine."""

    name = forms.CharField(
        label=_("Your name"), max_length=LONGEST_NAME, required=False,
        help_text=_("Stands above your comment. It need not be your real one."),
        widget=forms.TextInput({"autocomplete": "nickname"}),
        error_messages={"max_length": _("At most 60 characters, please.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your comment"), max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 6}),
        error_messages={
            "required": _("There is no text yet."),
            "max_length": _("At most 5,000 characters, please. Your text is still here."),
        },
    )  # fmt: skip
    website = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )
    answers = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    drawn = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def __init__(self, post: Message, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._post = post

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    @property
    def begun_at(self) -> datetime:
        """When the form was drawn; long ago if it was not drawn by us for this post."""
        try:
            post, at = signing.loads(self.data.get("drawn", ""), salt=SALT)
        except signing.BadSignature:
            return datetime.fromtimestamp(0, UTC)
        return datetime.fromtimestamp(at if post == self._post.pk else 0, UTC)


class CorrectForm(forms.Form):
    """Other words for a post."""

    title = forms.CharField(label=_("Title"), max_length=200, error_messages={"required": _("A post needs a title.")})
    text = forms.CharField(
        label=_("Text"), max_length=100_000, widget=forms.Textarea({"rows": 14}),
        error_messages={"required": _("There is no text. To remove the post, take it back.")},
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        """When the words a person saw were written; None: never changed, or nothing that can be read."""
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None


class LinkForm(forms.Form):
    """A tracked link: where it leads, where it will stand, what it shall bring about."""

    target = forms.CharField(
        label=_("Address it leads to"), max_length=2_000, help_text=_("Begins with https://."),
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(label=_("Name of the link"), max_length=120, help_text=_("Only your team reads it."))
    channel = forms.ChoiceField(label=_("Channel it will stand in"), required=False)
    serves_key = forms.ChoiceField(label=_("Serves the objective"), required=False)
    desired = forms.CharField(
        label=_("What people shall do there"), max_length=200, required=False,
        help_text=_("Such as: register for the meeting. This counts; a click does not."),
    )  # fmt: skip
    campaign = forms.CharField(label=_("Campaign"), max_length=80, required=False)
    ends_date = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("After it the link leads nowhere. Empty: it stays."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: LinkChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channels = {str(one.pk): one for one in choices.channels}
        places = [("", _("not decided")), *((pk, one.name) for pk, one in self.channels.items())]
        keys = [("", _("none")), *((one.key, f"{one.code} {one.short_name}") for one in choices.objectives)]
        self.fields["channel"].choices = places  # type: ignore[attr-defined]
        self.fields["serves_key"].choices = keys  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As `channels.actions.make_link` takes them."""
        return {**self.cleaned_data, "channel": self.channels.get(self.cleaned_data["channel"])}


class ArrivalsFileForm(forms.Form):
    """A table of arrivals."""

    file = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_("One row for each event: code of the link, what was done, when; a pseudonym and a number if there are."),
        error_messages={"required": _("Choose a file."), "empty": _("There is nothing in this file.")},
    )  # fmt: skip


class ArrivalsForm(forms.Form):
    """What the columns of a table of arrivals mean."""

    dates = forms.ChoiceField(label=_("Dates look like"), choices=list(DATE_WORDS.items()))

    def __init__(self, sheet: ArrivalSheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dates"].initial = sheet.dates
        headers = [("", _("no column")), *((header, header) for header in sheet.headers if header)]
        for name, words in ARRIVAL_FIELDS.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=str(words), choices=headers, required=False, initial=sheet.columns.get(name, "")
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """The questions about columns."""
        return [self[f"column_{name}"] for name in ARRIVAL_FIELDS]

    @property
    def wishes(self) -> dict[str, Any]:
        """What `channels.actions.wish_arrivals` takes."""
        given = self.cleaned_data
        return {"columns": {name: given[f"column_{name}"] for name in ARRIVAL_FIELDS}, "dates": given["dates"]}


class SurveyForm(forms.Form):
    """When a round of the trust survey is open."""

    starts_date = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    ends_date = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def points_in(posted: Mapping[str, str]) -> dict[str, int]:
    """The points a visitor gave, by question; what is no number is missing."""
    return {
        name: int(posted[name])
        for name in TRUST_QUESTIONS
        if posted.get(name, "").isdecimal() and len(posted[name]) < 3
    }


class ReportForm(forms.Form):
    """What somebody reports to us (DSA Art. 16(2)). `website` is seen by nobody; whoever fills it may be a machine, and is
    heard all the same."""

    place = forms.CharField(
        label=_("Where does it stand?"), max_length=500,
        help_text=_("Best the exact address, such as https://…; else a description by which we find it."),
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Say where it stands, so that we find it.")},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=[*KIND_WORDS.items()], widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )  # fmt: skip
    explanation = forms.CharField(
        label=_("Why must it not stand there?"), max_length=5_000, widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Say why, in your own words.")},
    )  # fmt: skip
    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput({"autocomplete": "name"}),
        help_text=_("Needed only where you report a breach of the law. The author does not learn it from us."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Your e-mail address"), required=False, widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("There we confirm your notice and send our answer."),
    )  # fmt: skip
    is_good_faith = forms.BooleanField(
        label=_("I believe in good faith that what I report is accurate and complete."),
        error_messages={"required": _("Confirm that you believe what you report to be true.")},
    )
    website = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )

    @property
    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    def values(self) -> dict[str, Any]:
        """As the action takes them."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "website"}
        return given | {"is_doubtful": self.is_machine}
