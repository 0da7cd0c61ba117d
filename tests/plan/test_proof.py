"""Evidence from outside, what nobody looks at any more, and what a surprising value asks for."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from allmende.plan import actions, queries
from allmende.plan.actions.record_evidence import Day, Week, record_days, record_weeks, take_back_periods
from allmende.plan.jobs import find_dust, look_at_values
from allmende.plan.models import Evidence, EvidenceUpload, Judgement
from allmende.plan.queries.facts import evidence_series
from allmende.plan.queries.values import read_number
from allmende.team.models import GuestLink, Notice

PLAN = "/w/lotsenforum/plan/"
TABLE = """Ziel;Kennzahl;Beginn;Datum;Wert;Einheit;n
Z1;Zufriedenheit;;30.09.2026;7,9;Punkte;210
Z1;Erste Antwort;01.09.2026;30.09.2026;43,5 %;;400
Z9;Zufriedenheit;;30.09.2026;7,9;Punkte;
Z1;Zufriedenheit;30.09.2026;29.09.2026;7,9;Punkte;
Z1;Zufriedenheit;;29.09.2026;viel;Punkte;
Z1;Zufriedenheit;;30.09.2026;8,1;Punkte;
"""


def offer(answer) -> str:
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def taken(owner, now, text: str = TABLE) -> EvidenceUpload:
    upload = actions.choose_values(person=owner, name="Umfrage.csv", parts=[text.encode()], now=now)
    return actions.take_values(person=owner, upload=upload, now=now)


def measure(owner, key: str, numbers: list[float], now, unit: str = "Punkte") -> None:
    """A value a day, the newest yesterday."""
    for place, number in enumerate(reversed(numbers), start=1):
        day = (now - timedelta(days=place)).date()
        actions.tell_evidence(
            person=owner,
            key=key,
            source="Zufriedenheit",
            begins=day,
            ends=day,
            number=number,
            unit=unit,
            n=None,
            now=now,
        )


@pytest.mark.parametrize(
    ("text", "number"),
    [("7,9", 7.9), ("7.9", 7.9), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("12 000", 12000), ("1.234.567", 1234567),
     ("0,125", 0.125), ("-3", -3), ("1,234", None), ("1.234", None), ("viel", None), ("7,9,1", None), ("", None)],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it_and_never_guessed(text, number):
    assert read_number(text) == number


def test_s0_03_values_arrive_by_table_with_date_and_source(plan_published, owner, now, client_of):
    written = plan_published
    client = client_of(owner)
    file = SimpleUploadedFile("Umfrage.csv", TABLE.encode())
    page = client.post(f"{PLAN}evidence/upload/", {"file": file}, follow=True)
    said = page.content.decode()
    assert "Zufriedenheit" in said
    assert not Evidence.objects.exists()
    for reason in ("hat keinen Teil „Z9“", "Zeitraum endet, bevor er beginnt", "„viel“ ist keine Zahl", "Zeile 2"):
        assert reason in said, reason
    form = page.context["form"]
    sent = {bound.html_name: bound.value() or "" for bound in form} | {"step": "take"}
    done = client.post(page.request["PATH_INFO"], sent, follow=True)
    facts = {fact.source: fact for fact in Evidence.objects.filter(key=written.objective.key)}
    assert (facts["Zufriedenheit"].value, facts["Zufriedenheit"].unit, facts["Zufriedenheit"].n) == (7.9, "Punkte", 210)
    assert facts["Erste Antwort"].share == 0.435
    assert facts["Erste Antwort"].period_start.date() == date(2026, 8, 31)
    refused = client.get(f"{done.request['PATH_INFO']}refused/").content.decode()
    assert refused.count("\n") == 5
    assert "Z9" in refused
    element = client.get(f"{PLAN}element/{written.objective.key}/").content.decode()
    assert "7,9 Punkte" in element
    assert "aus einer Tabelle" in element


def test_s0_03_a_whole_table_can_be_undone_and_what_it_replaced_stands_again(plan_published, owner, now):
    written = plan_published
    day = date(2026, 9, 30)
    known = {"person": owner, "key": written.objective.key, "source": "Zufriedenheit", "begins": day, "ends": day}
    actions.tell_evidence(**known, number=7.1, unit="Punkte", n=None, now=now)
    upload = taken(owner, now)
    assert Evidence.objects.get(source="Zufriedenheit").value == 7.9
    assert taken(owner, now).known == 2
    actions.undo_values(person=owner, upload=upload, now=now)
    assert [(one.source, one.value, one.told_by) for one in Evidence.objects.all()] == [("Zufriedenheit", 7.1, owner)]
    with pytest.raises(actions.CannotTakeValues):
        actions.undo_values(person=owner, upload=upload, now=now)


def test_s0_03_a_value_is_written_down_by_hand_and_taken_back(plan_published, owner, client_of):
    written = plan_published
    client, url = client_of(owner), f"{PLAN}element/{written.goal.key}/evidence/"
    typed = {
        "source": "Zufriedenheit",
        "number": "7,9",
        "unit": "Punkte",
        "ends": "2026-10-01",
        "begins": "",
        "n": "40",
    }
    assert client.post(url, {**typed, "begins": "2026-10-02"}).status_code == 422
    said = client.post(url, typed, follow=True)
    assert "7,9 Punkte" in said.content.decode()
    assert "von Hand" in said.content.decode()
    assert '<option value="Zufriedenheit">' in client.get(url).content.decode(), (
        "its words are offered for the next value"
    )
    client.post(offer(said), follow=True)
    assert not Evidence.objects.exists()


def test_s0_03_the_command_takes_a_table_and_names_each_line_it_leaves_out(plan_published, tmp_path, capsys, owner):
    from allmende.config.cli import main

    file = tmp_path / "umfrage.csv"
    file.write_text(TABLE)
    assert main(["evidence", str(file)]) == 1
    said = capsys.readouterr().out
    assert "Taken in: 2." in said
    assert "line 4: The plan in force has no part" in said
    number = re.search(r"--undo (\S+)", said)[1]
    assert main(["evidence", "--undo", number]) == 0
    assert not Evidence.objects.exists()


def test_s0_04_an_orphan_is_attached_with_one_press(plan_published, owner, now, client_of):
    written = plan_published
    measure(owner, "objective-nobody", [7.9], now)
    client = client_of(owner)
    page = client.get(f"{PLAN}evidence/").content.decode()
    assert "Zahlen, die zu nichts gehören" in page
    given = {"key": "objective-nobody", "source": "Zufriedenheit", "to": written.goal.key}
    said = client.post(f"{PLAN}evidence/attach/", given, follow=True)
    assert "Zahlen, die zu nichts gehören" not in said.content.decode()
    assert Evidence.objects.get().key == written.goal.key
    client.post(offer(said), follow=True)
    assert Evidence.objects.get().key == "objective-nobody"


def test_s0_05_a_value_beyond_its_natural_limits_asks_once_and_the_answer_stays(plan_published, owner, now, client_of):
    written = plan_published
    measure(owner, written.goal.key, [7.8, 7.9, 7.7, 7.9, 7.8, 7.9, 7.8], now)
    assert look_at_values(now) == 0
    day = now.date()
    actions.tell_evidence(
        person=owner, key=written.goal.key, source="Zufriedenheit", begins=day, ends=day, number=5.2, unit="Punkte", n=None, now=now
    )  # fmt: skip
    assert look_at_values(now) == 1
    assert look_at_values(now) == 0
    (asked,) = Judgement.objects.all()
    assert (asked.asked, asked.measured) == (owner, 5.2)
    notice = Notice.objects.get(person=owner, kind="plan.judgement_asked")
    assert notice.values["source"] == asked.source, "the key, not words in the worker's language"
    client = client_of(owner)
    assert "Behalten, ändern oder beobachten?" in client.get("/w/lotsenforum/").content.decode()
    url = f"{PLAN}judgements/{asked.pk}/"
    assert client.post(url, {"answer": "watch", "reason": ""}).status_code == 422
    said = client.post(
        url,
        {
            "answer": "watch",
            "reason": "Die Umfrage lief am Feiertag",
            "again_date": timezone.localdate() + timedelta(days=9),
        },
        follow=True,
    )
    assert "Die Umfrage lief am Feiertag" in said.content.decode()
    with pytest.raises(actions.CannotJudge):
        actions.judge_value(person=owner, judgement=asked, answer="keep", reason="doch", now=now)
    client.post(offer(said), follow=True)
    asked.refresh_from_db()
    assert asked.answer == ""


@pytest.mark.parametrize(("share", "asked"), [(0.54, 0), (0.7, 1)])
def test_s0_05_a_week_within_its_limits_asks_nobody(plan_published, owner, now, share, asked):
    """A run on one side of the level is a signal too, but no value beyond the limits."""
    written = plan_published
    week = Week(now - timedelta(days=7), now, share=share, n=80, low=0.31, high=0.67, level=0.49, is_signal=True)
    record_weeks(
        workspace=owner.workspace, key=written.goal.key, source="first_answer", weeks=[week], definition_version="1", at=now
    )  # fmt: skip
    assert look_at_values(now) == asked


def test_what_stands_beside_a_fact_was_counted_by_its_own_version(write_plan, owner, now):
    """A definition that was changed tells the same weeks anew: of two versions no chart is drawn together."""
    key, one_week = write_plan(publish=True).objective.key, timedelta(weeks=1)
    told = {"workspace": owner.workspace, "key": key, "source": "answers", "at": now}
    starts = [now - ago * one_week for ago in range(20, 0, -1)]
    weeks = [Week(at, at + one_week, share=0.5, n=9, low=0.3, high=0.7, level=0.5, is_signal=False) for at in starts]
    for version, people in (("answers/1", 2), ("answers/2", 3)):
        record_weeks(**told, weeks=weeks, definition_version=version)
        record_days(**told, days=[Day(now - timedelta(days=1), now, None, None, people, 4)], definition_version=version)
    actions.record_evidence(
        **told, kind="behaviour", period_start=starts[0], period_end=now, people=3, times=4, share=0.5, n=9, low=None,
        high=None, verdict="", reason="", definition_version="answers/2",
    )  # fmt: skip
    (series,) = evidence_series(owner.workspace, [key])[key]
    assert [(one.period_start, one.definition_version) for one in series.weeks] == [(at, "answers/2") for at in starts]
    assert (series.day.people, len(series.points)) == (3, 1)
    take_back_periods(workspace=owner.workspace, key=key, source="answers", definition_version="answers/2", at=now)
    (series,) = evidence_series(owner.workspace, [key])[key]
    assert (series.weeks, series.day) == ((), None), "nor does an earlier version step in where one is held back"


def test_s0_09_dust_is_found(plan_published, owner, now, client_of):
    written = plan_published
    assert {reason[0] for one in queries.dust_of(written.plan, now.date()) for reason in one.reasons} == {"theory"}
    later = now + timedelta(days=95)
    actions.link_work(
        workspace=owner.workspace, key=written.objective.key, kind="item", ref="1", label="x", url="/", at=later
    )
    measure(owner, written.objective.key, [7.9], later)
    actions.open_element(person=owner, key=written.objective.key, today=later.date())
    found = {one.place.key: {code for code, _ in one.reasons} for one in queries.dust_of(written.plan, later.date())}
    assert found[written.objective.key] == {"theory"}
    assert found[written.goal.key] == {"no_evidence", "unopened"}
    assert found[written.strategy.key] == {"unopened"}
    assert found[written.tactics[0].key] == {"no_work", "unopened", "theory"}
    assert find_dust(later) == 1
    assert find_dust(later) == 0
    page = client_of(owner).get(f"{PLAN}dust/").content.decode()
    assert "bisher Theorie: kein Schritt" in page


def test_s0_09_opening_an_element_is_noted_once_a_day(plan_published, owner, client_of):
    from allmende.plan.models import ElementVisit

    written = plan_published
    for _ in range(2):
        client_of(owner).get(f"{PLAN}element/{written.goal.key}/")
    assert ElementVisit.objects.get().key == written.goal.key


def test_s0_25_the_reasons_for_an_element_stay_linked(plan_published, owner, now, client_of):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_strategy(person=owner, version=draft, key=written.strategy.key, emotion="Dankbarkeit", now=now)
    actions.publish_version(
        person=owner, version=draft, reason="Stolz trug nicht", without_agreement="x", is_self_checked=True, now=now
    )
    other = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_tactic(person=owner, version=other, key=written.tactics[5].key, state="stopped", now=now)
    actions.publish_version(person=owner, version=other, reason="Lockt die Falschen an", now=now)

    def reasons(key):
        page = client_of(owner).get(f"{PLAN}element/{key}/").content.decode()
        return [said for said in ("Der erste Plan", "Stolz trug nicht", "Lockt die Falschen an") if said in page]

    assert reasons(written.strategy.key) == ["Der erste Plan", "Stolz trug nicht"]
    assert reasons(written.tactics[5].key) == ["Der erste Plan", "Lockt die Falschen an"]


def test_s1_04_one_page_shows_the_chain_and_a_guest_sees_it_guarded(plan_published, owner, now, client_of):
    written = plan_published
    day = now.date()
    known = {
        "person": owner,
        "key": written.objective.key,
        "begins": day,
        "ends": day,
        "unit": "%",
        "n": 400,
        "now": now,
    }
    actions.tell_evidence(**known, source="Erste Antwort", number=44)
    actions.tell_evidence(**known, source="Beiträge", number=90)
    actions.link_work(
        workspace=owner.workspace,
        key=written.objective.key,
        kind="item",
        ref="1",
        label="Dank an Petra",
        url="/x/",
        at=now,
    )
    client = client_of(owner)
    ours = client.get(f"{PLAN}chain/").content.decode()
    for said in (
        "Stolz auf sichtbares Fachkönnen",
        "Fragen anderer als Erste beantworten",
        "als gelöst bestätigt",
        "44,0",
        "Dank an Petra",
    ):
        assert said in ours, said
    made = client.post(f"{PLAN}chain/link/", {"guest_name": "Frau Brandt", "days": "30"}).content.decode()
    door = re.search(r'value="http://[^/]+(/guest/chain/[^"]+)"', made)[1]
    theirs = Client().get(door)
    page = theirs.content.decode()
    assert "44,0" in page
    assert "Aktivität" in page
    assert "90,0" not in page
    assert "Dank an Petra" not in page
    assert "/w/lotsenforum/" not in page
    GuestLink.objects.update(revoked_at=now)
    assert Client().get(door).status_code == 404


def test_s3_02_the_process_is_drawn_with_its_state(plan_published, owner, client_of):
    page = client_of(owner).get(f"{PLAN}chain/").content.decode()
    assert re.search(r'<li aria-current="step">\s*umsetzen und lernen', page)


def test_figures_of_the_plan_cost_the_same_however_many_there_are(
    plan_published, owner, now, client_of, django_assert_max_num_queries
):
    written = plan_published
    client = client_of(owner)
    measure(owner, written.goal.key, [7.9] * 9, now)
    for page in ("evidence/", "dust/", "chain/"):
        with django_assert_max_num_queries(26):
            client.get(PLAN + page)


def test_a_notice_names_the_measure_in_the_language_it_is_read_in(db):
    """Whoever asks for a judgement (a worker, in its own language) leaves the key; the reader's page puts it into words."""
    told = {"source": "first_answer_by_member_24h"}
    for language, begins in (("de", "Ein Mitglied antwortet zuerst"), ("en", "A member is the first to answer")):
        with translation.override(language):
            assert begins in render_to_string("plan/notices/judgement_asked.html", told)


def sent(key: str, number: float = 7.9, day: date = date(2026, 10, 1), **more) -> actions.Telling:
    """A value as a program tells it."""
    return actions.Telling(key, "Zufriedenheit", day, day, number, **{"unit": "Punkte", **more})


def test_s0_03_a_program_delivers_values_that_can_be_taken_out_whole(plan_published, owner, now, client_of):
    written = plan_published
    day = date(2026, 9, 30)
    actions.tell_evidence(
        person=owner, key=written.goal.key, source="Zufriedenheit", begins=day, ends=day, number=7.1, unit="Punkte",
        n=None, now=now,
    )  # fmt: skip
    rows = [sent(written.goal.key, 7.3, day), sent(written.goal.key, 43.5, unit="%", n=400, note="Alle gefragt")]
    by = {"person": owner, "name": "Umfrage", "now": now}
    assert actions.tell_values(tellings=dict(enumerate(rows)), **by) == {0: "replaced", 1: "taken"}
    assert actions.tell_values(tellings=dict(enumerate(rows)), **by) == {0: "known", 1: "known"}
    fact = Evidence.objects.get(share=0.435)
    assert (fact.note, fact.n, fact.told_by, fact.unit) == ("Alle gefragt", 400, owner, "")
    page = client_of(owner).get(f"{PLAN}element/{written.goal.key}/").content.decode()
    assert "von einem Programm geliefert" in page
    assert "Alle gefragt" in page
    actions.undo_values(person=owner, upload=EvidenceUpload.objects.get(), now=now)
    assert [one.value for one in Evidence.objects.all()] == [7.1]


def test_s0_03_of_a_delivery_with_a_wrong_row_nothing_is_written(plan_published, owner, now):
    key = plan_published.goal.key
    rows = [
        sent(key),
        sent("goal-nobody"),
        sent(key, day=date(2026, 10, 8)),
        sent(key, 101, unit="%", day=date(2026, 9, 1)),
        sent(key, 8.1),
    ]
    with pytest.raises(actions.CannotTellValues) as refused:
        actions.tell_values(person=owner, name="Umfrage", tellings=dict(enumerate(rows)), now=now)
    assert [(one.place, one.field) for one in refused.value.rows] == [(1, "key"), (2, "ends"), (3, "number"), (4, "")]
    assert not Evidence.objects.exists()
    assert not EvidenceUpload.objects.exists()


def test_s0_03_how_long_something_takes_says_why_it_has_no_value_of_a_day(plan_published, owner, now, client_of):
    written = plan_published
    nothing = dict.fromkeys(("people", "times", "share", "n", "low", "high"))
    told = {"workspace": owner.workspace, "key": written.objective.key, "verdict": "", "reason": "", "at": now}
    told |= {"period_start": now - timedelta(days=30), "period_end": now, "definition_version": "x/1"}
    actions.record_evidence(kind="behaviour", source="first_answer_wait", value=5.5, unit="hours", **nothing, **told)
    page = client_of(owner).get(f"{PLAN}element/{written.objective.key}/").content.decode()
    shown = page.count("Ein einzelner Tag hat keinen Wert")
    assert "5,5 Stunden" in page and shown
    actions.record_evidence(kind="measured", source="Bearbeitung", value=3, unit="hours", **nothing, **told)
    page = client_of(owner).get(f"{PLAN}element/{written.objective.key}/").content.decode()
    assert page.count("Ein einzelner Tag hat keinen Wert") == shown, "what a person measured may come every day"


def test_s0_03_every_element_shows_its_newest_evidence(plan_published, owner, now, client_of):
    """Of tactics and levers nothing is measured: rooms above tell the work done for them, people note hours."""
    written = plan_published
    plan, tactic, objective = written.plan, written.tactics[0], written.objective
    client, now = client_of(owner), timezone.now()
    today = timezone.localtime(now).date()

    def page(key: str) -> str:
        return client.get(f"{PLAN}element/{key}/").content.decode()

    assert "Nichts: Kein Schritt war fällig" in page(tactic.key)
    by = {"person": owner, "now": now}
    actions.note_time(plan=plan, tactic_key=tactic.key, hours=Decimal("2.5"), on_date=today, today=today, **by)
    told = {"workspace": owner.workspace, "url": "/somewhere/", "at": now - timedelta(hours=1)}
    for place in range(2):
        actions.link_work(key=tactic.key, kind="shift", ref=str(place), label="Frühschicht", **told)
    actions.link_work(key=objective.key, kind="item", ref="1", label="Aufruf", **told | {"at": now})
    actions.link_work(
        key=objective.key, kind="item", ref="2", label="Lange her", **told | {"at": now - timedelta(days=40)}
    )
    assert all(words in page(tactic.key) for words in ("2,5 Stunden notiert", "2 Schichten", "Frühschicht"))
    assert "1 Beitrag" not in page(tactic.key)
    for key in (objective.key, written.goal.key):
        assert all(words in page(key) for words in ("2,5 Stunden notiert", "2 Schichten", "1 Beitrag", "Aufruf"))
    strategy = tactic.strategy
    assert "2 Schichten" in page(strategy.key) and "1 Beitrag" not in page(strategy.key)


def test_s0_03_a_step_that_was_due_counts_as_done_or_not(plan_published, owner, now, client_of):
    written = plan_published
    step = written.step
    later = timezone.make_aware(datetime.combine(step.due_date, time(12)))
    assert queries.element_page(owner, step.tactic.key, later).done.steps_due == 0, "the day is not over"
    done = queries.element_page(owner, step.tactic.key, later + timedelta(days=1)).done
    assert (done.steps_done, done.steps_due) == (0, 1)
    actions.report_step(person=owner, plan=written.plan, key=step.key, state="done", note="", now=later)
    page = queries.element_page(owner, written.goal.key, later)
    assert (page.done.steps_done, page.done.steps_due) == (1, 1)
    with translation.override("de"):
        assert "1 von einem fälligen Schritt" in render_to_string("plan/done.html", {"done": page.done})
