"""Who decides about us, and what do they know? Lists and search, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse
from django.utils.translation import pgettext

from allmende.plan.models import Stakeholder
from allmende.plan.queries import CONTACT, contacts_of
from allmende.stakeholders import states
from allmende.stakeholders.models import Report
from allmende.team.access import may
from allmende.team.models import Person, Responsibility, Workspace
from allmende.team.queries import Hit, Thing


@dataclass(frozen=True)
class Row:
    """One stakeholder: the newest released report, the draft if there is one, whether they wait for news, and who keeps in
    touch."""

    stakeholder: Stakeholder
    released: Report | None
    draft: Report | None
    is_overdue: bool
    contact: Responsibility | None


@dataclass(frozen=True)
class Period:
    """First and last day of a report."""

    starts_date: date
    ends_date: date


def listing(workspace: Workspace, today: date) -> tuple[Row, ...]:
    """All stakeholders, who waits longest first; three queries."""
    people = list(stakeholders_in(workspace))
    newest: dict[tuple[object, bool], Report] = {}
    for report in _reports(people).order_by("composed_at"):
        newest[report.stakeholder_id, report.is_released] = report
    contacts = contacts_of(workspace)
    rows = [_row(one, newest, contacts.get(str(one.pk)), today) for one in people]
    return tuple(sorted(rows, key=lambda row: (row.stakeholder.next_due_date or date.max, row.stakeholder.name)))


@dataclass(frozen=True)
class NextUpdate:
    """Who hears from us next: on which day, and where the draft or the page of this person lies."""

    name: str
    position: str
    due_date: date
    is_overdue: bool
    has_draft: bool
    url: str


def next_update(workspace: Workspace, today: date) -> NextUpdate | None:
    """The update that is due first, in one query; None while nobody has a day."""
    drafts = Report.objects.filter(
        stakeholder=OuterRef("pk"), released_at__isnull=True, archived_at__isnull=True
    ).order_by("-composed_at")
    rows = stakeholders_in(workspace).filter(next_due_date__isnull=False).order_by("next_due_date", "name")
    found = rows.annotate(draft=Subquery(drafts.values("pk")[:1])).first()
    if found is None or found.next_due_date is None:
        return None
    page = ("report", found.draft) if found.draft else ("stakeholder", found.pk)
    return NextUpdate(
        found.name,
        found.position,
        found.next_due_date,
        found.next_due_date < today,
        found.draft is not None,
        reverse(f"stakeholders:{page[0]}", args=[workspace.slug, page[1]]),
    )


def stakeholders_in(workspace: Workspace) -> QuerySet[Stakeholder]:
    """Everybody not put away, by name."""
    return Stakeholder.objects.filter(workspace=workspace, archived_at__isnull=True).order_by("name")


def accountable(workspace: Workspace) -> list[Thing]:
    """Somebody keeps in touch with every stakeholder (I-01, S0-22); the team's page asks."""
    slug = workspace.slug
    return [
        Thing(CONTACT, str(one.pk), one.name, reverse("stakeholders:stakeholder", args=[slug, one.pk]))
        for one in stakeholders_in(workspace)
    ]


def reports_for(stakeholder: Stakeholder) -> QuerySet[Report]:
    """Reports for one stakeholder, newest first, the draft included."""
    rows = Report.objects.filter(stakeholder=stakeholder, archived_at__isnull=True).defer("content")
    return rows.select_related("released_by").order_by("-composed_at")


def newest_released(stakeholder: Stakeholder) -> Report | None:
    """What they were last told, with everything a page needs."""
    rows = Report.objects.filter(stakeholder=stakeholder, state=states.RELEASED, archived_at__isnull=True)
    return rows.select_related("workspace", "stakeholder").order_by("-released_at").first()


def next_period(stakeholder: Stakeholder, today: date) -> Period:
    """What the next report should cover: what the draft covers; else since the last released one, or one rhythm.

    Right after a release there is nothing new: then the same period once more, up to yesterday.
    """
    yesterday = today - timedelta(days=1)
    rows = Report.objects.filter(stakeholder=stakeholder, archived_at__isnull=True).defer("content")
    last = rows.order_by(Case(When(state=states.RELEASED, then=1), default=0), "-period_end_date").first()
    if last is None:
        return Period(today - timedelta(days=stakeholder.update_interval_days), yesterday)
    if not last.is_released:
        return Period(last.period_start_date, last.period_end_date)
    begins = last.period_end_date + timedelta(days=1)
    return Period(begins, yesterday) if begins < yesterday else Period(last.period_start_date, yesterday)


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Stakeholders and reports that hold all the words."""
    if not words.split() or not may(person, "stakeholders.stakeholder.read"):
        return []
    people, reports = stakeholders_in(workspace), _reports(stakeholders_in(workspace)).select_related("stakeholder")
    for word in words.split():
        people = people.filter(Q(name__icontains=word) | Q(position__icontains=word) | Q(department__icontains=word))
        reports = reports.filter(Q(title__icontains=word) | Q(stakeholder__name__icontains=word))
    slug = workspace.slug
    hits = [
        Hit(
            pgettext("search", "Stakeholder"),
            one.name,
            one.position or one.department,
            reverse("stakeholders:stakeholder", args=[slug, one.pk]),
        )
        for one in people[:limit]
    ]
    hits += [
        Hit(
            pgettext("search", "Report"),
            one.title,
            one.stakeholder.name,
            reverse("stakeholders:report", args=[slug, one.pk]),
        )
        for one in reports.order_by("-composed_at")[:limit]
    ]
    return hits[:limit]


def _reports(people: Iterable[Stakeholder]) -> QuerySet[Report]:
    return Report.objects.filter(stakeholder__in=people, archived_at__isnull=True).defer("content")


def _row(
    one: Stakeholder, newest: dict[tuple[object, bool], Report], contact: Responsibility | None, today: date
) -> Row:
    released, draft = newest.get((one.pk, True)), newest.get((one.pk, False))
    is_overdue = one.next_due_date is not None and one.next_due_date < today
    return Row(one, released, draft, is_overdue, contact)
