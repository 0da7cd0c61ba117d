"""Say what bears a label that definitions ask for, and put a group away that none asks for."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours import states
from allmende.behaviours.audit import LABEL_DROPPED, LABEL_TOLD
from allmende.behaviours.models import LabelRule
from allmende.behaviours.queries.definitions import name_of
from allmende.behaviours.queries.facts import uses_of_groups
from allmende.domain.folding import fold_text
from allmende.members.actions import CannotTell, put_segment_away
from allmende.members.models import Segment
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "behaviours.definition.edit"
# No tag is longer, folded: one letter may become two.
LONGEST_FOLDED = 80


@transaction.atomic
def tell_label(*, person: Person, label: str, tag: str, situation: int, now: datetime) -> LabelRule:
    """Let conversations with this tag, or those in which a person chose this situation, bear the label.

    Raises CannotTell unless it is exactly one of the two, or where that is said already.
    """
    require(person, EDIT)
    folded = fold_text(" ".join(tag.split()))
    if not label.strip() or len(folded) > LONGEST_FOLDED or bool(folded) == bool(situation):
        raise CannotTell(
            _("Not saved: give the label a name, and choose either a tag or a situation that stands for it.")
        )
    lock_workspace(person.workspace_id)
    rule, is_new = LabelRule.objects.get_or_create(
        workspace=person.workspace, label=label.strip(), tag=folded, situation=situation,
        defaults={"told_by": person, "told_at": now},
    )  # fmt: skip
    if not is_new:
        raise CannotTell(_("Not saved: that is said already."))
    _record(person, LABEL_TOLD, rule, now)
    return rule


@transaction.atomic
def drop_label(*, person: Person, now: datetime, pk: int) -> dict[str, object]:
    """It bears the label no longer. Returns what an undo needs. Raises CannotUndo where it is gone already."""
    require(person, EDIT)
    rule = LabelRule.objects.filter(workspace=person.workspace, pk=pk).first()
    if rule is None:
        raise stale_undo()
    held: dict[str, object] = {"label": rule.label, "tag": rule.tag, "situation": rule.situation}
    _record(person, LABEL_DROPPED, rule, now)
    rule.delete()
    return held


@transaction.atomic
def undo_label(*, person: Person, now: datetime, pk: int) -> None:
    """The undo of telling a label."""
    drop_label(person=person, now=now, pk=pk)


@transaction.atomic
def restore_label(*, person: Person, now: datetime, label: str, tag: str, situation: int) -> None:
    """The undo of dropping a label. Raises CannotUndo where it was told anew."""
    try:
        tell_label(person=person, label=label, tag=tag, situation=situation, now=now)
    except CannotTell as refused:
        raise stale_undo() from refused


@transaction.atomic
def put_group_away(*, person: Person, segment: Segment, now: datetime) -> None:
    """Put a group away, unless a definition in force asks for it: that would count nobody from then on. Raises CannotTell."""
    lock_workspace(person.workspace_id)
    uses = uses_of_groups(person.workspace).get(segment.key, [])
    names = [name_of(one) for one in uses if one.state == states.IN_FORCE]
    if names:
        raise CannotTell(
            _("Not put away: %(names)s counts by this group. Change that definition first.")
            % {"names": ", ".join(names)}
        )
    put_segment_away(person=person, segment=segment, now=now)


def _record(person: Person, verb: str, rule: LabelRule, now: datetime) -> None:
    after = {"label": rule.label, "tag": rule.tag, "situation": rule.situation}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=rule, now=now, after=after)
