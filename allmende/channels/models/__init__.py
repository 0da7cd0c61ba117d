"""Where we speak and listen: accounts, channels, every word and wordless act, media, and the outgoing queue."""

from allmende.channels.models.accounts import Account, Channel, Cursor, PendingLogin
from allmende.channels.models.cards import LinkCard
from allmende.channels.models.dispatches import Attempt, Dispatch, Hold
from allmende.channels.models.links import ArrivalUpload, CountedFile, LinkArrival, LinkDay, TrackedLink
from allmende.channels.models.media import Media, MessageMedia, Spoken, media_path
from allmende.channels.models.messages import Correction, Gesture, ImportRun, Message, words_to_find
from allmende.channels.models.places import Pause, Place
from allmende.channels.models.presences import ActivityBudget, Farewell
from allmende.channels.models.sealing import (
    CannotOpen,
    Sealed,
    SealedField,
    key_id_of,
    place_of,
    seal,
    sealing_keys,
    unseal,
)
from allmende.channels.models.trials import Proof, Trial

__all__ = [
    "Account",
    "ActivityBudget",
    "ArrivalUpload",
    "Attempt",
    "CannotOpen",
    "Channel",
    "Correction",
    "CountedFile",
    "Cursor",
    "Dispatch",
    "Farewell",
    "Gesture",
    "Hold",
    "ImportRun",
    "LinkArrival",
    "LinkCard",
    "LinkDay",
    "Media",
    "Message",
    "MessageMedia",
    "Pause",
    "PendingLogin",
    "Place",
    "Proof",
    "Sealed",
    "SealedField",
    "Spoken",
    "TrackedLink",
    "Trial",
    "key_id_of",
    "media_path",
    "place_of",
    "seal",
    "sealing_keys",
    "unseal",
    "words_to_find",
]
