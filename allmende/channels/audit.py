"""What this room writes into the audit book, in words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LINK_MADE = "channels.link.made"
LINK_ENDED = "channels.link.ended"
LINK_REOPENED = "channels.link.reopened"
LINK_CHANGED = "channels.link.changed"
ARRIVALS_IMPORTED = "channels.arrivals.imported"
ARRIVALS_UNDONE = "channels.arrivals.undone"

VERBS: dict[str, str | Promise] = {
    "channels.account.connected": pgettext_lazy("audit", "connected an account"),
    "channels.keys.rotated": pgettext_lazy("audit", "sealed all access keys anew"),
    "channels.account.disconnected": pgettext_lazy("audit", "disconnected an account"),
    "channels.channel.changed": pgettext_lazy("audit", "changed a channel's name"),
    "channels.activity.planned": pgettext_lazy("audit", "planned how active a channel is"),
    "channels.farewell.begun": pgettext_lazy("audit", "said farewell in a channel"),
    "channels.farewell.changed": pgettext_lazy("audit", "changed a channel's farewell"),
    "channels.farewell.called_off": pgettext_lazy("audit", "called a channel's farewell off"),
    "channels.channel.closed": pgettext_lazy("audit", "closed a channel"),
    "channels.channel.reopened": pgettext_lazy("audit", "opened a closed channel again"),
    "channels.channel.proved": pgettext_lazy("audit", "asked for a channel's self-test"),
    "channels.channel.nightly": pgettext_lazy("audit", "switched a channel's nightly self-test"),
    "channels.channel.considered": pgettext_lazy("audit", "put a presence down that is considered"),
    "channels.channel.dropped": pgettext_lazy("audit", "dropped a presence that was considered"),
    "channels.channel.chosen": pgettext_lazy("audit", "chose a channel"),
    "channels.channel.opened": pgettext_lazy("audit", "opened a channel"),
    "channels.channel.promised": pgettext_lazy("audit", "gave a channel that says farewell a new reaction plan"),
    "channels.channel.paused": pgettext_lazy("audit", "paused a channel"),
    "channels.archive.imported": pgettext_lazy("audit", "imported a past"),
    "channels.archive.undone": pgettext_lazy("audit", "undid an import"),
    "channels.dispatch.handed_over": pgettext_lazy("audit", "put something into the outgoing queue"),
    "channels.dispatch.moved": pgettext_lazy("audit", "gave something in the queue another time"),
    "channels.dispatch.withdrawn": pgettext_lazy("audit", "took something out of the queue"),
    "channels.dispatch.paused": pgettext_lazy("audit", "paused something in the queue"),
    "channels.dispatch.resumed": pgettext_lazy("audit", "resumed something paused in the queue"),
    "channels.dispatch.released": pgettext_lazy("audit", "released something held"),
    "channels.dispatch.settled": pgettext_lazy("audit", "said whether something unclear had arrived"),
    "channels.dispatch.tried_again": pgettext_lazy("audit", "let something be tried again"),
    "channels.answer.accepted": pgettext_lazy("audit", "marked an answer as the one that helped"),
    "channels.answer.unaccepted": pgettext_lazy("audit", "took the mark of an answer back"),
    "channels.message.corrected": pgettext_lazy("audit", "corrected something said"),
    "channels.message.taken_back": pgettext_lazy("audit", "took something said back"),
    "channels.message.put_back": pgettext_lazy("audit", "showed something taken back again"),
    "channels.media.kept": pgettext_lazy("audit", "kept a picture"),
    "channels.hold.declared": pgettext_lazy("audit", "stopped publishing"),
    "channels.pause.began": pgettext_lazy("audit", "paused publishing"),
    "channels.pause.ended": pgettext_lazy("audit", "let publishing go on after a pause"),
    "channels.hold.ended": pgettext_lazy("audit", "ended the publishing hold"),
    LINK_MADE: pgettext_lazy("audit", "made a tracked link"),
    LINK_ENDED: pgettext_lazy("audit", "ended a tracked link"),
    LINK_CHANGED: pgettext_lazy("audit", "took a change of a tracked link back"),
    LINK_REOPENED: pgettext_lazy("audit", "let a tracked link lead on"),
    ARRIVALS_IMPORTED: pgettext_lazy("audit", "imported arrivals from a table"),
    ARRIVALS_UNDONE: pgettext_lazy("audit", "undid an import of arrivals"),
}
