"""Evidence from outside, what nobody looks at any more, and what a surprising value asks for."""

from allmende.plan.actions import record_evidence
from allmende.plan.models import Evidence


def test_a_measured_value_stands_with_its_unit_and_is_told_once(write_plan, workspace, now):
    written = write_plan(publish=True)
    fact = {
        "workspace": workspace, "key": written.goal.key, "kind": "measured", "source": "Zufriedenheit", "people": None,
        "times": None, "share": None, "n": 210, "low": None, "high": None, "verdict": "", "reason": "",
        "definition_version": "", "period_start": now, "period_end": now, "at": now,
    }  # fmt: skip
    record_evidence(**fact, value=7.4, unit="Punkte")
    record_evidence(**fact, value=7.9, unit="Punkte")
    assert [(row.value, row.unit) for row in Evidence.objects.all()] == [(7.9, "Punkte")]
