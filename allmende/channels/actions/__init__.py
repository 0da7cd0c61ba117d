"""The only writers of this room, one file per verb."""

from allmende.channels.actions.collect_due import collect_channel, collect_due
from allmende.channels.actions.connect_account import (
    CannotChoose,
    CannotConnect,
    CannotGoLive,
    choose_channel,
    connect_account,
    pause_channel,
    set_live,
)
from allmende.channels.actions.declare_hold import (
    CannotHold,
    CannotRelease,
    declare_hold,
    drop_held,
    end_hold,
    release_held,
)
from allmende.channels.actions.end_pause import CannotEndPause, end_pause
from allmende.channels.actions.hand_over import CannotHandOver, Spoken, hand_over
from allmende.channels.actions.import_file import (
    CannotImport,
    ImportRuns,
    choose_file,
    import_due,
    import_file,
    start_import,
    stop_import,
    told,
)
from allmende.channels.actions.join_practice_network import (
    PracticePost,
    join_practice_network,
    people_the_practice,
    practice_standing,
)
from allmende.channels.actions.keep_media import CannotKeep, keep_media
from allmende.channels.actions.prepare_import import choose_archive, drop_import, keep_upload, wish_import
from allmende.channels.actions.read_import import read_import
from allmende.channels.actions.record_batch import Recorded, record_batch
from allmende.channels.actions.renew_secret import renew_due, renew_secret
from allmende.channels.actions.rotate_keys import CannotRotate, Resealed, add_key, forget_keys, reseal_all
from allmende.channels.actions.send_due import send_due
from allmende.channels.actions.settle_by_person import CannotSettle, settle_by_person, try_again
from allmende.channels.actions.undo_import import CannotUndoImport, undo_import
from allmende.channels.actions.watch_place import uptime, watch_place
from allmende.channels.actions.withdraw_dispatch import CannotMove, CannotWithdraw, move_dispatch, withdraw_dispatch

__all__ = [
    "CannotChoose",
    "CannotConnect",
    "CannotEndPause",
    "CannotGoLive",
    "CannotHandOver",
    "CannotHold",
    "CannotImport",
    "CannotKeep",
    "CannotMove",
    "CannotRelease",
    "CannotRotate",
    "CannotSettle",
    "CannotUndoImport",
    "CannotWithdraw",
    "ImportRuns",
    "PracticePost",
    "Recorded",
    "Resealed",
    "Spoken",
    "add_key",
    "choose_archive",
    "choose_channel",
    "choose_file",
    "collect_channel",
    "collect_due",
    "connect_account",
    "declare_hold",
    "drop_held",
    "drop_import",
    "end_hold",
    "end_pause",
    "forget_keys",
    "hand_over",
    "import_due",
    "import_file",
    "join_practice_network",
    "keep_media",
    "keep_upload",
    "move_dispatch",
    "pause_channel",
    "people_the_practice",
    "practice_standing",
    "read_import",
    "record_batch",
    "release_held",
    "renew_due",
    "renew_secret",
    "reseal_all",
    "send_due",
    "set_live",
    "settle_by_person",
    "start_import",
    "stop_import",
    "told",
    "try_again",
    "undo_import",
    "uptime",
    "watch_place",
    "wish_import",
    "withdraw_dispatch",
]
