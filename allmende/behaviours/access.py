"""Give a person the definition they ask for, or behave as if it did not exist."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, ChannelStart, LabelSample
from allmende.team.models import Person


def find_start(person: Person, pk: int) -> ChannelStart:
    """Where an objective's work began, in the person's workspace, or 404."""
    return get_object_or_404(ChannelStart.objects.select_related("channel"), workspace=person.workspace, pk=pk)


def find_definition(person: Person, key: str) -> BehaviourDefinition:
    """The version in force of this key in the person's workspace, or 404."""
    rows = BehaviourDefinition.objects.select_related("workspace")
    return get_object_or_404(rows, workspace=person.workspace, key=key, state=states.IN_FORCE)


def find_draft(person: Person, pk: UUID) -> BehaviourDefinition:
    """This draft of the person's workspace, or 404."""
    rows = BehaviourDefinition.objects.select_related("workspace", "updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=pk, state=states.DRAFT)


def find_sample(person: Person, pk: UUID) -> LabelSample:
    """This sample of the person's workspace, or 404."""
    rows = LabelSample.objects.select_related("workspace", "definition__workspace", "coder", "second_coder")
    return get_object_or_404(rows, workspace=person.workspace, pk=pk)
