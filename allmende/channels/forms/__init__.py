"""What a person types here: a new channel, a stop of publishing, an import."""

from allmende.channels.forms.channels import ChangeForm, ConnectForm, LogInForm, NamesForm
from allmende.channels.forms.holds import HoldForm

__all__ = ["ChangeForm", "ConnectForm", "HoldForm", "LogInForm", "NamesForm"]
