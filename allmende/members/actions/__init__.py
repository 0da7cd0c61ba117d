"""The only writers of this room, one file per matter."""

from collections.abc import Mapping

from allmende.members.actions.blank_places import blanking
from allmende.members.actions.erase import ERASING, CannotErase, erase, erase_due
from allmende.members.actions.keep_note import add_note, put_note_back, take_note_away
from allmende.members.actions.meet import meet
from allmende.members.actions.merge_members import CannotMerge, merge_members, part_members
from allmende.members.actions.save_rule import CannotSetRule, drop_rule, put_rule_back, set_actor_rules, set_rule
from allmende.members.actions.save_segment import bring_segment_back, put_segment_away, save_segment
from allmende.members.actions.set_stages import set_stages
from allmende.members.actions.tell_by_name import Taken, join_by_name, take_trait_table
from allmende.members.actions.tell_facts import (
    CannotTell,
    forget_erased,
    forget_told,
    join_group,
    leave_group,
    tell_traits,
    undo_telling,
)
from allmende.members.audit import GROUP_SAVED
from allmende.members.models import Segment
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "told": undo_telling,
    "merging": part_members,
    "group": undo_fields(
        right="members.member.edit",
        verb=GROUP_SAVED,
        rows=lambda person: Segment.objects.filter(workspace=person.workspace),
    ),
}

__all__ = [
    "ERASING",
    "UNDO",
    "CannotErase",
    "CannotMerge",
    "CannotSetRule",
    "CannotTell",
    "Taken",
    "add_note",
    "blanking",
    "bring_segment_back",
    "drop_rule",
    "erase",
    "erase_due",
    "forget_erased",
    "forget_told",
    "join_by_name",
    "join_group",
    "leave_group",
    "meet",
    "merge_members",
    "part_members",
    "put_note_back",
    "put_rule_back",
    "put_segment_away",
    "save_segment",
    "set_actor_rules",
    "set_rule",
    "set_stages",
    "take_note_away",
    "take_trait_table",
    "tell_traits",
    "undo_telling",
]
