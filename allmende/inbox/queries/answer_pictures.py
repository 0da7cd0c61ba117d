"""The pictures of an answer, as its form and its second reader see them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import QuerySet

from allmende.channels.models import Media
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading
from allmende.team.models import Person, Workspace

IN_FORM = {"reading__isnull": True, "dispatch__isnull": True}


def pictures_in_form(conversation: Conversation, person: Person) -> "QuerySet[AnswerPicture]":
    """What the person put into the form of their answer here, in order; one query."""
    rows = AnswerPicture.objects.filter(conversation=conversation, person=person, **IN_FORM)
    return rows.select_related("media")


def begun_pictures(
    conversation: Conversation, person: Person, reading: SecondReading | None
) -> Sequence[AnswerPicture]:
    """What the form begins with: one's own pictures, else those of a colleague's answer whose words it begins with.

    No query where there are none, for a conversation of `access.find_conversation`.
    """
    if getattr(conversation, "has_pictures", True):
        return list(pictures_in_form(conversation, person))
    if reading is not None and reading.asked_by_id != person.pk:
        return list(reading.pictures.select_related("media"))
    return []


def media_named(workspace: Workspace, keys: Sequence[UUID]) -> Mapping[UUID, Media]:
    """Pictures of the workspace by id; others are none. One query."""
    return Media.objects.filter(workspace=workspace).in_bulk(list(keys))
