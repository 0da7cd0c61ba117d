"""`/health` and `/ready` tell the truth about the parts."""

import pytest
from django.test import Client
from django.utils import timezone

from allmende.jobs.models import Worker


def test_health_answers_without_a_database() -> None:
    assert Client().get("/health").json() == {"alive": True}


@pytest.mark.django_db
def test_ready_waits_for_a_living_worker() -> None:
    answer = Client().get("/ready")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "ledger": True, "worker": False}
    Worker.objects.create(name="w", started_at=timezone.now(), seen_at=timezone.now())
    assert Client().get("/ready").status_code == 200


@pytest.mark.django_db
def test_a_worker_not_seen_for_a_minute_does_not_count() -> None:
    long_ago = timezone.now() - timezone.timedelta(seconds=61)
    Worker.objects.create(name="w", started_at=long_ago, seen_at=long_ago)
    assert Client().get("/ready").status_code == 503
