"""The only writers of this room, one file per verb."""

from allmende.channels.actions.ask_card import ask_card, fetch_cards
from allmende.channels.actions.close_channel import (
    CannotEnd,
    CannotRename,
    change_channel,
    close_channel,
    disconnect_account,
    reopen_channel,
    undo_channel,
)
from allmende.channels.actions.collect_due import collect_channel, collect_due
from allmende.channels.actions.connect_account import (
    AlreadyConnected,
    CannotConnect,
    CannotGoLive,
    CannotPauseChannel,
    choose_channel,
    connect_account,
    pause_channel,
    set_live,
    set_promise,
)
from allmende.channels.actions.consider_channel import CannotChoose, consider_channel, drop_considered, undo_considered
from allmende.channels.actions.correct_said import CannotCorrect, correct_said, put_said_back, take_said_back
from allmende.channels.actions.count_clicks import count_clicks, note_click
from allmende.channels.actions.declare_hold import (
    CannotHold,
    CannotRelease,
    declare_hold,
    drop_held,
    end_hold,
    release_held,
)
from allmende.channels.actions.edit_said import CannotAccept, CannotEditSaid, accept_answer, check_edit, edit_said
from allmende.channels.actions.end_pause import CannotEndPause, end_pause
from allmende.channels.actions.erase_words import ERASING, erase_words
from allmende.channels.actions.hand_over import CannotHandOver, Spoken, hand_over
from allmende.channels.actions.hear_streams import Streams, hear_due, next_ring, note_news
from allmende.channels.actions.import_arrivals import (
    CannotImportArrivals,
    choose_arrivals,
    drop_arrivals,
    import_arrivals,
    undo_arrivals,
    why_not_read,
    wish_arrivals,
)
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
    PracticeLine,
    PracticePost,
    join_practice_network,
    people_the_practice,
    practice_network,
    practice_standing,
    rejoin_practice_network,
    script_the_practice,
    tell_the_practice,
)
from allmende.channels.actions.keep_media import CannotKeep, keep_media
from allmende.channels.actions.keep_table import keep_table
from allmende.channels.actions.lighten_media import lighten_due
from allmende.channels.actions.log_in import CannotLogIn, Returned, begin_login, finish_login, log_in
from allmende.channels.actions.make_link import CannotMakeLink, end_link, make_link, reopen_link
from allmende.channels.actions.moderate_message import CannotModerate, moderate_message
from allmende.channels.actions.order_parts import Part, hand_over_parts
from allmende.channels.actions.pause_dispatch import CannotPause, pause_dispatch, resume_dispatch
from allmende.channels.actions.plan_activity import drop_activity, plan_activity, undo_activity
from allmende.channels.actions.prepare_import import choose_archive, drop_import, keep_upload, look_at_file, wish_import
from allmende.channels.actions.prove_channel import CannotProve, prove_channel, prove_due
from allmende.channels.actions.prove_nightly import prove_nightly, switch_nightly
from allmende.channels.actions.read_channels import read_named_channels
from allmende.channels.actions.read_import import read_import
from allmende.channels.actions.receive_words import (
    NotReceived,
    read_delivery,
    receive_comment,
    receive_items,
    receive_withdrawal,
)
from allmende.channels.actions.record_arrivals import Told, record_arrivals
from allmende.channels.actions.record_batch import Recorded, record_batch
from allmende.channels.actions.renew_secret import renew_due, renew_secret
from allmende.channels.actions.rotate_keys import CannotRotate, Resealed, add_key, forget_keys, reseal_all
from allmende.channels.actions.say_farewell import (
    FarewellWords,
    begin_farewell,
    call_off_farewell,
    change_farewell,
    end_farewell,
    end_farewells,
    undo_farewell,
    undo_farewell_change,
)
from allmende.channels.actions.send_due import send_due
from allmende.channels.actions.settle_by_person import CannotSettle, settle_by_person, try_again
from allmende.channels.actions.settle_several import Settled, SettleWish, check_number, settle_each, settle_several
from allmende.channels.actions.show_media import fetch_due
from allmende.channels.actions.take_ring import confirm_bell, take_ring
from allmende.channels.actions.undo_import import CannotUndoImport, undo_import
from allmende.channels.actions.watch_place import uptime, watch_place
from allmende.channels.actions.withdraw_dispatch import CannotMove, CannotWithdraw, move_dispatch, withdraw_dispatch
from allmende.channels.actions.write_search_words import write_search_words

# What `team.actions.undo_change` may take back here.
UNDO = {
    "channel": undo_channel,
    "activity": undo_activity,
    "farewell": undo_farewell,
    "farewell_change": undo_farewell_change,
    "considered": undo_considered,
}

__all__ = [
    "ERASING",
    "UNDO",
    "AlreadyConnected",
    "CannotAccept",
    "CannotChoose",
    "CannotConnect",
    "CannotCorrect",
    "CannotEditSaid",
    "CannotEnd",
    "CannotEndPause",
    "CannotGoLive",
    "CannotHandOver",
    "CannotHold",
    "CannotImport",
    "CannotImportArrivals",
    "CannotKeep",
    "CannotLogIn",
    "CannotMakeLink",
    "CannotModerate",
    "CannotMove",
    "CannotPause",
    "CannotPauseChannel",
    "CannotProve",
    "CannotRelease",
    "CannotRename",
    "CannotRotate",
    "CannotSettle",
    "CannotUndoImport",
    "CannotWithdraw",
    "FarewellWords",
    "ImportRuns",
    "NotReceived",
    "Part",
    "PracticeLine",
    "PracticePost",
    "Recorded",
    "Resealed",
    "Returned",
    "SettleWish",
    "Settled",
    "Spoken",
    "Streams",
    "Told",
    "accept_answer",
    "add_key",
    "ask_card",
    "begin_farewell",
    "begin_login",
    "call_off_farewell",
    "change_channel",
    "change_farewell",
    "check_edit",
    "check_number",
    "choose_archive",
    "choose_arrivals",
    "choose_channel",
    "choose_file",
    "close_channel",
    "collect_channel",
    "collect_due",
    "confirm_bell",
    "connect_account",
    "consider_channel",
    "correct_said",
    "count_clicks",
    "declare_hold",
    "disconnect_account",
    "drop_activity",
    "drop_arrivals",
    "drop_considered",
    "drop_held",
    "drop_import",
    "edit_said",
    "end_farewell",
    "end_farewells",
    "end_hold",
    "end_link",
    "end_pause",
    "erase_words",
    "fetch_cards",
    "fetch_due",
    "finish_login",
    "forget_keys",
    "hand_over",
    "hand_over_parts",
    "hear_due",
    "import_arrivals",
    "import_due",
    "import_file",
    "join_practice_network",
    "keep_media",
    "keep_table",
    "keep_upload",
    "lighten_due",
    "log_in",
    "look_at_file",
    "make_link",
    "moderate_message",
    "move_dispatch",
    "next_ring",
    "note_click",
    "note_news",
    "pause_channel",
    "pause_dispatch",
    "people_the_practice",
    "plan_activity",
    "practice_network",
    "practice_standing",
    "prove_channel",
    "prove_due",
    "prove_nightly",
    "put_said_back",
    "read_delivery",
    "read_import",
    "read_named_channels",
    "receive_comment",
    "receive_items",
    "receive_withdrawal",
    "record_arrivals",
    "record_batch",
    "rejoin_practice_network",
    "release_held",
    "renew_due",
    "renew_secret",
    "reopen_channel",
    "reopen_link",
    "reseal_all",
    "resume_dispatch",
    "script_the_practice",
    "send_due",
    "set_live",
    "set_promise",
    "settle_by_person",
    "settle_each",
    "settle_several",
    "start_import",
    "stop_import",
    "switch_nightly",
    "take_ring",
    "take_said_back",
    "tell_the_practice",
    "told",
    "try_again",
    "undo_arrivals",
    "undo_channel",
    "undo_farewell_change",
    "undo_import",
    "uptime",
    "watch_place",
    "why_not_read",
    "wish_arrivals",
    "wish_import",
    "withdraw_dispatch",
    "write_search_words",
]
