"""What each finding of the plan check teaches."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from allmende.plan.catalogue.words import Words, percent


@dataclass(frozen=True)
class Text:
    """A finding in words: what is wrong, why it matters, an example of better."""

    title: str
    why: str
    example: str = ""


@dataclass(frozen=True)
class _Draft:
    title: Words
    why: Words
    example: Words = ""


_LESSONS: dict[str, _Draft] = {
    "audience_missing": _Draft(
        _("Who shall do it?"),
        _("A behaviour belongs to somebody. Name the people so that one could count them."),
        _("Example: experienced accountants in small firms"),
    ),
    "behaviour_missing": _Draft(
        _("What shall they do?"),
        _("An objective is something people do, so that one could watch them doing it."),
        _("Example: be the first to answer other people's questions"),
    ),
    "effect_missing": _Draft(
        _("What comes of it?"),
        _("Without the effect nobody can say how the behaviour serves the goal."),
        _("Example: so that the question is confirmed as solved"),
    ),
    "subject_is_us": _Draft(
        _("“%(text)s”: that is us, not the members."),
        _("What we do ourselves is a tactic or a step. An objective says what members do because of it."),
        _("Example: New users … help somebody else within 30 days"),
    ),
    "number_not_behaviour": _Draft(
        _("“%(word)s” is a number, not a behaviour."),
        _("Numbers like this rise without anybody being helped. Which act of which people do you mean by it?"),
        _("Example: be the first to answer other people's questions"),
    ),
    "number_not_goal": _Draft(
        _("“%(word)s” is a number of ours, not what the organisation gets."),
        _("It can rise without anybody in the house noticing. What becomes better, cheaper or possible because of it?"),
        _("Example: Customers solve accounting questions faster, without calling support."),
    ),
    "activity_only": _Draft(
        _("“%(word)s” alone does not serve the goal yet."),
        _(
            "Whoever only looks, joins or clicks has not done anything for anybody. What shall the people do there? If just "
            "this has value in your community, say why in the field below."
        ),
        _("Example: be the first to answer other people's questions"),
    ),
    "behaviour_vague": _Draft(
        _("“%(text)s” can mean anything."),
        _("Two people should agree whether somebody did it. Name the act itself."),
        _("Example: report a fault with the steps that lead to it"),
    ),
    "quality_missing": _Draft(
        _("When is it done well?"),
        _("Without a condition a careless answer counts as much as a helpful one, and soon there are more of those."),
        _("Example: confirmed as solved within 7 days"),
    ),
    "measure_missing": _Draft(
        _("How is it counted?"),
        _("Choose the behaviour that is counted. Only then can anybody say whether it moves."),
    ),
    "measure_is_activity": _Draft(
        _("That counts activity, not a behaviour."),
        _("Counts of posts, members, followers, likes or page views say nothing about the goal. Choose a behaviour."),
    ),
    "target_on_activity": _Draft(
        _("No target can be set on a count of activity."),
        _("Such a number can be driven up without helping anybody. Choose a behaviour and set the target on that."),
        _("Example: the share of questions a member answers first"),
    ),
    "measure_is_no_behaviour": _Draft(
        _("That measures an effect, not the behaviour."),
        _("Effects follow later and have other causes too. Measure the objective by what people do."),
    ),
    "population_uncountable": _Draft(
        _("Nobody can count these people yet."),
        _("A share needs a whole. Choose a behaviour whose occasions can be counted, such as all first questions."),
    ),
    "guardrail_missing": _Draft(
        _("What must not get worse meanwhile?"),
        _("Whatever is aimed at can be overdone. A guardrail shows it in time."),
        _("Example: satisfaction with the answer, at least 4.2"),
    ),
    "target_missing": _Draft(
        _("Which share do you want to reach?"),
        _("Without a target nobody knows when it is enough."),
        _("Example: 47 %%, coming from 41 %%"),
    ),
    "target_is_for_shares": _Draft(
        _("This measure says how often or how long; a share is no target for it."),
        _("Leave both shares empty and say the target in the measure's own unit."),
        _("Example: 6 hours, coming from 9.5 hours"),
    ),
    "target_is_for_values": _Draft(
        _("This measure tells a share; hours or times are no target for it."),
        _("Leave both values empty and say which share you want to reach."),
        _("Example: 47 %%, coming from 41 %%"),
    ),
    "target_value_missing": _Draft(
        _("What do you want to reach, in the measure's own unit?"),
        _("Without a target nobody knows when it is enough."),
        _("Example: 6 hours until half are answered, or 30 per 1,000 people and month"),
    ),
    "target_value_not_positive": _Draft(
        _("A target must be more than 0."),
        _("Nothing happens in no time, and what shall never happen is no behaviour to aim at."),
    ),
    "target_takes_longer": _Draft(
        _("The target takes longer than it took before."),
        _("Of a time, less is better: this objective would be reached by getting slower."),
    ),
    "target_is_no_share": _Draft(
        _("A target is a share between 0 and 100 %%."),
        _("Shares can be compared when the community grows or shrinks; counts cannot."),
    ),
    "target_date_missing": _Draft(
        _("Until when?"),
        _("A verdict is given on days set beforehand, or one keeps looking until it fits."),
    ),
    "least_relevant_missing": _Draft(
        _("From which difference on would you decide differently?"),
        _("Without this number no verdict but “cannot tell” is possible, however long one measures."),
        _("Example: 4 percentage points"),
    ),
    "least_relevant_not_positive": _Draft(
        _("The difference that matters must be more than 0 and at most 100 points."),
        _("At 0 any noise would be a success."),
    ),
    "target_below_least_relevant": _Draft(
        _("The way to the target (%(wanted)s) is smaller than the difference that matters (%(least)s)."),
        _("Then reaching the target would change no decision. Aim further, or say that less matters."),
    ),
    "goal_missing": _Draft(
        _("The plan has no goal yet."),
        _("Everything else serves the goal: what does the organisation get from the community?"),
    ),
    "several_goals": _Draft(
        _("%(goals)s goals: one would be better."),
        _("Each goal takes strength from the others. Which one would you keep if only one could stay?"),
    ),
    "too_many_goals": _Draft(
        _("%(goals)s goals are more than a community can serve."),
        _("Three at most. What is everybody's goal in the end is nobody's."),
    ),
    "objective_missing": _Draft(
        _("This goal has no objective yet."),
        _("Nothing reaches the goal unless somebody does something. What shall members do?"),
    ),
    "too_many_objectives": _Draft(
        _("%(objectives)s objectives for one goal: %(at_most)s are enough."),
        _("The more are judged at once, the more seem to move by chance."),
    ),
    "strategy_missing": _Draft(
        _("This objective has no lever yet."),
        _("People do something because they feel something. Which feeling do you amplify so that they do it?"),
        _("Example: pride in visible expertise"),
    ),
    "several_strategies": _Draft(
        _("%(strategies)s levers for one objective: exactly one counts."),
        _("With two, nobody learns which one worked. Declare the second as an alternative in test."),
    ),
    "lever_of_fear": _Draft(
        _("“%(word)s”: fear and shame move people, and drive them away."),
        _(
            "Whoever acts out of fear or shame does just enough to be rid of it, and remembers who caused it. Relieve the "
            "feeling, or choose its brighter side. If it must be this one, say in the lever why it may be used and who is spared."
        ),
        _("Example: instead of the fear to get it wrong, the pride to have mastered it"),
    ),
    "lever_off_among_employees": _Draft(
        _("“%(word)s”: among employees fear and shame are no levers."),
        _(
            "Employees cannot leave, and whoever speaks here has power over them. A community that frightens or shames its own "
            "people falls silent. Relieve the feeling, or choose another one."
        ),
        _("Example: pride that one's own trick saves a colleague the night"),
    ),
    "too_many_tactics": _Draft(
        _("%(tactics)s tactics at once: %(at_most)s at most."),
        _("Three to seven can be carried through in a week. The rest waits below the cut line."),
    ),
}
_SHARES = frozenset({"wanted", "least", "target"})


def lesson_of(code: str, values: Mapping[str, object]) -> Text:
    """The words for a finding of `domain.plan_check`, in the active language. KeyError for a code without words."""
    lesson = _LESSONS[code]
    shown = {name: percent(float(str(value))) if name in _SHARES else value for name, value in values.items()}
    return Text(str(lesson.title) % shown, str(lesson.why) % shown, str(lesson.example) % shown)
