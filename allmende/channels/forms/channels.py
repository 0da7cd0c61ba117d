"""A channel as a person types it, and what its network asks of them."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from allmende.channels import states
from allmende.channels.catalogue import BYLINES, CHANNEL_KINDS, NETWORKS
from allmende.channels.models import Account, Channel
from allmende.channels.queries import Login, channels_of, planned_slugs
from allmende.team.models import Person
from allmende.team.queries import purposes

PLACES = (("own_forum", _("Forum: questions and answers")), ("social_network", _("Social network: posts and comments")))
ASKED = "ask_"
# The layer of the plan that says what members do
OBJECTIVES = "objective"


class NamesForm(forms.Form):
    """How a channel is called here."""

    name = forms.CharField(
        label=_("Name of the channel"), max_length=80, help_text=_("As members know it, such as “Lotsenforum”."),
        error_messages={"required": _("A channel needs a name. Take the one members know.")},
    )  # fmt: skip
    slug = forms.SlugField(
        label=_("Short name"), max_length=60, required=False,
        help_text=_("For addresses and commands: small letters, digits, hyphens. Left empty, it is made from the name."),
        error_messages={
            "invalid": _("Only letters, digits and hyphens, please: such as “lotsen-forum”."),
        },
    )  # fmt: skip
    mark = forms.CharField(
        label=_("Letter in lists"),
        max_length=1,
        required=False,
        help_text=_("Left empty, it is the first of the name."),
    )

    def __init__(self, person: Person, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = channel.slug if channel else ""
        self._taken = set(channels_of(person.workspace).values_list("slug", flat=True)) - {own}

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower() or slugify(self.cleaned_data.get("name", ""))[:60]
        if not slug and self.cleaned_data.get("name"):
            raise forms.ValidationError(_("A channel needs a short name, such as “forum”."))
        if slug in self._taken:
            raise forms.ValidationError(_("There is already a channel with this short name. Choose another."))
        return slug

    def clean_mark(self) -> str:
        mark: str = self.cleaned_data["mark"] or self.cleaned_data.get("name", "")[:1]
        return mark.upper()


class ChangeForm(NamesForm):
    """How a channel is called here, and how its answers show who wrote them (S2-01)."""

    byline = forms.ChoiceField(
        label=_("Who is named below an answer?"), choices=[(one, BYLINES[one]) for one in states.BYLINES],
        widget=forms.RadioSelect, required=False,
        help_text=_("People like to know whom they talk to. It counts as part of the text."),
    )  # fmt: skip

    legal_notice_url = forms.URLField(
        label=_("Legal notice"), max_length=500, required=False, assume_scheme="https",
        help_text=_("The address of the imprint that is named there. The law asks for one wherever an organisation speaks."),
        error_messages={"invalid": _("This is no address. It looks like https://example.org/impressum.")},
    )  # fmt: skip
    serves_keys = forms.MultipleChoiceField(
        label=_("For which objectives?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Objectives of the plan in force. Without one nobody can say whether the channel is worth its hours."),
    )  # fmt: skip

    def __init__(self, person: Person, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(person, *args, channel=channel, **kwargs)
        offer_objectives(self, person, channel.serves_keys)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned.setdefault("serves_keys", [])
        return cleaned

    def clean_byline(self) -> str:
        byline: str = self.cleaned_data["byline"] or self.initial.get("byline", states.NOBODY_NAMED)
        return byline


class ConsiderForm(NamesForm):
    """A presence the team thinks about (S3-19)."""

    kind = forms.ChoiceField(
        label=_("What would it be?"),
        choices=[(one, CHANNEL_KINDS[one]) for one in states.CHANNEL_KINDS if one != "archive"],
    )
    serves_keys = forms.MultipleChoiceField(
        label=_("For which objectives?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = ("name", "slug", "kind", "serves_keys", "mark")

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(person, *args, **kwargs)
        offer_objectives(self, person, ())


def offer_objectives(form: forms.Form, person: Person, chosen: Sequence[str]) -> None:
    """The objectives of the plan in force to choose from, with those chosen that it no longer has; no field without any."""
    known = {one.key: one.name for one in purposes(person) if one.layer == OBJECTIVES}
    gone = {key: _("No longer in the plan") for key in chosen if key not in known}
    field = cast("forms.MultipleChoiceField", form.fields["serves_keys"])
    field.choices = [*known.items(), *gone.items()]
    if not (known or gone):
        del form.fields["serves_keys"]


class _AskingForm(forms.Form):
    """The questions of a network's log-in as fields; an error may name the question it belongs to.

    `connected`: the account that is connected already, where that is the error.
    """

    connected: Account | None = None

    def ask(self, kind: str, login: Login) -> None:
        for question in login.questions:
            label, help_text = NETWORKS[kind].questions.get(question.name, (question.name, ""))
            # What was typed comes back with an error, a password too: it is shown as dots to the person who typed it.
            attributes = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
            if question.example:
                attributes["placeholder"] = question.example
            widget = (
                forms.PasswordInput(attributes, render_value=True)
                if question.is_secret
                else forms.TextInput(attributes)
            )
            self.fields[ASKED + question.name] = forms.CharField(
                label=str(label), help_text=str(help_text), required=question.is_required, max_length=500, widget=widget,
                error_messages={"required": _("Nothing can be connected without it.")},
            )  # fmt: skip

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions as they are drawn."""
        return [self[name] for name in self.fields if name.startswith(ASKED)]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by the questions' own names."""
        return {name.removeprefix(ASKED): value for name, value in self.cleaned_data.items() if name.startswith(ASKED)}

    @property
    def wishes(self) -> Mapping[str, str]:
        """What was typed and is no secret, to fill the form again."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if not isinstance(self.fields[name].widget, forms.PasswordInput)
        }

    def tell(self, error: Exception) -> None:
        """Put the sentence of an error where it belongs."""
        name, self.connected = ASKED + getattr(error, "question", ""), getattr(error, "account", None)
        self.add_error(name if name in self.fields else None, str(error))


class ConnectForm(NamesForm, _AskingForm):
    """A channel on one of the networks."""

    kind = forms.ChoiceField(
        label=_("How do people talk there?"), choices=PLACES, widget=forms.RadioSelect, initial="own_forum"
    )

    field_order = ("name", "slug", "kind", "mark")

    def __init__(self, person: Person, network: str, login: Login, *args: Any, **kwargs: Any) -> None:
        super().__init__(person, *args, **kwargs)
        if network != states.PRACTICE:
            del self.fields["kind"]
        self.place = NETWORKS[network].place
        # A presence that waits for an account is taken up by its short name.
        self._taken -= planned_slugs(person.workspace)
        self.ask(network, login)

    @property
    def channel_kind(self) -> str:
        """What the person chose on the practice network; elsewhere what the network is."""
        kind: str = self.cleaned_data.get("kind", self.place)
        return kind


class LogInForm(_AskingForm):
    """Log in again to an account that is known."""

    def __init__(self, account: Account, login: Login, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask(account.kind, login)
        for question in login.questions:
            if not question.is_secret and question.name in account.settings:
                self.initial.setdefault(ASKED + question.name, account.settings[question.name])
