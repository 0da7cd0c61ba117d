"""The 17 themes of the community canvas by name, with guiding questions of our own.

The names follow the Community Canvas; its worksheets and questions are licensed CC BY-NC-SA 4.0 and are not part of this
software.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Theme:
    """A theme and the questions that help to fill it."""

    name: str | Promise
    questions: tuple[str | Promise, ...]


SECTION_WORDS: dict[str, str | Promise] = {
    "identity": pgettext_lazy("canvas", "Identity"),
    "experience": pgettext_lazy("canvas", "Experience"),
    "structure": pgettext_lazy("canvas", "Structure"),
}

CANVAS: dict[str, Theme] = {
    "purpose": Theme(
        pgettext_lazy("canvas", "Purpose"),
        (
            _("What would be missing if this community closed tomorrow?"),
            _("Whose problem gets smaller because it exists?"),
        ),
    ),
    "member_identity": Theme(
        pgettext_lazy("canvas", "Member Identity"),
        (_("By what do members recognise one another?"), _("Who is explicitly not meant?")),
    ),
    "values": Theme(
        pgettext_lazy("canvas", "Values"),
        (
            _("Which behaviour do you praise aloud, which do you never let pass?"),
            _("What do you do even when it costs something?"),
        ),
    ),
    "success": Theme(
        pgettext_lazy("canvas", "Success Definition"),
        (_("What do members do differently in a year?"), _("What would the organisation notice it by?")),
    ),
    "brand": Theme(
        pgettext_lazy("canvas", "Brand"),
        (_("How does one sentence from you sound?"), _("What shall one feel after five minutes here?")),
    ),
    "selection": Theme(
        pgettext_lazy("canvas", "Selection"),
        (_("How does somebody find the way in, and who decides?"), _("What must one bring along, what not?")),
    ),
    "transition": Theme(
        pgettext_lazy("canvas", "Transition"),
        (_("How does somebody leave without shame?"), _("What becomes of those who stay for years?")),
    ),
    "shared_experiences": Theme(
        pgettext_lazy("canvas", "Shared Experiences"),
        (_("What have members been through together?"), _("Which moment do they tell newcomers about?")),
    ),
    "rituals": Theme(
        pgettext_lazy("canvas", "Rituals"),
        (_("What returns every week, every month, every year?"), _("What would members keep up without you?")),
    ),
    "content": Theme(
        pgettext_lazy("canvas", "Content"),
        (_("What does one find here that stands nowhere else?"), _("Who makes it, members or you?")),
    ),
    "rules": Theme(
        pgettext_lazy("canvas", "Rules"),
        (_("What is not accepted, and what happens then?"), _("Who may object, and where?")),
    ),
    "roles": Theme(
        pgettext_lazy("canvas", "Roles"),
        (_("What can a member become here?"), _("What may they do then that others may not?")),
    ),
    "organization": Theme(
        pgettext_lazy("canvas", "Organization"),
        (_("Who works on this, with how many hours?"), _("Which departments must play along?")),
    ),
    "governance": Theme(
        pgettext_lazy("canvas", "Governance"),
        (_("What do members decide, what do you?"), _("How is a decision told to those it concerns?")),
    ),
    "financing": Theme(
        pgettext_lazy("canvas", "Financing"),
        (_("What does it cost a year, and who pays?"), _("What happens if that money ends?")),
    ),
    "channels": Theme(
        pgettext_lazy("canvas", "Channels & Platforms"),
        (_("Where do members meet, and why there?"), _("What would you take along if a platform closed?")),
    ),
    "data": Theme(
        pgettext_lazy("canvas", "Data Management"),
        (_("What do you know about members, and what for?"), _("When is it deleted, and who looks after that?")),
    ),
}
