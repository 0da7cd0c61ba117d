"""What else could have moved a figure, and what it cost elsewhere: each verdict's steps from a ledger on (domain 4.4)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.behaviours.actions import judge, measure_workspace
from allmende.behaviours.models import SegmentCount, Verdict
from allmende.behaviours.queries.causes import Part, PeriodValue, pause_before_values, shown_parts
from allmende.domain.verdict import Better, Durations, Share
from allmende.plan.actions import CannotSaveElement
from allmende.plan.models import Evidence
from tests.behaviours.conftest import questions, row

BEFORE, STARTS = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)
GUARDRAIL = "newcomer_contributes_again_30d"


def judged(workspace, now):
    measure_workspace(workspace=workspace, now=now)
    return Verdict.objects.get(definition__key="first_answer_by_member_24h")


def step(verdict, code):
    return next(one for one in verdict.steps if one["code"] == code)


def page_of(client_of, owner, workspace):
    address = f"/w/{workspace.slug}/behaviours/first_answer_by_member_24h/"
    return client_of(owner).get(address).content.decode()


def coming_again(rows, per_week):
    """Of each week's askers so many write once more in their thread two days later."""
    return [
        row(
            f"{one['message_id']}-c",
            one["author"],
            datetime.fromisoformat(one["created_at"]) + timedelta(days=2),
            one["message_id"],
        )
        for one in rows
        if one["message_id"].count("-") == 2 and int(one["message_id"].split("-")[2]) < per_week
    ]


@pytest.fixture
def at_the_expense_of_newcomers(two_times):
    """From 50 to 70 of 100 questions are answered by members, and from 80 to 20 of 100 askers come again."""
    before = [one for one in two_times if datetime.fromisoformat(one["created_at"]) < STARTS]
    after = [one for one in two_times if datetime.fromisoformat(one["created_at"]) >= STARTS]
    return two_times + coming_again(before, 16) + coming_again(after, 4)


def test_4_4_10_what_moves_at_the_expense_of_the_guardrail_moves_with_damage(
    take_in, at_the_expense_of_newcomers, workspace, owner, now, put_plan_in_force, client_of
):
    objective = put_plan_in_force(guardrail="Neue kommen wieder", guardrail_key=GUARDRAIL)
    take_in(at_the_expense_of_newcomers)
    verdict = judged(workspace, now)
    assert (verdict.word, verdict.flags) == ("moving", ["clearly", "with_damage"])
    found = step(verdict, "guardrail")
    assert (found["is_met"], found["values"]["word"], found["values"]["key"]) == (False, "worsening", GUARDRAIL)
    assert found["values"]["before"] == pytest.approx(0.8, abs=0.03)
    assert found["values"]["now"] == pytest.approx(0.2, abs=0.03)
    assert found["values"]["high"] < 0
    assert Evidence.objects.get(key=objective.key, kind="behaviour").flags == ["clearly", "with_damage"]
    page = page_of(client_of, owner, workspace)
    assert "mit Schaden" in page and "Auf Kosten von" in page and "hat sich in der Zeit verschlechtert" in page


def test_4_4_10_a_guardrail_that_held_is_named_with_its_figures(
    take_in, two_times, workspace, owner, now, put_plan_in_force, client_of
):
    put_plan_in_force(guardrail="Neue kommen wieder", guardrail_key=GUARDRAIL)
    take_in(two_times + coming_again(two_times, 12))
    verdict = judged(workspace, now)
    assert (verdict.word, verdict.flags) == ("moving", ["clearly"])
    assert step(verdict, "guardrail")["values"]["word"] in ("not_moving", "cannot_tell")
    assert "Auf Kosten von" not in page_of(client_of, owner, workspace)


def test_4_4_10_a_behaviour_does_not_watch_over_itself(put_plan_in_force):
    with pytest.raises(CannotSaveElement, match="über sich selbst wachen"):
        put_plan_in_force(guardrail_key="first_answer_by_member_24h")


def asked_by(begins_at, weeks, new, known):
    """Each week (asked, answered) by people never seen before, and by forty who have been here from the first day on."""
    rows = []
    for week in range(weeks):
        for kind, (asked, answered) in (("n", new), ("k", known)):
            for number in range(asked):
                name = f"{begins_at:%y%m%d}-{kind}-{week}-{number}"
                at = begins_at + timedelta(weeks=week, hours=2 + number * 7 + (kind == "k"))
                asker = f"Neu {name}" if kind == "n" else f"Alt {(week * asked + number) % 40}"
                rows.append(row(name, asker, at))
                if number < answered:
                    rows.append(
                        row(
                            f"{name}-a",
                            f"Hilft {kind} {(week * answered + number) % 40}",
                            at + timedelta(hours=1),
                            name,
                        )
                    )
    return rows


def test_4_4_7_an_average_that_fell_because_more_newcomers_ask_is_no_worsening(
    take_in, workspace, owner, now, put_plan_in_force, client_of
):
    """A quarter of the newcomers' questions and three quarters of the others are answered, before and now."""
    put_plan_in_force()
    take_in(asked_by(BEFORE, 26, (4, 1), (16, 12)) + asked_by(STARTS, 12, (16, 4), (4, 3)))
    verdict = judged(workspace, now)
    assert (verdict.word, verdict.reason_code) == ("cannot_tell", "only_mix_changed")
    assert verdict.difference == pytest.approx(-0.3)
    found = step(verdict, "mix")
    assert not found["is_met"] and found["values"]["low"] < 0 < found["values"]["high"]
    shares = {part.segment: (part.n, part.share) for part in SegmentCount.objects.filter(dimension="stage")}
    assert shares["new"] == (192, pytest.approx(0.25)) and shares["known"] == (48, pytest.approx(0.75))
    page = page_of(client_of, owner, workspace)
    assert "weil jetzt andere gezählt werden" in page and "Geändert hat sich, wie groß die Teile sind" in page
    assert "neu, seit weniger als 30 Tagen dabei" in page


def test_4_4_7_a_movement_in_every_part_stays_one(take_in, workspace, now, put_plan_in_force):
    put_plan_in_force()
    take_in(asked_by(BEFORE, 26, (4, 1), (16, 8)) + asked_by(STARTS, 12, (8, 4), (12, 10)))
    verdict = judged(workspace, now)
    assert verdict.word == "moving"
    assert step(verdict, "mix")["is_met"]


def test_4_4_7_the_same_weeks_of_last_year_are_looked_at(take_in, workspace, owner, now, put_plan_in_force, client_of):
    """It was 70 of 100 in July to September 2025, too; in the months between it is 50."""
    put_plan_in_force()
    summer = questions(datetime(2025, 7, 7, tzinfo=UTC), 13, 20, 14)
    between = questions(datetime(2025, 10, 6, tzinfo=UTC), 39, 20, 10)
    take_in(questions(datetime(2025, 6, 16, tzinfo=UTC), 3, 20, 10) + summer + between + questions(STARTS, 12, 20, 14))
    verdict = judged(workspace, now)
    assert (verdict.word, verdict.reason_code) == ("cannot_tell", "season")
    found = step(verdict, "season")
    assert (found["values"]["share"], found["values"]["n"]) == (pytest.approx(0.7), 260)
    assert "Die Jahreszeit allein kann es erklären" in page_of(client_of, owner, workspace)


def test_4_4_7_a_bad_month_that_made_it_begin_does_not_count_as_before(
    take_in, workspace, owner, now, put_plan_in_force, client_of
):
    put_plan_in_force()
    first = STARTS - timedelta(weeks=40)
    ordinary = questions(first, 36, 20, 10)
    bad = questions(STARTS - timedelta(weeks=4), 4, 20, 2)
    take_in(ordinary + bad + questions(STARTS, 12, 20, 10))
    verdict = judged(workspace, now)
    assert (verdict.before_k, verdict.before_n) == (360, 720)
    assert step(verdict, "ordinary_start")["is_met"] is False
    assert verdict.word != "moving"
    assert "war schlechter als gewöhnlich" in page_of(client_of, owner, workspace)


def each_by_another(rows):
    """Everybody answers once: units of their own."""
    return [
        one | {"author": f"{one['author']} {one['message_id']}"} if one["message_id"].endswith("-a") else one
        for one in rows
    ]


@pytest.mark.parametrize(("objectives", "word"), [(3, "moving"), (4, "cannot_tell")])
def test_4_4_9_beyond_three_objectives_of_one_review_each_needs_more(
    take_in, workspace, now, put_plan_in_force, objectives, word
):
    """50 of 100 became 60 in ten weeks: chance does that once in sixty."""
    put_plan_in_force(of_one_day=objectives)
    take_in(each_by_another(questions(BEFORE, 26, 20, 10) + questions(STARTS, 10, 20, 12)))
    measure_workspace(workspace=workspace, now=now)
    verdicts = Verdict.objects.all()
    assert [one.word for one in verdicts] == [word] * objectives
    codes = [one["code"] for one in verdicts[0].steps]
    assert ("many_questions" in codes) == (objectives > 3)
    before = [(one.word, one.low) for one in verdicts]
    judge(workspace=workspace, definition=verdicts[0].definition, as_of=now, now=now)
    assert [(one.word, one.low) for one in Verdict.objects.all()] == before


def test_4_4_9_between_reviews_it_is_shown_and_said_that_nothing_is_decided(
    take_in, two_times, workspace, owner, now, put_plan_in_force, client_of
):
    put_plan_in_force(review_date=date(2026, 12, 1))
    take_in(two_times)
    verdict = judged(workspace, now)
    assert step(verdict, "review_date")["is_met"] is False
    page = page_of(client_of, owner, workspace)
    assert "Zwischen den Überprüfungen" in page
    assert "1.\u00a0Dezember" in page


def part(segment, people, k=10, n=20):
    return Part("channel", segment, Share(k, n), Share(k, n), people)


def test_4_4_7_a_bad_period_long_past_did_not_make_anybody_begin():
    """Seven months of five hours and a June of fifty: it began because of June, if it began in July."""
    starts = [datetime(2025 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(10, 19)]
    hours = (5.0, 6.0, 5.0, 6.0, 5.0, 6.0, 5.0, 50.0)
    values = [PeriodValue(*one) for one in zip(starts, starts[1:], hours, strict=False)]
    june = starts[-2]
    assert pause_before_values(values, datetime(2026, 7, 31, tzinfo=UTC), Better.LESS) == june
    assert pause_before_values(values, datetime(2026, 8, 20, tzinfo=UTC), Better.LESS) is None
    assert pause_before_values([], june, Better.LESS) is None


def test_4_6_parts_that_few_stand_behind_are_put_together():
    shown = shown_parts([part("a", 30), part("b", 12), part("c", 2), part("d", 4)], 5)
    assert [(one.segment, one.people, one.now.n) for one in shown] == [("b", 12, 20), ("a", 30, 20), ("others", 6, 40)]
    assert [one.segment for one in shown_parts([part("a", 30), part("b", 12)], 5)] == ["b", "a"]


def test_4_6_a_wait_that_few_ended_is_shown_for_nobody():
    """Many asked in both channels; in one of them one expert answered all, and her median would be hers alone."""

    def waited(segment: str, people: int, enders: int) -> Part:
        waits = Durations(tuple(range(1, 21)), (), tuple(number % enders for number in range(20)))
        return Part("channel", segment, waits, waits, people)

    assert [one.segment for one in shown_parts([waited("a", 30, 9), waited("b", 30, 6)], 5)] == ["b", "a"]
    shown = shown_parts([waited("a", 30, 9), waited("b", 30, 6), waited("c", 30, 1)], 5)
    # Whoever answered in "c" answered in "b" as well: six people, not seven.
    assert [(one.segment, one.now.n, one.fewest) for one in shown] == [("a", 20, 9), ("others", 40, 6)]
    assert shown_parts([waited("b", 30, 1), waited("c", 30, 1)], 5) == []
    unknown = Durations((1.0, 2.0), (), (None, None))
    assert [one.segment for one in shown_parts([Part("channel", "a", unknown, unknown, 30)], 5)] == ["a"]


def test_4_6_what_could_be_told_by_subtraction_takes_another_part_along():
    shown = shown_parts([part("a", 30), part("b", 12), part("c", 2)], 5)
    assert [(one.segment, one.people) for one in shown] == [("a", 30), ("others", 14)]
    assert shown_parts([part("c", 2)], 5) == []
