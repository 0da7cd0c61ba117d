"""The head of every page says who stands duty, until when, who is there besides and who comes next, without a further query (S2-19)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.team.actions import move_shift, plan_shift
from allmende.team.queries import default_hours

HOME = "/w/lotsenforum/"
PAGES = (HOME, f"{HOME}inbox/", f"{HOME}team/rota/", f"{HOME}crisis/")


@pytest.fixture
def stands(owner):
    """`stands(emre, -1, 2)`: a shift from an hour ago for two hours, confirmed by who has it."""

    def make(doer, begins, lasts, to="confirmed"):
        at = timezone.now() + timedelta(hours=begins)
        shift = plan_shift(
            person=owner, shift=None, hours=default_hours(owner.workspace), kind="full", doer=doer, starts_at=at,
            ends_at=at + timedelta(hours=lasts), now=timezone.now() - timedelta(days=1),
        )  # fmt: skip
        return move_shift(person=doer, shift=shift, to=to, now=timezone.now()) if shift.state == "assigned" else shift

    return make


def duty(client, path=HOME):
    page = client.get(path)
    head = page.content.decode().partition('<header class="head"')[2].partition("</header>")[0]
    return " ".join(head.partition('class="duty"')[2].partition("</p>")[0].split())


@pytest.mark.parametrize("path", PAGES)
def test_s2_19_the_head_says_who_is_here_and_leads_to_the_rota(path, stands, client_of, owner, new_person):
    emre, wiebke = new_person("manager", "Emre Yıldız"), new_person("manager", "Wiebke Lund")
    shift = stands(emre, -1, 2)
    stands(wiebke, 3, 2)
    said = duty(client_of(owner), path)
    assert "Emre Yıldız" in said and "Wiebke Lund" in said and f"{HOME}team/rota/" in said
    assert shift.ends_at.astimezone(ZoneInfo(owner.workspace.zone)).strftime("%H:%M") in said


def test_a_second_person_stands_beside(stands, client_of, owner, new_person):
    stands(new_person("manager", "Emre Yıldız"), -1, 2)
    stands(new_person("manager", "Wiebke Lund"), -1, 3)
    said = duty(client_of(owner))
    assert "Emre Yıldız" in said and "mit Wiebke Lund" in said


def test_nobody_is_named_before_a_shift_is_accepted_after_it_ended_or_where_duty_is_off(
    stands, client_of, owner, new_person
):
    client, emre = client_of(owner), new_person("manager", "Emre Yıldız")
    assert duty(client) == ""
    stands(emre, -5, 2)
    assert duty(client) == ""
    stands(emre, -1, 2)
    assert duty(client)
    owner.workspace.modules_off = ["duty"]
    owner.workspace.save(update_fields=["modules_off"])
    assert duty(client) == ""


@pytest.mark.parametrize("path", PAGES)
def test_it_takes_no_further_query(path, stands, client_of, owner, new_person):
    client = client_of(owner)
    client.get(path)
    with CaptureQueriesContext(connection) as before:
        client.get(path)
    stands(new_person("manager", "Emre Yıldız"), -1, 2)
    if path.endswith("rota/"):
        return  # the rota itself shows the shift
    client.get(path)
    with CaptureQueriesContext(connection) as after:
        client.get(path)
    assert len(after) == len(before)


def test_the_duty_of_another_workspace_is_not_told(stands, client_of, owner, new_person):
    stands(new_person("manager", "Emre Yıldız"), -1, 2)
    stranger = new_person("owner", slug="other")
    assert "Emre" not in client_of(stranger).get("/w/other/").content.decode()
