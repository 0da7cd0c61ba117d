"""Ask for the book as PDF, and set what was asked for: no web process sets paper."""

from datetime import datetime

from django.db import transaction

from allmende.handover import audit
from allmende.handover.models import BookOrder
from allmende.handover.queries import book_file, book_folder, bound_book
from allmende.paper.as_pdf import as_pdf
from allmende.paper.typesetting import write_whole
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person

AT_ONCE = 5


@transaction.atomic
def order_book(*, person: Person, now: datetime) -> BookOrder:
    """Let the worker set the book as it stands when it gets there; an earlier one gives way."""
    require(person, "handover.readiness.read")
    given = {"role": person.role, "asked_at": now, "set_at": None}
    order, _created = BookOrder.objects.update_or_create(person=person, defaults=given)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.BOOK, target=order, now=now, after={"role": person.role}
    )
    return order


def set_books(*, now: datetime) -> int:
    """Set the books that were asked for; how many. Set twice, a book is the same, so that nobody has to claim it."""
    waiting = BookOrder.objects.filter(set_at__isnull=True, person__left_at__isnull=True)
    orders = list(waiting.select_related("person__workspace").order_by("asked_at")[:AT_ONCE])
    for order in orders:
        _set(order, now)
    return len(orders)


def _set(order: BookOrder, now: datetime) -> None:
    book_folder().mkdir(parents=True, exist_ok=True)
    target = book_file(order)
    write_whole(target, as_pdf(bound_book(order.person.workspace, order.asked_at, order.person), at=order.asked_at))
    for earlier in book_folder().glob(f"{order.person_id}-*.pdf"):
        if earlier != target:
            earlier.unlink(missing_ok=True)
    BookOrder.objects.filter(pk=order.pk, asked_at=order.asked_at).update(set_at=now)
