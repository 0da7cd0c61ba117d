"""What a rule says beside the first answer: who answers and decides, what not, when it goes on, further times (3.8)."""

import pytest
from django.utils import translation

from allmende.domain.response_clock import ResponseRule
from allmende.guidelines.actions import CannotEdit, draft_from_catalogue, open_draft, put_in_force, save_rule
from allmende.guidelines.catalogue import LIMITS, SITUATIONS
from allmende.guidelines.models import ReactionRule
from allmende.guidelines.queries import book_chapter, promise, response_rule
from allmende.paper.elements import Table
from allmende.team.actions import save_unit, unit_of_person
from allmende.team.models import Person


@pytest.fixture
def draft(owner, channel, now):
    return draft_from_catalogue(person=owner, channel=channel, now=now)


@pytest.fixture
def press(owner, now):
    return save_unit(person=owner, unit=None, kind="department", name="Presse", lead=owner, members=[], now=now)


def typed(rule: ReactionRule, **others: str) -> dict[str, str]:
    """The form of a rule as a browser sends it, with `others` typed."""
    plain = {"name": rule.name, "reaction": rule.reaction, "satisfied_by": rule.satisfied_by}
    return plain | {"first_response_minutes": "4 h", "revision": str(rule.revision)} | others


def test_every_shipped_situation_proposes_what_not_to_do_and_when_it_goes_on(draft):
    assert set(LIMITS) == {one.number for one in SITUATIONS}
    assert all(rule.must_not and rule.escalate_when for rule in draft.rules.all())
    assert draft.rules.get(situation=21).escalate_when == "Immer: Die Leitung entscheidet über die Eskalationsstufe."
    with translation.override("en"):
        assert str(LIMITS[21].escalate_when) == "Always: the lead decides about the escalation level."
    assert draft.rules.get(situation=4).resolution_minutes == 2 * 8 * 60


def test_who_answers_and_decides_and_further_times_are_typed_read_and_taken_back(client_of, owner, draft, press):
    client, rule = client_of(owner), draft.rules.get(situation=18)
    page = f"/w/{owner.workspace.slug}/guidelines/rules/{rule.pk}/"
    assert client.get(page).status_code == 200
    given = typed(
        rule, outside_minutes="12 h", next_minutes="30 min", resolution_minutes="16 h", responder_id=f"person:{owner.pk}",
        decider_id=f"unit:{press.pk}", must_not="Keine Zahlen.", escalate_when="Immer.", counts_service_hours="on",
    )  # fmt: skip
    answer = client.post(page, given, follow=True)
    rule.refresh_from_db()
    assert (rule.decider, rule.responder.lead) == (press, owner)
    minutes = [
        int(getattr(response_rule(rule), name).total_seconds() // 60)
        for name in ("outside", "next_target", "resolution")
    ]
    assert minutes == [720, 30, 960]
    shown = answer.content.decode()
    for words in ("Keine Zahlen.", "Immer.", "Presse", owner.name, "innerhalb von 12"):
        assert words in shown, words
    client.post(_undo(answer), follow=True)
    rule.refresh_from_db()
    assert rule.decider is None and rule.next_minutes is None and rule.must_not != "Keine Zahlen."


def _undo(answer) -> str:  # type: ignore[no-untyped-def]
    return next(one.extra_tags for one in answer.context["messages"] if one.extra_tags)


def test_where_no_reply_is_needed_nothing_further_is_promised(client_of, owner, draft):
    rule = draft.rules.get(situation=22)
    page = f"/w/{owner.workspace.slug}/guidelines/rules/{rule.pk}/"
    answer = client_of(owner).post(page, typed(rule, first_response_minutes="", next_minutes="1 h"))
    assert answer.status_code == 422 and "wird nichts versprochen" in answer.content.decode()


def test_whoever_left_stays_named_until_somebody_else_is_chosen(client_of, owner, draft, new_person, now):
    colleague, rule = new_person("moderator", "Mara Lenz"), draft.rules.get(situation=18)
    unit = unit_of_person(colleague=colleague, now=now)
    save_rule(person=owner, rule=rule, now=now, responder_id=unit.pk)
    Person.objects.filter(pk=colleague.pk).update(left_at=now)
    client, page = client_of(owner), f"/w/{owner.workspace.slug}/guidelines/rules/{rule.pk}/"
    assert f'value="person:{colleague.pk}" selected' in client.get(page).content.decode()
    client.post(page, typed(rule, responder_id=f"person:{colleague.pk}"))
    rule.refresh_from_db()
    assert rule.responder == unit


def test_nobody_of_another_workspace_decides(owner, draft, new_person, now):
    other_owner = new_person("owner", "Fremde", slug="woanders")
    stranger, rule = unit_of_person(colleague=other_owner, now=now), draft.rules.get(situation=1)
    with pytest.raises(CannotEdit):
        save_rule(person=owner, rule=rule, now=now, decider_id=stranger.pk)
    rule.refresh_from_db()
    assert rule.decider is None


def test_the_next_version_carries_it_on_and_the_book_tells_it(owner, channel, draft, press, now):
    rule = draft.rules.get(situation=18)
    save_rule(person=owner, rule=rule, now=now, decider_id=press.pk, resolution_minutes=960, must_not="Keine Zahlen.")
    put_in_force(person=owner, plan=draft, now=now)
    later = open_draft(person=owner, channel=channel, now=now).rules.get(situation=18)
    assert (later.decider, later.resolution_minutes, later.must_not) == (press, 960, "Keine Zahlen.")
    chapter = book_chapter(owner.workspace, now.date())
    rows = [" ".join(map(str, row)) for part in chapter.parts if isinstance(part, Table) for row in part.rows]
    assert any("Keine Zahlen." in row and "Presse" in row for row in rows)


def test_a_rule_without_them_promises_as_before(draft):
    rule = draft.rules.get(situation=1)
    assert response_rule(rule) == ResponseRule(
        response_rule(rule).target, response_rule(rule).member_first, satisfied_by="anyone"
    )
    assert "geschlossen" not in promise(rule).lower()
