"""The whole circle in a browser: plan, publish, listen, answer in time, measure, report; in both languages, on both databases."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from allmende.config.demo.history import history
from tests.journeys.conftest import Installation, installation_in
from tests.journeys.tongue import Tongue
from tools import postgres

pytestmark = pytest.mark.journey

COMMUNITY = "/w/community"
# What people type, in their language; what the screens say comes from the catalogues.
TYPED = {
    "de": {
        "code": "Z1",
        "goal": "Kundinnen und Kunden lösen Fragen schneller, ohne den Support anzurufen",
        "plain": "Mehr Fragen werden gelöst, bevor sie bei uns ankommen",
        "audience": "Erfahrene Buchhalterinnen und Buchhalter",
        "activity": "unser Engagement steigern",
        "behaviour": "Fragen anderer binnen 24 Stunden als Erste beantworten",
        "effect": "die Frage gelöst ist, bevor sie beim Support ankommt",
        "quality": "Die erste Antwort kommt von einem Mitglied",
        "short_name": "Erfahrene antworten zuerst",
        "emotion": "Stolz auf sichtbares Fachkönnen",
        "lever": "Wer den Abschluss beherrscht, soll spüren, dass Fachleute sein Urteil suchen",
        "tactic": "Lotsenkreis",
        "step": "Drei Lotsinnen anrufen und nach ihrem Antrieb fragen",
        "settled": "Jana entscheidet; Emre vertritt sie.",
        "reason": "Erster gemeinsamer Plan",
        "without": "Die Serviceleitung stimmt beim Bericht zu",
        "title": "Checkliste Monatsabschluss",
        "post": "Welcher Prüfschritt fehlt Ihnen vor dem Abschluss?",
        "reply": "Guten Tag, das steht im zweiten Kapitel. Viele Grüße, Jana",
        "kept": "zweiten Kapitel",
        "position": "Serviceleiterin",
        "vain": "Wir brauchen zwei Stunden im Quartal, denn wir haben schon 12.000 Follower",
        "ask": "Wir brauchen zwei Stunden im Quartal mit der Produktleitung",
    },
    "en": {
        "code": "O1",
        "goal": "Customers solve their questions faster, without calling support",
        "plain": "More questions are solved before they reach us",
        "audience": "Experienced accountants",
        "activity": "increase our engagement",
        "behaviour": "be the first to answer other people's questions within 24 hours",
        "effect": "the question is solved before it reaches support",
        "quality": "The first answer comes from a member",
        "short_name": "The experienced answer first",
        "emotion": "Pride in visible expertise",
        "lever": "Whoever masters the closing shall feel that experts seek their judgement",
        "tactic": "Circle of guides",
        "step": "Call three guides and ask what drives them",
        "settled": "Jana decides; Emre stands in for her.",
        "reason": "The first plan we share",
        "without": "The head of service agrees with the report",
        "title": "Checklist for the monthly closing",
        "post": "Which check do you miss before the closing?",
        "reply": "Good morning, you find it in the second chapter. Best wishes, Jana",
        "kept": "second chapter",
        "position": "Head of service",
        "vain": "We need two hours a quarter, because we already have 12,000 followers",
        "ask": "We need two hours a quarter with the head of product",
    },
}


# Each language and each database once; `./test --long` crosses them.
WAYS = [("de", "sqlite"), ("en", "postgres")]
CROSSED = [("en", "sqlite"), ("de", "postgres")] if os.environ.get("ALLMENDE_LONG") else []


@pytest.fixture(params=WAYS + CROSSED, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A language and a database."""
    language, database = request.param
    return language, database


@pytest.fixture
def tongue(way: tuple[str, str]) -> Tongue:
    return Tongue(way[0])


@pytest.fixture
def installation(way: tuple[str, str], tmp_path: Path) -> Iterator[Installation]:
    """An empty installation, without the demo."""
    if way[1] == "sqlite":
        yield from installation_in(tmp_path, "--no-demo")
        return
    with postgres.running() as more:
        yield from installation_in(tmp_path, "--no-demo", database=more["DATABASE_URL"])


class Journey:
    """Somebody in front of a browser, with the words of their language."""

    def __init__(self, page: Page, installation: Installation, tongue: Tongue) -> None:
        self.page, self.installation, self.say = page, installation, tongue
        self.typed = TYPED[tongue.language]

    def go(self, path: str) -> None:
        self.page.goto(self.installation.origin + COMMUNITY + path)

    def press(self, text: str, context: str | None = None, **values: str) -> None:
        self.page.get_by_role("button", name=self.say(text, context, **values)).first.click()

    def follow(self, text: str, context: str | None = None) -> None:
        self.page.get_by_role("link", name=self.say(text, context), exact=True).first.click()

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"[name={name}]", self.typed.get(text, text))

    def sees(self, text: str, context: str | None = None) -> None:
        expect(self.page.get_by_text(self.say.like(text, context)).first).to_be_visible()

    def waits_for(self, path: str, text: str | re.Pattern[str], seconds: int) -> None:
        """Look at a page again until it says so: workers take their moment."""
        deadline = datetime.now(UTC) + timedelta(seconds=seconds)
        while datetime.now(UTC) < deadline:
            self.go(path)
            if self.page.get_by_text(text, exact=False).filter(visible=True).count():
                return
            self.page.wait_for_timeout(500)
        pytest.fail(f"{path} did not say “{text}” within {seconds} s:\n{self.page.locator('main').inner_text()[:2000]}")


def test_reply_reaches_report(installation: Installation, browser_page: Page, tongue: Tongue, tmp_path: Path) -> None:
    browser_page.on("dialog", lambda dialog: dialog.accept())
    journey = Journey(browser_page, installation, tongue)
    get_in(journey)
    write_the_plan(journey)
    open_a_channel(journey)
    publish_an_item(journey)
    answer_a_member(journey)
    import_the_past(journey, tmp_path)
    see_whether_it_moved(journey)
    report_it(journey)


def get_in(one: Journey) -> None:
    """The one-time link lets the first owner in; name and password follow, and the language in which all is written."""
    one.page.goto(one.installation.link)
    one.press("Log in")
    one.write(name="Jana Petersen", password="vier Wege am Deich")
    one.press("Save and go on")
    expect(one.page.get_by_role("heading", level=1)).to_contain_text(one.say("Welcome"))
    one.go("/team/settings/")
    one.page.select_option("main select[name=language]", one.say.language)
    one.press("Save")


def write_the_plan(one: Journey) -> None:
    """Goal, objective as a sentence, lever, tactic, step; "Engagement" is refused with an explanation."""
    today = date.today()
    one.go("/plan/")
    one.follow("Start the plan")
    one.write(title="Lotsenforum", strategic_hours="12")
    one.press("Go on to the goal")

    one.follow("Write the goal")
    one.write(statement="goal", plain_statement="plain")
    one.page.select_option("[name=value_type]", "cost")
    one.press("Save in the draft")

    one.follow("Write the objective")
    fill_objective(one, today)
    one.press("Save in the draft")
    one.sees("“%(word)s” is a number, not a behaviour.")
    expect(one.page.locator("[name=audience]")).to_have_value(one.typed["audience"])
    one.write(behaviour="behaviour")
    one.press("Save in the draft")

    one.follow("Choose the lever")
    one.write(emotion="emotion", statement="lever")
    one.press("Save in the draft")

    one.follow("Add a tactic")
    one.write(name="tactic", effort_hours="6")
    one.press("Save in the draft")

    one.follow("Add a step")
    one.write(what="step", due_date=(today + timedelta(days=3)).isoformat())
    one.page.select_option("[name=owner]", label="Jana Petersen")
    one.press("Save in the draft")

    one.follow("Publish the version")
    one.sees("Essential questions are open.")
    answer_what_is_essential(one)
    one.write(reason="reason", without_agreement="without")
    one.press("Publish the version")
    one.sees("What we do, what for, and whether it works")
    expect(one.page.get_by_text(one.typed["behaviour"]).first).to_be_visible()


def answer_what_is_essential(one: Journey) -> None:
    """What stops a launch is answered one by one, from the page that asks."""
    publishing, open_ones = one.page.url, one.page.locator(".note.bad .asks a")
    while left := open_ones.count():
        open_ones.first.click()
        one.write(text="settled")
        one.press("Save")
        one.page.goto(publishing)
        expect(open_ones).to_have_count(left - 1)


def fill_objective(one: Journey, today: date) -> None:
    one.write(audience="audience", behaviour="activity", effect="effect", quality_condition="quality")
    one.write(short_name="short_name", target_share="57", least_relevant_difference="4")
    one.page.select_option("[name=definition_key]", "first_answer_by_member_24h")
    one.write(target_date=(today + timedelta(weeks=26)).isoformat())
    one.write(starts_date=(today - timedelta(weeks=13)).isoformat())


def open_a_channel(one: Journey) -> None:
    """The practice network, a reaction plan from the shipped situations, in force, open."""
    one.go("/channels/connect/sandbox/")
    one.write(name="Forum", slug="forum")
    one.press("Connect the channel")
    one.go("/guidelines/forum/")
    one.press("Begin with 22 situations")
    one.press("Put in force")
    one.press("Open the channel")
    one.go("/channels/")
    one.sees("Listens and speaks.")


def publish_an_item(one: Journey) -> None:
    """An item that serves the objective goes out as it stands, for who works alone asks nobody; it appears on the network once."""
    one.go("/calendar/")
    one.follow("Draft the first item")
    one.write(title="title")
    one.page.get_by_role("textbox", name=re.compile("^Forum")).fill(one.typed["post"])
    one.page.select_option("[name=serves_key]", label=f"{one.typed['code']} {one.typed['short_name']}")
    one.press("Save text")
    one.press("Publish now")
    one.sees("Leaves in ten seconds. Until then you can take it back.")
    one.waits_for("/calendar/?view=list", one.say("Published"), 40)


def answer_a_member(one: Journey) -> None:
    """A member of the practice network answers; the conversation waits with a due time, and our answer stops it."""
    one.waits_for("/inbox/", one.typed["title"], 60)
    one.page.locator(".list [data-item]").first.click()
    one.sees("our promise")
    expect(one.page.get_by_role("link", name=re.compile(one.typed["short_name"])).first).to_be_visible()
    reply = one.page.get_by_label(one.say.like("Public answer"))
    reply.fill(one.typed["reply"])
    one.press("Send answer")
    one.page.locator(".toasts").get_by_role("button", name=one.say("Undo")).click()
    expect(reply).to_have_value(re.compile(one.typed["kept"]))
    one.press("Send answer")
    one.waits_for("/inbox/?tab=done", one.typed["title"], 40)


def import_the_past(one: Journey, folder: Path) -> None:
    """A long history goes in through the command."""
    path = folder / "past.jsonl"
    rows = history(datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0), talk=0.2)
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    staff = ("--staff", "Jana Petersen", "--staff", "Emre Yıldız")
    done = one.installation.command("import", str(path), "--channel", "archiv", *staff)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["read"] >= len(rows)
    assert (told["new"], told["refused"]) == (told["read"], 0)


def see_whether_it_moved(one: Journey) -> None:
    """The behaviour is counted on that history and judged for the objective, the same on every page."""
    one.waits_for("/behaviours/first_answer_by_member_24h/", verdict_in(one), 90)
    one.sees("How this verdict comes about")
    word = one.page.get_by_text(verdict_in(one)).first.inner_text().strip()
    one.go("/plan/")
    expect(one.page.get_by_text(word, exact=True).first).to_be_visible()


def verdict_in(one: Journey) -> re.Pattern[str]:
    """The story ends with another week each week: its difference is near what can be told from chance."""
    words = [one.say(word, "verdict") for word in ("moving", "moving clearly", "cannot tell")]
    return re.compile(f"^({'|'.join(map(re.escape, words))})$", re.IGNORECASE)


def told_in(one: Journey) -> re.Pattern[str]:
    """The same in a report: the word, or the sentence that nobody can tell yet."""
    unclear = one.say("Whether that is more cannot be told yet: the difference may be chance.")
    return re.compile("|".join(map(re.escape, (one.say("moving", "verdict"), unclear))))


def paper_of(one: Journey) -> bytes:
    """The PDF behind the button, as soon as the worker has set it."""
    address = one.installation.origin + (one.page.get_by_role("link", name="PDF").get_attribute("href") or "")
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while (answer := one.page.request.get(address)).status == 202 and datetime.now(UTC) < deadline:
        one.page.wait_for_timeout(500)
    return answer.body()


def report_it(one: Journey) -> None:
    """One page for the head of service: composed, written, guarded, released, on paper, readable by her own link."""
    told = told_in(one)
    one.go("/stakeholders/")
    one.follow("Enter the first one")
    one.write(name="Katrin Brandt", position="position")
    one.press("Save")
    one.press("Compose")
    expect(one.page.get_by_text(told).first).to_be_visible()
    expect(one.page.get_by_text(re.compile(r"\d+ (von|of) \d+")).first).to_be_visible()

    one.follow("Write the texts")
    one.write(ask="vain")
    one.press("Save texts")
    one.sees("This cannot go out like that")
    one.follow("Write the texts")
    one.write(ask="ask")
    one.press("Save texts")
    one.press("Release", "report")
    assert paper_of(one).startswith(b"%PDF-")
    one.press("Make a link for %(name)s", name="Katrin Brandt")
    address = one.page.locator("input[readonly]").input_value()

    guest = one.page.context.browser.new_context(locale=one.say.locale)  # type: ignore[union-attr]
    reader = guest.new_page()
    reader.goto(address)
    expect(reader.get_by_text(f"Katrin Brandt, {one.typed['position']}.", exact=False)).to_be_visible()
    expect(reader.get_by_text(told).first).to_be_visible()
    expect(reader.get_by_text(re.compile("Follower"))).to_have_count(0)
    guest.close()
