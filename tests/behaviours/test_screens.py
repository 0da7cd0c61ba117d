"""What people see: the list, one behaviour with its chart and steps, the examples, and how little it asks of the database."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.behaviours.models import BehaviourDefinition
from allmende.behaviours.queries import plain_sentence, search
from allmende.ledger.definition import Anchor, Definition, Predicate, Quality
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN, SHIPPED
from tests.behaviours.conftest import row

pytestmark = pytest.mark.thorough

KEY = "first_answer_by_member_24h"


@pytest.fixture
def counted(take_in, two_times, workspace, owner, now, put_plan_in_force):
    def run(rows=None, **plan):
        objective = put_plan_in_force(**plan)
        take_in(two_times if rows is None else rows)
        for definition in SHIPPED[:4]:
            adopt_definition(workspace=workspace, spec=definition, person=owner, now=now)
        measure_workspace(workspace=workspace, now=now)
        return objective

    return run


@pytest.fixture
def see(client_of, owner, workspace):
    def run(path="", person=None):
        answer = client_of(person or owner).get(f"/w/{workspace.slug}/behaviours/{path}")
        assert answer.status_code == 200
        return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))

    return run


def test_an_empty_place_says_what_belongs_there_and_offers_the_first_step(client_of, owner, workspace, see):
    assert "Noch wird kein Verhalten gezählt" in see()
    answer = client_of(owner).post(f"/w/{workspace.slug}/behaviours/{KEY}/adopt/")
    assert answer.status_code == 302
    assert BehaviourDefinition.objects.get().key == KEY
    assert "Noch ist nichts gezählt" in see(f"{KEY}/")


def test_S1_18_the_list_leads_with_people_times_and_share_never_with_activity(counted, see):
    counted()
    page = see()
    assert "70,0 %" in page and "von 240" in page
    assert "vorher 50,0 % von 520" in page
    assert "40 Menschen, 168-mal" in page
    assert "bewegt sich deutlich" in page
    for activity in ("Beiträge", "Mitgliederzahl", "Nachrichten"):
        assert activity not in page.split("<main")[1].split("</main>")[0]


def test_S1_19_one_behaviour_lays_its_verdict_open(counted, see):
    counted()
    page = see(f"{KEY}/")
    assert "<h1>Ein Mitglied antwortet zuerst, binnen 24 Stunden</h1>" in page
    assert "Je 100 Fragen sind es jetzt etwa 70, vorher 50. Das ist sicher mehr." in page
    assert "+20,0 Punkte" in page
    assert "So kommt das Urteil zustande" in page
    assert page.count("<li><svg") == 8
    assert 'class="band"' in page and 'class="start"' in page
    assert page.count('<circle class="d') == 2 * 19 + 19  # 38 weeks wide, 19 on a phone
    assert "style=" not in page.split("<main")[1]


def test_too_early_says_what_is_missing_and_when(counted, see):
    counted(starts_date=date(2026, 9, 21), review_date=date(2027, 1, 4))
    page = see(f"{KEY}/")
    assert "zu früh" in page
    assert "Es fehlen etwa 10 Fragen" in page
    assert "Montag, 4. Januar 2027" in page


def test_cannot_tell_is_not_the_same_as_not_moving(counted, two_times, see):
    rows = [one for one in two_times if one["created_at"] < "2026-08-03"]
    rows = [
        one
        for one in rows
        if not (one["created_at"] > "2026-07-06" and one["message_id"].endswith(("-11-a", "-12-a", "-13-a")))
    ]
    counted(rows)
    page = see(f"{KEY}/")
    assert "nicht zu sagen" in page
    assert "Das heißt nicht „bewegt sich nicht“." in page
    assert "Es fehlen etwa" in page


def test_without_an_objective_it_is_counted_but_not_judged(counted, see):
    counted()
    page = see("newcomer_contributes_again_30d/")
    assert "Kein Urteil" in page


def test_examples_are_for_the_team_only(counted, see, client_of, new_person, workspace):
    counted()
    page = see(f"{KEY}/examples/")
    assert "Faden 260706-11-19" in page and "nicht getan" in page
    observer = new_person("observer")
    assert client_of(observer).get(f"/w/{workspace.slug}/behaviours/{KEY}/examples/").status_code == 403
    assert "examples/" not in see(f"{KEY}/", observer)


def test_queries_stay_few_and_do_not_grow(counted, client_of, owner, workspace, take_in, now):
    counted()
    client = client_of(owner)
    paths = ["", f"{KEY}/", f"{KEY}/examples/"]

    def queries() -> dict[str, int]:
        found = {}
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(f"/w/{workspace.slug}/behaviours/{path}").status_code == 200
            found[path] = len(asked)
        return found

    queries()
    few = queries()
    take_in([row(f"more-{n}", f"Neu {n}", now.replace(month=9, day=1 + n % 28)) for n in range(60)])
    for number in range(6):
        spec = FIRST_ANSWER_BY_MEMBER.to_dict() | {"key": f"another-{number}"}
        adopt_definition(workspace=workspace, spec=spec, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    many = queries()
    assert all(many[path] <= few[path] <= 21 for path in paths), (few, many)


def test_the_sentence_says_what_is_counted():
    assert plain_sentence(FIRST_ANSWER_BY_MEMBER) == (
        "Von allen Fragen, die Mitglieder gestellt haben, der Anteil derer, die innerhalb von 24 Stunden ihre erste Antwort von"
        " einem Mitglied erhalten haben, ohne Bots und Gelöschtes mitzuzählen."
    )
    assert plain_sentence(NEWCOMER_CONTRIBUTES_AGAIN) == (
        "Von allen Mitgliedern, die zum ersten Mal etwas beigetragen haben, der Anteil derer, die innerhalb von 30 Tagen wieder"
        " etwas beigetragen haben, ohne unser Team, Bots und Gelöschtes mitzuzählen."
    )
    helping = Definition(
        key="help", version=1, form="F1", unit="member", population=("member",), anchor=Anchor("first_act"),
        predicate=Predicate(("answered",)), window=NEWCOMER_CONTRIBUTES_AGAIN.window, minimum=2,
        quality=Quality(("accepted", "thanked"), outside_own_thread=True), channels=("forum",),
    )  # fmt: skip
    assert plain_sentence(helping, {"forum": "Lotsenforum"}) == (
        "Von allen Mitgliedern, die zum ersten Mal etwas beigetragen haben (in Lotsenforum), der Anteil derer, die innerhalb von"
        " 30 Tagen mindestens 2-mal eine Frage beantwortet haben (in fremden Fäden), wobei der Beitrag als Lösung bestätigt oder"
        " mit Dank bedacht wurde, ohne Gelöschtes mitzuzählen."
    )


def test_search_finds_a_behaviour_by_its_sentence(counted, workspace, owner, new_person):
    counted()
    hit, *_ = search(workspace, owner, "erste antwort", 5)
    assert hit.url.endswith(f"/behaviours/{KEY}/")


def test_what_was_put_in_force_a_moment_ago_is_awaited_and_the_page_looks_again(counted, workspace, owner, now, see):
    counted()
    key = NEWCOMER_CONTRIBUTES_AGAIN.key
    BehaviourDefinition.objects.filter(key=key).delete()
    adopt_definition(workspace=workspace, spec=NEWCOMER_CONTRIBUTES_AGAIN, person=owner, now=now + timedelta(minutes=1))
    page = see(f"{key}/")
    assert "Es wird gerade gezählt" in page and 'hx-trigger="every 5s"' in page
    assert "Noch ist nichts gezählt" not in page
