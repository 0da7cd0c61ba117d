"""The only writers of this room, one file per verb."""

from allmende.team.actions.change_record import StaleRevision, change_record
from allmende.team.actions.create_workspace import create_workspace
from allmende.team.actions.join_person import join_person
from allmende.team.actions.make_guest_link import make_guest_link
from allmende.team.actions.make_login_link import make_login_link
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.revoke_guest_link import revoke_guest_link
from allmende.team.actions.see_notices import see_notices
from allmende.team.actions.send_notice import send_notice
from allmende.team.actions.set_appearance import set_appearance
from allmende.team.actions.use_login_link import use_login_link

__all__ = [
    "StaleRevision",
    "change_record",
    "create_workspace",
    "join_person",
    "make_guest_link",
    "make_login_link",
    "record_audit",
    "revoke_guest_link",
    "see_notices",
    "send_notice",
    "set_appearance",
    "use_login_link",
]
