"""Words of versions, agreements and change events."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

VERSION_STATE_WORDS: dict[str, Words] = {
    "draft": pgettext_lazy("version", "draft"),
    "proposed": pgettext_lazy("version", "proposed"),
    "agreed": pgettext_lazy("version", "agreed"),
    "published": pgettext_lazy("version", "in force"),
    "superseded": pgettext_lazy("version", "superseded"),
    "discarded": pgettext_lazy("version", "discarded"),
}
EVENT_KIND_WORDS: dict[str, Words] = {
    "new_leadership": _("New leadership"),
    "goals_changed": _("Goals of the organisation changed"),
    "resources_cut": _("Resources were cut"),
    "resources_added": _("Resources were added"),
    "product_launch": _("A product starts"),
    "platform_change": _("A platform changes"),
    "team_change": _("The team changes"),
    "position_change": _("Our place in the organisation changes"),
    "law": _("Law"),
    "other": pgettext_lazy("event", "Something else"),
}
ASSESSMENT_WORDS: dict[str, Words] = {
    "still_valid": pgettext_lazy("assessment", "still holds"),
    "adapt": pgettext_lazy("assessment", "adapt"),
    "drop": pgettext_lazy("assessment", "drop"),
    "new": pgettext_lazy("assessment", "new"),
}
APPROACH_WORDS: dict[str, Words] = {
    "optimise": _("Optimise: it works and the world holds still. Make what works better."),
    "adapt": _("Adapt: it works, but the world changes. Keep the aim, change the way."),
    "repair": _("Repair: it does not work, though the world holds still. Find the broken link."),
    "replace": _("Replace: it does not work and the world changes. Question everything."),
}
APPROACH_NAMES: dict[str, Words] = {
    "optimise": pgettext_lazy("approach", "optimise"),
    "adapt": pgettext_lazy("approach", "adapt"),
    "repair": pgettext_lazy("approach", "repair"),
    "replace": pgettext_lazy("approach", "replace"),
}
