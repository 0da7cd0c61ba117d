"""The demo comes whole or not at all, survives being killed, and leaves nothing behind."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from allmende.behaviours.models import Verdict
from allmende.channels.models import Account, Dispatch, ImportRun, Message
from allmende.config.demo import begin, history, items, load, story
from allmende.config.demo.leave import remove_demo
from allmende.config.demo.stage import NETWORKS
from allmende.connectors.sandbox.network import open_network
from allmende.connectors.sandbox.people import People
from allmende.inbox.models import Conversation, FilingMark, Note
from allmende.plan.models import Review
from allmende.stakeholders.models import Report
from allmende.team.actions import create_workspace
from allmende.team.audit import first_broken
from allmende.team.models import AuditRow, User, Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.drill]


STEPS = {
    "file_imported": load.READ,
    "measure_workspace": load.FILED,
    "look_at_counting": load.MEASURED,
    "judge_launch": load.LOOKED,
    "report": load.JUDGED,
}


class Killed(BaseException):
    """What SIGKILL looks like from inside: nobody catches it."""


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """A hundredth of the past and a fortnight of posts; the story's way is the same."""
    monkeypatch.setattr(history, "QUESTIONS", (260, 90))
    monkeypatch.setattr(history, "MEMBER_FIRST", (127, 51))
    monkeypatch.setattr(history, "NEWCOMERS", (90, 40))
    monkeypatch.setattr(history, "THIS_WEEK", 6)
    monkeypatch.setattr(history, "GATHERINGS_PER_WEEK", 0)
    monkeypatch.setattr(items, "SERIES", {kind: items.SERIES[kind] for kind in ("question", "portrait")})
    settings.DATA.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def own():
    """Somebody's own workspace, which the demo must not touch."""
    user = User.objects.create_user(email="nora@hafen.example", name="Nora")
    return create_workspace(owner=user, slug="hafen", name="Hafen", now=timezone.now())


def counts():
    ours = [model for model in apps.get_models() if model.__module__.startswith("allmende.")]
    return {one._meta.label: one._default_manager.count() for one in ours if one is not FilingMark}


def test_loaded_killed_resumed_and_left(monkeypatch, own):
    now, before = timezone.now(), counts()
    kill_in_first_half(monkeypatch, now)
    load.begin_demo(language="de", now=now)
    demo = load.demo_workspace()
    assert Workspace.objects.filter(slug="lotsenforum").count() == 1
    assert (demo.demo_percent, demo.is_demo_loading) == (load.BEGUN, True)
    kill_while_importing(monkeypatch)
    kill_before_each_step(monkeypatch)
    assert load.finish_demo() and not load.finish_demo()
    demo.refresh_from_db()
    assert (demo.demo_percent, demo.is_demo_loading) == (100, False)
    look_round(demo, now)
    remove_demo(workspace=demo)
    assert counts() == before
    assert not [file for file in NETWORKS.values() if (settings.DATA / file).exists()]
    assert is_still_frozen(own)


def kill_before_each_step(monkeypatch):
    for step, reached in STEPS.items():
        with monkeypatch.context() as patch:
            patch.setattr(load, step, _die)
            with pytest.raises(Killed):
                load.finish_demo()
        assert load.demo_workspace().demo_percent == reached, step


def kill_in_first_half(monkeypatch, now):
    with monkeypatch.context() as patch:
        patch.setattr(begin, "_act", _die)
        with pytest.raises(Killed):
            load.begin_demo(language="de", now=now - timedelta(minutes=1))
    assert load.demo_workspace().demo_percent == 0


def kill_while_importing(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(load, "show_demo", _die)
        with pytest.raises(Killed):
            load.finish_demo()
    assert ImportRun.objects.filter(state="done").count() <= 1
    ImportRun.objects.update(state="running")  # as a killed process leaves it


def _die(*_, **__):
    raise Killed


def look_round(demo, now):
    """What every screen lives on is there, told by the rooms' own actions."""
    # in so small a story nobody may have needed the team yet on a Monday morning
    told = story.live_threads(history.Calendar(now), "de")
    is_answered = any(turn.is_staff and turn.at < now for thread in told for turn in thread.turns)
    states = set(Conversation.objects.filter(workspace=demo).values_list("state", flat=True))
    assert {"waiting", "answered", "archived"} <= states
    assert Conversation.objects.filter(workspace=demo, state="waiting", due_at__lt=timezone.now()).exists()
    assert Conversation.objects.filter(workspace=demo, assignee__isnull=False).count() >= 2 and Note.objects.exists()
    assert Dispatch.objects.filter(workspace=demo, state="sent", kind="reply").exists() == is_answered
    assert Dispatch.objects.filter(workspace=demo, state="sent", kind="post").count() >= 5
    assert Dispatch.objects.filter(workspace=demo, state="waiting", send_after__gt=timezone.now()).exists()
    assert not Dispatch.objects.filter(workspace=demo, state__in=["speaking", "unclear", "refused", "missed"]).exists()
    assert Account.objects.filter(workspace=demo).count() == 2
    assert set(Report.objects.filter(workspace=demo).values_list("state", flat=True)) == {"released", "compiled"}
    assert Report.objects.filter(workspace=demo).count() == 2
    assert Review.objects.filter(plan__workspace=demo, kind="after_launch").count() == 1
    assert Verdict.objects.filter(definition__workspace=demo).count() == 3
    late = Message.objects.filter(channel__workspace=demo, occurred_at__gt=timezone.now(), dispatch__state="sent")
    assert not late.exists()
    assert first_broken(AuditRow.objects.filter(workspace=demo).order_by("number")) is None


def is_still_frozen(own):
    """The audit book refuses changes again."""
    from django.db import DatabaseError, transaction

    try:
        with transaction.atomic():
            AuditRow.objects.filter(workspace=own).delete()
    except DatabaseError:
        return True
    return False


def test_the_button_leads_into_ones_own_workspace(client_of):
    load.begin_demo(language="en", now=timezone.now())
    demo = load.demo_workspace()
    client = client_of(demo.people.get(role="owner"))
    page = client.get(reverse("web:today", args=[demo.slug])).content.decode()
    assert reverse("leave_demo", args=[demo.slug]) in page and "<progress" in page
    assert "Pilots" in page
    assert client.get(reverse("leave_demo", args=[demo.slug])).status_code == 200
    assert load.demo_workspace() is not None
    answer = client.post(reverse("leave_demo", args=[demo.slug]))
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert list(Workspace.objects.values_list("slug", flat=True)) == ["community"]
    assert not User.objects.filter(email__endswith="@nordlicht.example").exists()
    entered = client.post(answer["Location"], follow=True)
    assert entered.status_code == 200


def test_members_live_on_at_about_one_thing_a_minute():
    now = timezone.now()
    load.begin_demo(language="de", now=now)
    network = open_network(str(settings.DATA / NETWORKS["forum"]))
    people = People(network)
    said = 0
    for minute in range(60):
        for second in (0, 20, 40):
            said += people.live(now=now + timedelta(minutes=minute, seconds=second))
    assert 20 <= said <= 75
    posts = [post for post in network.timeline() if post["id"].startswith("s")]
    assert {post["parent"] is None for post in posts} == {True, False}
    remove_demo(workspace=load.demo_workspace())
