"""Rates and durations from a ledger on: who is counted, the season, and where it began first (domain 4.4-7, 4.4-8)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from statistics import median

import pytest

from allmende.behaviours.actions import adopt_definition, measure_workspace, tell_start
from allmende.behaviours.models import SegmentCount, Verdict
from allmende.channels.actions import choose_channel
from tests.behaviours.conftest import row
from tests.behaviours.test_judging_forms import KEY, RATE, STARTS, WAIT, threads
from tests.behaviours.test_other_causes import page_of, step

CUT = datetime(2026, 7, 1, tzinfo=UTC)
BEFORE = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def verdict_of(take_in, workspace, owner, now, put_plan_in_force):
    """`verdict_of(definition, rows)`: judged by it after these rows are known."""

    def run(definition, rows, **values):
        adopt_definition(workspace=workspace, spec=definition, person=owner, now=now, name="Antworten")
        objective = put_plan_in_force(**({"least_relevant_difference": 0.2, "starts_date": STARTS} | values))
        take_in(list(rows))
        measure_workspace(workspace=workspace, now=now)
        return objective, Verdict.objects.get(definition__key=KEY)

    return run


def waited_for(begins, weeks, new, known):
    """Each week so many questions by people never seen before, answered after ten to fourteen hours, and so many by forty
    others, answered after one to two."""
    for week in range(weeks):
        for kind, asked, hours in (("n", new, 10), ("k", known, 1)):
            for number in range(asked):
                name = f"{begins:%y%m%d}-{kind}-{week}-{number}"
                at = begins + timedelta(weeks=week, hours=2 + number * 7 + (kind == "k"))
                asker = f"Neu {name}" if kind == "n" else f"Alt {(week * asked + number) % 40}"
                yield row(name, asker, at)
                later = timedelta(hours=hours, minutes=(week * 7 + number * 11) % 60 * (4 if kind == "n" else 1))
                yield row(f"{name}-a", f"Hilft {(week * asked + number) % 40}", at + later, name)


def slow_weighted_median(now, before):
    """Of (stage, seconds), each stage of now as heavy as before."""
    heavy = {stage: sum(1 for one, _ in before if one == stage) for stage in ("new", "known")}
    light = {stage: sum(1 for one, _ in now if one == stage) for stage in ("new", "known")}
    left = half = sum(heavy.values())
    for stage, seconds in sorted(now, key=lambda one: one[1]):
        left -= heavy[stage] / light[stage]
        if left <= half / 2 + 1e-9:
            return seconds
    raise AssertionError


def told_waits(rows):
    """(stage, seconds) of each question: new is who was first seen when the data had told of 30 days at least."""
    asked = {one["message_id"]: datetime.fromisoformat(one["created_at"]) for one in rows}
    found = []
    for one in rows:
        if one["message_id"].endswith("-a"):
            at = asked[one["thread_id"]]
            is_new = "-n-" in one["message_id"] and at - BEFORE > timedelta(days=30, hours=2)
            seconds = (datetime.fromisoformat(one["created_at"]) - at).total_seconds()
            found.append(("new" if is_new else "known", seconds))
    return found


def test_4_4_7_a_wait_that_grew_because_more_newcomers_ask_is_no_worsening(verdict_of, client_of, owner, workspace):
    before = [*waited_for(BEFORE, 25, 4, 16)]
    since = [*waited_for(datetime(2026, 7, 6, tzinfo=UTC), 12, 16, 4)]
    _, verdict = verdict_of(WAIT, before + since)
    assert (verdict.word, verdict.reason_code) == ("cannot_tell", "only_mix_changed")
    found = next(one for one in verdict.steps if one["code"] == "mix" and not one["is_met"])["values"]
    told_before, told_now = told_waits(before), told_waits(since)
    kept = slow_weighted_median(told_now, told_before) - slow_weighted_median(told_before, told_before)
    assert found["kept"] == pytest.approx(kept)
    assert found["low"] <= 0 <= found["high"]
    parts = {one.segment: one for one in SegmentCount.objects.filter(dimension="stage")}
    assert (parts["new"].n, parts["known"].n) == (192, 48)
    in_part = sorted(seconds for stage, seconds in told_now if stage == "new")
    assert parts["new"].value == in_part[(len(in_part) - 1) // 2] <= median(in_part)
    page = page_of(client_of, owner, workspace)
    assert "weil jetzt andere gezählt werden" in page and "Die Zeit, bis die Hälfte getan war" in page
    assert "neu, seit weniger als 30 Tagen dabei" in page and "von 192" in page


def monthly(begins, months, people, channel_name, times):
    """Each of `people` answers so many different questions in each month."""
    for month in range(months):
        for number in range(people):
            for time in range(times):
                name = f"{channel_name}-{begins:%y%m}-{month}-{number}-{time}"
                day = 30 * month + 1 + (time * 5 + number * 7) % 28
                at = begins + timedelta(days=day, hours=number % 20, minutes=number // 20)
                yield row(name, f"Fragt {channel_name} {number}", at)
                yield row(f"{name}-a", f"Hilft {channel_name} {number}", at + timedelta(hours=1), name)


def test_4_4_7_a_rate_that_fell_because_others_came_is_no_worsening(
    verdict_of, take_in, owner, now, workspace, client_of
):
    """In the portal people answer four times a month, in the forum once, before and now; in July many come to the forum."""
    portal = choose_channel(person=owner, name="Portal", slug="portal", kind="archive", account=None, now=now, mark="P")
    take_in([*monthly(datetime(2026, 1, 1, tzinfo=UTC), 9, 30, "Portal", 4)], channel=portal)
    forum = [*monthly(datetime(2026, 1, 1, tzinfo=UTC), 9, 12, "Forum", 1)]
    forum += [*monthly(datetime(2026, 6, 30, tzinfo=UTC), 3, 120, "Neu", 1)]
    _, verdict = verdict_of(RATE, forum)
    assert verdict.difference < 0.7
    assert (verdict.word, verdict.reason_code) == ("cannot_tell", "only_mix_changed")
    found = step(verdict, "mix")["values"]
    assert found["low"] <= 1 <= found["high"] and found["kept"] == pytest.approx(1, abs=0.15)
    parts = {one.segment: one for one in SegmentCount.objects.filter(dimension="channel")}
    for one in parts.values():
        assert one.value == pytest.approx(one.n / one.exposure_months)
    now_months = sum(one.exposure_months for one in parts.values())
    rates = {one.segment: one.value for one in parts.values()}
    assert parts["forum"].exposure_months > parts["portal"].exposure_months
    assert sum(rates[one.segment] * one.exposure_months for one in parts.values()) / now_months == pytest.approx(
        verdict.value
    )
    kept = sum(rates[one.segment] * one.before_exposure_months for one in parts.values())
    before = sum(one.before_value * one.before_exposure_months for one in parts.values())
    assert found["kept"] == pytest.approx(kept / before)
    page = page_of(client_of, owner, workspace)
    assert "Wäre jeder Teil so groß geblieben wie vorher, wäre es" in page and "-mal je Mensch" in page


@pytest.mark.parametrize("definition", [RATE, WAIT])
def test_4_4_7_what_happens_every_summer_is_no_movement(verdict_of, client_of, owner, workspace, definition):
    """From July to September 28 of 30 are answered, and soon; else 20, and later. It was so last year as well."""
    spans = (
        (datetime(2025, 5, 5, tzinfo=UTC), 8, 20, 60), (datetime(2025, 7, 1, tzinfo=UTC), 13, 28, 15),
        (datetime(2025, 9, 30, tzinfo=UTC), 39, 20, 60), (CUT, 13, 28, 15),
    )  # fmt: skip
    rows = [
        one | {name: f"{begins:%Y}-{one[name]}" for name in ("message_id", "thread_id")}
        for begins, weeks, answers, minutes in spans
        for one in threads(weeks, begins, answers, minutes)
    ]
    _, verdict = verdict_of(definition, rows)
    assert (verdict.word, verdict.reason_code) == ("cannot_tell", "season")
    found = step(verdict, "season")["values"]
    if definition is WAIT:
        assert found["value"] == verdict.median_seconds
        assert found["n"] == pytest.approx(13 * 30, abs=30)
    else:
        assert found["difference"] == pytest.approx(1, abs=0.08)
        assert found["value"] == pytest.approx(verdict.value / found["difference"])
    assert "Die Jahreszeit allein kann es erklären" in page_of(client_of, owner, workspace)


@pytest.mark.parametrize(("definition", "elsewhere", "word"), [
    (RATE, (20, 60), "moving"), (RATE, (28, 60), "cannot_tell"), (WAIT, (28, 60), "moving"), (WAIT, (28, 15), "cannot_tell"),
])  # fmt: skip
def test_4_4_8_rates_and_waits_are_held_against_where_it_had_not_begun(
    take_in, archive, workspace, owner, now, put_plan_in_force, client_of, definition, elsewhere, word
):
    portal = choose_channel(person=owner, name="Portal", slug="portal", kind="archive", account=None, now=now, mark="P")
    adopt_definition(workspace=workspace, spec=definition, person=owner, now=now, name="Antworten")
    objective = put_plan_in_force(least_relevant_difference=0.1, starts_date=STARTS)
    take_in([*threads(25, BEFORE, 20, 60), *threads(13, CUT, 28, 15)])
    there = [*threads(25, BEFORE, 20, 60), *threads(13, CUT, *elsewhere)]
    take_in([one | {"author": f"{one['author']} P"} for one in there], channel=portal)
    tell_start(person=owner, objective_key=objective.key, channel=archive, starts_date=date(2026, 7, 1), now=now)
    measure_workspace(workspace=workspace, now=now)
    verdict = Verdict.objects.get(definition__key=KEY)
    found = step(verdict, "comparison")
    assert (found["values"]["word"] == "moving", found["is_met"]) == (word == "moving", word == "moving")
    alone = {}
    for slug in ("forum", "portal"):
        one = replace(definition, key="alone", channels=(slug,))
        alone[slug] = _judged_alone(workspace, one, objective, now)
    here, other = alone["forum"].difference, alone["portal"].difference
    effect = here / other if definition is RATE else here - other
    assert found["values"]["difference"] == pytest.approx(effect)
    page = page_of(client_of, owner, workspace)
    assert "Wo es zuerst begann (Forum), " in page
    assert ("geschieht es" if definition is RATE else "änderte sich die Zeit") in page


def _judged_alone(workspace, definition, objective, now):
    from allmende.behaviours.queries.counting import judge_question, question_of

    return judge_question(workspace, definition, question_of(objective, workspace, now, None), as_of=now).verdict
