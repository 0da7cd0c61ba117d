"""Words of this room: influence and relation, what the guard says and advises, what the fields of a report are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

INFLUENCE_WORDS: dict[str, Words] = {
    "decides": pgettext_lazy("influence", "decides about the community"),
    "advises": pgettext_lazy("influence", "advises those who decide"),
    "affected": pgettext_lazy("influence", "is affected by it"),
}
RELATION_WORDS: dict[str, Words] = {
    "identified": pgettext_lazy("relation", "known by name"),
    "contacted": pgettext_lazy("relation", "spoken to"),
    "informed": pgettext_lazy("relation", "informed"),
    "understands": pgettext_lazy("relation", "understands the chain"),
    "supports": pgettext_lazy("relation", "supports us"),
    "sponsors": pgettext_lazy("relation", "vouches for us"),
    "cooling": pgettext_lazy("relation", "cooling"),
    "lost": pgettext_lazy("relation", "lost"),
}
STAKEHOLDER_WORDS: dict[str, Words] = {
    "name": pgettext_lazy("stakeholder", "name"),
    "position": pgettext_lazy("stakeholder", "position"),
    "department": pgettext_lazy("stakeholder", "department"),
    "email": pgettext_lazy("stakeholder", "e-mail"),
    "must_agree": pgettext_lazy("stakeholder", "must agree"),
    "objective_keys": pgettext_lazy("stakeholder", "objectives"),
    "agreement_interval_days": pgettext_lazy("stakeholder", "days until asked anew"),
    "influence": pgettext_lazy("stakeholder", "influence"),
    "interest": pgettext_lazy("stakeholder", "what they need"),
    "wanted_feeling": pgettext_lazy("stakeholder", "how they shall feel"),
    "relation": pgettext_lazy("stakeholder", "relation"),
    "update_interval_days": pgettext_lazy("stakeholder", "rhythm"),
    "next_due_date": pgettext_lazy("stakeholder", "next report due"),
}
TEXT_WORDS: dict[str, Words] = {
    "title": pgettext_lazy("report", "Heading"),
    "story": pgettext_lazy("report", "Example"),
    "story_by": pgettext_lazy("report", "Whose words"),
    "has_story_consent": pgettext_lazy("report", "Consent"),
    "setback": pgettext_lazy("report", "What did not work"),
    "ask": pgettext_lazy("report", "What we need"),
    "plan": pgettext_lazy("report", "from the plan"),
    "figure": pgettext_lazy("report", "Figure"),
}
REASON_WORDS: dict[str, Words] = {
    "not_judged": _("Nobody has judged it yet: the first review is still to come."),
    "no_baseline": _("There is nothing from before to compare with."),
    "too_few_units": _("There are too few cases so far."),
    "too_few_expected": _("There are too few cases so far."),
    "too_few_people": _("Too few people stand behind the figures so far."),
    "too_few_events": _("It happened too rarely so far."),
    "connector_gap": _("A channel could not be read for a while."),
    "definition_changed": _("What is counted was changed in this period."),
    "labels_too_noisy": _("A sample showed that what is counted is right too seldom to be reported."),
    "windows_open": _("Too many cases still have time left."),
    "content_deleted": _("Too much of what was said was deleted."),
    "actors_unknown": _("Of too many acts it is not known who did them."),
    "median_not_reached": _("In more than half of the cases it has not happened yet."),
}


@dataclass(frozen=True)
class Refusal:
    """Why the guard keeps something in, and what can stand there instead."""

    why: Words
    remedy: Words = ""


_BEHAVIOUR_INSTEAD = _("Say instead how many people did what was agreed, and how often of how many times.")
REFUSALS: dict[str, Refusal] = {
    "activity_count": Refusal(
        _("A count of activity. It says how much happens, not whether the community helps."), _BEHAVIOUR_INSTEAD
    ),
    "size_total": Refusal(
        _("A total of members or followers only ever grows and says nothing about what people do."),
        _BEHAVIOUR_INSTEAD,
    ),
    "engagement_rate": Refusal(
        _("An engagement rate adds unlike things; nobody can say what more of it would mean."), _BEHAVIOUR_INSTEAD
    ),
    "click_as_success": Refusal(_("A click is no success: nobody knows whether it helped."), _BEHAVIOUR_INSTEAD),
    "percent_without_base": Refusal(
        _("Per cent without the numbers behind them: 3 instead of 2 would be fifty per cent more as well."),
        _("Write the numbers themselves: 512 of 905, before 49 of 100."),
    ),
    "earned_media_value": Refusal(
        _("“Earned media value” is invented money; nobody ever paid or saved it."), _BEHAVIOUR_INSTEAD
    ),
    "machine_sentiment": Refusal(
        _("A machine's sentiment score is a guess, not a fact."), _("Quote somebody who agreed to be quoted.")
    ),
    "quote_without_consent": Refusal(
        _("Nobody noted that this person agreed to be quoted."),
        _("Ask, then tick the consent below the example; or tell it without their words and name."),
    ),
    "group_below_floor": Refusal(
        _("So few people stand behind it that somebody could be recognised."),
        _("The figure appears by itself as soon as the group is large enough."),
    ),
    "definition_changed_in_period": Refusal(
        _("What is counted was changed within the period, so now and before are not the same thing."),
        _("The figure returns with the next period that is counted in one way only."),
    ),
    "objective_not_agreed": Refusal(
        _("This objective is not in the plan in force. Reports speak only of what was agreed."),
        _("Compose the report anew; then it follows the plan in force."),
    ),
    "labels_too_noisy": Refusal(
        _("A sample showed meanwhile that what is counted is right too seldom to be reported."),
        _("Compose the report anew; then it says so instead of the figure."),
    ),
    "change_within_noise": Refusal(
        _("The change may be chance: nothing may be built on it."), _("The verdict says so in words.")
    ),
}
UNKNOWN_REFUSAL = Refusal(
    _("A figure of this report lacks its definition, denominator, period, range or grade."),
    _("Compose the report anew once the measurement has run."),
)


def refusal_of(code: str) -> Refusal:
    """The words for a finding of the guard; findings of missing facts share theirs."""
    return REFUSALS.get(code, UNKNOWN_REFUSAL)
