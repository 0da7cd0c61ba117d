"""Levers say what is known of the audience, and fear and shame are found (3.5, S0-26)."""

import json
from datetime import date

import pytest
from django.utils import timezone

from allmende.plan import actions, queries
from allmende.plan.models import Strategy

DRAFT = "/w/lotsenforum/plan/draft/"
INSIGHT = "Fünf von acht sagten im März, dass es sie ehrt, gefragt zu werden."
NOTE = "Die Angst besteht ohnehin, wir zeigen sofort den Ausweg."


@pytest.fixture
def frightened(plan_drafted, owner):
    written = plan_drafted
    by = {"person": owner, "version": written.version, "now": timezone.now()}
    actions.save_strategy(key=written.strategy.key, emotion="Angst vor dem Finanzamt", **by)
    return written


def codes(owner, written):
    page = queries.draft_page(owner, written.version, timezone.now())
    return {one.code for one in page.lessons.get(written.strategy.key, ())}


def test_a_lever_keeps_what_is_known_of_the_audience_and_shows_it(write_plan, owner, client_of):
    written, client = write_plan(), client_of(owner)
    url = f"{DRAFT}strategy/{written.strategy.key}/"
    assert 'name="insight"' in client.get(url).content.decode()
    typed = {"emotion": "Stolz", "statement": "Fachleute fragen uns.", "direction": "amplify", "seen_revision": "1"}
    assert client.post(url, {**typed, "insight": INSIGHT, "ethics_note": ""}).status_code == 303
    assert Strategy.objects.get(key=written.strategy.key).insight == INSIGHT
    assert INSIGHT in client.get(DRAFT).content.decode()
    assert client.post(url, {**typed, "seen_revision": "2", "insight": "x" * 501}).status_code == 422


def test_s0_26_a_lever_of_fear_is_found_explained_and_set_aside_with_name_and_reason(frightened, owner, client_of):
    assert codes(owner, frightened) == {"lever_of_fear"}
    client, key = client_of(owner), frightened.strategy.key
    page = client.get(DRAFT).content.decode()
    assert "„Angst“: Angst und Scham bewegen Menschen" in page and "seine helle Seite" in page
    sent = {"key": key, "code": "lever_of_fear", "reason": "Wir nehmen sie im ersten Satz."}
    assert "Wir nehmen sie" in client.post(f"{DRAFT}aside/", sent, follow=True).content.decode()
    assert not codes(owner, frightened)
    (aside,) = queries.draft_page(owner, frightened.version, timezone.now()).aside[key]
    assert aside.row.by == owner


def test_a_justified_lever_of_fear_stands(frightened, owner, now):
    by = {"person": owner, "version": frightened.version, "now": now}
    actions.save_strategy(key=frightened.strategy.key, ethics_note=NOTE, **by)
    assert not codes(owner, frightened)


def test_fear_is_off_in_a_community_of_employees(frightened, owner, now):
    by = {"person": owner, "now": now}
    actions.save_plan(plan=frightened.plan, community_type="internal", **by)
    actions.save_strategy(version=frightened.version, key=frightened.strategy.key, ethics_note=NOTE, **by)
    frightened.version.refresh_from_db()
    assert codes(owner, frightened) == {"lever_off_among_employees"}
    with pytest.raises(actions.CannotPublish) as refused:
        actions.publish_version(version=frightened.version, reason="los", without_agreement="eilig", **by)
    assert {one.code for _key, one in refused.value.lessons} == {"lever_off_among_employees"}
    actions.save_strategy(version=frightened.version, key=frightened.strategy.key, direction="relieve", **by)
    assert not codes(owner, frightened)


def test_writing_down_what_is_known_is_wording(plan_published, owner, now):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_strategy(person=owner, version=draft, key=written.strategy.key, insight=INSIGHT, now=now)
    version = actions.publish_version(person=owner, version=draft, reason="Gespräche im März", now=now)
    assert version.change_level == 0


def found(owner, now):
    """What was found about an audience, with source and day; audiences open with the first goal."""
    audience = actions.save_audience(person=owner, audience=None, name="Erfahrene", now=now)
    return actions.add_analysis(
        person=owner, audience=audience, finding="Gefragt zu werden ehrt sie", source="Acht Gespräche",
        on_date=date(2026, 3, 12), now=now,
    )  # fmt: skip


def test_i_06_a_lever_rests_on_a_finding_that_is_referenced_and_shown_with_source_and_day(
    write_plan, owner, client_of, now
):
    written, client, finding = write_plan(publish=True), client_of(owner), found(owner, now)
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    url = f"{DRAFT}strategy/{written.strategy.key}/"
    assert "Erfahrene: Gefragt zu werden ehrt sie (Acht Gespräche, 12. März 2026)" in client.get(url).content.decode()
    typed = {
        "emotion": "Stolz auf sichtbares Fachkönnen",
        "statement": written.strategy.statement,
        "direction": "amplify",
    }
    sent = {**typed, "seen_revision": "1", "insight": "", "ethics_note": "", "analysis": finding.pk}
    assert client.post(url, sent).status_code == 303
    assert Strategy.objects.get(version=draft).analysis == finding
    said = (
        "Beruht auf einer Erkenntnis über Erfahrene: Gefragt zu werden ehrt sie. Quelle: Acht Gespräche, 12. März 2026."
    )
    assert said in " ".join(client.get(DRAFT).content.decode().replace("\xa0", " ").split())
    version = actions.publish_version(person=owner, version=draft, reason="Gespräche", now=now)
    assert version.change_level == 0
    assert version.changes[0]["fields"] == ["analysis"]
    assert (
        Strategy.objects.get(version=actions.open_draft(person=owner, plan=written.plan, now=now)).analysis == finding
    )


def test_a_finding_that_was_put_away_stays_with_the_lever_that_rests_on_it(write_plan, owner, client_of, now):
    written, client, finding = write_plan(), client_of(owner), found(owner, now)
    by = {"person": owner, "version": written.version, "now": now}
    actions.save_strategy(key=written.strategy.key, analysis=finding, **by)
    actions.remove_analysis(person=owner, analysis=finding, now=now)
    page = client.get(f"{DRAFT}strategy/{written.strategy.key}/").content.decode()
    assert f'<option value="{finding.pk}" selected' in page
    other = client.get(f"{DRAFT}strategy/new/?under={written.objective.key}").content.decode()
    assert str(finding.pk) not in other


def test_s0_24_the_finding_travels_with_the_exported_plan(write_plan, owner, new_person, now):
    written, finding = write_plan(), found(owner, now)
    by = {"person": owner, "version": written.version, "now": now}
    actions.save_strategy(key=written.strategy.key, analysis=finding, **by)
    text = json.dumps(queries.exported(written.plan))
    stranger = new_person("owner", slug="anderswo")
    actions.import_plan(person=stranger, text=text, now=now)
    taken = Strategy.objects.get(version__workspace=stranger.workspace).analysis
    assert (taken.finding, taken.source, taken.on_date) == (finding.finding, finding.source, finding.on_date)
    assert taken.workspace == stranger.workspace
