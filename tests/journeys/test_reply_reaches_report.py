"""The whole circle in a German browser: plan, publish, listen, answer in time, measure, report."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from allmende.config.demo.history import history
from tests.journeys.conftest import Installation

pytestmark = pytest.mark.journey

COMMUNITY = "/w/community"


def open_room(page: Page, path: str) -> None:
    """Go to a page of the place of work on the installation the browser is at."""
    page.goto(page.url.split("/w/")[0] + COMMUNITY + path)


def test_reply_reaches_report(installation: Installation, browser_page: Page, tmp_path: Path) -> None:
    page = browser_page
    page.on("dialog", lambda dialog: dialog.accept())
    get_in(page, installation)
    write_the_plan(page)
    open_a_channel(page)
    publish_an_item(page)
    answer_a_member(page)
    import_the_past(installation, tmp_path)
    see_whether_it_moved(page)
    report_it(page)


def get_in(page: Page, installation: Installation) -> None:
    """The one-time link lets the first owner in; name and password follow."""
    page.goto(installation.link)
    page.get_by_role("button", name="Anmelden").click()
    page.fill("[name=name]", "Jana Petersen")
    page.fill("[name=password]", "vier Wege am Deich")
    page.get_by_role("button", name="Speichern und weiter").click()
    expect(page.get_by_role("navigation", name="Hauptmenü").first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Willkommen")


def write_the_plan(page: Page) -> None:
    """Goal, objective as a sentence, lever, tactic, step; "Engagement" is refused with an explanation."""
    today = date.today()
    page.get_by_role("link", name="Plan", exact=True).first.click()
    page.get_by_role("link", name="Plan beginnen").click()
    page.fill("[name=title]", "Lotsenforum")
    page.fill("[name=strategic_hours]", "12")
    page.get_by_role("button", name="Weiter zum Ziel").click()

    page.get_by_role("link", name="Ziel schreiben").click()
    page.fill("[name=statement]", "Kundinnen und Kunden lösen Fragen schneller, ohne den Support anzurufen")
    page.fill("[name=plain_statement]", "Mehr Fragen werden gelöst, bevor sie bei uns ankommen")
    page.select_option("[name=value_type]", "cost")
    page.get_by_role("button", name="Im Entwurf speichern").click()

    page.get_by_role("link", name="Zielvorgabe schreiben").first.click()
    fill_objective(page, "unser Engagement steigern", today)
    page.get_by_role("button", name="Im Entwurf speichern").click()
    expect(page.get_by_text("ist eine Zahl, kein Verhalten", exact=False).first).to_be_visible()
    expect(page.locator("[name=audience]")).to_have_value("Erfahrene Buchhalterinnen und Buchhalter")
    page.fill("[name=behaviour]", "Fragen anderer binnen 24 Stunden als Erste beantworten")
    page.get_by_role("button", name="Im Entwurf speichern").click()

    page.get_by_role("link", name="Hebel wählen").first.click()
    page.fill("[name=emotion]", "Stolz auf sichtbares Fachkönnen")
    page.fill("[name=statement]", "Wer den Abschluss beherrscht, soll spüren, dass Fachleute sein Urteil suchen")
    page.get_by_role("button", name="Im Entwurf speichern").click()

    page.get_by_role("link", name="Taktik hinzufügen").first.click()
    page.fill("[name=name]", "Lotsenkreis")
    page.fill("[name=effort_hours]", "6")
    page.get_by_role("button", name="Im Entwurf speichern").click()

    page.get_by_role("link", name="Schritt hinzufügen").first.click()
    page.fill("[name=what]", "Drei Lotsinnen anrufen und nach ihrem Antrieb fragen")
    page.select_option("[name=owner]", label="Jana Petersen")
    page.fill("[name=due_date]", (today + timedelta(days=3)).isoformat())
    page.get_by_role("button", name="Im Entwurf speichern").click()

    page.get_by_role("link", name="Version veröffentlichen").first.click()
    page.fill("[name=reason]", "Erster gemeinsamer Plan")
    page.fill("[name=without_agreement]", "Die Serviceleitung stimmt beim Bericht zu")
    page.get_by_role("button", name="Version veröffentlichen").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Was wir tun, wofür, und ob es wirkt")
    expect(page.get_by_text("Fragen anderer binnen 24 Stunden als Erste beantworten").first).to_be_visible()


def fill_objective(page: Page, behaviour: str, today: date) -> None:
    page.fill("[name=audience]", "Erfahrene Buchhalterinnen und Buchhalter")
    page.fill("[name=behaviour]", behaviour)
    page.fill("[name=effect]", "die Frage gelöst ist, bevor sie beim Support ankommt")
    page.fill("[name=quality_condition]", "Die erste Antwort kommt von einem Mitglied")
    page.fill("[name=short_name]", "Erfahrene antworten zuerst")
    page.select_option("[name=definition_key]", "first_answer_by_member_24h")
    page.fill("[name=target_share]", "57")
    page.fill("[name=target_date]", (today + timedelta(weeks=26)).isoformat())
    page.fill("[name=least_relevant_difference]", "4")
    page.fill("[name=starts_date]", (today - timedelta(weeks=13)).isoformat())


def open_a_channel(page: Page) -> None:
    """The practice network, a reaction plan from the shipped situations, in force, open."""
    open_room(page, "/channels/")
    page.get_by_role("link", name="Kanal verbinden").first.click()
    page.fill("[name=name]", "Forum")
    page.fill("[name=slug]", "forum")
    page.get_by_role("button", name="Kanal verbinden").click()
    open_room(page, "/guidelines/forum/")
    page.get_by_role("button", name=re.compile("Vorschlag|Entwurf|Situationen")).first.click()
    page.get_by_role("button", name="In Kraft setzen").first.click()
    page.get_by_role("button", name="Kanal eröffnen").first.click()
    open_room(page, "/channels/")
    expect(page.get_by_text("Hört zu und spricht.")).to_be_visible()


def publish_an_item(page: Page) -> None:
    """An item that serves the objective is approved as it stands and goes out; it appears on the network once."""
    page.get_by_role("link", name="Kalender", exact=True).first.click()
    page.get_by_role("link", name="Beitrag entwerfen").first.click()
    page.fill("[name=title]", "Checkliste Monatsabschluss")
    page.get_by_label("Forum").fill("Welcher Prüfschritt fehlt Ihnen vor dem Abschluss?")
    page.select_option("[name=serves_key]", label="Z1 Erfahrene antworten zuerst")
    page.get_by_role("button", name="Text speichern").click()
    page.get_by_role("button", name="Text freigeben").click()
    page.get_by_role("button", name="Jetzt veröffentlichen").click()
    expect(page.get_by_text("Geht in zehn Sekunden hinaus.", exact=False)).to_be_visible()
    wait_for(page, "/calendar/", "veröffentlicht", 40)


def wait_for(page: Page, path: str, text: str, seconds: int) -> None:
    """Look at a page again until it says so: workers take their moment."""
    deadline = datetime.now(UTC) + timedelta(seconds=seconds)
    while datetime.now(UTC) < deadline:
        open_room(page, path)
        if page.get_by_text(text, exact=False).first.is_visible():
            return
        page.wait_for_timeout(500)
    pytest.fail(f"{path} did not say “{text}” within {seconds} s:\n{page.locator('main').inner_text()[:2000]}")


def answer_a_member(page: Page) -> None:
    """A member of the practice network answers; the conversation waits with a due time, and our answer stops it."""
    wait_for(page, "/inbox/", "Checkliste Monatsabschluss", 60)
    page.locator(".list [data-item]").first.click()
    expect(page.get_by_text("unsere Zusage")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Erfahrene antworten zuerst")).first).to_be_visible()
    page.get_by_label(re.compile("Öffentliche Antwort")).fill(
        "Guten Tag, das steht im zweiten Kapitel. Viele Grüße, Jana"
    )
    page.get_by_role("button", name="Antwort senden").click()
    page.locator(".toasts").get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_label(re.compile("Öffentliche Antwort"))).to_have_value(re.compile("zweiten Kapitel"))
    page.get_by_role("button", name="Antwort senden").click()
    wait_for(page, "/inbox/?tab=done", "Checkliste Monatsabschluss", 40)


def import_the_past(installation: Installation, folder: Path) -> None:
    """Sixty-five weeks of history go in through the command."""
    path = folder / "vergangenheit.jsonl"
    rows = history(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    done = installation.command(
        "import", str(path), "--channel", "archiv", "--staff", "Jana Petersen", "--staff", "Emre Yıldız"
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["read"] >= len(rows)
    assert (told["new"], told["refused"]) == (told["read"], 0)


def see_whether_it_moved(page: Page) -> None:
    """The behaviour is counted on that history and judged for the objective."""
    wait_for(page, "/behaviours/first_answer_by_member_24h/", "bewegt sich deutlich", 90)
    expect(page.get_by_text("So kommt das Urteil zustande").first).to_be_visible()
    open_room(page, "/plan/")
    expect(page.get_by_text("bewegt sich deutlich").first).to_be_visible()


def report_it(page: Page) -> None:
    """One page for the head of service: composed, written, guarded, released, readable by her own link."""
    page.get_by_role("link", name="Anspruchsgruppen").first.click()
    page.get_by_role("link", name="Erste Anspruchsperson eintragen").click()
    page.fill("[name=name]", "Katrin Brandt")
    page.fill("[name=position]", "Serviceleiterin")
    page.get_by_role("button", name="Speichern").click()
    page.get_by_role("button", name="Zusammenstellen").click()
    expect(page.get_by_text("bewegt sich deutlich").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"\d+ von \d+")).first).to_be_visible()

    page.get_by_role("link", name="Texte schreiben").first.click()
    page.fill("[name=ask]", "Wir brauchen zwei Stunden im Quartal, denn wir haben schon 12.000 Follower")
    page.get_by_role("button", name="Texte speichern").click()
    expect(page.get_by_text("So kann das nicht hinausgehen").first).to_be_visible()
    page.get_by_role("link", name="Texte schreiben").first.click()
    page.fill("[name=ask]", "Wir brauchen zwei Stunden im Quartal mit der Produktleitung")
    page.get_by_role("button", name="Texte speichern").click()
    page.get_by_role("button", name="Freigeben").click()
    page.get_by_role("button", name="Link für Katrin Brandt erstellen").click()
    address = page.locator("input[readonly]").input_value()

    guest = page.context.browser.new_context(locale="de-DE")  # type: ignore[union-attr]
    reader = guest.new_page()
    reader.goto(address)
    expect(reader.get_by_text("Für Katrin Brandt, Serviceleiterin.", exact=False)).to_be_visible()
    expect(reader.get_by_text("bewegt sich deutlich").first).to_be_visible()
    expect(reader.get_by_text("Follower")).to_have_count(0)
    guest.close()
