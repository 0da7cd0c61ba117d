"""Words of this room: who, what and why, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

CLASS_WORDS: dict[str, Words] = {
    "member": pgettext_lazy("without whom", "members"),
    "staff": pgettext_lazy("without whom", "our team"),
    "expert": pgettext_lazy("without whom", "experts"),
    "partner": pgettext_lazy("without whom", "partners"),
    "bot": pgettext_lazy("without whom", "bots"),
    "unknown": pgettext_lazy("without whom", "unknown people"),
}
FROM_WHOM: dict[tuple[str, ...], Words] = {
    (): _("from somebody else"),
    ("member",): _("from a member"),
    ("staff",): _("from our team"),
    ("expert",): _("from an expert"),
    ("member", "expert"): _("from a member or an expert"),
}
OPENED_BY: dict[tuple[str, ...], Words] = {
    (): _("threads members open"),
    ("asked",): _("questions members ask"),
    ("posted",): _("posts by members"),
    ("submitted_idea",): _("ideas members submit"),
}
UNIT_WORDS: dict[str | tuple[str, ...], Words] = {
    (): _("threads"),
    ("asked",): _("questions"),
    ("posted",): _("posts"),
    ("submitted_idea",): _("ideas"),
    "member": _("newcomers"),
}
ACT_DONE: dict[tuple[str, ...], Words] = {
    (): _("contributed again"),
    ("answered",): _("answered somebody's question"),
    ("answered", "commented"): _("answered or commented"),
    ("asked",): _("asked a question"),
}
MARKED_AS: dict[str, Words] = {
    "accepted": _("accepted as the solution"),
    "thanked": _("thanked for by somebody"),
    "helpful_votes": _("found helpful by others"),
}
