"""Read archives in words."""

from django.utils.translation import gettext_lazy as _

from allmende.channels.catalogue.networks import NetworkWords

WORDS = NetworkWords(name=_("Archive"))
