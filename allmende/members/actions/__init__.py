"""The only writers of this room, one file per matter."""

from allmende.members.actions.keep_note import add_note, put_note_back, take_note_away
from allmende.members.actions.meet import meet
from allmende.members.actions.save_rule import CannotSetRule, drop_rule, put_rule_back, set_actor_rules, set_rule

__all__ = [
    "CannotSetRule",
    "add_note",
    "drop_rule",
    "meet",
    "put_note_back",
    "put_rule_back",
    "set_actor_rules",
    "set_rule",
    "take_note_away",
]
