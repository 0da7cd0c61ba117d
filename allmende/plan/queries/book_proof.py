"""The book on what was learned: evidence, judgements, findings, decisions, reviews, controls, what happened around us."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.paper.elements import Heading, Part, facts, listed, said, table, under
from allmende.plan import catalogue, states
from allmende.plan.catalogue.decisions import (
    CONTENT_WORDS,
    DECISION_WORDS,
    KIND_WORDS,
    RESOLUTION_WORDS,
    REVERSIBLE_WORDS,
)
from allmende.plan.catalogue.decisions import STATE_WORDS as DECISION_STATE_WORDS
from allmende.plan.catalogue.proof import JUDGED_WORDS
from allmende.plan.catalogue.reviews import PROMISES, agenda_of
from allmende.plan.models import (
    ChangeEvent,
    Control,
    DecisionCheck,
    Evidence,
    Finding,
    Improvement,
    Judgement,
    LessonSetAside,
    Review,
    StrategicPlan,
)
from allmende.plan.queries.book_words import day, figure_in_words, number, span
from allmende.plan.queries.judgements import is_met
from allmende.team.models import Workspace

# What a request says in figures.
AMOUNTS = frozenset({"points", "amount", "hours", "money", "cost"})

Parts = tuple[Part, ...]
Names = Mapping[str, str]
# Of each figure of an element so many are printed, the newest; the JSON holds all.
NEWEST_FACTS = 12


def evidence_parts(workspace: Workspace, names: Names) -> Parts:
    """Facts with date and source, element by element, and what people judged of values out of the usual."""
    told: dict[str, dict[str, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    for fact in (
        Evidence.objects.filter(workspace=workspace)
        .exclude(kind__in=states.BESIDE_A_FACT)
        .order_by("-period_end", "-at")
    ):
        told[fact.key][fact.source].append(fact)
    parts: list[Part] = []
    for key, by_source in told.items():
        rows = [_fact(fact) for facts_ in by_source.values() for fact in facts_[:NEWEST_FACTS]]
        heads = (_("Period"), _("Source"), _("What was measured"), _("Verdict"))
        parts += under(names.get(key, key), table(heads, rows), level=2)
    about = said(
        _("Of each figure the %(count)s newest; the plan as JSON holds all.") % {"count": NEWEST_FACTS}, is_fine=True
    )
    return (*(about if parts else ()), *parts, *_judgements(workspace, names))


def _fact(fact: Evidence) -> tuple[str, str, str, str]:
    verdict = str(catalogue.VERDICT_WORDS[fact.verdict]) if fact.verdict else ""
    return span(fact.period_start, fact.period_end), catalogue.measure_word(fact.source), figure_in_words(fact), verdict


def _judgements(workspace: Workspace, names: Names) -> Parts:
    rows = Judgement.objects.filter(workspace=workspace).exclude(answer="")
    rows = rows.select_related("judged_by", "version", "finding", "event")
    lines = [
        (
            names.get(one.key, one.key),
            day(one.period_end),
            JUDGED_WORDS[one.answer],
            one.reason,
            one.judged_by,
            _came_of(one, names),
        )
        for one in rows.order_by("judged_at")
    ]
    heads = (_("About"), _("Value until"), _("Judged"), _("Reason"), _("By"), _("What came of it"))
    return under(_("Values out of the usual, and what was judged of them"), table(heads, lines), level=2)


def _came_of(judgement: Judgement, names: Names) -> str:
    if judgement.again_date:
        return _("looked at again on %(day)s") % {"day": day(judgement.again_date)}
    if judgement.finding and judgement.finding.archived_at is None:
        return _decided(judgement.finding, names)
    if is_met(judgement) and judgement.version:
        return _("version %(number)s of the plan") % {"number": judgement.version.number}
    if judgement.event and judgement.event.archived_at is None:
        return judgement.event.what
    return _("nothing so far") if judgement.answer == states.CHANGE else ""


def finding_parts(plan: StrategicPlan, names: Names) -> Parts:
    """What was noticed and decided, what was improved, and what the plan check said and was let stand."""
    findings = [
        (
            one.observation,
            names.get(one.element_key, ""),
            f"{one.source}, {day(one.noticed_date)}",
            _decided(one, names),
        )
        for one in Finding.objects.filter(plan=plan, archived_at__isnull=True).order_by("noticed_date", "created_at")
    ]
    improvements = [
        (one.result, names.get(one.element_key, ""), one.explanation, one.change, day(one.created_at))
        for one in Improvement.objects.filter(plan=plan, archived_at__isnull=True).order_by("created_at")
    ]
    aside = [
        (names.get(one.key, _("The plan")), one.reason, one.by.name, day(one.at))
        for one in LessonSetAside.objects.filter(plan=plan).select_related("by").order_by("at")
    ]
    about = _("About")
    return (
        *under(_("What was noticed"), table((_("Observation"), about, _("Source"), _("Decision")), findings), level=2),
        *under(
            _("What was improved"),
            table((_("Result"), about, _("Explanation"), pgettext("book", "Change"), _("Day")), improvements),
            level=2,
        ),
        *under(_("Let stand on purpose"), table((about, _("Reason"), _("By"), _("Day")), aside), level=2),
    )


def _decided(one: Finding, names: Names) -> str:
    if not one.decision:
        return _("open")
    told = [str(catalogue.FINDING_DECISION_WORDS[one.decision]), one.reason, names.get(one.result_key, "")]
    return ": ".join(part for part in told if part)


def decision_parts(workspace: Workspace, names: Names) -> Parts:
    """Decisions with their reasons. Those on hiring are left out: what candidates told is nobody else's concern."""
    parts: list[Part] = []
    rows = DecisionCheck.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(kind=states.HIRING)
    for one in rows.select_related("requester", "decided_by").order_by("created_at"):
        decided = (
            f"{DECISION_WORDS[one.decision]}, {one.decided_by or ''}, {day(one.decided_at)}" if one.decision else ""
        )
        told = facts(
            (_("Kind"), KIND_WORDS[one.kind]),
            (_("Asked by"), f"{one.requester.name}, {day(one.created_at)}"),
            (_("About"), ", ".join(names[key] for key in one.keys if key in names)),
            *((name, _content(one, field)) for field, name in CONTENT_WORDS.items()),
            (_("Where it stands"), DECISION_STATE_WORDS[one.state]),
            (_("Discussed"), one.discussion),
            (_("Decision"), decided),
            (_("Conditions"), one.conditions),
            (_("Reason"), one.reason),
            (_("Asked again on"), day(one.follow_up_date)),
            (_("What came of it"), one.outcome),
        )
        parts += under(one.title, told, level=2)
    return tuple(parts)


def _content(one: DecisionCheck, field: str) -> str:
    value = one.content.get(field)
    if not value:
        return ""
    if field == "reversible":
        return str(REVERSIBLE_WORDS.get(value, value))
    if field == "until":
        return day(date.fromisoformat(value))
    if field in AMOUNTS:
        return number(value)
    return "\n".join(str(part) for part in value) if isinstance(value, list) else str(value)


def review_parts(plan: StrategicPlan, names: Names) -> Parts:
    """Reviews with what was promised beforehand, said and resolved."""
    parts: list[Part] = []
    rows = plan.reviews.filter(archived_at__isnull=True).prefetch_related("resolutions")
    for one in rows.order_by("planned_date", "created_at"):
        heading = _("Review on %(day)s") % {"day": day(one.planned_date)}
        told = facts(
            (_("Period"), span(one.period_start_date, one.period_end_date)),
            (_("Present"), one.present),
            *((asked, one.answers.get(question, "")) for question, asked in agenda_of(one.kind).items()),
            (_("Who was told"), one.told),
        )
        parts += under(heading, told, listed(_promises(one, names)), listed(_resolved(one, names)), level=2)
    return tuple(parts)


def _promises(one: Review, names: Names) -> Iterable[str]:
    for key, by_verdict in one.commitments.items():
        for verdict, text in by_verdict.items():
            yield f"{names.get(key, key)}. {PROMISES[verdict]}: {text}"


def _resolved(one: Review, names: Names) -> Iterable[str]:
    for row in one.resolutions.all():
        about = names.get(row.element_key, "")
        yield f"{RESOLUTION_WORDS[row.kind]}: {row.what}" + (f" ({about})" if about else "")


def control_parts(workspace: Workspace, names: Names) -> Parts:
    """Checks that come round, and what they showed."""
    parts: list[Part] = []
    rows = Control.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("controller")
    for one in rows.prefetch_related("results"):
        told = facts(
            (_("About"), names.get(one.key, "")),
            (_("Every so many days"), number(one.interval_days)),
            (_("Looked at by"), one.controller.name),
            (_("Next"), day(one.next_date)),
        )
        results = table(
            (_("Day"), _("Result"), _("What was wrong")),
            [(day(row.due_date), row.result, row.finding) for row in one.results.all()],
        )
        parts += under(one.what, told, results, level=2)
    return tuple(parts)


def event_parts(plan: StrategicPlan, names: Names) -> Parts:
    """What happened around the plan, and what it meant for each part."""
    parts: list[Part] = []
    rows = ChangeEvent.objects.filter(plan=plan, archived_at__isnull=True).select_related("version")
    for one in rows.prefetch_related("assessments").order_by("occurred_date", "created_at"):
        version = _("version %(number)s") % {"number": one.version.number} if one.version else ""
        told = facts(
            (_("Kind"), catalogue.EVENT_KIND_WORDS[one.kind]),
            (_("Happened"), day(one.occurred_date)),
            (_("Noticed"), day(one.noticed_date)),
            (_("Led to"), version),
        )
        judged = [
            (names.get(row.key, row.key) or "–", catalogue.ASSESSMENT_WORDS[row.judgement], row.note)
            for row in one.assessments.all()
        ]
        parts += [Heading(one.what, 2), *told, *table((_("About"), _("Judged"), pgettext("book", "Note")), judged)]
    return tuple(parts)
