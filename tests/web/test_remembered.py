"""Pages whose parts are remembered show each person, language, workspace and minute what is theirs."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.editorial.actions import ItemText, save_item
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.inbox.queries import listing
from allmende.team.access import may
from allmende.team.actions import set_appearance

pytestmark = pytest.mark.django_db
PAGES = ("", "inbox/", "calendar/")


@pytest.fixture
def asked(forum):
    """Three questions of members, just now."""
    now = timezone.now()
    items = [
        Item(
            ref=Ref(f"q{n}"), kind="message", act="asked", author=Author(f"m{n}", name=f"Mitglied {n}"),
            occurred_at=now - timedelta(minutes=n), thread=f"q{n}", title=f"Frage {n}", text="Wie buche ich das?",
        )
        for n in range(3)
    ]  # fmt: skip
    record_batch(channel=forum, batch=Batch(items, "1"), now=now)
    file_new(now)
    return list(Conversation.objects.order_by("pk"))


def shown(client, page: str, slug: str = "lotsenforum") -> str:
    answer = client.get(f"/w/{slug}/{page}")
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("role", "verb", "page", "mark"),
    [
        ("author", "inbox.conversation.sort", "inbox/", 'class="tick"'),
        ("moderator", "editorial.item.edit", "calendar/", 'class="add"'),
        ("moderator", "editorial.item.schedule", "calendar/", "draggable"),
        ("observer", "inbox.conversation.read", "", 'id="h-wait"'),
        ("observer", "editorial.item.edit", "", "Beitrag entwerfen"),
    ],
)
def test_who_may_do_less_sees_less_after_somebody_who_may_do_more(
    client_of, owner, new_person, forum, asked, role, verb, page, mark
):
    colleague = new_person(role, "Ruth Leser")
    written = ItemText("Idee", no_objective_reason="Probe", texts={forum.pk: "Wie bucht ihr das?"})
    save_item(person=owner, item=None, written=written, now=timezone.now())
    assert not may(colleague, verb)
    for _ in range(2):
        first, then = shown(client_of(owner), page), shown(client_of(colleague), page)
        assert mark in first and mark not in then
        assert "Jana Petersen, Menü" in first and "Ruth Leser, Menü" not in first
        assert "Ruth Leser, Menü" in then and "Jana Petersen, Menü" not in then


def test_each_language_is_its_own(client_of, owner, asked):
    seen = {}
    for language in ("de", "en", "de", "en"):
        set_appearance(user=owner.user, theme="", language=language)
        seen.setdefault(language, []).append(shown(client_of(owner), "inbox/"))
    assert all("Wer wartet auf uns?" in page and "Who is waiting for us?" not in page for page in seen["de"])
    assert all("Who is waiting for us?" in page and "Wer wartet" not in page for page in seen["en"])


def test_each_theme_is_its_own(client_of, owner):
    for theme, pressed in (("dark", "dark"), ("light", "light"), ("dark", "dark")):
        set_appearance(user=owner.user, theme=theme, language="de")
        assert f'value="{pressed}" aria-pressed="true"' in shown(client_of(owner), "")


def test_each_workspace_is_its_own(client_of, owner, new_person, asked):
    other = new_person("owner", "Olga Fremd", slug="anderswo")
    for page in PAGES:
        assert "/w/lotsenforum/" in shown(client_of(owner), page)
        there = shown(client_of(other), page, "anderswo")
        assert [word for word in ("lotsenforum", "Mitglied 1", "Jana") if word in there] == []


def test_what_a_form_needs_is_never_remembered(client_of, owner, asked):
    client = client_of(owner)
    one, two = (shown(client, "inbox/?tab=mine"), shown(client, "inbox/"))
    assert 'name="next" value="/w/lotsenforum/inbox/?tab=mine"' in one
    assert 'name="next" value="/w/lotsenforum/inbox/"' in two and "?tab=mine&quot;" not in two
    tokens = {page.split('name="csrfmiddlewaretoken" value="')[1][:64] for page in (one, two)}
    assert len(tokens) == 2


def rows_at(owner, now) -> str:
    request = RequestFactory().get("/")
    request.person, request.workspace = owner, owner.workspace
    with timezone.override(ZoneInfo(owner.workspace.zone)), translation.override("de"):
        context = {"listing": listing(owner.workspace, owner, now), "now": now, "open_id": None}
        return render_to_string("inbox/rows.html", context, request)


def test_the_time_left_goes_with_the_minute(owner, asked, now):
    due = now + timedelta(minutes=95)
    Conversation.objects.update(due_at=due, members_until=None)
    said = {minutes: rows_at(owner, now + timedelta(minutes=minutes)) for minutes in (0, 1, 5, 6, 95, 96)}
    assert [words in said[at] for at, words in [(0, "noch 1:35"), (1, "noch 1:34"), (5, "noch 1:30")]] == [True] * 3
    assert 'class="left soon">noch 1:29' in said[6] and 'class="left ">noch 1:30' in said[5]
    assert "noch 0:00" in said[95] and "seit 0:01" in said[96]


@pytest.mark.parametrize("seconds", [1, 59])
def test_what_is_overdue_by_seconds_is_overdue(owner, asked, now, seconds):
    Conversation.objects.update(due_at=now, members_until=None)
    late = rows_at(owner, now + timedelta(seconds=seconds))
    assert 'class="left late">seit 0:00' in late and 'class="left soon">noch 0:00' in rows_at(owner, now)


def test_tomorrow_a_time_is_yesterdays(owner, asked, now):
    Conversation.objects.update(due_at=now, members_until=None)
    first, then = rows_at(owner, now), rows_at(owner, now + timedelta(days=1))
    assert '">9:40</span>' in first and '">Mi\u00a09:40</span>' in then
