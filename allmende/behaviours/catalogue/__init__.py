"""Words of this room: what is counted, what may be wrong with it, and why a verdict is what it is, in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

UNIT_WORDS: dict[str | tuple[str, ...], Words] = {
    (): _("threads"),
    ("asked",): _("questions"),
    ("posted",): _("posts"),
    ("submitted_idea",): _("ideas"),
    "member": _("newcomers"),
    "member_period": pgettext_lazy("units", "members"),
}

# The verdict in sentences: what it says, and what is missing where it says nothing.
SAYINGS: dict[str, Words] = {
    "interval_above": _("It is now about %(now)s in 100 %(units)s; before, it was %(before)s. That is certainly more."),
    "above_but_below_least": _(
        "It is now about %(now)s in 100 %(units)s; before, it was %(before)s. That is certainly more, but less than"
        " the %(least)s that would change a decision."
    ),
    "interval_below": _("It is now about %(now)s in 100 %(units)s; before, it was %(before)s. That is certainly less."),
    "interval_within_least": _(
        "%(share)s instead of %(before_share)s: whatever the true difference is, it is smaller than the %(least)s that"
        " would change a decision."
    ),
    "interval_too_wide": _(
        "%(share)s instead of %(before_share)s; the true difference lies between %(low)s and %(high)s. It may be zero,"
        " it may also be enough."
    ),
    "no_least_relevant_difference": _(
        "%(share)s instead of %(before_share)s. Nobody has said yet which difference would matter, so nobody can say"
        " that nothing moves."
    ),
    "no_baseline": _("It is not known how it was before, so there is nothing to compare with."),
    "only_mix_changed": _(
        "%(share)s instead of %(before_share)s, but only because others are counted now. Among the same kind of"
        " people nothing may have changed."
    ),
    "mix_against": _(
        "%(share)s instead of %(before_share)s, but only because others are counted now. Among the same kind of"
        " people it went the other way."
    ),
    "season": _(
        "%(share)s instead of %(before_share)s, but in the same weeks of last year it was much the same. The season alone"
        " can explain it."
    ),
    "too_few_units": _(
        "Since it began, %(n)s %(units)s are complete. With fewer than 30, chance says more than people do."
    ),
    "baseline_too_small": _("Before it began, only %(before_n)s %(units)s were complete. At least 30 are needed."),
    "too_few_expected": _(
        "It is still too rare, or too common, for a judgement: at least 5 that did and 5 that did not are needed on both"
        " sides."
    ),
    "too_few_people": _(
        "Too few people stand behind the figure. With fewer than 20, one person could turn it, and that would not be"
        " the community."
    ),
    "windows_open": _("Too many %(units)s are still open: a fifth or more. Counting now would count too few."),
    "definition_changed": _(
        "The definition was changed after it began. What was counted before and after cannot be compared; set a new start."
    ),
    "connector_gap": _(
        "A channel was silent for weeks between busy ones: data are missing there, and with them answers that were given."
    ),
    "content_deleted": _(
        "A fifth or more of what was written has been deleted since. What is left tells another story."
    ),
    "labels_too_noisy": _(
        "People looked at a random sample of the cases, and the counting was right too rarely: of those in which it truly"
        " happened and of those in which it did not, on average fewer than three in four were counted rightly. A figure"
        " would say more about the counting than about the members."
    ),
    "actors_unknown": _(
        "Nobody knows who wrote a fifth or more of what was written, so it cannot be said who did what."
    ),
}
# The same of a rate and of a duration, in their own units; what is not said here is said as above.
SAYINGS_OF: dict[str, dict[str, Words]] = {
    "F3": {
        "interval_above": _(
            "On average, each person now does it %(value)s times a month; before, it was %(before_value)s times. That is"
            " certainly more often."
        ),
        "above_but_below_least": _(
            "On average, each person now does it %(value)s times a month; before, it was %(before_value)s times. That is"
            " certainly more often, but by less than the %(least)s that would change a decision."
        ),
        "interval_below": _(
            "On average, each person now does it %(value)s times a month; before, it was %(before_value)s times. That is"
            " certainly less often."
        ),
        "interval_within_least": _(
            "%(value)s instead of %(before_value)s times per person and month: whatever the true change is, it is smaller"
            " than the %(least)s that would change a decision."
        ),
        "interval_too_wide": _(
            "%(value)s instead of %(before_value)s times per person and month. In truth people do it between %(low)s and"
            " %(high)s times as often as before; it may be unchanged, it may also be enough."
        ),
        "no_least_relevant_difference": _(
            "%(value)s instead of %(before_value)s times per person and month. Nobody has said yet which difference would"
            " matter, so nobody can say that nothing moves."
        ),
        "too_few_events": _(
            "It has been done %(times)s times since it began, and %(before_times)s times before. With fewer than 5 on"
            " either side nothing can be compared."
        ),
    },
    "F4": {
        "interval_above": _(
            "For half of them it now happens within %(value)s; before, it took %(before_value)s. That is certainly"
            " sooner."
        ),
        "above_but_below_least": _(
            "For half of them it now happens within %(value)s; before, it took %(before_value)s. That is certainly"
            " sooner, but by less than the %(least)s that would change a decision."
        ),
        "interval_below": _(
            "For half of them it now happens only after %(value)s; before, it took %(before_value)s. That is certainly"
            " later."
        ),
        "interval_within_least": _(
            "For half of them it now happens within %(value)s instead of %(before_value)s: whatever the true difference"
            " is, it is smaller than the %(least)s that would change a decision."
        ),
        "interval_too_wide": _(
            "For half of them it now happens within %(value)s instead of %(before_value)s; the true difference lies"
            " between %(low)s and %(high)s. It may be zero, it may also be enough."
        ),
        "no_least_relevant_difference": _(
            "For half of them it now happens within %(value)s instead of %(before_value)s. Nobody has said yet which"
            " difference would matter, so nobody can say that nothing moves."
        ),
        "too_few_units": _(
            "Since it began there were fewer than 30 cases (%(units)s). With so few, chance says more than the figure."
        ),
        "baseline_too_small": _("Before it began there were fewer than 30 cases (%(units)s). At least 30 are needed."),
        "median_not_reached": _(
            "On one side it has not happened with half of them. How long it takes cannot be compared then."
        ),
    },
    "F6": {
        "described": _(
            "On how many shoulders it rests is described, not judged: few are neither good nor bad by themselves. Know who"
            " carries much of it, and see to it that somebody could step in."
        ),
    },
}
SPAN_WORDS: dict[str, Words] = {
    "": _("Difference in points with its 95%% span. Grey: too small to change anything."),
    "F3": _(
        "How many times as often as before, with its 95%% span; 1 is just as often. Grey: too small to change anything."
    ),
    "F4": _("Difference in time with its 95%% span; left is sooner. Grey: too small to change anything."),
}
REMEDIES: dict[str, Words] = {
    "interval_too_wide": _("This does not mean “not moving”."),
    "no_least_relevant_difference": _("Say in the plan which difference would change a decision."),
    "no_baseline": _("Give the objective a start in the plan; everything before it becomes the baseline."),
    "only_mix_changed": _("Look at the parts below; an objective for one of them can be judged."),
    "mix_against": _("Look at the parts below; an objective for one of them can be judged."),
    "season": _("The same weeks of two years will tell more than two seasons of one."),
    "baseline_too_small": _("An imported past, as an archive, can give a baseline."),
    "connector_gap": _(
        "Import what is missing from an archive; half a year without a gap before the start is enough, too."
    ),
    "median_not_reached": _("An objective for the share that is done within a time can be judged."),
    "labels_too_noisy": _(
        "Word the definition or its labels more clearly, put it in force anew and draw a new sample."
    ),
    "too_few_people": _("Until then the chart and the examples say more than a share."),
}

STEP_TITLES: dict[str, Words] = {
    "data_fit": _("Do the data fit?"),
    "baseline": _("Baseline."),
    "review_date": _("Review."),
    "no_other_causes": _("Other causes?"),
    "enough_units": _("Enough cases?"),
    "enough_people": _("Enough people?"),
    "difference": _("Difference."),
    "guardrail": _("Guardrail."),
    "mix": _("Same people?"),
    "season": _("Last year."),
    "ordinary_start": _("An ordinary start?"),
    "many_questions": _("Many questions."),
    "comparison": _("Elsewhere."),
    "persistence": _("Again?"),
    "range": _("Range."),
    "labels": _("How sure is the counting?"),
}
# (code, is met) -> what is said.
STEP_WORDS: dict[tuple[str, bool], Words] = {
    ("data_fit", True): _("Same definition on both sides; %(censored)s of the windows in the period are still open."),
    ("data_fit", False): _("They cannot be compared: see above."),
    ("baseline", True): _("At least half a year lies before the start."),
    ("baseline", False): _("Less than half a year lies before the start, so the baseline is provisional."),
    ("review_date", True): _("The agreed day of review has come."),
    ("review_date", False): _("Between reviews: to be looked at, but nothing is to be decided on it."),
    ("no_other_causes", True): _("Nobody noted any: no campaign, no change of platform."),
    ("no_other_causes", False): _("Noted: %(causes)s."),
    ("enough_units", True): _("%(now)s now, %(before)s before; %(needed)s are needed on each side."),
    ("enough_units", False): _("%(now)s now, %(before)s before; %(needed)s are needed on each side."),
    ("enough_people", True): _("%(people)s people on the smaller side; %(needed)s are needed."),
    ("enough_people", False): _("%(people)s people on the smaller side; %(needed)s are needed."),
    ("difference", True): _("%(difference)s, with 95%% certainty between %(low)s and %(high)s. %(method)s"),
    ("guardrail", True): _("None of the paired measures got worse."),
    ("guardrail", False): _("The paired measure got worse: what moved, moved at its expense."),
    ("mix", True): _(
        "Had each part stayed as large as before, the difference would be %(kept)s, with 95%% certainty between %(low)s and"
        " %(high)s: it does not come from other people being counted."
    ),
    ("mix", False): _(
        "The average changed by %(raw)s. Had each part stayed as large as before, the difference would be %(kept)s, with"
        " 95%% certainty between %(low)s and %(high)s: what changed is how large the parts are."
    ),
    ("season", True): _(
        "In the same weeks of last year it was %(share)s of %(n)s; against them the difference is %(difference)s,"
        " with 95%% certainty between %(low)s and %(high)s."
    ),
    ("season", False): _(
        "In the same weeks of last year it was %(share)s of %(n)s; against them the difference is %(difference)s,"
        " with 95%% certainty between %(low)s and %(high)s. It may be the season."
    ),
    ("ordinary_start", False): _(
        "The time right before the start was worse than ordinary, and after that it gets better by itself. Weeks right before"
        " the start that therefore do not count as before: %(weeks)s."
    ),
    ("persistence", True): _(
        "Of %(of)s who did it, %(now)s did it again in the period after; before, %(before)s of %(before_of)s."
    ),
    ("persistence", False): _(
        "Of %(of)s who did it, %(now)s did it again in the period after; before, %(before)s of %(before_of)s. That is certainly"
        " fewer: they come, but they do not stay."
    ),
    ("range", True): _(
        "Over the last periods half of it came from %(now)s people; before it began, from %(before)s. This is not"
        " tested: with so few periods, chance would decide."
    ),
    ("labels", True): _(
        "Of the cases in which it truly happened, %(sensitivity)s are counted; of the others, %(specificity)s are"
        " left uncounted (%(coded)s cases; whoever looked did not see what was counted). Counted: %(now)s; before, %(before)s. In truth about"
        " %(true_now)s; before, %(true_before)s. Difference %(difference)s, with 95%% certainty between %(low)s and"
        " %(high)s, the uncertainty of the sample included."
    ),
    ("labels", False): _(
        "Of the cases in which it truly happened, only %(sensitivity)s are counted; of the others, %(specificity)s"
        " are left uncounted (%(coded)s cases; whoever looked did not see what was counted). Together that is too little to"
        " report anything."
    ),
    ("range", False): _("No period since it began is over yet."),
    ("many_questions", True): _(
        "%(questions)s objectives are judged on this day, and whoever asks often finds something by chance. So each"
        " needs %(confidence)s certainty instead of 95%% (Holm)."
    ),
}
# Where a sample puts the share right and there is nothing, or nothing judged, to hold it against.
LABELS_ALONE: Words = _(
    "Of the cases in which it truly happened, %(sensitivity)s are counted; of the others, %(specificity)s are"
    " left uncounted (%(coded)s cases; whoever looked did not see what was counted). Counted: %(now)s. In truth about %(true_now)s."
)
# Where a step of a rate or a duration says it differently.
ENOUGH_TIMES: Words = _("%(now)s times now, %(before)s times before; %(needed)s are needed on each side.")
STEP_WORDS_OF: dict[tuple[str, str, bool], Words] = {
    ("F3", "enough_units", True): ENOUGH_TIMES,
    ("F3", "enough_units", False): ENOUGH_TIMES,
    ("F4", "data_fit", True): _(
        "Same definition on both sides; what is still open counts with the time it has waited."
    ),
}
# Where it began first against the channels in which it had not begun yet, by what that says.
COMPARISON_WORDS: dict[str, Words] = {
    "moving": _(
        "Where it began first (%(channels)s) the share changed by %(there)s, elsewhere in the same weeks by"
        " %(elsewhere)s. The difference of %(difference)s, with 95%% certainty between %(low)s and %(high)s, is due to"
        " where it began."
    ),
    "worsening": _(
        "Where it began first (%(channels)s) the share changed by %(there)s, elsewhere in the same weeks by"
        " %(elsewhere)s: without it, more would have moved (difference %(difference)s, with 95%% certainty between"
        " %(low)s and %(high)s)."
    ),
    "not_moving": _(
        "Where it began first (%(channels)s) the share changed by %(there)s, elsewhere in the same weeks by %(elsewhere)s:"
        " as much as elsewhere, so it has another cause."
    ),
    "cannot_tell": _(
        "Where it began first (%(channels)s) the share changed by %(there)s, elsewhere in the same weeks by"
        " %(elsewhere)s. Difference %(difference)s, with 95%% certainty between %(low)s and %(high)s: it cannot be"
        " told whether it is due to what began."
    ),
    "too_early": _("Where it began first (%(channels)s), or elsewhere, there are too few cases for a comparison."),
    "not_measurable": _(
        "The data of where it began first (%(channels)s), or of elsewhere, do not fit for a comparison."
    ),
}
GUARDRAIL_WORDS: dict[str, Words] = {
    "worsening": _(
        "“%(name)s” got worse in the meantime: %(now)s instead of %(before)s. What moved, moved at its expense."
    ),
    "moving": _("“%(name)s” did not get worse: %(now)s, before %(before)s."),
    "not_moving": _("“%(name)s” did not get worse: %(now)s, before %(before)s."),
    "cannot_tell": _("“%(name)s”: %(now)s, before %(before)s. It cannot be told whether it got worse."),
    "too_early": _("“%(name)s” cannot be judged yet; there are too few cases."),
    "not_measurable": _("“%(name)s” cannot be judged: its data do not fit."),
}
DAMAGE: Words = _("At the expense of “%(name)s”: it is now %(now)s, before %(before)s, and that is certainly worse.")
MIX_HIDES: Words = _(
    "Had each part stayed as large as before, the difference would be %(kept)s, with 95%% certainty between %(low)s and"
    " %(high)s: the average hides what happened."
)
DIMENSION_WORDS: dict[str, Words] = {"channel": _("By channel"), "stage": _("By how long somebody has been here")}
STAGE_WORDS: dict[str, Words] = {
    "new": _("new, here for less than 30 days"),
    "known": _("here for longer"),
    "nobody": _("nobody knows by whom"),
    "others": _("others together"),
}
# Gestures that say something of the words they are about.
MARK_WORDS: dict[str, Words] = {
    "accepted_answer": _("marked as the answer"),
    "thanked": _("thanked for"),
    "voted": _("found helpful"),
    "reported_solved": _("reported as solved"),
    "reported_not_solved": _("reported as not solved"),
}
NO_GUARDRAIL: Words = _("No paired measure is counted yet.")
METHOD_WORDS: dict[str, Words] = {
    "newcombe": _("Computed by Newcombe's method, which holds for small numbers, too."),
    "person_bootstrap": _(
        "A few people do much of it; so the span comes from 2,000 draws by lot, each of as many people as there are."
    ),
    "person_bootstrap_paired": _(
        "A few people do much of it; so the span comes from 2,000 draws by lot, each of as many people as there are, every one"
        " with their before and their now."
    ),
    "ratio": _("Computed as the ratio of two rates."),
    "ratio_person_bootstrap": _(
        "People differ much in how often they do it; so the span comes from 2,000 draws by lot, each of as many people as there"
        " are."
    ),
    "median_bootstrap": _("The span comes from 2,000 draws by lot, each of as many cases as there are."),
    "median_person_bootstrap": _(
        "A few people do much of it; so the span comes from 2,000 draws by lot, each of as many people as there are, every one"
        " with all their cases."
    ),
}
