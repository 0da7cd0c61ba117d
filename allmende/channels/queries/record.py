"""What a file holds of this room: which presences there are, without the log-ins and without what was said (S0-24)."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.models import Channel
from allmende.team.queries import RecordChapter, record_table

ADOPTED = {
    "account": "a log-in is a key; whoever takes a channel over connects it anew",
    "state": "a channel comes back as considered: it goes live when somebody opens it there",
    "reaction_plan_version_key": "says which plan was in force when it went live",
    "nightly_by": "nightly self-tests speak in the name of somebody who asked for them",
    "nightly_at": "nightly self-tests speak in the name of somebody who asked for them",
}
CHANNELS_TABLE = record_table(
    Channel, "slug name kind place mark hours signature byline legal_notice_url serves_keys", left_out=ADOPTED
)
# What a plan alone tells of the channels it names: the hours of a channel stand in another chapter.
NAMED_CHANNELS = record_table(
    Channel,
    "slug name kind place mark signature byline legal_notice_url serves_keys",
    left_out=ADOPTED | {"hours": "service hours are no part of a plan"},
)

_SAID = _("Messages, likes and media: members and what they wrote stay where they were written.")
_QUEUE = _("The queue of what goes out: it is sent from where it was written.")
_LINKS = _("Short links and their figures: their addresses lead through the place that made them.")
_TRIALS = _("Self-tests: they prove what a log-in may do, and the log-in stays behind.")
_PLACE = _("What one installation notes about itself.")

CHANNELS = RecordChapter(
    "channels",
    (CHANNELS_TABLE,),
    {
        "account": _("Log-ins at networks: keys stay where they are; whoever takes over connects anew."),
        "pendinglogin": _("Log-ins at networks: keys stay where they are; whoever takes over connects anew."),
        "activitybudget": _("How active one team can be: its hours stay with it."),
        "farewell": _("How a presence ended here: it is a matter of this place."),
        "cursor": _("How far a channel was read."),
        "importrun": _("Archives that were read in: they hold what members wrote."),
        "message": _SAID,
        "correction": _SAID,
        "gesture": _SAID,
        "media": _SAID,
        "messagemedia": _SAID,
        "linkcard": _QUEUE,
        "dispatch": _QUEUE,
        "attempt": _QUEUE,
        "hold": _("Holds on publishing: each belongs to a queue."),
        "trackedlink": _LINKS,
        "linkday": _LINKS,
        "linkarrival": _LINKS,
        "arrivalupload": _LINKS,
        "countedfile": _PLACE,
        "place": _PLACE,
        "pause": _PLACE,
        "trial": _TRIALS,
        "proof": _TRIALS,
    },
)
