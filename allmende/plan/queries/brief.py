"""The brief of a board meeting on paper: the sections of its screen, element by element (S0-17)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify

from allmende.paper import typesetting
from allmende.paper.pages import tree_of
from allmende.plan.models import BriefOrder, DecisionCheck
from allmende.plan.queries.decisions import decision_page
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace


def brief_sheet(person: Person, check: DecisionCheck, at: datetime) -> dict[str, Any] | None:
    """The brief's tree of elements in the language of the workspace; None while it counts activity (S1-17)."""
    workspace = check.workspace
    with speaking(workspace.language, workspace.gender_form), timezone.override(workspace.zone):
        as_of = workspace.day_at(at)
        page = decision_page(person, check, as_of)
        if is_held_back(page.result):
            return None
        html = render_to_string("plan/brief_paper.html", {"page": page, "check": check, "as_of": as_of})
    by = f"{check.requester.name}, {workspace.name}"
    return {**tree_of(html), "title": check.title, "by": by, "lang": workspace.language, "draft": ""}


def is_held_back(result: dict[str, Any]) -> bool:
    """Does the guard refuse something in it? The screen then shows what, and no paper is made."""
    return bool(result.get("refused"))


def typeset_brief(order: BriefOrder) -> bytes | None:
    """The brief as PDF bytes, None when the guard holds it back; never in a web process."""
    sheet = brief_sheet(order.person, order.check_made, order.asked_at)
    return typesetting.typeset("report", sheet, at=order.asked_at) if sheet else None


def brief_folder() -> Path:
    """Where set briefs lie; they can be made again at any time."""
    return Path(settings.DATA) / "briefs"


def brief_file(order: BriefOrder) -> Path:
    """Where the brief lies that was asked for; asked for again it is another file."""
    return brief_folder() / f"{order.check_made_id}-{int(order.asked_at.timestamp() * 1000)}.pdf"


def briefs_set(workspace: Workspace) -> list[Path]:
    """Every brief that lies there for this workspace."""
    checks = BriefOrder.objects.filter(check_made__workspace=workspace).values_list("check_made_id", flat=True)
    return [file for pk in checks for file in brief_folder().glob(f"{pk}-*.pdf")]


def brief_name(check: DecisionCheck) -> str:
    """What the file is called where somebody keeps it."""
    return f"{check.workspace.slug}-{slugify(check.title) or 'brief'}.pdf"
