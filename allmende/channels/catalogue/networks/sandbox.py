"""The practice network in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(
    name=_("Practice network"),
    group="practice",
    needed=_("Nothing: it lives on this machine, and its people answer after a short while."),
    allowed=_("Everything, and nothing leaves the house: made for trying out."),
)
