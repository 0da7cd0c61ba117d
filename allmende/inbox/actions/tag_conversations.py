"""Group conversations by words of one's own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.domain.folding import fold_text
from allmende.inbox import audit
from allmende.inbox.models import Conversation, Tag, Tagging
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

LONGEST = 40
MOST = 12


class CannotTag(Exception):
    """Nothing was changed; the message says why."""


@transaction.atomic
def tag_conversations(
    *, person: Person, conversations: Sequence[Conversation], name: str, now: datetime
) -> tuple[str, list[int]]:
    """Let all bear a tag: as the workspace writes it, and the ids of those that had not borne it. Raises CannotTag."""
    require(person, "inbox.conversation.sort")
    written = " ".join(name.split())
    folded = fold_text(written)
    if not folded.strip():
        raise CannotTag(_("Not tagged. Write a word with at least one letter."))
    if len(written) > LONGEST:
        raise CannotTag(_("Not tagged. A tag has at most %(most)s characters.") % {"most": LONGEST})
    lock_workspace(person.workspace_id)
    tag, _is_new = Tag.objects.get_or_create(workspace=person.workspace, folded=folded, defaults={"name": written})
    ids = [one.pk for one in conversations]
    rows = Conversation.objects.select_for_update().filter(workspace=person.workspace, pk__in=ids)
    free = list(rows.exclude(taggings__tag=tag).order_by("pk"))
    if any(len(one.tags) >= MOST for one in free):
        raise CannotTag(
            _("Not tagged. A conversation bears at most %(most)s tags; take one off first.") % {"most": MOST}
        )
    Tagging.objects.bulk_create(Tagging(conversation=one, tag=tag) for one in free)
    for one in free:
        _write(one)
        _audit(person, audit.TAGGED, one, tag.name, now)
    return tag.name, [one.pk for one in free]


@transaction.atomic
def untag_conversation(*, person: Person, conversation: Conversation, name: str, now: datetime) -> bool:
    """Take a tag off; False if it was not there."""
    require(person, "inbox.conversation.sort")
    lock_workspace(person.workspace_id)
    one = Conversation.objects.select_for_update().get(pk=conversation.pk, workspace=person.workspace)
    taken, _each = Tagging.objects.filter(conversation=one, tag__folded=fold_text(name)).delete()
    if taken:
        _write(one)
        _audit(person, audit.UNTAGGED, one, name, now)
    return bool(taken)


@transaction.atomic
def undo_tag(*, person: Person, conversations: Sequence[int], name: str, now: datetime) -> None:
    """Take a tag off those again that were given it. Raises CannotUndo if none bears it any more."""
    rows = Conversation.objects.filter(workspace=person.workspace, pk__in=conversations)
    taken = [untag_conversation(person=person, conversation=one, name=name, now=now) for one in rows.order_by("pk")]
    if not any(taken):
        raise stale_undo()


@transaction.atomic
def undo_untag(*, person: Person, conversation: int, name: str, now: datetime) -> None:
    """Let it bear the tag again that was taken off."""
    one = Conversation.objects.filter(workspace=person.workspace, pk=conversation).first()
    if one is None:
        raise stale_undo()
    tag_conversations(person=person, conversations=[one], name=name, now=now)


def _write(conversation: Conversation) -> None:
    names = conversation.taggings.order_by("tag__folded").values_list("tag__name", flat=True)
    Conversation.objects.filter(pk=conversation.pk).update(tags=list(names))


def _audit(person: Person, verb: str, conversation: Conversation, name: str, now: datetime) -> None:
    after = {"tag": name}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=conversation, now=now, after=after)
