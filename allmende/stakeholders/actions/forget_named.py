"""Where somebody who asked to be forgotten may be named in reports, and the files set of them."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from allmende.members.models import Member
from allmende.members.queries import Erased, Erasing
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.typesetting import pdf_file
from allmende.team.actions import Place, blank_places, naming

PLACES = (Place(Report, "workspace", "title content story story_by setback ask findings override_reason"),)


@transaction.atomic
def forget_named(member: Member, names: Sequence[str], _now: datetime) -> Erased:
    """Their name leaves the reports, the released too; what was set of these goes, and is set anew without it."""
    rows = Report.objects.filter(workspace=member.workspace_id)
    named = naming(rows=rows, fields=PLACES[0].fields.split(), names=names)
    files = [pdf_file(report) for report in rows.filter(pk__in=named)]
    removed = blank_places(workspace=member.workspace, places=PLACES, names=names)
    transaction.on_commit(lambda: _drop(files))
    return Erased(removed)


def _drop(files: Sequence[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


ERASING = (
    Erasing(
        "stakeholders.reports",
        _("Their name in reports and the story in it"),
        forget_named,
        _("Copies of a report that were handed over: ask whoever has one."),
        PLACES,
    ),
)
