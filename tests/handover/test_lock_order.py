"""On PostgreSQL: whoever changes a handover waits for the workspace before its row."""

from allmende.handover.actions import call_off_handover
from allmende.handover.models import Handover
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture


def test_whoever_calls_a_handover_off_waits_for_the_workspace_first(on_postgres, announce, owner, now) -> None:  # noqa: F811
    handover, rows = announce(), (Handover.objects.all(),)
    assert not meet(owner.workspace, lambda: call_off_handover(person=owner, handover=handover, now=now), rows)
    assert Handover.objects.get().archived_at
