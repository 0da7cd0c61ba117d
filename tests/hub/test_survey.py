"""A short survey asks now and then whether members trust us, and nobody who they are."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from allmende.hub import queries
from allmende.hub.actions import CannotSurvey, end_survey, open_survey, take_answer
from allmende.hub.models import SurveyAnswer, SurveyRound
from allmende.team.actions import CannotUndo, undo_change
from allmende.team.queries import undo_of
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture


@pytest.fixture
def survey(owner) -> SurveyRound:
    today = owner.workspace.day_at(timezone.now())
    return open_survey(person=owner, starts_date=today, ends_date=today + timedelta(days=14), now=timezone.now())


def answer(owner, points: int = 5, **more) -> SurveyAnswer:
    given = {"keeps_word": points, "is_fair": points, "cares": points, **more}
    return take_answer(workspace=owner.workspace, points=given, now=timezone.now())


def test_s2_09_trust_is_told_with_its_number_and_interval_from_ten_answers_on(owner, survey):
    for _ in range(9):
        answer(owner)
    found = queries.rounds_of(owner.workspace, timezone.now())[0]
    assert (found.number, found.is_told, list(found.opinions)) == (9, False, [])
    answer(owner, keeps_word=1)
    first = queries.rounds_of(owner.workspace, timezone.now())[0].opinions[0]
    assert (first.question, first.agree, first.share, first.low, first.high) == ("keeps_word", 9, 90, 60, 98)


def test_s2_09_nothing_says_who_answered():
    assert {field.name for field in SurveyAnswer._meta.concrete_fields} == {
        "id",
        "round",
        "keeps_word",
        "is_fair",
        "cares",
    }


def test_s2_09_visitors_answer_without_log_in_and_not_twice_by_mistake(owner, survey):
    page, guest = reverse("public_survey", args=["lotsenforum"]), Client()
    assert guest.get(page).status_code == 200
    missing = guest.post(page, {"keeps_word": "4", "is_fair": "9"})
    assert missing.status_code == 422 and not SurveyAnswer.objects.exists()
    assert "checked" in missing.content.decode()
    whole = {"keeps_word": "4", "is_fair": "5", "cares": "3"}
    assert guest.post(page, whole).status_code == 200
    assert guest.post(page, whole).status_code == 200
    assert SurveyAnswer.objects.count() == 1


def test_s2_09_rounds_come_again_and_one_at_a_time(owner, survey):
    today = owner.workspace.day_at(timezone.now())
    with pytest.raises(CannotSurvey):
        open_survey(
            person=owner, starts_date=today + timedelta(days=3), ends_date=today + timedelta(days=9), now=timezone.now()
        )
    with pytest.raises(CannotSurvey):
        open_survey(person=owner, starts_date=today, ends_date=today - timedelta(days=1), now=timezone.now())
    later = today + timedelta(days=90)
    open_survey(person=owner, starts_date=later, ends_date=later, now=timezone.now())
    assert [one.is_open for one in queries.rounds_of(owner.workspace, timezone.now())] == [False, True]
    end_survey(person=owner, survey=survey, now=timezone.now())
    assert queries.open_round(owner.workspace, timezone.now() + timedelta(days=2)) is None
    with pytest.raises(CannotSurvey):
        take_answer(
            workspace=owner.workspace,
            points={"keeps_word": 1, "is_fair": 1, "cares": 1},
            now=timezone.now() + timedelta(days=2),
        )


def test_a_round_is_taken_back_and_only_planners_open_one(owner, new_person, survey):
    url = undo_of(owner, "hub.survey", survey, {"archived_at": timezone.now().isoformat()})
    undo_change(person=owner, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())
    assert queries.rounds_of(owner.workspace, timezone.now()) == []
    assert Client().get(reverse("public_survey", args=["lotsenforum"])).status_code == 404
    with pytest.raises(PermissionDenied):
        open_survey(
            person=new_person("moderator"),
            starts_date=owner.workspace.day_at(timezone.now()),
            ends_date=owner.workspace.day_at(timezone.now()),
            now=timezone.now(),
        )


def test_an_end_is_not_undone_over_a_round_that_was_opened_meanwhile(owner, survey):
    now, before = timezone.now(), survey.ends_date
    end_survey(person=owner, survey=survey, now=now)
    undo = undo_of(owner, "hub.survey", survey, {"ends_date": before.isoformat()}).rstrip("/").rsplit("/", 1)[1]
    day = owner.workspace.day_at(timezone.now()) + timedelta(days=3)
    other = open_survey(person=owner, starts_date=day, ends_date=day, now=now)
    with pytest.raises(CannotUndo, match="andere Umfrage"), transaction.atomic():
        undo_change(person=owner, token=undo, now=now)
    survey.refresh_from_db()
    assert survey.ends_date == owner.workspace.day_at(timezone.now())
    SurveyRound.objects.filter(pk=other.pk).update(archived_at=now)
    undo_change(person=owner, token=undo, now=now)
    survey.refresh_from_db()
    assert survey.ends_date == before


def test_two_who_open_a_round_at_once_open_one(on_postgres, owner, now):  # noqa: F811
    today = owner.workspace.day_at(timezone.now())
    rounds = [{"starts_date": today + timedelta(days=n), "ends_date": today + timedelta(days=9)} for n in (0, 4)]
    failed = meet(
        owner.workspace,
        lambda: open_survey(person=owner, now=now, **rounds[1]),
        (),
        lambda: open_survey(person=owner, now=now, **rounds[0]),
    )
    assert [type(one) for one in failed] == [CannotSurvey] and SurveyRound.objects.get().starts_date == today


def test_the_database_keeps_the_points(owner, survey):
    made = answer(owner)
    for points in (0, 6):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyAnswer.objects.filter(pk=made.pk).update(cares=points)


def test_the_survey_through_the_teams_screen(owner, client_of):
    client, page = client_of(owner), reverse("hub:survey", args=["lotsenforum"])
    assert client.get(page).status_code == 200
    opened = reverse("hub:open_survey", args=["lotsenforum"])
    assert client.post(opened, {"starts_date": "2026-05-02", "ends_date": "2026-05-01"}).status_code == 422
    today = owner.workspace.day_at(timezone.now())
    assert (
        client.post(opened, {"starts_date": str(today), "ends_date": str(today + timedelta(days=7))}).status_code == 302
    )
    assert reverse("public_survey", args=["lotsenforum"]) in client.get(page).content.decode()
    assert client.post(reverse("hub:end_survey", args=["lotsenforum", SurveyRound.objects.get().pk])).status_code == 302


def test_the_next_round_is_proposed_some_months_after_the_last(owner, client_of):
    client, page, today = (
        client_of(owner),
        reverse("hub:survey", args=["lotsenforum"]),
        owner.workspace.day_at(timezone.now()),
    )
    first = client.get(page)
    assert (
        "Zum ersten Mal fragen" in first.content.decode() and f'value="{today.isoformat()}"' in first.content.decode()
    )
    open_survey(person=owner, starts_date=today, ends_date=today + timedelta(days=14), now=timezone.now())
    again = client.get(page).content.decode()
    assert "Erneut fragen" in again and f'value="{(today + timedelta(days=104)).isoformat()}"' in again
