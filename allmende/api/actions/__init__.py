"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.api.actions.forget_named import ERASING
from allmende.api.actions.forget_sent import forget_sent
from allmende.api.actions.make_token import make_token
from allmende.api.actions.note_call import TooManyCalls, note_call
from allmende.api.actions.revoke_token import revoke_left_behind, revoke_token, undo_revoke
from allmende.api.actions.send_evidence import KeyReused, PlanChanged, RowIdReused, Sent, send_evidence
from allmende.team.actions import Undo

UNDO: Mapping[str, Undo] = {"token_revoked": undo_revoke}

__all__ = [
    "ERASING",
    "UNDO",
    "KeyReused",
    "PlanChanged",
    "RowIdReused",
    "Sent",
    "TooManyCalls",
    "forget_sent",
    "make_token",
    "note_call",
    "revoke_left_behind",
    "revoke_token",
    "send_evidence",
]
