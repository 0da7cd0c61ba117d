"""A tracked link as those who follow it meet it, and what is counted of them: how many, by day, and nothing else."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError, OperationalError
from django.test import Client
from django.utils import timezone

from allmende.channels.actions import CannotMakeLink, count_clicks, end_link, make_link, note_click, reopen_link
from allmende.channels.models import CountedFile, LinkDay, TrackedLink

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TARGET = "https://example.org/treffen?ort=Husum#anmelden"


@pytest.fixture(autouse=True)
def _nothing_noted(tmp_path, settings):
    settings.DATA = tmp_path


@pytest.fixture
def link(owner, now) -> TrackedLink:
    return make_link(person=owner, target=TARGET, name="Zum Treffen", campaign="Herbst am Deich", now=now)


def follow(link: TrackedLink, agent: str = BROWSER, method: str = "get", **headers: str):
    return getattr(Client(), method)(link.path, HTTP_USER_AGENT=agent, **headers)


def times(link: TrackedLink) -> int:
    count_clicks(now=timezone.now())
    return sum(LinkDay.objects.filter(link=link).values_list("times", flat=True))


def test_s3_22_a_tracked_link_leads_to_its_target_and_says_whence(link) -> None:
    answer = follow(link)
    assert answer.status_code == 302
    assert answer["Location"] == (
        "https://example.org/treffen?ort=Husum&utm_source=allmende&utm_medium=social"
        f"&utm_campaign=herbst-am-deich&utm_content={link.code}#anmelden"
    )
    assert "no-store" in answer["Cache-Control"]
    assert times(link) == 1


def test_nothing_of_whoever_follows_is_kept(link) -> None:
    answer = follow(link, REMOTE_ADDR="203.0.113.77", HTTP_REFERER="https://mastodon.example/@mia", HTTP_COOKIE="a=mia")
    assert not answer.cookies
    noted = b"".join(file.read_bytes() for file in (settings.DATA / "clicks").iterdir())
    assert b"203.0.113" not in noted and b"mia" not in noted and b"Firefox" not in noted
    assert len(noted.split()) == 2
    assert {field.name for field in LinkDay._meta.get_fields()} == {"id", "link", "day", "times"}


@pytest.mark.parametrize(
    "agent",
    ["", "Googlebot/2.1", "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "Twitterbot/1.0", "WhatsApp/2.23",
     "Mastodon/4.3.0 (http.rb/5.2.0; +https://m.example/)", "TelegramBot (like TwitterBot)", "curl/8.5", "python-httpx/0.27",
     "Mozilla/5.0 (compatible; Discordbot/2.0)", "Bluesky Cardyb/1.1"],
)  # fmt: skip
def test_machines_arrive_and_count_for_nothing(link, agent) -> None:
    assert follow(link, agent).status_code == 302
    assert times(link) == 0


def test_looking_without_going_counts_for_nothing(link) -> None:
    assert follow(link, method="head").status_code == 302
    assert follow(link, HTTP_SEC_PURPOSE="prefetch;prerender").status_code == 302
    assert times(link) == 0


def test_an_ended_link_leads_nowhere_and_counts_nothing(link, owner, now) -> None:
    end_link(person=owner, link=link, now=now)
    answer = follow(link)
    assert answer.status_code == 410
    assert "example.org" not in answer.content.decode()
    assert times(link) == 0
    reopen_link(person=owner, link=link, now=now)
    assert follow(link).status_code == 302


def test_a_link_leads_on_through_its_last_day(owner) -> None:
    today = owner.workspace.day_at(timezone.now())
    made = make_link(person=owner, target=TARGET, name="x", ends_date=today, now=timezone.now())
    assert follow(made).status_code == 302
    TrackedLink.objects.filter(pk=made.pk).update(ends_date=today - timedelta(days=1))
    assert follow(made).status_code == 410


def test_an_unknown_code_is_404_and_nobody_chooses_the_target(link) -> None:
    assert Client().get("/l/nosuch").status_code == 404
    answer = Client().get(f"{link.path}?target=https://evil.example&url=https://evil.example", HTTP_USER_AGENT=BROWSER)
    assert answer["Location"].startswith("https://example.org/")
    assert "evil" not in answer["Location"]
    assert Client().post(link.path).status_code == 405


@pytest.mark.parametrize(
    "target",
    ["http://example.org/", "javascript:alert(1)", "//example.org", "https:/example.org", "https://", "https://localhost/",
     "https://mia:geheim@example.org/", "https://example.org\\@evil.example/", "https://exam ple.org/", "https://a.de/\r\nX: y",
     "https://example.org:port/", "ftp://example.org/", "https://example.org/" + "a" * 2000],
)  # fmt: skip
def test_a_link_leads_only_to_the_open_encrypted_web(owner, now, target) -> None:
    with pytest.raises(CannotMakeLink):
        make_link(person=owner, target=target, name="x", now=now)
    assert not TrackedLink.objects.exists()


def test_a_link_to_a_link_of_ours_is_refused(link, owner, now, settings) -> None:
    settings.ORIGIN = "https://allmende.example"
    with pytest.raises(CannotMakeLink):
        make_link(person=owner, target=f"https://allmende.example{link.path}", name="x", now=now)


def test_the_database_refuses_a_target_that_is_not_https(link) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TrackedLink.objects.filter(pk=link.pk).update(target="http://example.org/")


def test_clicks_stand_on_the_day_of_the_workspace(link) -> None:
    late = timezone.now().replace(hour=22, minute=30)
    note_click(link=link, now=late)
    count_clicks(now=late)
    assert LinkDay.objects.get().day == link.workspace.day_at(late)


def test_a_file_is_counted_once_even_if_its_worker_died_before_it_was_gone(link) -> None:
    follow(link)
    folder = settings.DATA / "clicks"
    kept = (folder / "open").read_bytes()
    assert count_clicks(now=timezone.now()) == 1
    CountedFile.objects.create(name="again.clicks", counted_at=timezone.now())
    (folder / "again.clicks").write_bytes(kept)
    assert count_clicks(now=timezone.now()) == 0
    assert LinkDay.objects.get().times == 1
    assert not list(folder.glob("*.clicks")) and not CountedFile.objects.exists()


def test_half_a_line_and_a_link_that_has_gone_count_for_nothing(link) -> None:
    follow(link)
    with (settings.DATA / "clicks" / "open").open("ab") as page:
        page.write(b"0b4d1c3e-6f1a-4f6e-9d59-3f6d6c1f2a77 2026-10-07\nhalf")
    assert times(link) == 1


def test_many_at_once_make_one_row_with_the_right_number(link) -> None:
    now = timezone.now()
    counted = []

    def press() -> None:
        for _each in range(200):
            note_click(link=link, now=now)

    threads = [threading.Thread(target=press) for _each in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):  # pages are turned while others write
        counted.append(count_clicks(now=now))
    counted.append(count_clicks(now=now))
    assert sum(counted) == 1_600
    assert LinkDay.objects.get().times == 1_600


def test_following_never_waits_for_a_database_that_is_busy_writing(link) -> None:
    def busy(execute, sql, params, many, context):
        if not sql.startswith("SELECT"):
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(busy):
        assert follow(link).status_code == 302
    assert times(link) == 1


def test_a_full_disk_keeps_nobody_from_arriving(link) -> None:
    (settings.DATA / "clicks").write_text("a file where the folder should be")
    assert follow(link).status_code == 302


def test_following_asks_the_database_once(link, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        follow(link)
