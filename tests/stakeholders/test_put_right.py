"""A share that a sample put right, as somebody outside reads it: with what was counted in a footnote (domain 4.5)."""

import re

import pytest
from django.db import transaction

from allmende.behaviours.actions.tell_verdict import take_back_verdicts, tell_verdict
from allmende.domain.verdict import Coded, Sampled, Share, true_share
from allmende.stakeholders.actions import CannotRelease, release_report
from allmende.stakeholders.queries import findings_of, polite_refusal, report_page, thawed
from allmende.stakeholders.queries.paper import frozen

pytestmark = pytest.mark.django_db

SAMPLED = Sampled(Coded(50, 45, 50, 48), Share(512, 905))


@pytest.fixture
def put_right(judge):
    """The worked example with a sample: 512 of 905 were counted, in truth it is about 53 of 100."""
    now, before = (true_share(side, SAMPLED) for side in (Share(512, 905), Share(2103, 4310)))
    return judge(
        true_share=now.value, true_low=now.low, true_high=now.high, before_true_share=before.value,
        before_true_low=before.low, before_true_high=before.high, raw_difference=0.078, raw_low=0.042, raw_high=0.113,
        difference=now.value - before.value, low=0.05, high=0.14,
    )  # fmt: skip


def test_4_5_a_stakeholder_sees_the_share_put_right_and_what_was_counted_below(put_right, compose, client_of, owner):
    report = compose()
    numbers = thawed(report.content).objectives[0].figure.numbers
    assert numbers.share == pytest.approx(put_right.true_share) and numbers.counted_share == pytest.approx(512 / 905)
    assert (numbers.share_low, numbers.share_high) == (put_right.true_low, put_right.true_high)
    assert numbers.before_share == put_right.before_true_share
    page = client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode().replace("\u00a0", " ")
    page = re.sub(r"\s+", " ", page)
    assert "* Erfahrene antworten zuerst: gezählt 56,6 %." in page or "gezählt 56,6 %. Menschen haben" in page
    assert "512 von 905 *" in page
    assert "von 100</b> Fällen (gezählt wurde in 905)" in page
    assert "In 53 von 100 Fällen" in polite_refusal(report_page(report).paper)


def test_a_report_without_a_sample_has_no_footnote_and_earlier_reports_still_open(judge, compose, client_of, owner):
    judge()
    report = compose()
    assert (
        "Menschen haben eine zufällige Stichprobe"
        not in client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode()
    )
    content = frozen(thawed(report.content))
    for goal in content["goals"]:
        for part in goal["objectives"]:
            part["figure"]["numbers"].pop("counted_share")
            part["figure"]["numbers"].pop("counted_before_share")
    assert thawed(content).objectives[0].figure.numbers.counted_share is None


def test_4_5_what_was_found_too_noisy_later_is_in_no_report_of_an_earlier_time_and_none_goes_out(
    judge, weeks, compose, client_of, owner, now, workspace
):
    """Judged in September, composed, and then a sample showed it: the figure is neither released nor composed once more."""
    verdict = judge()
    report = compose()
    tell_verdict(workspace=workspace, verdict=verdict, now=now)
    page = client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode()
    assert "512 von 905" in page and "richtig gezählt" not in page
    with transaction.atomic():
        take_back_verdicts(workspace=workspace, verdict=verdict, now=now)
    page = client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode()
    assert "zu selten stimmt, um berichtet zu werden" in page and "Stellen Sie den Bericht neu zusammen" in page
    with pytest.raises(CannotRelease):
        release_report(person=owner, report=report, now=now, seen_revision=report.revision, override_reason="Trotzdem")
    again = compose()
    figure = thawed(again.content).objectives[0].figure
    assert (figure.word, figure.reason, figure.numbers, figure.weeks) == (
        "not_measurable",
        "labels_too_noisy",
        None,
        (),
    )
    assert not findings_of(again, frozenset({verdict.objective_key}))


DURATION = {"form": "F4", "median_seconds": 3_600.0, "p90_seconds": 7_200.0, "own_low": 3_000.0, "own_high": 4_200.0}


@pytest.mark.parametrize("form", [{}, DURATION])
def test_4_5_nothing_is_printed_where_the_counting_is_right_too_seldom(judge, weeks, compose, client_of, owner, form):
    noisy = {"word": "not_measurable", "reason_code": "labels_too_noisy", "flags": []}
    judge(difference=None, low=None, high=None, **noisy, **form)
    report = compose()
    figure = thawed(report.content).objectives[0].figure
    assert (figure.numbers, figure.weeks, figure.periods) == (None, (), ())
    page = client_of(owner).get(f"/w/lotsenforum/reports/{report.pk}/").content.decode()
    assert "zu selten stimmt, um berichtet zu werden" in page and "512 von 905" not in page
