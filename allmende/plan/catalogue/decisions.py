"""Decisions, reviews and controls in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.plan import states

Words = str | Promise

KIND_WORDS: dict[str, Words] = {
    states.CONFERENCE: pgettext_lazy("decision", "Conference"),
    states.RESOURCE_REQUEST: pgettext_lazy("decision", "Resource request"),
    states.HIRING: pgettext_lazy("decision", "Hiring"),
    states.BOARD_MEETING: pgettext_lazy("decision", "Board meeting"),
    states.GENERIC: pgettext_lazy("decision", "Another decision"),
}
KIND_LESSONS: dict[str, Words] = {
    states.CONFERENCE: _(
        "Which sessions serve the tactics you carry? The programme is held against them before anybody says yes."
    ),
    states.RESOURCE_REQUEST: _("Which tactic does it make possible, which behaviour moves by how much, by when?"),
    states.HIRING: _("Skills and passion beside the tactics the person would carry. Two axes, no score, no ranking."),
    states.BOARD_MEETING: _(
        "Per objective: how it serves a goal of the organisation. The brief is written from the plan."
    ),
    states.GENERIC: _("Which objective does it serve, what stops for it, can it be taken back?"),
}
STATE_WORDS: dict[str, Words] = {
    states.SUBMITTED: pgettext_lazy("decision", "submitted"),
    states.DECISION_CHECKED: pgettext_lazy("decision", "checked"),
    states.DISCUSSED: pgettext_lazy("decision", "discussed"),
    states.DECIDED: pgettext_lazy("decision", "decided"),
    states.FOLLOW_UP_DUE: pgettext_lazy("decision", "what came of it?"),
    states.OUTCOME_RECORDED: pgettext_lazy("decision", "outcome recorded"),
}
DECISION_WORDS: dict[str, Words] = {
    "yes": pgettext_lazy("decision", "Yes"),
    "conditions": pgettext_lazy("decision", "Under conditions"),
    "no": pgettext_lazy("decision", "No"),
}
RECOMMENDATION_WORDS: dict[str, Words] = {
    "yes": _("Nothing in the plan speaks against it."),
    "sessions": _("Go, and attend the sessions that serve a tactic or a skill."),
    "no": _("The plan speaks against it: nothing in it serves an objective or an own tactic."),
    "conditions": _("Only under conditions: see what is open below."),
    "discuss": _("Discuss it first: see what is open below."),
    "open_questions": _("These questions are open. People decide, not this page."),
    "nothing_open": _("No question is open. People decide, not this page."),
}
CRITERION_WORDS: dict[str, Words] = {
    "own_tactics": _("Own running tactics of the requester: %(tactics)s"),
    "sessions_serve": _("Sessions that serve an own tactic or an open skill: %(served)s of %(sessions)s"),
    "skill_gap_closed": _("Closes an open skill: %(closed)s"),
    "tried_after": _("It is said what will be tried afterwards"),
    "tactic_named": _("Tactics it makes possible: %(tactics)s"),
    "tactic_serves": _("Tactics that do not serve the objective named: %(unrelated)s"),
    "number_given": _("The change is a number: %(points)s percentage points"),
    "amount_given": _("The change is a number: %(amount)s"),
    "date_given": _("The date lies ahead: %(until)s"),
    "smaller_option": _("A smaller option is named"),
    "could_stop": _("Running tactics that could stop instead: %(tactics)s"),
    "skills_covered": _("Skills that are covered: %(covered)s of %(needed)s"),
    "passion_covered": _("Tactics the person wants: %(burning)s of %(tactics)s"),
    "essential_covered": _("Essential skills not covered: %(skills)s"),
    "training_possible": _("Essential skills that cannot be learnt in time: %(skills)s"),
    "leads_with_goal": _("%(led)s of %(items)s items lead with a goal of the organisation"),
    "no_activity": _("Activity counts in the brief: %(refused)s"),
    "grade_shown": _("Evidence grade shown at %(graded)s of %(items)s items"),
    "benefit_each": _("A benefit is said for %(said)s of %(people)s people"),
    "asks_said": _("It is said what we need"),
    "options_weighed": _("Options: %(options)s"),
    "serves_objective": _("Objectives it serves: %(serves)s"),
    "something_stops": _("It is said what stops for it"),
    "reversible": _("It can be taken back"),
}
DEGREE_WORDS: dict[str, Words] = {
    "met": pgettext_lazy("criterion", "met"),
    "partly": pgettext_lazy("criterion", "look at it"),
    "open": pgettext_lazy("criterion", "open"),
}
REVERSIBLE_WORDS: dict[str, Words] = {
    "yes": pgettext_lazy("reversible", "Yes, within a week"),
    "costly": pgettext_lazy("reversible", "Yes, at a cost"),
    "no": pgettext_lazy("reversible", "No"),
}
# What a requester wrote, as the book prints it; of a hiring nothing is printed.
CONTENT_WORDS: dict[str, Words] = {
    "options": _("Options"),
    "stops": _("What stops for it"),
    "reversible": _("Can it be taken back?"),
    "none_reason": _("Why, though it serves no objective"),
    "points": _("Percentage points it should move"),
    "amount": _("By how much it should move, in its unit"),
    "until": _("Until"),
    "money": _("Money in euro"),
    "hours": _("Hours per week"),
    "without": _("What happens without it"),
    "smaller": _("The smaller option"),
    "tried_after": _("What is tried afterwards"),
    "cost": _("Cost in euro"),
    "asks": _("What we need"),
}
LEVELS_OF_SKILL: tuple[tuple[int, Words], ...] = (
    (0, pgettext_lazy("skill", "none")),
    (1, pgettext_lazy("skill", "basics")),
    (2, pgettext_lazy("skill", "does it alone")),
    (3, pgettext_lazy("skill", "teaches others")),
)
PASSION_WORDS: tuple[tuple[int, Words], ...] = (
    (0, pgettext_lazy("passion", "not asked")),
    (1, pgettext_lazy("passion", "would do it")),
    (2, pgettext_lazy("passion", "wants to do it")),
    (3, pgettext_lazy("passion", "burns for it")),
)
REVIEW_STATE_WORDS: dict[str, Words] = {
    states.REVIEW_PLANNED: pgettext_lazy("review", "planned"),
    states.PREPARED: pgettext_lazy("review", "prepared, figures frozen"),
    states.HELD: pgettext_lazy("review", "held"),
    states.REVIEW_DECIDED: pgettext_lazy("review", "decided"),
    states.PLAN_UPDATED: pgettext_lazy("review", "plan updated"),
    states.REVIEW_CLOSED: pgettext_lazy("review", "closed"),
}
REVIEW_KIND_WORDS: dict[str, Words] = {
    "regular": pgettext_lazy("review", "Regular review"),
    "after_launch": pgettext_lazy("review", "Review after the launch"),
}
RESOLUTION_WORDS: dict[str, Words] = {
    "keep": pgettext_lazy("resolution", "Nothing changes"),
    "stop_tactic": pgettext_lazy("resolution", "Stop a tactic"),
    "change": pgettext_lazy("resolution", "Change a part of the plan"),
    "step": pgettext_lazy("resolution", "A new step"),
    "finding": pgettext_lazy("resolution", "A finding to look into"),
}
