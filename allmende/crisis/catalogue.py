"""What this room ships: a scale of seven levels, a checklist, statements to begin with; and the words of its states.

The scale follows the one of Graf and Schwede, in our words; its authors say that it is no exact science, and so its numbers
are proposals. The checklist is that of `domain.md` 3.10.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.crisis import states

Level = Mapping[str, Any]


def _level(number: int, name: str | Promise, own: str | Promise, media: str | Promise, **more: Any) -> Level:
    return {"number": number, "name": name, "own_channels": own, "media": media} | more


LEVELS: tuple[Level, ...] = (
    _level(
        0, pgettext_lazy("level", "Calm"), _("No critical feedback."), _("Nothing."),
        decider=_("Whoever is on duty"), allowed_speech=_("Everybody answers as always."),
        steps=_("Normal duty."),
    ),
    _level(
        1, pgettext_lazy("level", "Light air"), _("Single critics, each with a matter of their own."), _("Nothing."),
        decider=_("Whoever is on duty"), allowed_speech=_("Everybody answers by the reaction plan."),
        steps=_("Answer by the reaction plan.\nWatch whether the same thing comes again."),
    ),
    _level(
        2, pgettext_lazy("level", "Light breeze"), _("The same people come again; few agree with them."), _("Nothing."),
        informs=_("The head of the team"), inform_minutes=240, decider=_("The head of the team"),
        allowed_speech=_("By the reaction plan, and one person stays with the matter."),
        steps=_("Tell the head of the team.\nLook twice a day.\nCollect in one place what is criticised."),
    ),
    _level(
        3, pgettext_lazy("level", "Fresh breeze"),
        _("Critics persist, more agree, and it jumps to a second channel."), _("A first article or blog post."),
        informs=_("Press office and the department concerned"), inform_minutes=60, decider=_("The head of the team"),
        allowed_speech=_("One line for all answers; nobody guesses about causes."),
        steps=_(
            "Decide on a line.\nTell the press office and the department within an hour.\nHave a holding statement ready."
        ),
        update_minutes=240,
    ),
    _level(
        4, pgettext_lazy("level", "Strong wind"), _("Groups form, and all channels talk of it."),
        _("Many reports online."),
        informs=_("Management"), inform_minutes=30, decider=_("Whoever leads the incident"), holds_posts=True,
        allowed_speech=_("The line, word for word. Questions beyond it go to whoever leads."),
        steps=_("Declare it and hold all posts.\nExtend duty into the evening.\nTell management."),
        update_minutes=120,
    ),
    _level(
        5, pgettext_lazy("level", "Storm"), _("It looks like a campaign; critics are the majority and accuse us as a whole."),
        _("Intensive online; print and television begin."),
        informs=_("Management and the crisis staff"), inform_minutes=15, decider=_("The crisis staff"), holds_posts=True,
        allowed_speech=_("One voice: the spokesperson. Everybody else leads there."),
        steps=_("Call the crisis staff together.\nOne voice for all channels.\nWrite the log at least every hour."),
        update_minutes=60,
    ),
    _level(
        6, pgettext_lazy("level", "Hurricane"), _("A snowball nobody stops, mostly aggressive."),
        _("The topic of the day everywhere."),
        informs=_("Management and the crisis staff"), inform_minutes=15, decider=_("The crisis staff with management"),
        holds_posts=True, allowed_speech=_("Management speaks itself and is visible."),
        steps=_("Management becomes visible.\nProtect the people: relief, breaks, help.\nPlan for days, not for hours."),
        update_minutes=60,
    ),
)  # fmt: skip

# (point, hint); the second is ticked by the declaration where it held the posts
CHECKLIST: tuple[tuple[str | Promise, str | Promise], ...] = (
    (_("Breathe, and say who leads"), _("One person. They decide, and they do not answer themselves.")),
    (_("Stop the queue"), _("Posts wait; replies and holding statements go on.")),
    (_("Facts: what is known, unknown, assumed"), _("Who confirmed it, and who finds out the rest by when.")),
    (_("Which responsibility?"), _("Victim, accident or preventable: what we may say follows from it.")),
    (_("Who is affected, and what do they need now?"), _("First what to do, then comfort.")),
    (_("One line, one voice, experts within reach"), ""),
    (_("Acknowledge in public, where it burns"), _("We have seen it, we are on it, we are back at this time.")),
    (_("Delete nothing except against the rules"), _("Keep evidence before.")),
    (_("Brief employees and regulars"), _("With the line; they shall not defend us.")),
    (_("Duty rota with the night and relief"), ""),
    (_("Keep the log"), _("Everybody writes, nobody wipes.")),
    (_("Say when we are back, and keep it"), _("Also when there is nothing new. Silence fills itself.")),
    (_("Watch the media"), _("Enter what is written about us.")),
    (_("Write down when it is over"), _("The signs by which the level goes down.")),
    (_("Debrief within seven days"), _("At least one decision on a guideline, a reaction plan or training.")),
    (_("Change the plan, or say that it stays"), ""),
)
STOP_POINT = 2

STATEMENTS: tuple[Mapping[str, Any], ...] = (
    {
        "title": _("Something we delivered is broken"), "source": _("Members"), "severity": 4, "weight": 4,
        "reaction": _("Take it back if possible, say what to do, name the next time."),
        "text": _(
            "We know that something is wrong and we are looking for the cause. What we can already say: [what to do now]."
            " We are back here at [time], also if we know nothing new by then."
        ),
    },
    {
        "title": _("Data may have leaked"), "source": _("Members, the press"), "severity": 5, "weight": 5,
        "reaction": _("Data protection officer first; the clock of 72 hours runs."),
        "text": _(
            "We were told that data may have become visible to others. We are checking this with priority. Until we know"
            " more: [what to do now]. We are back here at [time]."
        ),
    },
    {
        "title": _("An accusation we cannot judge yet"), "source": _("Press, influencers"), "severity": 3, "weight": 4,
        "reaction": _("No denial, no defence; find out first."),
        "text": _(
            "We take this accusation seriously and are finding out what happened. We do not want to guess. We are back"
            " here at [time] with what we know."
        ),
    },
    {
        "title": _("One of us said something wrong"), "source": _("Members"), "severity": 3, "weight": 3,
        "reaction": _("Apologise for the words, not for the impression. Protect the person."),
        "text": _("This answer was wrong, and we are sorry. It is not how we want to speak with you. What holds is: […]."),
    },
    {
        "title": _("We cannot be reached"), "source": _("Members"), "severity": 2, "weight": 3,
        "reaction": _("Name another way to reach us."),
        "text": _("Our service does not run at the moment. You reach us at [way]. We are back here at [time]."),
    },
)  # fmt: skip

STATE_WORDS: dict[str, str | Promise] = {
    states.WATCHED: pgettext_lazy("incident", "is watched"),
    states.ACTIVE: pgettext_lazy("incident", "burns"),
    states.CALMING: pgettext_lazy("incident", "calms down"),
    states.OVER: pgettext_lazy("incident", "is over, waits for its debrief"),
    states.CLOSED: pgettext_lazy("incident", "closed"),
    states.TAKEN_BACK: pgettext_lazy("incident", "taken back as a mistake"),
}
CLUSTER_WORDS: dict[str, str | Promise] = {
    states.VICTIM: _("We are the victim ourselves"),
    states.ACCIDENTAL: _("An accident"),
    states.PREVENTABLE: _("We could have prevented it"),
}
FACT_WORDS: dict[str, str | Promise] = {
    states.KNOWN: pgettext_lazy("fact", "known"),
    states.UNKNOWN: pgettext_lazy("fact", "unknown"),
    states.ASSUMED: pgettext_lazy("fact", "assumed"),
}
LESSON_WORDS: dict[str, str | Promise] = {
    states.GUIDELINE: _("Guideline"),
    states.REACTION_PLAN: _("Reaction plan"),
    states.TRAINING: _("Training"),
    states.PLAN: pgettext_lazy("lesson", "Plan"),
    states.OTHER: _("Something else"),
}
GROUND_WORDS: dict[str, str | Promise] = {
    "volume": _("More messages than is usual at this hour of the week"),
    "negative": _("Many of them are negative"),
    "channels": _("In several channels at once"),
    "newcomers": _("Many who never wrote here before"),
    "media": _("The media write about it"),
}
LOG_WORDS: dict[str, str | Promise] = {
    states.NOTE: pgettext_lazy("log", "note"),
    states.DECISION: pgettext_lazy("log", "decision"),
    states.ACT: pgettext_lazy("log", "written down by Allmende"),
}
# (stands, is missing, why)
PREPARATION_WORDS: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "levels": (
        _("Seven levels say what happens when"),
        _("Nobody agreed on levels yet"),
        _("By what a level is known, who decides, who may say what: agreed while there is time to think."),
    ),
    "contacts": (
        _("Levels know whom to call"),
        _("No level knows whom to call"),
        _("Press office, management, department: with one act all of them are told."),
    ),
    "statements": (
        _("Holding statements are written"),
        _("No holding statement is written"),
        _("The first words are the hardest, and silence fills itself."),
    ),
    "drill": (
        _("Practised within the last half year"),
        _("Not practised in the last half year"),
        _(
            "A drill runs on a copy of the community. It is called a drill everywhere, touches no real account and mails nobody."
        ),
    ),
}
