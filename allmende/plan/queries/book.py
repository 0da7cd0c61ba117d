"""The chapter of this room in the book: the whole plan, with reasons, readable without the software (S0-24)."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.paper.elements import Chapter, Heading, Paragraph, Part, facts, listed, said, table, under
from allmende.plan import catalogue, states
from allmende.plan.catalogue.routines import RHYTHM_WORDS
from allmende.plan.models import (
    Agreement,
    Audience,
    MoneyEntry,
    PlanVersion,
    Routine,
    StrategicPlan,
)
from allmende.plan.queries import book_proof
from allmende.plan.queries.agreeing import Comparison
from allmende.plan.queries.book_layers import chain_parts, layers_of
from allmende.plan.queries.book_words import day, number
from allmende.plan.queries.canvas import canvas_of
from allmende.plan.queries.elements import Elements, differences, elements_of, name_of
from allmende.plan.queries.transport import plan_to_export
from allmende.plan.queries.versions import FieldChange, in_words
from allmende.team.models import Workspace

Parts = tuple[Part, ...]
Found = Mapping[UUID, Elements]


def book_chapter(workspace: Workspace) -> Chapter:
    """Plan, evidence, lessons, decisions, versions, people it is for; a constant number of queries for each version."""
    plan = plan_to_export(workspace)
    canvas = under(_("The whole community on one page"), _canvas(workspace))
    if plan is None:
        parts: Parts = (Paragraph(_("There is no plan yet.")), *canvas, *_people_parts(workspace))
        return Chapter("plan", _("The plan"), parts)
    versions = list(_versions(plan))
    found = elements_of(*versions)
    names = _names(versions, found)
    parts = (
        *_plan_parts(plan, versions),
        *canvas,
        *_people_parts(workspace),
        *under(_("Evidence"), book_proof.evidence_parts(workspace, names)),
        *under(_("What we learned"), book_proof.finding_parts(plan, names)),
        *under(_("Decisions and their reasons"), book_proof.decision_parts(workspace, names)),
        *under(_("Reviews"), book_proof.review_parts(plan, names)),
        *under(_("Checks that come round"), book_proof.control_parts(workspace, names)),
        *under(_("What happened around us"), book_proof.event_parts(plan, names)),
        *under(_("Recurrent work"), _routines(workspace)),
        *under(_("Money spent"), _money(plan, names)),
        *under(_("Questions before going to work"), _readiness(plan)),
        *under(_("Versions of the plan, in words"), _history(versions, found)),
    )
    return Chapter("plan", _("The plan"), parts)


def _versions(plan: StrategicPlan) -> list[PlanVersion]:
    rows = plan.versions.exclude(state=states.DISCARDED).select_related("workspace", "plan", "base", "published_by")
    return list(rows.order_by("number"))


def _names(versions: list[PlanVersion], found: Found) -> dict[str, str]:
    """How elements are called, by key; the newest version has the last word, and what it dropped keeps its name."""
    return {
        row.key: name_of(layer, row) for one in versions for layer, rows in found[one.pk].by_layer() for row in rows
    }


def _plan_parts(plan: StrategicPlan, versions: list[PlanVersion]) -> Parts:
    shown = next((one for one in versions if one.state == states.PUBLISHED), versions[-1] if versions else None)
    parts = facts(
        (_("Title"), plan.title),
        (_("Kind of community"), catalogue.COMMUNITY_TYPE_WORDS[plan.community_type]),
        (_("Answers for it"), plan.owner),
        (_("Deputy"), plan.deputy),
        (_("Version"), _version_line(shown) if shown else ""),
        (_("Looked at every so many days"), number(plan.review_interval_days)),
        (_("Hours a week for tactics"), number(plan.strategic_hours)),
        (_("Hours a week for daily work"), number(plan.routine_hours)),
    )
    if shown is None:
        return parts
    about = said(_("This version is not in force yet.")) if shown.state != states.PUBLISHED else ()
    chain = chain_parts(layers_of(shown))
    return (*parts, *about, *under(_("Goals, objectives, levers, tactics, steps"), chain))


def _version_line(version: PlanVersion) -> str:
    told = f"{version.number}, {catalogue.VERSION_STATE_WORDS[version.state]}"
    return f"{told}, {day(version.published_at)}" if version.published_at else told


def _canvas(workspace: Workspace) -> Parts:
    parts: list[Part] = []
    for section in canvas_of(workspace):
        rows = [
            (field.theme.name, "\n".join([field.answer.text, *(name for _layer, _key, name in field.elements)]))
            for field in section.fields
            if field.answer and field.answer.text
        ]
        parts += under(section.name, facts(*rows), level=2)
    return tuple(parts)


def _people_parts(workspace: Workspace) -> Parts:
    """Whom we address, and who inside agreed."""
    return (
        *under(_("Audiences, the first one first"), _audiences(workspace)),
        *under(_("Agreements"), _agreements(workspace)),
    )


def _audiences(workspace: Workspace) -> Parts:
    parts: list[Part] = []
    rows = Audience.objects.filter(workspace=workspace, archived_at__isnull=True).prefetch_related("analyses")
    for one in rows:
        known = [
            f"{row.finding} ({row.source}, {day(row.on_date)})" for row in one.analyses.all() if not row.archived_at
        ]
        told = facts(
            (_("State"), catalogue.AUDIENCE_STATE_WORDS[one.state]),
            (_("Description"), one.description),
            (_("About how many"), number(one.size_estimate) if one.size_estimate else ""),
            (_("What they need"), one.needs),
            (_("What they feel now"), one.emotions_now),
            (_("What they should feel"), one.emotions_wanted),
            (_("Where they are"), one.places),
            (_("How we reach them"), one.reach_path),
            (_("How they take part"), one.involvement_path),
        )
        parts += [Heading(one.name, 2), *told, *listed(known)]
    return tuple(parts)


def _agreements(workspace: Workspace) -> Parts:
    rows = Agreement.objects.filter(version__workspace=workspace).select_related("version", "stakeholder")
    answers = {states.YES: _("agrees"), states.CHANGES: _("wants changes")}
    lines = [
        (
            one.stakeholder.name,
            number(one.version.number),
            answers.get(one.answer, _("has not answered")),
            one.answered_name,
            day(one.answered_at or one.asked_at),
            one.comment,
        )
        for one in rows.order_by("version__number", "asked_at")
    ]
    return table((_("Stakeholder"), _("Version"), _("Answer"), _("By"), _("Day"), _("In their words")), lines)


def _routines(workspace: Workspace) -> Parts:
    parts: list[Part] = []
    rows = Routine.objects.filter(workspace=workspace, archived_at__isnull=True).select_related("owner", "channel")
    for one in rows.prefetch_related("steps"):
        told = facts(
            (_("What for"), one.purpose),
            (_("How often"), RHYTHM_WORDS[one.rhythm]),
            (_("Where"), one.channel),
            (_("Done by"), one.owner.name),
            (_("Minutes"), number(one.planned_minutes)),
        )
        parts += [Heading(one.name, 2), *told, *listed(row.what for row in one.steps.all() if not row.dropped_at)]
    return tuple(parts)


def _money(plan: StrategicPlan, names: Mapping[str, str]) -> Parts:
    rows = MoneyEntry.objects.filter(plan=plan, archived_at__isnull=True).order_by("on_date")
    lines = [(day(one.on_date), names.get(one.tactic_key, ""), number(one.amount), one.note) for one in rows]
    return table((_("Day"), _("Tactic"), _("Amount"), pgettext("book", "Note")), lines)


def _readiness(plan: StrategicPlan) -> Parts:
    given = {one.question: one for one in plan.readiness.all()}
    return facts(
        *(
            (asked.text, f"{catalogue.STATE_WORDS[given[key].state]}. {given[key].text}")
            for key, asked in catalogue.READINESS.items()
            if key in given
        )
    )


def _history(versions: list[PlanVersion], found: Found) -> Parts:
    """Each version with its reason and what differs from the one it was made from, the newest first."""
    parts: list[Part] = []
    for one in reversed(versions):
        told = facts(
            (_("State"), catalogue.VERSION_STATE_WORDS[one.state]),
            (_("In force since"), day(one.published_at)),
            (_("Put in force by"), one.published_by),
            (_("Level of the change"), catalogue.level_word(one.change_level)),
            (_("Reason"), one.change_reason),
            (_("Without agreement, because"), one.published_without_agreement),
            (_("How it was revised"), catalogue.APPROACH_NAMES.get(one.approach, "")),
            (_("Why so"), one.approach_reason),
            (_("Why from nothing"), one.from_nothing_reason),
        )
        heading = _("Version %(number)s") % {"number": one.number}
        parts += [Heading(heading, 2), *told, *listed(_differences(one, found))]
    return tuple(parts)


def _differences(version: PlanVersion, found: Found) -> list[str]:
    before = found.get(version.base_id) if version.base_id else None
    if before is None:
        return []
    after = found[version.pk]
    lines = []
    for one in in_words(Comparison(before, after, differences(before, after))):
        told = f"{catalogue.LAYER_WORDS[one.layer]} {catalogue.HOW_WORDS[one.how]}: {one.name}"
        lines.append("\n".join([told, *(_field(field) for field in one.fields)]))
    return lines


def _field(field: FieldChange) -> str:
    name = catalogue.FIELD_WORDS.get(field.name, field.name)
    before, after = _said(field.before), _said(field.after)
    return f"{name}: {before or '–'} → {after or '–'}"


def _said(value: object) -> str:
    return day(value) if hasattr(value, "isoformat") else str(value)  # type: ignore[arg-type]
