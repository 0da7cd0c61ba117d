"""The book: everything somebody needs to go on, readable without the software (S0-24)."""

import json
import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.urls import reverse

from allmende.config import cli, terminal
from allmende.handover.actions import import_book, order_book
from allmende.handover.jobs import typeset
from allmende.handover.models import BookOrder
from allmende.handover.queries import book_file, book_folder, book_text, bound_book
from allmende.paper.as_html import as_html
from allmende.paper.as_markdown import as_markdown
from allmende.plan import actions
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import exported
from allmende.stakeholders.queries import stakeholders_in
from allmende.team.models import AuditRow

pytestmark = pytest.mark.django_db
# Columns whose texts are for machines, and tables that the book leaves out on purpose.
CODES = re.compile(r"^[a-z0-9_:/.-]*$|^\d{4}-\d\d-\d\d")
HIRING = {"competencies": [{"skill": "x", "tactic": "", "required": 1, "essential": True}]}


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "books"


def words_of(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))


def test_s0_24_the_whole_plan_reads_without_the_software(full, owner, now):
    page = as_html(bound_book(owner.workspace, now))
    said = words_of(page)
    tables = exported(full.plan)["tables"]
    for name in (
        "goal",
        "objective",
        "outcome",
        "strategy",
        "tactic",
        "step",
        "finding",
        "improvement",
        "readinessanswer",
    ):
        for row in tables[name]:
            texts = [value for value in row.values() if isinstance(value, str) and not CODES.match(value)]
            missing = [text for text in texts if text not in said]
            assert not missing, (name, missing)
    for words in (
        "Der erste Plan", "Genauer gefasst", "Alle anrufen, die antworten", "Wird nachgeholt", "Niemand bucht allein",
        "Drei sind angerufen", "Niemand hat Zeit dafür", "Zu viel Pflege", "ja, ein eigenes", "56,6", "bewegt sich", "7. Oktober 2026",
        "Frau Brandt", "Weniger Anrufe", "Freitags das Lob der Woche", "Fachleute fragen Fachleute", "Emre Yıldız",
    ):  # fmt: skip
        assert words in said, words
    assert not re.search(r"https?://|<script|<link|<img|src=|@import|url\(", page)
    assert set(re.findall(r'href="(.)', page)) == {"#"}


def test_s0_24_figures_and_what_concerns_the_whole_plan_are_said_in_its_language(full, owner, now):
    content = {
        "tactics": [full.tactics[0].key], "objective": full.objective.key, "points": "1.5", "until": "2027-01-04",
        "hours": "4.0", "money": "690.50", "without": "Nichts", "smaller": "Weniger",
    }  # fmt: skip
    actions.submit_decision(person=owner, kind="resource_request", title="Mehr Zeit", content=content, now=now)
    draft = actions.open_draft(person=owner, plan=full.plan, now=now)
    for name in ("zwei", "drei", "vier"):
        actions.save_goal(person=owner, version=draft, statement=name, plain_statement=name, value_type="cost", now=now)
    actions.set_lesson_aside(
        person=owner, plan=full.plan, key="plan", code="too_many_goals", reason="Nur bis Mai", now=now
    )
    lines = words_of(as_html(bound_book(owner.workspace, now)))
    said = re.sub(r"\s+", " ", lines)
    assert "1,5" in said and "690,5" in said and "1.5 " not in said and "690.5" not in said
    assert re.search(r"Der Plan Nur bis Mai", said)


def test_s0_24_every_writing_says_the_same(full, owner, now):
    book = bound_book(owner.workspace, now)
    said = words_of(as_html(book))
    plain = re.sub(r"\\([^\n])", r"\1", as_markdown(book))
    assert [one.key for one in book.chapters] == [
        "plan", "behaviours", "stakeholders", "guidelines", "crisis", "channels", "team", "handover",
    ]  # fmt: skip
    for chapter in book.chapters:
        assert chapter.parts
        assert chapter.title in said and f"## {chapter.title}" in plain


def test_no_secret_no_address_no_candidate(full, owner, now):
    actions.submit_decision(
        person=owner, kind="hiring", title="Wird Frau Geheim eingestellt?", now=now,
        retain_until_date=date(2027, 4, 6),
        content={**HIRING, "carried": [{"tactic": full.tactics[0].key}], "candidate": "Geheim"},
    )  # fmt: skip
    said = words_of(as_html(bound_book(owner.workspace, now)))
    assert "Geheim" not in said
    assert "@" not in said


def test_it_speaks_the_language_of_the_workspace(full, owner, now):
    owner.workspace.language = "en"
    owner.workspace.save()
    page = as_html(bound_book(owner.workspace, now))
    assert '<html lang="en">' in page
    assert "Versions of the plan, in words" in page and "moving" in page


def test_before_there_is_a_plan_it_says_so(owner, now):
    assert "noch keinen Plan" in words_of(as_html(bound_book(owner.workspace, now)))


def test_a_role_reads_in_the_book_what_it_reads_on_the_screens(full, new_person, now, client_of):
    assert stakeholders_in(full.plan.workspace)
    author = new_person("author", "Autor")
    said = words_of(as_html(bound_book(author.workspace, now, author)))
    assert "Frau Brandt" not in said and "Lotsenkreis" in said
    page = client_of(author).get(reverse("handover:book", args=[author.workspace.slug])).text
    assert "Anspruchsgruppen" in page and "JSON" not in page
    assert client_of(author).get(reverse("handover:book_json", args=[author.workspace.slug])).status_code == 403


@pytest.mark.parametrize(
    ("name", "kind", "ending"), [("html", "text/html", "html"), ("markdown", "text/markdown", "md")]
)
def test_s3_24_the_whole_set_up_is_a_handbook_to_keep(full, owner, client_of, name, kind, ending):
    answer = client_of(owner).get(reverse(f"handover:book_{name}", args=[owner.workspace.slug]))
    assert answer["Content-Type"] == f"{kind}; charset=utf-8"
    assert re.fullmatch(rf'attachment; filename="[\w-]+\.{ending}"', answer["Content-Disposition"])
    assert "Lotsenkreis" in answer.text


def test_s0_24_whoever_takes_the_book_along_stands_in_the_audit_book(full, owner, emre, client_of, now):
    here = [owner.workspace.slug]
    for name in ("html", "markdown"):
        client_of(emre).get(reverse(f"handover:book_{name}", args=here))
    client_of(owner).get(reverse("handover:book_json", args=here))
    client_of(owner).head(reverse("handover:book_json", args=here))
    order_book(person=owner, now=now)
    typeset(now)
    client_of(owner).get(reverse("handover:book_pdf", args=here))
    rows = AuditRow.objects.filter(verb="handover.book.taken").order_by("pk")
    taken = [(row.person, row.detail.after["file"]) for row in rows]
    assert taken == [(emre, "html"), (emre, "md"), (owner, "json"), (owner, "pdf")]


def test_s0_24_the_json_of_the_page_comes_back_whole(full, owner, new_person, client_of, now):
    answer = client_of(owner).get(reverse("handover:book_json", args=[owner.workspace.slug]))
    elsewhere = new_person("owner", owner.name, slug="other")
    import_book(person=elsewhere, text=answer.text, now=now)
    assert book_text(elsewhere.workspace) == answer.text


def test_s0_24_a_community_without_a_plan_has_a_book_too(owner, client_of):
    answer = client_of(owner).get(reverse("handover:book_json", args=[owner.workspace.slug]))
    assert json.loads(answer.text)["chapters"]["plan"]["strategicplan"] == []


def test_the_worker_sets_the_pdf_that_was_asked_for(full, owner, client_of, now, folder, time_machine):
    time_machine.move_to(now + timedelta(days=2), tick=False)
    address = reverse("handover:book_pdf", args=[owner.workspace.slug])
    client = client_of(owner)
    assert client.get(address).status_code == 303
    assert client.post(address).status_code == 303
    waiting = client.get(address)
    assert (waiting.status_code, waiting["Refresh"]) == (202, "2")
    assert typeset(now) == 1 and typeset(now) == 0
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert [path.name for path in folder.iterdir()] == [book_file(BookOrder.objects.get()).name]
    assert "PDF" in client.get(reverse("handover:book", args=[owner.workspace.slug])).text


def test_asked_anew_the_earlier_one_gives_way(full, owner, now, folder):
    order_book(person=owner, now=now)
    typeset(now)
    order = order_book(person=owner, now=now + timedelta(minutes=1))
    assert order.set_at is None and typeset(now) == 1
    assert [path.name for path in folder.iterdir()] == [book_file(order).name]


def test_whoever_reads_less_now_has_no_older_book(full, emre, client_of, now):
    order_book(person=emre, now=now)
    typeset(now)
    emre.role = "author"
    emre.save()
    address = reverse("handover:book_pdf", args=[emre.workspace.slug])
    assert client_of(emre).get(address).status_code == 303


def test_a_lost_file_is_said_and_can_be_had_anew(full, owner, client_of, now):
    book_folder().mkdir()
    order = order_book(person=owner, now=now)
    typeset(now)
    book_file(order).unlink()
    answer = client_of(owner).get(reverse("handover:book_pdf", args=[owner.workspace.slug]))
    assert answer.status_code == 202 and "Refresh" not in answer


@pytest.mark.parametrize(
    ("form", "start"),
    [("json", b"{"), ("plan", b"{"), ("html", b"<!DOCTYPE html>"), ("markdown", b"# "), ("pdf", b"%PDF-")],
)
def test_s0_24_the_command_writes_each_kind(full, workspace, tmp_path, capsys, form, start):
    target = tmp_path / "book"
    words = ["--json", "--workspace", workspace.slug, "plan", "export", str(target), "--format", form]
    assert cli.main(words) == 0
    terminal.choose([])
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["format"] == form
    assert target.read_bytes().startswith(start)


def _command(capsys, workspace, *words):
    code = cli.main(["--json", "--workspace", workspace.slug, "plan", *map(str, words)])
    terminal.choose([])
    return code, capsys.readouterr()


@pytest.mark.parametrize("form", ["json", "plan"])
def test_s0_24_the_command_reads_back_what_it_wrote(full, workspace, new_person, tmp_path, capsys, form):
    target, elsewhere = tmp_path / "book.json", new_person("owner", "Ida Fremd", slug="other")
    assert _command(capsys, workspace, "export", target, "--format", form)[0] == 0
    code, said = _command(capsys, elsewhere.workspace, "import", target, "--preview")
    told = json.loads(said.out.splitlines()[-1])
    assert code == 0 and told["is_preview"] and "Jana Petersen" in told["to_invite"]
    assert not StrategicPlan.objects.filter(workspace=elsewhere.workspace).exists()
    assert _command(capsys, elsewhere.workspace, "import", target)[0] == 0
    assert StrategicPlan.objects.filter(workspace=elsewhere.workspace).count() == 1
    assert _command(capsys, elsewhere.workspace, "import", target)[0] == 4


def test_s0_24_the_command_answers_a_damaged_book_in_words(workspace, owner, tmp_path, capsys):
    target = tmp_path / "book.json"
    target.write_text('{"format": "allmende.book"')
    code, said = _command(capsys, workspace, "import", target)
    assert code == 4 and "Traceback" not in said.err


def test_binding_asks_no_more_for_a_larger_plan(full, owner, now, django_assert_max_num_queries):
    """Beside the chapters' own questions nothing is asked for each element."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as before:
        bound_book(owner.workspace, now)
    by = {"person": owner, "now": now + timedelta(days=3)}
    draft = actions.open_draft(plan=full.plan, **by)
    for number in range(5):
        actions.save_step(
            version=draft, tactic_key=full.tactics[1].key, what=f"Schritt {number}", due_date=date(2026, 11, 4),
            owner=owner, **by,
        )  # fmt: skip
    actions.publish_version(version=draft, reason="Mehr", **by)
    with django_assert_max_num_queries(len(before) + 4):
        bound_book(owner.workspace, now)
