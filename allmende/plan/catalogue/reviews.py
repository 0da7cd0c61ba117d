"""The fixed agenda of a review, and what it asks once more after a launch (`domain.md` 3.15, S4-30)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan.catalogue.words import Words

# question -> what is asked; the order is the order of the meeting
AGENDA: dict[str, Words] = {
    "moved": _("Did the behaviour move?"),
    "executed": _("Did we do what we had planned?"),
    "emotion": _("Does the emotion show?"),
    "stop": _("Which tactic do we stop?"),
    "change": _("What changes, and on which level?"),
    "told": _("Who is told what?"),
}
AFTER_LAUNCH: dict[str, Words] = {
    "as_imagined": _("Did it become what we had imagined?"),
    "fits_us": _("Does it fit our organisation?"),
}
PROMISES: dict[str, Words] = {
    "moving": pgettext_lazy("promise", "If it moves, we will"),
    "not_moving": pgettext_lazy("promise", "If it does not move, we will"),
    "worsening": pgettext_lazy("promise", "If it gets worse, we will"),
    "cannot_tell": pgettext_lazy("promise", "If we cannot tell, we will"),
}


def agenda_of(kind: str) -> dict[str, Words]:
    """What a review of this kind asks, in its order."""
    return AGENDA | (AFTER_LAUNCH if kind == "after_launch" else {})
