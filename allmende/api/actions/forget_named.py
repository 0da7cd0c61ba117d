"""Where somebody who asked to be forgotten may be named in this room."""

from django.utils.translation import gettext_lazy as _

from allmende.api.models import Delivery
from allmende.members.actions import blanking
from allmende.team.actions import Place

PLACES = (Place(Delivery, "person__workspace", "answer"),)
ERASING = (
    blanking(
        "api.words",
        _("Their names in answers to programs that are kept in case these ask again"),
        PLACES,
    ),
)
