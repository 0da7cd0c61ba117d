"""Values arrive by program like by hand: once, all or none, with everything that follows from them."""

import json
import re
from datetime import date, timedelta

import pytest

from allmende.api.jobs import forget
from allmende.api.models import Delivery, SentRow
from allmende.plan import actions
from allmende.plan.jobs import look_at_values
from allmende.plan.models import Evidence, EvidenceUpload, Judgement
from allmende.team.models import AuditRow
from tests.api.conftest import row


@pytest.fixture
def written(write_plan):
    return write_plan(publish=True)


@pytest.fixture
def key(written) -> str:
    return written.goal.key


def faults(answer) -> list[tuple[int | None, str]]:
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:allmende:problem:invalid"), answer.content
    return [(one["row"], one["field"]) for one in answer.json()["errors"]]


def test_s0_03_a_value_by_program_is_a_value_by_hand(program, key, owner, client_of):
    answer = program().send(row(key, n=40, note="Alle gefragt", begins="2026-09-01", date="2026-09-30"))
    assert answer.status_code == 201
    assert answer.json() == {
        "taken": 1, "replaced": 0, "known": 0, "rows": [{"row": 0, "id": None, "key": key, "became": "taken"}],
    }  # fmt: skip
    fact = Evidence.objects.get()
    assert (fact.value, fact.unit, fact.n, fact.note, fact.told_by) == (7.9, "Punkte", 40, "Alle gefragt", owner)
    assert (fact.kind, fact.period_start.isoformat()) == ("measured", "2026-08-31T22:00:00+00:00")
    page = client_of(owner).get(f"/w/lotsenforum/plan/element/{key}/").content.decode()
    assert "7,9 Punkte" in page
    assert "von einem Programm geliefert" in page


def test_k_out_of_n_and_per_cent_are_shares(program, key):
    holder = program()
    rows = row(key, value=None, unit="", k=174, n=400), row(key, date="2026-10-02", value=43.5, unit="%", n=400)
    assert holder.send(*rows).status_code == 201
    told = holder.get("evidence").json()["figures"]
    assert [(one["share"], one["k"], one["n"], one["value"]) for one in told] == [(0.435, 174, 400, None)] * 2


def test_s0_05_a_value_beyond_its_limits_asks_for_a_judgement(program, key, now):
    numbers = [7.8, 7.9, 8.0, 7.9, 7.8, 8.0, 7.9, 7.8, 8.0, 7.9, 7.8, 3.0]
    days = [(now - timedelta(days=len(numbers) - place)).date().isoformat() for place in range(len(numbers))]
    rows = [row(key, date=day, value=number) for day, number in zip(days, numbers, strict=True)]
    assert program().send(*rows).status_code == 201
    look_at_values(now)
    assert Judgement.objects.get().measured == 3.0


def test_s0_04_what_the_plan_dropped_meanwhile_becomes_an_orphan(program, written, owner, now):
    from allmende.plan.queries import evidence_page

    dropped = written.tactics[-1].key
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.remove_element(person=owner, version=draft, layer="tactic", key=dropped, now=now)
    actions.publish_version(version=draft, person=owner, reason="x", now=now)
    assert program().send(row(dropped)).status_code == 201
    assert [orphan.key for orphan in evidence_page(owner.workspace).orphans] == [dropped]


def test_of_a_delivery_with_faults_nothing_is_taken_in_and_each_is_named(program, key):
    answer = program().send(
        row(key),
        row("goal-nobody"),
        row(key, date="2026-10-08"),
        row(key, begins="2026-10-05"),
        row(key, value=101, unit="%", source="Anteil"),
        row(key),
    )
    assert faults(answer) == [(1, "key"), (2, "date"), (3, "begins"), (4, "value"), (5, "")]
    assert "Zeile 0" in answer.json()["errors"][-1]["detail"]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"value": None}, ""), ({"k": 3, "n": 4}, ""), ({"value": None, "k": 3, "unit": ""}, ""),
        ({"value": None, "k": 5, "n": 4, "unit": ""}, ""), ({"value": None, "k": 3, "n": 4}, ""),
        ({"value": "7.9"}, "value"), ({"value": True}, "value"), ({"value": 1e300}, "value"), ({"n": -1}, "n"),
        ({"n": 1.5}, "n"), ({"n": 10**30}, "n"), ({"date": 20261001}, "date"), ({"date": "1.10.2026"}, "date"),
        ({"date": "2026-02-30"}, "date"), ({"date": "0001-01-01"}, "date"), ({"date": None}, "date"),
        ({"source": ""}, "source"), ({"source": "  "}, "source"), ({"source": "x" * 81}, "source"),
        ({"source": "a\u0000b"}, "source"), ({"source": "a\nb"}, "source"), ({"source": ["x"]}, "source"),
        ({"unit": "x" * 25}, "unit"), ({"note": "x" * 201}, "note"), ({"id": "x" * 81}, "id"), ({"key": ""}, "key"),
        ({"key": "../x"}, "key"), ({"sauce": "x"}, "sauce"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_in_a_sentence(program, key, wrong, field):
    answer = program().send(row(key), row(key, **wrong))
    assert faults(answer) == [(1, field)]
    assert answer.json()["errors"][0]["detail"].endswith((".", "?"))


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "rows"), ({"rows": []}, "rows"), ({"rows": "x"}, "rows"), ([], ""), ({"rows": [], "more": 1}, "rows")],
)
def test_a_delivery_without_rows_is_refused(program, key, body, field):
    assert (None, field) in faults(program().post("evidence", body))


def test_a_thousand_rows_come_at_once_and_not_one_more(program, key, django_assert_max_num_queries):
    days = [(date(2023, 1, 1) + timedelta(days=place)).isoformat() for place in range(1001)]
    rows = [row(key, date=day) for day in days]
    holder = program()
    assert faults(holder.send(*rows)) == [(None, "rows")]
    with django_assert_max_num_queries(60):
        answer = holder.send(*rows[:1000])
    assert answer.json()["taken"] == 1000
    assert EvidenceUpload.objects.count() == 1
    assert AuditRow.objects.filter(verb="plan.values.taken").count() == 1


def test_the_same_sent_again_is_known(program, key):
    holder = program()
    for became in ("taken", "known", "known"):
        assert holder.send(row(key)).json()["rows"][0]["became"] == became
    assert holder.send(row(key, value=8.1)).json()["rows"][0]["became"] == "replaced"
    assert [one.value for one in Evidence.objects.all()] == [8.1]


def test_a_delivery_with_a_key_is_answered_as_the_first_time(program, key):
    holder = program()
    first = holder.send(row(key), Idempotency_Key="nightly-1")
    again = holder.send(row(key), Idempotency_Key="nightly-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    other = holder.send(row(key, value=1), Idempotency_Key="nightly-1")
    assert (other.status_code, other.json()["type"]) == (409, "urn:allmende:problem:idempotency-key-reused")
    assert Evidence.objects.get().value == 7.9


def test_a_key_whose_delivery_was_refused_may_be_used_for_the_mended_one(program, key):
    holder = program()
    assert holder.send(row(key, date="2027-01-01"), Idempotency_Key="k").status_code == 422
    assert holder.send(row(key), Idempotency_Key="k").status_code == 201


def test_what_a_person_took_out_stays_out_when_the_program_repeats_itself(program, key, owner, now):
    holder = program()
    holder.send(row(key, id="a"), Idempotency_Key="k")
    actions.undo_values(person=owner, upload=EvidenceUpload.objects.get(), now=now)
    assert holder.send(row(key, id="a"), Idempotency_Key="k").status_code == 201
    assert holder.send(row(key, id="a")).json()["known"] == 1
    assert not Evidence.objects.exists()


def test_a_row_with_an_id_is_taken_in_once_and_says_no_other_thing(program, key):
    holder = program()
    holder.send(row(key, id="a"))
    answer = holder.send(row(key, id="b", date="2026-10-02"), row(key, id="a"))
    assert [one["became"] for one in answer.json()["rows"]] == ["taken", "known"]
    other = holder.send(row(key, id="c", date="2026-10-03"), row(key, id="a", value=1))
    assert (other.status_code, other.json()["type"]) == (409, "urn:allmende:problem:row-id-reused")
    assert [(one["row"], one["field"]) for one in other.json()["errors"]] == [(1, "id")]
    assert Evidence.objects.count() == 2
    assert faults(holder.send(row(key, id="d"), row(key, id="d", date="2026-10-04"))) == [(1, "id")]


def test_another_person_has_ids_and_keys_of_their_own(program, key, new_person):
    one, other = program(), program(new_person("manager"))
    assert one.send(row(key, id="a"), Idempotency_Key="k").status_code == 201
    assert other.send(row(key, id="a", value=8.0), Idempotency_Key="k").json()["replaced"] == 1


def test_a_delivery_for_an_older_version_of_the_plan_is_refused(program, key):
    holder = program()
    assert holder.post("evidence", {"rows": [row(key)], "plan_version": 1}).status_code == 201
    answer = holder.post("evidence", {"rows": [row(key)], "plan_version": 2})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:allmende:problem:plan-changed")
    assert "es gilt 1" in answer.json()["detail"]


def test_what_nobody_sends_again_is_forgotten(program, key, now):
    program().send(row(key, id="a"), Idempotency_Key="k")
    assert forget(now + timedelta(days=29)) == 0
    assert forget(now + timedelta(days=31)) == 1
    assert SentRow.objects.exists()
    assert forget(now + timedelta(days=401)) == 1
    assert not Delivery.objects.exists()
    assert Evidence.objects.exists()


def test_figures_are_read_page_by_page_without_a_number_of_all(program, key, written):
    holder = program()
    holder.send(*[row(key, date=f"2026-09-{day:02}") for day in range(1, 8)], row(written.objective.key, n=30))
    first = holder.get("evidence?limit=3").json()
    assert set(first) == {"figures", "next_after"}
    seen, page = list(first["figures"]), first
    while page["next_after"]:
        page = holder.get(f"evidence?limit=3&after={page['next_after']}").json()
        seen += page["figures"]
    assert len(seen) == len({one["number"] for one in seen}) == 8
    assert len(holder.get(f"evidence?key={key}").json()["figures"]) == 7
    assert len(holder.get("evidence?since=2026-09-05&source=Zufriedenheit").json()["figures"]) == 4
    assert holder.get("evidence?source=Nichts").json() == {"figures": [], "next_after": None}


def test_counts_of_activity_and_small_groups_are_not_given_out(program, written, tell):
    holder = program()
    holder.send(
        row(written.goal.key, source="Likes", value=12000, unit=""),
        row(written.goal.key, source="Zufriedenheit", n=3),
        row(written.goal.key, source="Anrufe", note="3000 Follower", value=40, unit=""),
    )
    tell(written.objective.key, share=0.46, before_share=0.41, low=0.01, high=0.09, verdict="moving")
    likes, few, calls, share = holder.get("evidence").json()["figures"]
    assert likes["held_back"]["code"] == "activity_count" or "Aktivität" in likes["held_back"]["detail"]
    assert few["held_back"]["code"] == "group_below_floor"
    for one in (likes, few):
        assert {one[name] for name in ("value", "share", "k", "n", "low", "high", "verdict", "note")} == {None}
    assert (calls["value"], calls["held_back"]) == (40, None)
    assert "3000" not in (calls["note"] or "")
    assert (share["share"], share["n"], share["verdict"], share["came_by"]) == (0.46, 905, "moving", "allmende")
    assert not {"people", "times"} & set(share)


def test_4_5_what_is_counted_right_too_seldom_is_held_back_for_that(program, written, tell):
    nothing = dict.fromkeys(("people", "times", "n"))
    tell(written.objective.key, verdict="not_measurable", reason="labels_too_noisy", **nothing)
    (told,) = program().get("evidence").json()["figures"]
    assert told["held_back"]["code"] == "labels_too_noisy"
    assert not re.search("activity|Aktivität|outside the team|nach außen", told["held_back"]["detail"])
    assert {told[name] for name in ("value", "share", "k", "n", "low", "high", "verdict")} == {None}


def test_a_part_of_the_plan_tells_what_hangs_on_it_and_its_newest_figures(program, written):
    holder = program()
    holder.send(row(written.goal.key), row(written.goal.key, date="2026-10-02", value=8.2))
    part = holder.get(f"plan/elements/{written.goal.key}").json()
    assert part["children"] == [written.objective.key]
    assert [one["value"] for one in part["figures"]] == [8.2]
    answer = holder.get("plan/elements/goal-nobody")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:allmende:problem:not-found")


def test_the_plan_in_force_is_read_with_keys_parents_and_states(program, written, owner, now):
    actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="in_progress", now=now)
    plan = program().get("plan").json()
    assert (plan["version"], plan["title"], plan["change_reason"]) == (1, "Lotsenforum", "Der erste Plan")
    layers = ("goals", "objectives", "outcomes", "strategies", "tactics", "steps")
    parts = {part["key"]: part for layer in layers for part in plan[layer]}
    assert [len(plan[layer]) for layer in layers] == [1, 1, 1, 1, 6, 1]
    assert all(part["parent"] in parts for part in parts.values() if part["layer"] != "goal")
    step = plan["steps"][0]
    assert (step["key"], step["state"], step["due_date"]) == (written.step.key, "in_progress", "2026-10-14")
    assert {part["state"] for part in plan["tactics"]} == {"running"}
    assert "Jana" not in json.dumps(plan, ensure_ascii=False)


def test_s0_03_a_plan_without_outcomes_and_steps_is_read_with_empty_layers(program, write_plan, owner, now):
    written, by = write_plan(), {"person": owner, "now": now}
    for layer, part in (("outcome", written.outcome), ("step", written.step)):
        actions.remove_element(version=written.version, layer=layer, key=part.key, **by)
    actions.publish_version(version=written.version, reason="Der Anfang", without_agreement="eilig", **by)
    answer = program().get("plan")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["outcomes"], answer.json()["steps"]) == ([], [])


def test_before_the_first_publication_there_is_no_plan(program, write_plan):
    write_plan()
    answer = program().get("plan")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:allmende:problem:no-plan-in-force")


def test_leaving_the_demo_leaves_nothing_of_its_programs():
    from allmende.api.models import ApiToken, CallCount
    from allmende.config.remove import _paths

    assert {ApiToken, CallCount, Delivery, SentRow} <= set(_paths())


def test_4_5_a_share_put_right_comes_with_what_was_counted(program, written, tell):
    right = {"before_share": 0.41, "low": 0.01, "high": 0.09, "verdict": "moving"}
    tell(written.objective.key, share=0.53, counted_share=512 / 905, counted_before_share=0.45, **right)
    (told,) = program().get("evidence").json()["figures"]
    assert (told["share"], told["counted_share"], told["counted_before_share"]) == (0.53, 512 / 905, 0.45)
    assert (told["k"], told["n"]) == (512, 905)  # what was counted, not what the share put right would make of it
