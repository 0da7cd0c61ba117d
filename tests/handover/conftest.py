"""A plan in force and two people who could carry it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.guidelines.actions import save_message
from allmende.handover.actions import announce_handover, move_handover, settle_point, write_note
from allmende.handover.models import Handover
from allmende.plan import actions
from allmende.team.models import Person
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture


@pytest.fixture
def emre(new_person: Callable[..., Person], owner: Person) -> Person:
    return new_person("lead", "Emre Yıldız")


@pytest.fixture
def announce(owner, emre, now) -> Callable[..., Handover]:  # type: ignore[no-untyped-def]
    """`announce("sudden")`: the owner's work goes to Emre."""

    def make(kind: str = "planned", **changes: object) -> Handover:
        given = {
            "leaver": owner,
            "successor": emre,
            "reason": "Neue Stelle",
            "last_date": date(2026, 10, 31),
            **changes,
        }
        return announce_handover(person=owner, kind=kind, now=now, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def walk(owner, now) -> Callable[[Handover, str], Handover]:  # type: ignore[no-untyped-def]
    """`walk(handover, "joint_phase")` settles every point and moves on until there."""

    def on(handover: Handover, state: str) -> Handover:
        for point in handover.points.filter(is_settled=False):
            settle_point(person=owner, point=point, note="gezeigt", is_settled=True, now=now)
        while handover.state != state:
            handover = move_handover(person=owner, handover=handover, state=handover.next_state, now=now)
        return handover

    return on


@pytest.fixture
def full(write_plan, owner, emre, now):  # type: ignore[no-untyped-def] # noqa: F811
    """A plan with one of everything people write down beside it."""
    found = write_plan(publish=True)
    by, plan, key = {"person": owner, "now": now}, found.plan, found.objective.key
    actions.add_stakeholder(name="Frau Brandt", interest="Weniger Anrufe", email="brandt@nordlicht.example", **by)
    actions.answer_canvas(theme="purpose", text="Niemand bucht allein", element_keys=[key], **by)
    noted = actions.note_finding(
        plan=plan, element_key=key, observation="Im August antwortet niemand", source="Wochenblick",
        noticed_date=date(2026, 9, 1), **by,
    )  # fmt: skip
    actions.decide_finding(finding=noted, decision="ignore", reason="Ferien in Bayern", **by)
    actions.note_improvement(
        plan=plan, element_key=key, result="Vier Punkte mehr", explanation="Der Lotsenkreis trägt",
        change="Zweimal im Monat", **by,
    )  # fmt: skip
    asked = actions.submit_decision(
        kind="generic", title="Brauchen wir ein Wiki?", content={"options": ["ja, ein eigenes", "nein"], "reversible": "yes"},
        keys=[key], **by,
    )  # fmt: skip
    asked = actions.look_over(check=asked, struck=[], **by)
    asked = actions.note_discussion(check=asked, discussion="Zu viel Pflege", **by)
    actions.decide(
        person=emre, check=asked, decision="no", reason="Niemand hat Zeit dafür", now=now,
        follow_up_date=date(2027, 1, 4),
    )  # fmt: skip
    actions.record_evidence(
        workspace=owner.workspace, key=key, kind="verdict", source="first_answer_by_member_24h", people=187, times=512,
        n=905, share=0.566, low=0.042, high=0.113, verdict="moving", reason="", definition_version="x/1",
        period_start=datetime(2026, 9, 1, tzinfo=UTC), period_end=now, at=now,
    )  # fmt: skip
    actions.report_step(plan=plan, key=found.step.key, state="in_progress", note="Drei sind angerufen", **by)
    write_note(question_key="rituals", answer="Freitags das Lob der Woche", holder=owner, **by)
    save_message(
        message=None, sentence="Fachleute fragen Fachleute", proof_points="512 Antworten", valid_from_date=now.date(),
        valid_until_date=None, **by,
    )  # fmt: skip
    later = {"person": owner, "now": now + timedelta(days=1)}
    draft = actions.open_draft(plan=plan, **later)
    actions.save_step(version=draft, key=found.step.key, what="Alle anrufen, die antworten", **later)
    actions.publish_version(version=draft, reason="Genauer gefasst", **later)
    return found
