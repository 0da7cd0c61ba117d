"""What people should know, which doors stand open, and what was done: notices, guest links, the audit book."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from allmende.team.audit import first_broken
from allmende.team.models import AuditRow, GuestLink, Notice, Person, Workspace


@dataclass(frozen=True)
class AuditPage:
    """Lines of the audit book, newest first; `older_than` is the number to continue below, None at the beginning."""

    rows: tuple[AuditRow, ...]
    older_than: int | None


@dataclass(frozen=True)
class ChainCheck:
    """How many lines were read, and the number of the first that does not fit; None when the chain holds."""

    read: int
    broken_at: int | None


def unseen_notices(person: Person) -> QuerySet[Notice]:
    """What this person has not seen yet, newest first."""
    return Notice.objects.filter(person=person, seen_at__isnull=True).order_by("-created_at")


def notices_of(person: Person, limit: int = 100) -> QuerySet[Notice]:
    """The newest notices of a person, seen or not, unseen first."""
    return Notice.objects.filter(person=person).order_by(F("seen_at").asc(nulls_first=True), "-created_at")[:limit]


def open_guest_links(workspace: Workspace, now: datetime) -> QuerySet[GuestLink]:
    """Doors that are open to guests at this moment, the next to close first."""
    rows = GuestLink.objects.filter(workspace=workspace, revoked_at__isnull=True, expires_at__gt=now)
    return rows.select_related("created_by").order_by("expires_at")


def audit_page(workspace: Workspace, before: int | None = None, limit: int = 30) -> AuditPage:
    """One page of the audit book, from the line before number `before`, with persons and details."""
    rows = AuditRow.objects.filter(workspace=workspace).select_related("person", "detail").order_by("-number")
    found = tuple(rows.filter(number__lt=before)[:limit] if before else rows[:limit])
    has_older = bool(found) and found[-1].number > 1
    return AuditPage(found, found[-1].number if has_older else None)


def check_audit(workspace: Workspace) -> ChainCheck:
    """Read the whole audit book and compare each line's digest with the line before it."""
    rows = AuditRow.objects.filter(workspace=workspace).order_by("number")
    read = rows.count()
    return ChainCheck(read, first_broken(rows.iterator(chunk_size=2000)))
