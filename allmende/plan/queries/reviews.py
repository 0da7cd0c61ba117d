"""Reviews and controls: what is planned, what one review shows and asks, which controls are due (S4-30, S4-35)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from allmende.plan import states
from allmende.plan.catalogue.reviews import PROMISES, agenda_of
from allmende.plan.models import Control, ControlResult, Objective, Resolution, Review, StrategicPlan
from allmende.plan.queries.facts import element_url, version_in_force
from allmende.plan.queries.findings import named_elements
from allmende.plan.queries.review_pack import Pack, review_pack
from allmende.plan.queries.versions import review_due
from allmende.team.models import Workspace

MOST_RESULTS = 6


@dataclass(frozen=True)
class ControlRow:
    """A control with what its last days showed; `about` names the part of the plan it looks at."""

    control: Control
    results: tuple[ControlResult, ...]
    is_due: bool
    about: str
    url: str


@dataclass(frozen=True)
class ReviewsPage:
    """Reviews to come and held, and the controls, due ones first. `due_date`: when the plan asks for its next review."""

    coming: tuple[Review, ...]
    held: tuple[Review, ...]
    controls: tuple[ControlRow, ...]
    due_date: date | None
    has_plan: bool


@dataclass(frozen=True)
class Promise:
    """What was promised for an objective before the period: by verdict. `kept_for`: the verdict that came."""

    name: str
    promises: tuple[tuple[str, Any, str], ...]
    verdict: str

    @property
    def called_in(self) -> str:
        return next((text for code, _, text in self.promises if code == self.verdict), "")


@dataclass(frozen=True)
class ReviewPage:
    """One review. `pack` is frozen once it is prepared; before it shows what stands today. `is_ahead`: its period has not begun,
    so there is nothing to freeze yet, and freezing cannot be undone."""

    review: Review
    pack: Pack
    promises: tuple[Promise, ...]
    questions: tuple[tuple[str, Any, str], ...]
    resolutions: tuple[tuple[Resolution, str, str], ...]
    waiting: tuple[Resolution, ...]
    is_late_promise: bool
    is_ahead: bool

    @property
    def next_state(self) -> str:
        return next(iter(states.REVIEW_MOVES[self.review.state]), "")


def reviews_page(workspace: Workspace, plan: StrategicPlan | None, today: date) -> ReviewsPage:
    """Every review and control, in a constant number of queries."""
    rows = list(Review.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(plan__state=states.CLOSED))
    version = version_in_force(workspace)
    names = dict(named_elements(workspace))
    results = Prefetch("results", ControlResult.objects.select_related("created_by"))
    controls = Control.objects.filter(workspace=workspace, archived_at__isnull=True)
    shown = controls.select_related("controller", "updated_by").prefetch_related(results)
    return ReviewsPage(
        tuple(row for row in reversed(rows) if row.state != states.REVIEW_CLOSED),
        tuple(row for row in rows if row.state == states.REVIEW_CLOSED),
        tuple(_control(workspace, one, names, today) for one in shown),
        review_due(plan, version.published_at) if plan and version else None,
        plan is not None,
    )


def review_page(review: Review, today: date) -> ReviewPage:
    """One review over its frozen figures, or over those of today; a constant number of queries."""
    version = version_in_force(review.workspace)
    pack = review.frozen or (review_pack(version, today) if version else {})
    rows = list(review.resolutions.filter(archived_at__isnull=True).select_related("version"))
    names = dict(named_elements(review.workspace))
    made = tuple((row, names.get(row.element_key, ""), _url(review.workspace, row, names)) for row in rows)
    began = review.workspace.day_at(review.committed_at) if review.committed_at else None
    return ReviewPage(
        review,
        pack,
        tuple(_promises(pack, review.commitments)),
        tuple((key, text, review.answers.get(key, "")) for key, text in agenda_of(review.kind).items()),
        made,
        tuple(row for row in rows if row.version and row.version.state in states.OPEN_VERSION_STATES),
        bool(began and began > review.period_start_date),
        review.period_start_date > today,
    )


def promisable(workspace: Workspace) -> tuple[Objective, ...]:
    """Objectives of the version in force for which something can be promised beforehand."""
    version = version_in_force(workspace)
    return tuple(version.objectives.all()) if version else ()


def tactics_to_stop(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """(key, name) of the tactics a review could stop."""
    version = version_in_force(workspace)
    if version is None:
        return ()
    rows = version.tactics.exclude(state=states.STOPPED).order_by("code")
    return tuple((row.key, f"{row.code} {row.name}") for row in rows)


def controls_due(today: date) -> tuple[Control, ...]:
    """Controls whose day is here in UTC or was; the caretaker asks each workspace's own day."""
    rows = Control.objects.filter(archived_at__isnull=True, next_date__lte=today, controller__left_at__isnull=True)
    return tuple(rows.select_related("workspace", "controller__user"))


def _promises(pack: Pack, kept: Mapping[str, Mapping[str, str]]) -> list[Promise]:
    found = []
    for one in pack.get("objectives", ()):
        told = kept.get(one["key"], {})
        rows = tuple((code, words, told[code]) for code, words in PROMISES.items() if told.get(code))
        if rows:
            found.append(Promise(f"{one['code']} {one['name']}", rows, one["verdict"]))
    return found


def _control(workspace: Workspace, control: Control, names: Mapping[str, str], today: date) -> ControlRow:
    about = names.get(control.key, "")
    url = element_url(workspace, control.key) if about else ""
    return ControlRow(control, tuple(control.results.all()[:MOST_RESULTS]), control.next_date <= today, about, url)


def _url(workspace: Workspace, row: Resolution, names: Mapping[str, str]) -> str:
    return element_url(workspace, row.element_key) if row.element_key in names else ""
