"""What may leave the team, and why not: the guard of `domain.report_guard` asked about a report (S1-17, S1-23)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from allmende.behaviours.queries.verdicts import too_noisy
from allmende.domain.report_guard import Figure as GuardedFigure
from allmende.domain.report_guard import Form, GuardFinding, Trait, check_report, check_text
from allmende.domain.verdict import TOO_NOISY
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.figures import Period
from allmende.stakeholders.queries.paper import Figure, Numbers, ObjectivePart, Paper, thawed

QUOTE_CODE = Trait.QUOTE_WITHOUT_CONSENT.value
QUOTATION_MARKS = '„“”«»"'
TYPED = ("title", "story", "setback", "ask")
DEFINITION_CHANGED = frozenset({Trait.DEFINITION_CHANGED_IN_PERIOD})


@dataclass(frozen=True)
class Finding:
    """Why a report may not be released as it is.

    `where` is a typed field (`TYPED`), "plan" for words that come from the plan, or "figure"; `words` are those found
    or the objective's short name. `may_override`: a named person may let it out with a reason; never where people
    could be recognised or were not asked.
    """

    code: str
    where: str
    words: str
    may_override: bool = False


def guarded_figures(
    objective: ObjectivePart, figure: Figure, traits: frozenset[Trait] = frozenset()
) -> tuple[GuardedFigure, ...]:
    """The figures one objective would print: people, times, share or value, difference; none without numbers."""
    numbers = figure.numbers
    if numbers is None:
        return ()
    is_share = numbers.value is None
    name = "share" if is_share else "value"
    share = GuardedFigure(
        key=f"{objective.key}.{name}",
        label=objective.short_name,
        level="behaviour",
        form=Form.SHARE if is_share else Form.DURATION if figure.is_time else Form.RATE,
        value=numbers.share if is_share else numbers.value,
        definition_key=figure.definition_version,
        denominator=numbers.n,
        people=_smallest_group(numbers),
        period=f"{figure.starts_date}/{figure.ends_date}",
        low=numbers.share_low if is_share else numbers.value_low,
        high=numbers.share_high if is_share else numbers.value_high,
        word=figure.word,
        evidence_grade=numbers.grade,
        objective_key=objective.key,
        traits=traits,
    )
    people = replace(share, key=f"{objective.key}.people", form=Form.COUNT, value=numbers.people)
    times = replace(share, key=f"{objective.key}.times", form=Form.COUNT, value=numbers.times)
    if numbers.difference is None:
        return people, times, share
    # Of a ratio nothing changed is 1.
    nothing = 0.0 if is_share or figure.is_time else 1.0
    low, high = (None if end is None else end - nothing for end in (numbers.low, numbers.high))
    difference = replace(
        share,
        key=f"{objective.key}.difference",
        form=Form.DIFFERENCE,
        value=numbers.difference - nothing,
        low=low,
        high=high,
    )
    return people, times, share, difference


def _smallest_group(numbers: Numbers) -> int:
    """The fewest people any of the printed numbers speaks of; nobody is nobody to be recognised."""
    return min((group for group in (numbers.people, numbers.before_people) if group), default=0)


def hold_back(objective: ObjectivePart, floor: int, agreed: frozenset[str], traits: frozenset[Trait]) -> ObjectivePart:
    """The objective without the numbers that may not leave the team, and with the reasons; the word stays."""
    figure = objective.figure
    findings = check_report(guarded_figures(objective, figure, traits), floor, agreed)
    reasons = tuple(dict.fromkeys(finding.code for finding in findings if finding.kind == "blocked"))
    if not reasons:
        weeks = tuple(week for week in figure.weeks if week.n >= floor and not 0 < week.people < floor)
        periods = tuple(one for one in figure.periods if _is_of_many(one, floor))
        return replace(objective, figure=replace(figure, weeks=weeks, periods=periods))
    return replace(objective, figure=replace(figure, numbers=None, weeks=(), periods=(), held_back=reasons))


def _is_of_many(period: Period, floor: int) -> bool:
    """Whether many people stand behind it. That nobody of many ever did it tells of nobody, and hides no bad period."""
    return period.people >= floor or (not period.people and not period.value and period.n >= floor)


def findings_of(report: Report, agreed: frozenset[str]) -> tuple[Finding, ...]:
    """All reasons against releasing `report` now; none means it may go out. `agreed` are the objectives in force."""
    paper = thawed(report.content)
    figures = [figure for part in paper.objectives for figure in guarded_figures(part, part.figure)]
    names = {figure.key: figure.label for figure in figures}
    return (
        *_from_plan(paper),
        *(_of_figure(finding, names) for finding in check_report(figures, paper.floor, agreed)),
        *_found_noisy(report, paper),
        *(finding for field in TYPED for finding in _in_text(field, getattr(report, field), is_plan=False)),
        *_quote(report),
    )


def _found_noisy(report: Report, paper: Paper) -> Iterator[Finding]:
    """Figures put into the report before a sample showed that they are counted right too seldom (4.5)."""
    told = [part for part in paper.objectives if part.figure.numbers]
    held_back = too_noisy(report.workspace) if told else set()
    for part in told:
        if (part.key, part.figure.definition_version) in held_back:
            yield Finding(TOO_NOISY, "figure", part.short_name)


def _of_figure(finding: GuardFinding, names: Mapping[str, str]) -> Finding:
    return Finding(finding.code, "figure", names.get(finding.figure_key, ""))


def _from_plan(paper: Paper) -> Iterator[Finding]:
    texts = dict.fromkeys(_plan_texts(paper))
    for text in texts:
        yield from _in_text("plan", text, is_plan=True)


def _plan_texts(paper: Paper) -> Iterable[str]:
    for goal in paper.goals:
        yield from (goal.statement, goal.plain_statement)
        for part in goal.objectives:
            yield from (part.short_name, part.audience, part.behaviour, part.effect, part.guardrail, *part.work)


def _in_text(where: str, text: str, *, is_plan: bool) -> Iterator[Finding]:
    return (Finding(found.code, where, found.text, may_override=not is_plan) for found in check_text(text))


def _quote(report: Report) -> Iterator[Finding]:
    is_quote = bool(report.story_by) or any(mark in report.story for mark in QUOTATION_MARKS)
    if report.story and is_quote and not report.has_story_consent:
        yield Finding(QUOTE_CODE, "story", report.story_by or report.story[:60])
