"""The only writers of this room, one file per verb."""

from allmende.team.actions.create_workspace import create_workspace
from allmende.team.actions.join_person import join_person
from allmende.team.actions.record_audit import record_audit

__all__ = ["create_workspace", "join_person", "record_audit"]
