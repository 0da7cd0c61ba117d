"""Programmes as people have them, sessions matched by their words, criteria laid open."""

from datetime import date
from decimal import Decimal

import pytest

from allmende.domain.decision_check import (
    Competency,
    Request,
    Session,
    Want,
    check_generic,
    check_hiring,
    check_request,
    match_sessions,
    read_programme,
    text_of,
)
from allmende.domain.plan_check import TacticLoad

PASTED = """Dienstag, 3. November
9:00 Begrüßung
9:30–10:15 Hilfsbereite auszeichnen: Anerkennung, die bleibt – Maren Voss
Wie persönlicher Dank wirkt.
10:15 Kaffeepause
10.45 Uhr KI im Alltag (Jonas Brandt)
11:30 Sprechstunden, die etwas abschließen
Petra Lindner
Abläufe aus drei Jahren.
"""


def test_a_pasted_programme_reads_as_sessions_without_breaks():
    found = read_programme(PASTED)
    assert [session.title for session in found] == [
        "Begrüßung",
        "Hilfsbereite auszeichnen: Anerkennung, die bleibt",
        "KI im Alltag",
        "Sprechstunden, die etwas abschließen",
    ]
    assert [session.speaker for session in found] == ["", "Maren Voss", "Jonas Brandt", "Petra Lindner"]
    assert found[1].starts == "Dienstag, 3. November, 9:30"
    assert found[1].description == "Wie persönlicher Dank wirkt."


@pytest.mark.parametrize(
    "text",
    [
        "Titel;Referentin;Zeit\nOnboarding, aber richtig;Ada Kern;9:30\nMittagspause;;12:00\n",
        'time,title,speaker\r\n9:30,"Onboarding, aber richtig",Ada Kern\r\n',
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Onboarding\\, aber\n  richtig\nDTSTART:20261103T093000\nX-SPEAKER:Ada Kern\nEND:VEVENT\n",
        "- Onboarding, aber richtig (Ada Kern)\n",
    ],
)
def test_tables_calendars_and_lists_are_read_too(text):
    (session,) = read_programme(text)
    assert (session.title, session.speaker) == ("Onboarding, aber richtig", "Ada Kern")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "BEGIN:VEVENT", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x", "Kaffeepause", '\x00\x00;;;\n"']
)
def test_what_is_no_programme_gives_no_session_and_no_error(text):
    assert not read_programme(text)


def test_inflected_words_match_in_both_languages_and_empty_ones_do_not():
    sessions = [
        Session("Sprechstunden, die wirken"),
        Session("Welcoming newcomers without burning out"),
        Session("Keynote: Community und Menschen"),
    ]
    wants = [
        Want("t1", "Abschluss-Sprechstunde", ""),
        Want("t2", "Welcome every newcomer", ""),
        Want("t3", "Die Community", "für alle Menschen"),
    ]
    found = {(match.session, match.key): match.words for match in match_sessions(sessions, wants)}
    assert set(found) == {(0, "t1"), (1, "t2")}
    assert ("Sprechstunden", "Sprechstunde") in found[0, "t1"]
    assert ("newcomers", "newcomer") in found[1, "t2"]


def test_a_request_names_what_could_stop_instead_from_the_foot_of_the_cut_line():
    loads = [TacticLoad("a", 3, 3, 3, 6), TacticLoad("b", 2, 1, 1, 5), TacticLoad("c", 1, 1, 1, 1)]
    asked = Request(
        Decimal(0),
        Decimal(4),
        frozenset("a"),
        frozenset("a"),
        Decimal(6),
        date(2027, 1, 4),
        date(2026, 10, 7),
        "Die Hälfte",
    )
    result, instead = check_request(asked, loads)
    assert instead == ("c", "b")
    assert result.recommendation == "conditions"
    result, instead = check_request(asked, loads[:1])
    assert (result.recommendation, instead) == ("yes", ())


@pytest.mark.parametrize(("amount", "degree"), [("2.5", "met"), ("0", "open")])
def test_a_request_may_promise_less_time_or_more_often(amount, degree):
    asked = Request(
        Decimal(0), Decimal(4), frozenset("a"), frozenset("a"), Decimal(amount), date(2027, 1, 4), date(2026, 10, 7),
        "Die Hälfte", "hours",
    )  # fmt: skip
    result, _ = check_request(asked, [TacticLoad("a", 3, 3, 3, 6)])
    given = next(one for one in result.criteria if one.code == "amount_given")
    assert (given.degree, given.values) == (degree, {"amount": float(amount), "unit": "hours"})
    assert not any(one.code == "number_given" for one in result.criteria)


def test_hiring_has_two_axes_and_never_a_number_for_a_person():
    skills = [Competency("Moderation", 2, 3, True, False), Competency("Statistik", 2, 0, True, True)]
    result = check_hiring(skills, {"t1": 3, "t2": 1})
    degrees = {one.code: one.degree for one in result.criteria}
    assert degrees == {
        "skills_covered": "partly",
        "passion_covered": "partly",
        "essential_covered": "partly",
        "training_possible": "met",
    }
    assert result.recommendation == "open_questions"


def test_what_serves_nothing_is_advised_against():
    assert check_generic(2, 0, "Das Gesetz verlangt es", "Newsletter", "yes").recommendation == "no"
    assert check_generic(2, 1, "", "Newsletter", "yes").recommendation == "yes"
    assert check_generic(1, 1, "", "", "no").recommendation == "discuss"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbf9:30 Er\xc3\xb6ffnung", "9:30 Eröffnung"),
        (b"9:30 Er\xf6ffnung\r\n\x1a", "9:30 Eröffnung\r\n\x1a"),
        ("\ufeff9:30 Eröffnung".encode("utf-16-le"), "9:30 Eröffnung"),
        (b"", ""),
        (b"%PDF-1.4", None),
        (b"PK\x03\x04", None),
        (b"\x89PNG\r\n\x1a\n\x00", None),
    ],
)
def test_s0_13_a_file_is_read_as_text_or_not_at_all(content, text):
    assert text_of(content) == text
