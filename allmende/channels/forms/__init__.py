"""What a person types here: a new channel, a stop of publishing, an import, what shall become of many in the queue."""

from allmende.channels.forms.activity import ActivityForm
from allmende.channels.forms.channels import ChangeForm, ConnectForm, ConsiderForm, LogInForm, NamesForm
from allmende.channels.forms.farewell import FarewellForm
from allmende.channels.forms.holds import HoldForm
from allmende.channels.forms.settling import SettleForm, filters_in, picked_in

__all__ = [
    "ActivityForm",
    "ChangeForm",
    "ConnectForm",
    "ConsiderForm",
    "FarewellForm",
    "HoldForm",
    "LogInForm",
    "NamesForm",
    "SettleForm",
    "filters_in",
    "picked_in",
]
