"""What people choose and write in this room."""

from allmende.behaviours.forms.definition import BeginForm, DefinitionForm, LeastForm, initial_of
from allmende.behaviours.forms.samples import AsideForm, DrawForm
from allmende.behaviours.forms.told import GroupForm, LabelForm, PeopleForm, TraitsForm

__all__ = [
    "AsideForm",
    "BeginForm",
    "DefinitionForm",
    "DrawForm",
    "GroupForm",
    "LabelForm",
    "LeastForm",
    "PeopleForm",
    "TraitsForm",
    "initial_of",
]
