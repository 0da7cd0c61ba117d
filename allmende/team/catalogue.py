"""The words of this room: roles, days and forms of address, as people read them."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy, trans_real

from allmende.domain.inclusive import PAIR, in_form
from allmende.team import states

ROLE_WORDS: dict[str, str | Promise] = {
    states.OWNER: pgettext_lazy("role", "Owner"),
    states.LEAD: pgettext_lazy("role", "Lead"),
    states.MANAGER: pgettext_lazy("role", "Community manager"),
    states.AUTHOR: pgettext_lazy("role", "Author"),
    states.MODERATOR: pgettext_lazy("role", "Moderator"),
    states.OBSERVER: pgettext_lazy("role", "Observer"),
}

ROLE_HINTS: dict[str, str | Promise] = {
    states.OWNER: _("may do everything, settings and roles included"),
    states.LEAD: _("invites people, agrees plans, opens channels, releases reports"),
    states.MANAGER: _("plans, approves, answers, measures"),
    states.AUTHOR: _("writes items and hands them in; does not answer"),
    states.MODERATOR: _("answers and moderates; does not publish"),
    states.OBSERVER: _("reads the plan, items, figures and reports; no members, no conversations"),
}

UNIT_KIND_WORDS: dict[str, str | Promise] = {
    states.PERSON: pgettext_lazy("unit", "Person"),
    states.DEPARTMENT: pgettext_lazy("unit", "Department"),
    states.WORKING_GROUP: pgettext_lazy("unit", "Working group"),
    states.EXTERNAL: pgettext_lazy("unit", "Partner outside"),
}

# What somebody can be accountable for, as the lists call it.
THING_WORDS: dict[str, str | Promise] = {
    "plan": pgettext_lazy("accountable", "Strategic plan"),
    "tactic": pgettext_lazy("accountable", "Tactic"),
    "step": pgettext_lazy("accountable", "Step"),
    "channel": pgettext_lazy("accountable", "Channel"),
    "reaction_plan": pgettext_lazy("accountable", "Reaction plan"),
    "routine": pgettext_lazy("accountable", "Daily work"),
    "unit": pgettext_lazy("accountable", "Lead of the unit"),
    "control": pgettext_lazy("accountable", "Control"),
    "conversation": pgettext_lazy("accountable", "Conversation"),
    "item": pgettext_lazy("accountable", "Editorial item"),
    "shift": pgettext_lazy("accountable", "Shift"),
    "deputy": pgettext_lazy("accountable", "Deputy"),
    "stakeholder": pgettext_lazy("accountable", "In touch with"),
}

DUTY_KIND_WORDS: dict[str, str | Promise] = {
    states.FULL: pgettext_lazy("duty", "Full presence"),
    states.RESPONSE: pgettext_lazy("duty", "Response duty"),
    states.LIGHT: pgettext_lazy("duty", "Light monitoring"),
    states.STANDBY: pgettext_lazy("duty", "Crisis standby"),
}

SHIFT_STATE_WORDS: dict[str, str | Promise] = {
    states.OPEN: pgettext_lazy("shift", "nobody yet"),
    states.ASSIGNED: pgettext_lazy("shift", "not confirmed yet"),
    states.CONFIRMED: pgettext_lazy("shift", "confirmed"),
    states.SWAP_REQUESTED: pgettext_lazy("shift", "offered for a swap"),
    states.ON_DUTY: pgettext_lazy("shift", "on duty"),
    states.HANDED_OVER: pgettext_lazy("shift", "handed over"),
    states.DONE: pgettext_lazy("shift", "done"),
}

# The button that moves a shift on, from one state to another; "" is any other state.
MOVE_WORDS: dict[tuple[str, str], str | Promise] = {
    ("", states.CONFIRMED): pgettext_lazy("shift", "Confirm"),
    (states.OPEN, states.CONFIRMED): pgettext_lazy("shift", "Take it over"),
    (states.SWAP_REQUESTED, states.CONFIRMED): pgettext_lazy("shift", "Take it over"),
    ("", states.OPEN): pgettext_lazy("shift", "Give it back"),
    ("", states.SWAP_REQUESTED): pgettext_lazy("shift", "Offer it for a swap"),
    ("", states.ON_DUTY): pgettext_lazy("shift", "Begin duty"),
    ("", states.HANDED_OVER): pgettext_lazy("shift", "Hand over"),
    ("", states.DONE): pgettext_lazy("shift", "Close"),
    ("mine", states.CONFIRMED): pgettext_lazy("shift", "Keep it after all"),
}

# What the number of people rests on: its name and its unit.
ASSUMED_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "seat_hours": (_("Hours somebody has to be there, times people"), pgettext_lazy("unit", "h a week")),
    "contacts": (_("Times it is our turn"), pgettext_lazy("unit", "a week")),
    "handling_minutes": (_("Time for one answer, reading and noting included"), pgettext_lazy("unit", "min")),
    "weekly_hours": (_("Weekly hours of a full-time person"), pgettext_lazy("unit", "h")),
    "shrinkage": (_("Leave, sickness, training, meetings"), pgettext_lazy("unit", "per cent of working time")),
    "utilisation": (_("Share of present time that goes into answers"), pgettext_lazy("unit", "%")),
    "strategic_hours": (_("Work for the plan beside the care"), pgettext_lazy("unit", "h a week")),
    "reserve_hours": (_("Reserve for deputies"), pgettext_lazy("unit", "h a week")),
    "peak_contacts": (_("Contacts in the busiest hour"), pgettext_lazy("unit", "an hour")),
    "answer_minutes": (_("On the line: answered within"), pgettext_lazy("unit", "min")),
    "answer_share": (_("On the line: so many of them"), pgettext_lazy("unit", "%")),
}

SOURCE_WORDS: dict[str, str | Promise] = {
    "measured": pgettext_lazy("source", "measured"),
    "assumed": pgettext_lazy("source", "assumed"),
    "usual": pgettext_lazy("source", "usual value, assumed"),
}

ABSENCE_KIND_WORDS: dict[str, str | Promise] = {
    "leave": pgettext_lazy("absence", "on leave"),
    "training": pgettext_lazy("absence", "in training"),
    "other": pgettext_lazy("absence", "away"),
}

TRAINING_KIND_WORDS: dict[str, str | Promise] = {
    "guideline": pgettext_lazy("training", "Guideline"),
    "technique": pgettext_lazy("training", "Technique"),
    "tool": pgettext_lazy("training", "Tool"),
    "law": pgettext_lazy("training", "Law"),
    "exercise": pgettext_lazy("training", "Exercise"),
    "strategy": pgettext_lazy("training", "Strategy"),
}

TRAINING_STATE_WORDS: dict[str, str | Promise] = {
    states.REQUIRED: pgettext_lazy("training", "needed"),
    states.BOOKED: pgettext_lazy("training", "booked"),
    states.COMPLETED: pgettext_lazy("training", "attended, not confirmed yet"),
    states.VALID: pgettext_lazy("training", "valid"),
    states.EXPIRED: pgettext_lazy("training", "expired"),
}

# What a gate keeps
GATE_WORDS: dict[str, str | Promise] = {
    states.DUTY_GATE: pgettext_lazy("gate", "stand duty"),
    states.MODERATION_GATE: pgettext_lazy("gate", "decide about somebody's words"),
    states.PUBLISHING_GATE: pgettext_lazy("gate", "approve and publish"),
    states.CRISIS_GATE: pgettext_lazy("gate", "lead and speak in a crisis"),
}

# Why somebody needs a training
NEED_WORDS: dict[str, str | Promise] = {
    "duty": pgettext_lazy("training", "no duty without it"),
    "moderation": pgettext_lazy("training", "no moderating without it"),
    "publishing": pgettext_lazy("training", "no publishing without it"),
    "crisis": pgettext_lazy("training", "no leading in a crisis without it"),
    "cover": pgettext_lazy("training", "no duty without it in some service hours"),
    "role": pgettext_lazy("training", "belongs to the role"),
    "profile": pgettext_lazy("training", "the role profile asks for more"),
    "written": pgettext_lazy("training", "somebody asked for it"),
}

SKILL_LEVEL_WORDS: tuple[tuple[int, str | Promise], ...] = (
    (0, pgettext_lazy("skill", "none")),
    (1, pgettext_lazy("skill", "basics")),
    (2, pgettext_lazy("skill", "does it alone")),
    (3, pgettext_lazy("skill", "teaches others")),
)

EXPERT_WAY_WORDS: dict[str, str | Promise] = {
    "mail": pgettext_lazy("expert", "by e-mail with a link, no account needed"),
    "app": pgettext_lazy("expert", "here, with an account of their own"),
    "talk": pgettext_lazy("expert", "by telephone or in person; the team writes the answer down"),
}

UNUSUAL_DAY = _("That day lies too far away. Choose one between 2000 and 2100.")

WEEKDAYS: tuple[str | Promise, ...] = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)

# What can be switched off, and what is gone from the screens then.
MODULE_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "behaviours": (_("Behaviours"), _("definitions, measurements and what came of posts")),
    "stakeholders": (_("Stakeholders"), _("who decides about the community, and reports to them")),
    "duty": (_("Duty rota"), _("shifts, absences and their gaps; posts then need nobody on duty")),
    "handover": (_("Handover"), _("readiness, unwritten knowledge and the book")),
    "links": (_("Tracked links"), _("short addresses and what was done behind them; those you gave out still lead on")),
    "pages": (_("Own pages"), _("their comments here; the pages themselves stay open")),
    "programs": (_("Programs and their tokens"), _("their page; tokens go on working")),
}

COUNTRY_WORDS: dict[str, str | Promise] = {"DE": _("Germany"), "AT": _("Austria"), "CH": _("Switzerland")}

ADDRESS_FORM_WORDS: dict[str, str | Promise] = {
    "formal": pgettext_lazy("form of address", "Sie (formal)"),
    "informal": pgettext_lazy("form of address", "Du (informal)"),
}

GENDER_FORM_WORDS: dict[str, str | Promise] = {
    "pair": pgettext_lazy("gender form", "Both forms: Kundinnen und Kunden"),
    "colon": pgettext_lazy("gender form", "Colon: Kund:innen"),
    "asterisk": pgettext_lazy("gender form", "Asterisk: Kund*innen"),
    "neutral": pgettext_lazy("gender form", "Neutral: Kundschaft"),
}

LANGUAGE_WORDS: dict[str, str | Promise] = {"de": "Deutsch", "en": "English"}
# Django has no public door to what is spoken now: a language of its own would be another language to browsers and formats.
_ACTIVE: Any = vars(trans_real)["_active"]


def speak(language: str, gender_form: str = PAIR) -> None:
    """Let this request speak a language, German in the form of gender its workspace chose (S2-26)."""
    translation.activate(language)
    if language == "de" and gender_form != PAIR:
        _ACTIVE.value = _german(gender_form)


@contextmanager
def speaking(language: str, gender_form: str = PAIR) -> Iterator[None]:
    """Speak a language for a while, German in this form of gender, and afterwards what was spoken before, in its form."""
    before = getattr(_ACTIVE, "value", None)
    speak(language, gender_form)
    try:
        yield
    finally:
        if before is None:
            translation.deactivate()
        else:
            _ACTIVE.value = before


def spoken() -> tuple[str, str]:
    """Language and form of gender that are spoken now: what a remembered text depends on."""
    active = getattr(_ACTIVE, "value", None)
    return translation.get_language() or "", getattr(active, "gender_form", PAIR)


@cache
def _german(gender_form: str) -> Any:
    """The German words in one form of gender; the examples of the forms themselves stay as they are."""
    found: Any = copy.copy(trans_real.translation("de"))
    words: Any = copy.copy(vars(found)["_catalog"])
    parts = [
        {key: said if _is_example(key) else in_form(said, gender_form) for key, said in part.items()}
        for part in vars(words)["_catalogs"]
    ]
    vars(words)["_catalogs"] = parts
    vars(found).update({"_catalog": words, "gender_form": gender_form})
    return found


def _is_example(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("gender form\x04")
