"""The questions before a plan goes to work, outward and inward (S3-10, S3-17). Those marked essential stop the launch."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Question:
    """What is asked, why, an example of an answer; `is_inward`: about our own procedures."""

    text: str | Promise
    why: str | Promise
    example: str | Promise
    is_essential: bool = False
    is_inward: bool = False


RESPONSIBLE_FITS = "responsible_fits"

READINESS: dict[str, Question] = {
    RESPONSIBLE_FITS: Question(
        _("Do those responsible suit the goals?"),
        _("Whoever answers for the plan must be able to move what the goals ask for. Asked again when goals change."),
        _("Yes: customer service leads it, and the goal is fewer calls."),
    ),
    "decides": Question(
        _("Who decides, and who must be asked before something goes out?"),
        _("Without an answer everything waits for everybody."),
        _("Jana decides alone; legal matters go to Mr Brandt, who answers within a day."),
        is_essential=True,
        is_inward=True,
    ),
    "stands_in": Question(
        _("Who answers when the person in charge is ill or away?"),
        _("Members notice silence on the second day."),
        _("Emre, every Thursday and Friday and whenever Jana is away; both know the log-ins."),
        is_essential=True,
        is_inward=True,
    ),
    "goes_wrong": Question(
        _("Whom do you call when something goes wrong, day or night?"),
        _("In the first hour nobody should have to look for a telephone number."),
        _("First Jana, then the head of communications; the numbers hang in the team room."),
        is_essential=True,
        is_inward=True,
    ),
    "passes_on": Question(
        _("How does what members say reach the departments, and their answer come back?"),
        _("Whoever is asked and hears nothing does not answer again."),
        _("Every Monday a list to product management; replies by Friday."),
        is_inward=True,
    ),
    "colleagues_know": Question(
        _("Do colleagues outside the team know the plan and what they may say?"),
        _("They are asked too, at the counter and on the telephone."),
        _("Shown at the staff meeting, the guideline lies in the intranet."),
        is_inward=True,
    ),
    "works_council": Question(
        _("Have the works council and data protection been heard?"),
        _("Figures about people, and people's figures, need their word first."),
        _("Both informed on 12 May; no figures by person."),
        is_inward=True,
    ),
    "first_weeks": Question(
        _("What happens in the first four weeks?"),
        _("A launch without a second week is an advertisement."),
        _("Two items a week, an hour of answers a day, a look back every Friday."),
    ),
    "stops": Question(
        _("What do you stop doing to have time for this?"),
        _("What comes on top is dropped first."),
        _("The printed newsletter ends with the year."),
    ),
    "ends": Question(
        _("By what would you notice that it does not work?"),
        _("Agreed beforehand, stopping is a decision; afterwards it is a defeat."),
        _("If nobody answers a colleague's question within a quarter, we stop."),
    ),
}

STATE_WORDS: dict[str, str | Promise] = {
    "settled": pgettext_lazy("readiness", "settled"),
    "open": pgettext_lazy("readiness", "open"),
    "none": pgettext_lazy("readiness", "does not apply"),
}

PHASE_WORDS: dict[str, str | Promise] = {
    "preparation": pgettext_lazy("phase", "Preparation"),
    "planning": pgettext_lazy("phase", "Planning"),
    "implementation": pgettext_lazy("phase", "Implementation"),
    "control": pgettext_lazy("phase", "Control"),
}

AUDIENCE_STATE_WORDS: dict[str, str | Promise] = {
    "draft": pgettext_lazy("audience", "draft"),
    "analysed": pgettext_lazy("audience", "analysed"),
    "ranked": pgettext_lazy("audience", "ranked"),
    "active": pgettext_lazy("audience", "active"),
    "retired": pgettext_lazy("audience", "retired"),
}

AUDIENCE_MOVE_WORDS: dict[str, str | Promise] = {
    "draft": _("Take up again"),
    "analysed": _("Analysed"),
    "ranked": _("Its rank is right"),
    "active": _("We address it now"),
    "retired": _("Retire"),
}
