"""The chapter of this room in the book: who inside decides about us, what they care for, what they were told."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from allmende.paper.elements import Chapter, Heading, Part, facts, said, table
from allmende.plan.models import Stakeholder
from allmende.plan.queries import chips, contacts_of
from allmende.stakeholders import states
from allmende.stakeholders.catalogue import INFLUENCE_WORDS, RELATION_WORDS
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.listing import stakeholders_in
from allmende.team.models import Workspace


def book_chapter(workspace: Workspace) -> Chapter:
    """Everybody who is not put away, without addresses, and the reports that were released for them."""
    rows = list(stakeholders_in(workspace))
    named = chips(workspace, {key for one in rows for key in one.objective_keys})
    reports: dict[object, list[Report]] = {}
    for report in Report.objects.filter(workspace=workspace, state=states.RELEASED).order_by("released_at"):
        reports.setdefault(report.stakeholder_id, []).append(report)
    contacts = contacts_of(workspace)
    parts: list[Part] = []
    for one in rows:
        objectives = [f"{named[key].code} {named[key].short_name}" for key in one.objective_keys if key in named]
        contact = contacts.get(str(one.pk))
        parts += [
            Heading(one.name),
            *_about(one, objectives, contact.unit.name if contact else ""),
            *_told(reports.get(one.pk, [])),
        ]
    return Chapter("stakeholders", _("Stakeholders"), tuple(parts) or said(_("Nobody is written down yet.")))


def _about(one: Stakeholder, objectives: list[str], contact: str) -> tuple[Part, ...]:
    about = ", ".join(objectives) or _("all objectives")
    return facts(
        (_("Position"), one.position),
        (_("Department"), one.department),
        (_("Influence"), INFLUENCE_WORDS[one.influence]),
        (_("Keeps in touch"), contact),
        (_("Must agree to"), about if one.must_agree else ""),
        (_("What they care for"), one.interest),
        (_("What they should feel"), one.wanted_feeling),
        (_("How we stand with them"), RELATION_WORDS[one.relation]),
        (_("Hears from us every so many days"), one.update_interval_days),
        (_("Hears from us next"), _day(one.next_due_date)),
    )


def _told(reports: list[Report]) -> tuple[Part, ...]:
    rows = [
        (
            one.title,
            f"{_day(one.period_start_date)} – {_day(one.period_end_date)}",
            _day(timezone.localtime(one.released_at)) if one.released_at else "",
            "\n".join(text for text in (one.setback, one.ask) if text),
        )
        for one in reports
    ]
    return table(
        (_("Report"), _("Period"), pgettext("book", "Released"), _("What did not work, what we asked for")), rows
    )


def _day(day: object) -> str:
    return str(formats.date_format(day, "DATE_FORMAT")) if day else ""  # type: ignore[arg-type]
