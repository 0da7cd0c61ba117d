"""What somebody has begun in the demo before its screens are looked at: drafts, and files chosen but not yet taken in."""

import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

from PIL import Image
from playwright.sync_api import Page

from tests.journeys.conftest import Installation
from tests.journeys.screens import WORKSPACE


def begin_everything(demo: Installation, page: Page, language: str) -> None:
    """Log in, and begin each thing that a screen needs to have something to show."""
    page.goto(demo.link)
    page.get_by_role("button", name="Anmelden").click()
    page.emulate_media(reduced_motion="reduce")
    begin_drafts(demo, page)
    begin_imports(demo, page)
    begin_values(demo, page)
    begin_page(demo, page)
    begin_block(demo, page)
    begin_picture(demo, page)
    begin_link(demo, page)
    begin_guideline(demo, page)
    begin_group(demo, page)
    begin_sample(demo, page)
    begin_pattern(demo, page)
    begin_moderation(demo, page)
    begin_report(demo, page)
    begin_question(demo, page)
    begin_training(demo, page)
    begin_plan_change(demo, page)
    begin_series(demo, page)
    begin_incident(demo, page)
    begin_erasure(demo, page)
    say(demo, page, f"{WORKSPACE}appearance", language=language)


def begin_drafts(demo: Installation, page: Page) -> None:
    """A draft of the plan and of the reaction plan, so that the screens for writing have something to write on."""
    say(demo, page, f"{WORKSPACE}plan/draft/")
    say(demo, page, f"{WORKSPACE}guidelines/forum/draft/")
    say(demo, page, f"{WORKSPACE}behaviours/drafts/new/", name="Antworten am selben Tag")


def begin_imports(demo: Installation, page: Page) -> None:
    """A table of posts and an archive that were chosen and not yet taken in."""
    posts = f"Date,Time,Text,Network\n{date.today() + timedelta(days=9)},10:00,Was hilft Ihnen?,Forum\n"
    hand_in(demo, page, f"{WORKSPACE}calendar/import/", "posts.csv", posts)
    words = {"id": "1", "author": "Anne", "at": "2024-05-02T10:00:00+02:00", "title": "Kasse", "text": "Wie geht das?"}
    hand_in(demo, page, f"{WORKSPACE}channels/imports/new/", "probe.jsonl", json.dumps(words) + "\n")


def begin_page(demo: Installation, page: Page) -> None:
    """A public page of our own."""
    typed = {"name": "Neues vom Deich", "slug": "", "mark": "", "ask_address": "neues-vom-deich"}
    say(demo, page, f"{WORKSPACE}channels/connect/page/", **typed)


def begin_block(demo: Installation, page: Page) -> None:
    """Words kept for writing."""
    typed = {"kind": "signature", "name": "Lotsenteam", "text": "Ihr Lotsenteam", "channel": ""}
    say(demo, page, f"{WORKSPACE}calendar/blocks/new/", **typed)


def begin_guideline(demo: Installation, page: Page) -> None:
    """The draft of a netiquette."""
    say(demo, page, f"{WORKSPACE}written/new/", title="Im Verein", addressee="members", channel="")


def begin_group(demo: Installation, page: Page) -> None:
    """A group of members that definitions may ask for."""
    say(demo, page, f"{WORKSPACE}behaviours/groups/", name="Pilotkundinnen und -kunden")


def begin_sample(demo: Installation, page: Page) -> None:
    """Cases drawn and not coded yet."""
    days = {"first_date": date.today() - timedelta(days=100), "last_date": date.today() - timedelta(days=10)}
    address = f"{WORKSPACE}behaviours/first_answer_by_member_24h/samples/"
    say(demo, page, address, **{name: day.isoformat() for name, day in days.items()})


def begin_pattern(demo: Installation, page: Page) -> None:
    """A pattern of answers."""
    say(demo, page, f"{WORKSPACE}inbox/patterns/new/", name="Dank", situation="", text="Danke, [Name]!")


def begin_moderation(demo: Installation, page: Page) -> None:
    """A decision about somebody's words that waits to be carried out."""
    page.goto(f"{demo.origin}{WORKSPACE}inbox/")
    page.locator("[data-row] a, .list a[data-item]").first.click()
    address = page.locator("a[href$='/moderate/']").first.get_attribute("href") or ""
    typed = {
        "measure": "hide",
        "rule": "",
        "law": "§ 185 StGB",
        "facts": "Eine Beleidigung.",
        "statement": "Verborgen.",
    }
    say(demo, page, address, **typed)


def begin_report(demo: Installation, page: Page) -> None:
    """What somebody outside reported."""
    typed = {"place": "Im Forum, Thema 17", "kind": "rules", "explanation": "Beschimpft alle.", "is_good_faith": "on"}
    say(demo, page, "/report/lotsenforum/", **typed)


def begin_question(demo: Installation, page: Page) -> None:
    """An expert, and two questions to them: one answered, one open."""
    agreed = {"hours_per_month": "2", "answer_days": "2", "most_open": "5", "way": "talk"}
    say(demo, page, f"{WORKSPACE}team/experts/new/", name="Petra Voss", topics="Umsatzsteuer, Belege", **agreed)
    expert = UUID(first_of(demo, "SELECT id FROM team_expert"))
    talk = UUID(first_of(demo, "SELECT public_id FROM inbox_conversation WHERE state = 'waiting' ORDER BY due_at"))
    for question in ("Gilt für Gutscheine der ermäßigte Satz?", "Wie lange sind Belege aufzuheben?"):
        typed = {"whom": f"expert:{expert}", "topic": "", "question": question}
        say(demo, page, f"{WORKSPACE}inbox/{talk}/ask/", **typed)
    asked = UUID(first_of(demo, "SELECT id FROM inbox_inquiry"))
    say(demo, page, f"{WORKSPACE}inbox/questions/{asked}/", answer="Ja, seit Januar.", name="Petra Voss", minutes="15")


def begin_erasure(demo: Installation, page: Page) -> None:
    """A member who said little and asks to be forgotten."""
    quiet = """SELECT i.member_id FROM members_identity i LEFT JOIN channels_message m ON m.identity_id = i.id
        GROUP BY i.member_id HAVING NOT MAX(i.is_us) ORDER BY COUNT(m.id), i.member_id LIMIT 1"""
    typed = {"asked_date": date.today().isoformat(), "is_certain": "on"}
    say(demo, page, f"{WORKSPACE}members/{first_of(demo, quiet)}/erase/", **typed)


def begin_training(demo: Installation, page: Page) -> None:
    """A training, and a role profile that asks for what it teaches."""
    say(
        demo,
        page,
        f"{WORKSPACE}team/training/new/",
        name="Deeskalation",
        kind="technique",
        skill="Deeskalation",
        level="2",
    )
    holder = str(UUID(first_of(demo, "SELECT id FROM team_person WHERE left_at IS NULL")))
    asked = {"skill_0": "Deeskalation", "level_0": "2", "must_0": "on", "holders": holder}
    say(demo, page, f"{WORKSPACE}team/profiles/new/", name="Community-Manager", characteristics="gelassen", **asked)


def first_of(demo: Installation, query: str) -> str:
    """The first value the demo's database gives."""
    with closing(sqlite3.connect(f"file:{demo.data / 'allmende.sqlite3'}?mode=ro", uri=True)) as database:
        return str(database.execute(query).fetchone()[0])


def begin_incident(demo: Installation, page: Page) -> None:
    """Levels and statements that were taken over, and an incident that is watched, with a fact."""
    say(demo, page, f"{WORKSPACE}crisis/levels/adopt/")
    say(demo, page, f"{WORKSPACE}crisis/statements/adopt/")
    say(demo, page, f"{WORKSPACE}crisis/declare/", title="Vorlagen weg", level="2", cause="Drei gleiche Meldungen")
    with closing(sqlite3.connect(f"file:{demo.data / 'allmende.sqlite3'}?mode=ro", uri=True)) as database:
        found = UUID(database.execute("SELECT id FROM crisis_incident WHERE state = 'watched'").fetchone()[0])
    say(demo, page, f"{WORKSPACE}crisis/{found}/facts/new/", kind="known", text="Nur Windows ist betroffen.")


def begin_link(demo: Installation, page: Page) -> None:
    """A tracked link, and a table of arrivals by it with a row that does not hold, chosen and not yet taken in."""
    typed = {"target": "https://example.org/treffen", "name": "Zum Treffen", "desired": "Anmeldung zum Treffen"}
    say(demo, page, f"{WORKSPACE}links/new/", **typed)
    page.goto(f"{demo.origin}{WORKSPACE}links/")
    code = page.locator(".hub-links code").first.inner_text().removeprefix("/l/")
    told = f"Code;Verhalten;Zeit;Pseudonym\n{code};Anmeldung;{date.today()} 00:00;p-1\n{code};Klick;{date.today()} 00:00;\n"
    hand_in(demo, page, f"{WORKSPACE}links/arrivals/", "arrivals.csv", told)


def begin_picture(demo: Installation, page: Page) -> None:
    """A picture in the library, still without its description."""
    file = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(file, "PNG")
    page.goto(f"{demo.origin}{WORKSPACE}calendar/media/")
    page.locator("input[type=file]").set_input_files(
        {"name": "deich.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    page.locator("form[enctype] .btn.primary").click()
    page.locator("ul.lib li").first.wait_for()


def begin_plan_change(demo: Installation, page: Page) -> None:
    """Texts paused together, with the reason."""
    page.goto(f"{demo.origin}{WORKSPACE}calendar/?view=list")
    picked = page.locator(".tick").evaluate_all("ticks => ticks.slice(0, 1).map(tick => tick.value)")
    say(
        demo,
        page,
        f"{WORKSPACE}calendar/changes/several/",
        kind="pause",
        reason="Die Schulung fällt aus",
        picked=picked[0],
    )


def begin_series(demo: Installation, page: Page) -> None:
    """What comes again: its times are made at once."""
    page.goto(f"{demo.origin}{WORKSPACE}calendar/?view=list")
    item = page.locator(".items .rows [data-item]").first.get_attribute("href") or ""
    first = str(date.today() + timedelta(days=2))
    say(
        demo, page, f"{item}series/", step="weekly", every="1", starts_date=first, starts_at="07:15", ends="after",
        ends_after="8", cool_down_days="0", knowingly="Vor dem Dienst",
    )  # fmt: skip


def begin_values(demo: Installation, page: Page) -> None:
    """A table of measured values with a row that does not hold, chosen and not yet taken in."""
    values = f"Ziel,Messung,Datum,Wert\nZ1,Anrufe,{date.today() - timedelta(days=9)},7\nZ9,Anrufe,gestern,viele\n"
    hand_in(demo, page, f"{WORKSPACE}plan/evidence/upload/", "values.csv", values)


def hand_in(demo: Installation, page: Page, path: str, name: str, content: str) -> None:
    """Choose a file in a form that asks for one."""
    page.goto(demo.origin + path)
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content.encode()})
    page.locator("main form .btn.primary").click()
    page.wait_for_url(lambda url: not url.endswith(path))


def say(demo: Installation, page: Page, path: str, **values: str) -> None:
    """Send a form as the browser would."""
    page.goto(demo.origin + WORKSPACE)
    token = page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value") or ""
    answer = page.request.post(
        demo.origin + path, form=values | {"csrfmiddlewaretoken": token}, headers={"Referer": page.url}
    )
    assert answer.ok, (path, answer.status)
