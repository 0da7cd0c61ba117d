"""What a person types to send a question to somebody outside."""

from collections.abc import Sequence
from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Message
from allmende.inbox import actions
from allmende.inbox.forms.questions import AskForm
from allmende.inbox.models import Conversation, Inquiry
from allmende.team.models import Person


class ForwardForm(AskForm):
    """Whom to ask, what, which messages go along, and until when."""

    field_order = ("name", "email")
    name = forms.CharField(
        label=_("Who is asked?"),
        max_length=120,
        error_messages={"required": _("Nothing was sent. Write who is asked, and their e-mail address.")},
    )
    email = forms.EmailField(label=_("Their e-mail address"))
    messages = forms.MultipleChoiceField(label=_("Which messages go along?"), required=False)
    shows_names = forms.BooleanField(label=_("With the names of those who wrote them"), required=False)
    knows_private = forms.BooleanField(label=_("Private messages may go along too"), required=False)
    due_date = forms.DateField(label=_("Answer needed by"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    open_until = forms.DateField(
        label=_("The link is open until"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The end of that day. You can close it sooner on the page of the question."),
    )

    def __init__(self, typed: object, turns: Sequence[Message], due: date, open_until: date) -> None:
        super().__init__(typed, initial={"due_date": due, "open_until": open_until})  # type: ignore[arg-type]
        self.turns = {str(one.pk): one for one in turns}
        self.fields["messages"].choices = [(key, key) for key in self.turns]  # type: ignore[attr-defined]

    @property
    def picked(self) -> Sequence[str]:
        """The messages that are ticked."""
        found: Sequence[str] = self["messages"].value() or ()
        return found

    def send(self, *, person: Person, conversation: Conversation, now: datetime) -> Inquiry:
        """Send it out of the conversation. Raises CannotInquire."""
        said = dict(self.cleaned_data)
        passages = [self.turns[key] for key in said.pop("messages")]
        return actions.forward(person=person, conversation=conversation, passages=passages, now=now, **said)
