"""Where we speak and listen: accounts, channels, every word and wordless act, media, and the outgoing queue."""

from allmende.channels.models.accounts import Account, Channel, Cursor
from allmende.channels.models.dispatches import Attempt, Dispatch, Hold
from allmende.channels.models.media import Media, MessageMedia, Spoken, media_path
from allmende.channels.models.messages import Gesture, ImportRun, Message
from allmende.channels.models.places import Pause, Place
from allmende.channels.models.sealing import SealedField

__all__ = [
    "Account",
    "Attempt",
    "Channel",
    "Cursor",
    "Dispatch",
    "Gesture",
    "Hold",
    "ImportRun",
    "Media",
    "Message",
    "MessageMedia",
    "Pause",
    "Place",
    "SealedField",
    "Spoken",
    "media_path",
]
