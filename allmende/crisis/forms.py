"""What people type when it burns, before and after."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.crisis import states
from allmende.crisis.catalogue import CLUSTER_WORDS, FACT_WORDS, LESSON_WORDS
from allmende.crisis.models import Incident
from allmende.crisis.queries import practice_channels, scale_of, speaking_channels
from allmende.plan.queries import objectives_in_force
from allmende.team.models import Person, TrainingUnit, Workspace
from allmende.team.queries import acting_people, people_of, units_of_training
from allmende.team.states import EXERCISE

MOMENT = {"type": "datetime-local"}
WEIGHTS = [(number, str(number)) for number in range(1, 6)]


def _text(label: Any, most: int, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **more)


def _moment(label: Any, **more: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs=MOMENT, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **more)


def _one_of(words: Any) -> list[tuple[str, Any]]:
    return [*words.items()]


class RevisedForm(forms.Form):
    """A form about something several people change: it knows which writing it saw."""

    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        """As the room's actions take them."""
        given = dict(self.cleaned_data)
        return {"revision": given.pop("seen_revision")} | given


class DeclareForm(forms.Form):
    """It burns, or we practise that it does."""

    title = forms.CharField(
        label=_("What is it, in a few words?"), max_length=160, help_text=_("Everybody will call it that.")
    )
    level = forms.TypedChoiceField(label=_("Which level?"), coerce=int, widget=forms.RadioSelect)
    cause = _text(
        _("What do you see?"), 500, 2, help_text=_("Your reason; it is the first line of the log."),
    )  # fmt: skip
    channels: "forms.ModelMultipleChoiceField[Channel]" = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Where?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: everywhere."),
    )  # fmt: skip
    signal = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, workspace: Workspace, *args: Any, is_drill: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale_of(workspace)
        self.fields["level"].choices = [(one.number, one.name) for one in self.scale]  # type: ignore[attr-defined]
        rows = practice_channels(workspace) if is_drill else speaking_channels(workspace)
        self.fields["channels"].queryset = rows  # type: ignore[attr-defined]
        if is_drill:
            self.fields["channels"].required = True
            self.fields["channels"].help_text = _("Channels of the practice network only. No real account is touched.")
            self.fields["channels"].error_messages["required"] = _("Choose at least one channel to practise in.")


class LevelForm(forms.Form):
    """Up or down, and why."""

    level = forms.TypedChoiceField(label=_("Which level?"), coerce=int, widget=forms.RadioSelect)
    reason = _text(_("What do you see?"), 500, 2, help_text=_("The reason stands in the log."))

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scale = scale_of(workspace)
        self.fields["level"].choices = [(one.number, one.name) for one in self.scale]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """It is over, and by what we see it."""

    reason = _text(_("By what do you see that it is over?"), 500, 2)


class DismissForm(forms.Form):
    """It is no crisis."""

    reason = forms.CharField(label=_("No crisis, because"), max_length=300)


class LogForm(forms.Form):
    """One line of the log."""

    text = forms.CharField(label=_("What happened, or what was decided?"), max_length=4000)
    is_decision = forms.BooleanField(label=_("a decision"), required=False)

    def values(self) -> dict[str, Any]:
        kind = states.DECISION if self.cleaned_data["is_decision"] else states.NOTE
        return {"text": self.cleaned_data["text"], "kind": kind}


class FactForm(RevisedForm):
    """Known, unknown or assumed."""

    kind = forms.ChoiceField(label=_("Is it"), choices=_one_of(FACT_WORDS), widget=forms.RadioSelect)
    text = forms.CharField(label=_("In one sentence"), max_length=500)
    source = forms.CharField(label=_("Who confirmed it, or who finds out?"), max_length=160, required=False)
    answer_by_at = _moment(_("Answer by"), required=False, help_text=_("For what is unknown or assumed."))


class LineForm(RevisedForm):
    """What we say, by one voice."""

    line = _text(_("What do we say?"), 3000, 5, required=False, help_text=_("Whoever answers keeps to it."))
    never_say = _text(_("What do we not say?"), 1000, 2, required=False)
    spokesperson = forms.CharField(label=_("Whose voice?"), max_length=120, required=False)
    public_text = _text(
        _("What do our public pages say?"), 3000, 4, required=False,
        help_text=_("Anybody reads it on your own pages, beside the netiquette and where content is reported, until the incident is over."),
    )  # fmt: skip

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if incident.is_drill:
            del self.fields["public_text"]


class AboutForm(RevisedForm):
    """Who leads, who is affected, why we are in it, what ends it, what it touches and costs."""

    title = forms.CharField(label=_("Name"), max_length=160)
    led_by: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        queryset=None, label=_("Who leads?"), empty_label=None
    )
    cluster = forms.ChoiceField(label=_("Which responsibility?"), required=False)
    affected = _text(_("Who is affected, and what do they need now?"), 2000, 3, required=False)
    step_down = _text(_("By what do we see that the level goes down?"), 1000, 2, required=False)
    serves_keys = forms.MultipleChoiceField(
        label=_("Which objectives does it touch?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    cost = forms.CharField(
        label=_("What did it cost?"), max_length=300, required=False, help_text=_("Hours, money, members who left.")
    )

    def __init__(self, workspace: Workspace, leader: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = acting_people(workspace) | people_of(workspace).filter(pk=leader.pk)
        self.fields["led_by"].queryset = rows  # type: ignore[attr-defined]
        self.fields["cluster"].choices = [("", _("not known yet")), *CLUSTER_WORDS.items()]  # type: ignore[attr-defined]
        objectives = [(one.key, f"{one.code} {one.short_name}") for one in objectives_in_force(workspace)]
        self.fields["serves_keys"].choices = objectives  # type: ignore[attr-defined]
        if not objectives:
            del self.fields["serves_keys"]


class UpdateForm(forms.Form):
    """When those affected hear from us again."""

    at = _moment(_("We are back at"))


class SayForm(forms.Form):
    """A holding statement, and where it is said."""

    text = _text(_("What do members read?"), 5000, 8, help_text=_("Fill in what stands in square brackets."))
    channels: "forms.ModelMultipleChoiceField[Channel]" = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Where?"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one channel.")},
    )  # fmt: skip

    def __init__(self, workspace: Workspace, is_drill: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = practice_channels(workspace) if is_drill else speaking_channels(workspace)
        self.fields["channels"].queryset = rows  # type: ignore[attr-defined]


class DebriefForm(RevisedForm):
    """What happened, what helped, what did not."""

    what_happened = _text(_("What happened, and why?"), 4000, 4, required=False)
    went_well = _text(_("What helped?"), 4000, 3, required=False)
    went_badly = _text(_("What did not, or was missing?"), 4000, 3, required=False)


class LessonForm(forms.Form):
    """A decision of the debrief."""

    kind = forms.ChoiceField(label=_("It concerns"), choices=_one_of(LESSON_WORDS))
    text = forms.CharField(label=_("What changes, in one sentence?"), max_length=500)
    owner: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        queryset=None, label=_("Who carries it out?"), required=False, empty_label=_("nobody yet")
    )
    due_date = forms.DateField(
        label=_("By when?"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = acting_people(workspace)  # type: ignore[attr-defined]


class PracticeForm(forms.Form):
    """Who took part in a drill, and which training that was."""

    unit: "forms.ModelChoiceField[TrainingUnit]" = forms.ModelChoiceField(
        queryset=None, label=_("Which training was it?"), empty_label=None,
        error_messages={"required": _("Choose which training it was.")},
    )  # fmt: skip
    people: "forms.ModelMultipleChoiceField[Person]" = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Who took part?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_of_training(workspace).filter(kind=EXERCISE)  # type: ignore[attr-defined]
        self.fields["people"].queryset = people_of(workspace)  # type: ignore[attr-defined]

    @property
    def has_units(self) -> bool:
        """Is any exercise among the trainings here?"""
        return bool(self.fields["unit"].queryset)  # type: ignore[attr-defined]


class StatementForm(RevisedForm):
    """Words prepared for a case."""

    title = forms.CharField(label=_("What may happen?"), max_length=120)
    source = forms.CharField(label=_("Who would bring it up?"), max_length=120, required=False)
    severity = forms.TypedChoiceField(label=_("How bad, 1 to 5?"), coerce=int, choices=WEIGHTS, initial=3)
    weight = forms.TypedChoiceField(
        label=_("How much does their word weigh, 1 to 5?"), coerce=int, choices=WEIGHTS, initial=3
    )
    reaction = forms.CharField(label=_("What do we do first?"), max_length=500, required=False)
    text = _text(
        _("What do we say first?"), 5000, 6,
        help_text=_("Put what nobody can know yet into square brackets, such as [time]: it must be filled in before it leaves."),
    )  # fmt: skip


class MentionForm(forms.Form):
    """An article or a broadcast about us."""

    outlet = forms.CharField(label=_("Which medium?"), max_length=120)
    title = forms.CharField(label=_("What did it write?"), max_length=200)
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    weight = forms.TypedChoiceField(
        label=_("How far does it reach, 1 to 5?"), coerce=int, choices=WEIGHTS, initial=2,
        help_text=_("1 a small blog, 3 a regional paper, 5 the evening news."),
    )  # fmt: skip
    seen_at = _moment(_("When?"))


class EscalationLevelForm(RevisedForm):
    """What a level says."""

    name = forms.CharField(label=_("Name"), max_length=60)
    own_channels = _text(_("How do we see it in our channels?"), 1000, 2, required=False)
    media = _text(_("How do we see it in the media?"), 1000, 2, required=False)  # type: ignore[assignment]
    informs = forms.CharField(label=_("Who is told?"), max_length=300, required=False)
    inform_minutes = forms.IntegerField(
        label=_("Within how many minutes?"), min_value=1, max_value=10080, required=False
    )
    decider = forms.CharField(label=_("Who decides?"), max_length=160, required=False)
    allowed_speech = _text(_("Who may say what?"), 1000, 2, required=False, help_text=_("Whoever answers keeps to it."))
    steps = _text(_("What is done?"), 2000, 4, required=False, help_text=_("One step on each line."))
    holds_posts = forms.BooleanField(
        label=_("Posts are held"),
        required=False,
        help_text=_("From level 4 on always. Replies and holding statements go on."),
    )
    update_minutes = forms.IntegerField(
        label=_("Minutes between two updates for those affected"), min_value=5, max_value=10080, required=False
    )


class ContactForm(forms.Form):
    """Whom a level calls."""

    colleague: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        queryset=None, label=_("A colleague"), required=False, empty_label=_("somebody without an account")
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=60, required=False)

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["colleague"].queryset = acting_people(workspace)  # type: ignore[attr-defined]
