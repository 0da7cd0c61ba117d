"""What a person types to ask a department or an expert, and what those answer."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allmende.inbox import actions, states
from allmende.inbox.models import Conversation, Inquiry
from allmende.inbox.queries import InquirePage, Load
from allmende.team.models import Person

NO_WHOM = _("Nobody was asked. Choose a department or an expert from the list.")


class AskForm(forms.Form):
    """What is asked, whoever is asked."""

    topic = forms.CharField(
        label=_("Product or topic"),
        max_length=120,
        required=False,
        help_text=_("Stands in lists and in the subject of the e-mail."),
    )
    question = forms.CharField(
        label=_("What is to be answered?"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In words somebody understands who was not there. Leave out what says who the member is."),
        error_messages={"required": _("Nobody was asked. Write down what is to be answered.")},
    )


class InquireForm(AskForm):
    """Whom to ask, what, and until when."""

    field_order = ("whom",)
    whom = forms.ChoiceField(
        label=_("Whom do we ask?"), error_messages={"required": NO_WHOM, "invalid_choice": NO_WHOM}
    )
    due_date = forms.DateField(
        label=_("Answer needed by"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: as agreed with the expert, or within five working days for a department."),
    )
    email = forms.EmailField(
        label=_("E-mail of somebody there without an account"),
        required=False,
        help_text=_("For departments only: they get a link to this one question."),
    )

    def __init__(self, typed: Any, page: InquirePage) -> None:
        super().__init__(typed, initial={"question": page.question})
        self.page = page
        self.departments = {f"unit:{one.pk}": one for one in page.departments}
        self.experts = {f"expert:{one.expert.pk}": one for one in page.loads}
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            ("", gettext("please choose")),
            (gettext("Departments"), [(key, one.name) for key, one in self.departments.items()]),
            (gettext("Experts"), [(key, _expert_words(one)) for key, one in self.experts.items()]),
        ]

    def ask(self, *, person: Person, conversation: Conversation, now: datetime) -> Inquiry:
        """Carry it out of the conversation. Raises CannotInquire."""
        said = self.cleaned_data
        given = {"question": said["question"], "topic": said["topic"], "now": now}
        if said["whom"] in self.experts:
            expert, due = self.experts[said["whom"]].expert, said["due_date"]
            return actions.ask_expert(person=person, conversation=conversation, expert=expert, due_date=due, **given)
        return actions.ask_department(
            person=person, conversation=conversation, unit=self.departments[said["whom"]], email=said["email"],
            due_date=said["due_date"] or self.page.department_due, **given,
        )  # fmt: skip


def _expert_words(load: Load) -> str:
    expert = load.expert
    said = f"{expert.name}: {', '.join(expert.topics)}"
    if load.is_full:
        return f"{said} ({gettext('takes nothing more at the moment')})"
    days = ngettext("answers within %(days)d working day", "answers within %(days)d working days", expert.answer_days)
    return f"{said} ({days % {'days': expert.answer_days}})"


class AnswerForm(forms.Form):
    """The answer of whoever was asked; somebody of the team who writes it down says whose it is."""

    answer = forms.CharField(
        label=_("The answer"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Nothing was written down: the answer is still empty.")},
    )
    name = forms.CharField(label=_("Who said it?"), max_length=120)
    minutes = forms.IntegerField(
        label=_("Minutes it took"),
        required=False,
        min_value=0,
        max_value=1440,
        help_text=_("Counts towards the hours that were agreed on."),
    )

    def __init__(self, *args: Any, needs_name: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_name:
            del self.fields["name"]


class GuestAnswerForm(AnswerForm):
    """What somebody without an account says over their link: an answer, a promise, or that they cannot."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    answer = forms.CharField(
        label=_("Your answer"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    reason = forms.CharField(label=_("If you cannot: why?"), max_length=500, required=False)

    def say(self, inquiry: Inquiry, now: datetime) -> str:
        """Do what the pressed button says; which it was. Raises CannotAnswer."""
        said, what = self.cleaned_data, self.data.get("what", "")
        if what == states.ACCEPTED:
            actions.accept_inquiry(inquiry=inquiry, person=None, now=now)
        elif what == states.DECLINED:
            actions.decline_inquiry(inquiry=inquiry, person=None, reason=said["reason"], now=now)
        else:
            what = states.ANSWERED
            actions.answer_inquiry(
                inquiry=inquiry, person=None, answer=said["answer"], name=said["name"], minutes=said["minutes"], now=now
            )
        return what
