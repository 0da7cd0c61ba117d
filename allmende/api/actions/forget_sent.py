"""Forget what nobody will send again."""

from datetime import datetime

from allmende.api.models import Delivery, SentRow
from allmende.api.states import KEYS_KEPT, ROW_IDS_KEPT


def forget_sent(*, now: datetime) -> int:
    """Deliveries and row ids beyond their time; returns how many. The figures stay."""
    deliveries, _ = Delivery.objects.filter(at__lt=now - KEYS_KEPT).delete()
    rows, _ = SentRow.objects.filter(at__lt=now - ROW_IDS_KEPT).delete()
    return deliveries + rows
