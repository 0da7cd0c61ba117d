"""The only writers of this room, one file per verb."""

from allmende.team.actions.change_person import CannotChange, change_person, end_access
from allmende.team.actions.change_record import StaleRevision, change_record
from allmende.team.actions.change_workspace import change_workspace
from allmende.team.actions.create_workspace import create_workspace
from allmende.team.actions.introduce_user import introduce_user
from allmende.team.actions.invite_person import Invitation, invite_person
from allmende.team.actions.join_person import CannotInvite, join_person
from allmende.team.actions.make_guest_link import make_guest_link
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.relink_person import CannotRelink, relink_person
from allmende.team.actions.revoke_guest_link import revoke_guest_link
from allmende.team.actions.save_hours import add_hours, close_day, open_day, save_hours
from allmende.team.actions.see_notices import see_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.set_appearance import set_appearance
from allmende.team.actions.undo_change import CannotUndo, restore_record, stale_undo, undo_change
from allmende.team.actions.use_login_link import use_login_link

__all__ = [
    "CannotChange",
    "CannotInvite",
    "CannotRelink",
    "CannotUndo",
    "Invitation",
    "StaleRevision",
    "add_hours",
    "change_person",
    "change_record",
    "change_workspace",
    "close_day",
    "create_workspace",
    "end_access",
    "introduce_user",
    "invite_person",
    "join_person",
    "make_guest_link",
    "make_login_link",
    "open_day",
    "record_audit",
    "relink_person",
    "restore_record",
    "revoke_guest_link",
    "save_hours",
    "see_notices",
    "send_notice",
    "set_appearance",
    "stale_undo",
    "undo_change",
    "use_login_link",
]
