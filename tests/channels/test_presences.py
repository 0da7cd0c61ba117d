"""The life of a presence: considered, taken up with an account, and its farewell (domain 3.8, S3-19)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.channels.actions import (
    CannotChoose,
    CannotEnd,
    CannotRelease,
    FarewellWords,
    begin_farewell,
    call_off_farewell,
    change_farewell,
    choose_channel,
    close_channel,
    consider_channel,
    declare_hold,
    disconnect_account,
    drop_considered,
    end_farewell,
    end_farewells,
    end_hold,
    move_dispatch,
    pause_channel,
    release_held,
    set_live,
    undo_farewell_change,
)
from allmende.channels.actions.erase_words import PLACES
from allmende.channels.models import Account, Channel, Cursor, Dispatch, Farewell
from allmende.channels.queries import planned_after, planned_as, served
from allmende.team.actions import StaleRevision, blank_places
from allmende.team.models import Notice
from allmende.team.queries import kept as kept_fields


@pytest.fixture
def considered(world) -> Channel:
    return consider_channel(
        person=world.owner, name="LinkedIn", slug="linkedin", kind="social_network", mark="L", serves_keys=(),
        now=world.now,
    )  # fmt: skip


@pytest.fixture
def known(world) -> Channel:
    """A channel that is open at a network where others listen."""
    Account.objects.filter(pk=world.channel.account_id).update(kind="mastodon")
    return Channel.objects.select_related("account", "workspace").get(pk=world.channel.pk)


@pytest.fixture
def words(world) -> FarewellWords:
    last = world.owner.workspace.day_at(world.now) + timedelta(days=7)
    return FarewellWords("Wir ziehen ins Forum um.", "", "stays", "https://forum.example", "", last)


def test_s3_19_a_presence_that_is_only_considered_stands_in_the_list(considered, world, client_of) -> None:
    page = client_of(world.owner).get("/w/lotsenforum/channels/").content.decode()
    assert "LinkedIn" in page and "Wir denken darüber nach" in page
    assert not Cursor.objects.filter(channel=considered).exists()


def test_a_considered_presence_is_taken_up_with_its_account_and_keeps_its_purpose(considered, world) -> None:
    Channel.objects.filter(pk=considered.pk).update(serves_keys=["z1"])
    taken = choose_channel(
        person=world.owner, name="LinkedIn-Seite", slug="linkedin", kind="social_network", account=world.account,
        now=world.now,
    )  # fmt: skip
    assert (taken.pk, taken.state, taken.serves_keys) == (considered.pk, "chosen", ["z1"])
    assert Cursor.objects.filter(channel=taken).exists(), "it listens from now on"


def test_a_short_name_in_use_is_not_taken_over(world) -> None:
    with pytest.raises(CannotChoose):
        choose_channel(
            person=world.owner, name="Zweites", slug=world.channel.slug, kind="own_forum", account=world.account,
            now=world.now,
        )  # fmt: skip


def test_dropped_it_is_gone_and_the_short_name_is_not(considered, world) -> None:
    drop_considered(person=world.owner, channel=considered, now=world.now)
    assert planned_as(world.owner.workspace, "linkedin") is None
    with pytest.raises(CannotChoose):
        drop_considered(person=world.owner, channel=world.channel, now=world.now)


def test_what_was_dropped_comes_back_under_its_short_name(considered, world) -> None:
    again = {"name": "LinkedIn doch", "slug": "linkedin", "kind": "social_network"}
    drop_considered(person=world.owner, channel=considered, now=world.now)
    back = consider_channel(person=world.owner, mark="L", serves_keys=("z1",), now=world.now, **again)
    assert (back.pk, back.name, back.serves_keys, back.archived_at) == (considered.pk, "LinkedIn doch", ["z1"], None)
    drop_considered(person=world.owner, channel=back, now=world.now)
    taken = choose_channel(person=world.owner, account=world.account, now=world.now, **again)
    assert (taken.pk, taken.state, taken.archived_at) == (considered.pk, "chosen", None)


def test_considered_by_the_form_and_taken_back(world, client_of) -> None:
    client = client_of(world.owner)
    answer = client.post("/w/lotsenforum/channels/consider/", {"name": "Rundbrief", "kind": "newsletter"}, follow=True)
    assert "Rundbrief ist vorgemerkt" in answer.content.decode()
    page = client.get("/w/lotsenforum/channels/connect/mail/?take=rundbrief").content.decode()
    assert 'value="Rundbrief"' in page


def test_an_open_channel_does_not_close_without_a_farewell(known, world, words) -> None:
    with pytest.raises(CannotEnd, match="Mitglieder"):
        close_channel(person=world.owner, channel=known, now=world.now)
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert Channel.objects.get(pk=known.pk).state == "closing"


def test_until_its_last_day_it_listens_and_speaks_then_it_closes_by_itself(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    Account.objects.filter(pk=known.account_id).update(kind="sandbox")
    said = world.post("Zum Abschied.")
    world.send()
    said.refresh_from_db()
    assert said.state == "sent"
    assert end_farewells(now=world.now + timedelta(days=7)) == 0, "the last day is a day on which we are there"
    assert end_farewells(now=world.now + timedelta(days=8)) == 1
    assert end_farewells(now=world.now + timedelta(days=8)) == 0
    assert Channel.objects.get(pk=known.pk).state == "closed"
    assert Farewell.objects.get().ended_at


def test_until_its_last_day_somebody_has_to_be_there(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert str(known.pk) in {one.key for one in served(world.owner.workspace)}
    end_farewells(now=world.now + timedelta(days=8))
    assert not served(world.owner.workspace)


def test_what_still_waits_after_the_last_day_never_leaves_and_its_author_is_told(known, world, words) -> None:
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    said = world.post("Noch ein Wort.", send_after=world.now + timedelta(days=6))
    with pytest.raises(CannotEnd, match="Ausgang"):
        end_farewell(person=world.owner, farewell=kept, now=world.now)
    assert end_farewells(now=world.now + timedelta(days=8)) == 1
    said.refresh_from_db()
    assert (said.state, said.reason_code) == ("missed", "after_last_day")
    assert Notice.objects.get(kind="channels.dispatch_missed").person == world.owner


def test_what_is_being_said_keeps_a_channel_open_until_it_is_settled(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    world.post("Kommt es an?")
    Dispatch.objects.update(state="unclear", next_at=world.now)
    assert end_farewells(now=world.now + timedelta(days=8)) == 0
    Dispatch.objects.update(state="sent", settled_at=world.now)
    assert end_farewells(now=world.now + timedelta(days=8)) == 1


def held_back() -> list[str]:
    return list(
        Dispatch.objects.filter(state="held", reason_code="after_last_day").values_list("message__text", flat=True)
    )


def test_what_is_planned_after_the_last_day_is_kept_back_listed_and_moved(known, world, words, new_person) -> None:
    author = new_person("lead")
    day = timedelta(days=1)
    at_end = world.post("Am letzten Tag.", send_after=world.now + 7 * day)
    late = world.post("Danach.", send_after=world.now + 9 * day, person=author)
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert held_back() == ["Danach."] and planned_after(kept) == [late]
    assert Notice.objects.get(kind="channels.last_day_keeps").person == author
    with pytest.raises(CannotRelease, match="geschlossen"):
        release_held(person=world.owner, dispatch=Dispatch.objects.get(pk=late.pk), now=world.now)
    later = {"send_after": world.now + 8 * day, "send_before": None, "now": world.now}
    assert move_dispatch(person=author, dispatch=late, **later).state == "held"
    assert move_dispatch(person=author, dispatch=late, **later | {"send_after": world.now + 6 * day}).state == "waiting"
    assert move_dispatch(person=author, dispatch=at_end, **later).state == "held"
    world.channel.refresh_from_db()
    assert world.post("Noch eins.", send_after=world.now + 10 * day).state == "held"


def test_another_last_day_keeps_back_and_lets_go_and_undo_takes_it_back(known, world, words, new_person) -> None:
    author = new_person("lead")
    world.post("In fünf Tagen.", send_after=world.now + timedelta(days=5), person=author)
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert held_back() == []
    before = kept_fields(kept, "last_date", "told")
    sooner = replace(words, last_date=words.last_date - timedelta(days=4), told="Wir ziehen früher um.")
    by = {"person": world.owner, "now": world.now}
    revision = change_farewell(farewell=kept, words=sooner, seen_revision=kept.revision, **by).revision
    assert held_back() == ["In fünf Tagen."]
    undo_farewell_change(pk=str(kept.pk), revision=revision, before=before, **by)
    assert held_back() == [] and Dispatch.objects.get().state == "waiting"
    kept.refresh_from_db()
    assert (kept.told, kept.last_date) == (words.told, words.last_date)
    told = Notice.objects.filter(person=author).order_by("pk").values_list("kind", flat=True)
    assert set(told) == {"channels.last_day_keeps", "channels.last_day_frees"}
    with pytest.raises(StaleRevision):
        change_farewell(farewell=kept, words=sooner, seen_revision=revision, **by)
    with pytest.raises(CannotEnd, match="Vergangenheit"):
        past = replace(words, last_date=world.owner.workspace.day_at(world.now) - timedelta(days=1))
        change_farewell(farewell=kept, words=past, seen_revision=None, **by)


def test_called_off_everything_leaves_at_its_time(known, world, words) -> None:
    late = world.post("Danach.", send_after=world.now + timedelta(days=9))
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert held_back() == ["Danach."]
    call_off_farewell(person=world.owner, farewell=kept, now=world.now)
    late.refresh_from_db()
    assert (late.state, late.reason_code, late.next_at) == ("waiting", "", late.send_after)


def test_called_off_after_a_crisis_what_is_still_to_come_waits_for_a_person_all_the_same(known, world, words) -> None:
    late = world.post("Danach.", send_after=world.now + timedelta(days=9))
    kept, by = begin_farewell(person=world.owner, channel=known, words=words, now=world.now), {"person": world.owner}
    hold = declare_hold(workspace=world.owner.workspace, reason="Unfall", now=world.now, **by)
    end_hold(hold=hold, now=world.now, keeps_scheduled=True, **by)
    call_off_farewell(farewell=kept, now=world.now, **by)
    late.refresh_from_db()
    assert late.state == "held"
    assert release_held(dispatch=late, now=world.now, **by).state == "waiting"


@pytest.mark.parametrize("was_paused", [False, True])
def test_called_off_it_stands_as_before(known, world, words, was_paused) -> None:
    if was_paused:
        pause_channel(person=world.owner, channel=known, now=world.now)
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    call_off_farewell(person=world.owner, farewell=kept, now=world.now)
    assert Channel.objects.get(pk=known.pk).state == ("paused" if was_paused else "live")
    with pytest.raises(CannotEnd):
        end_farewell(person=world.owner, farewell=kept, now=world.now)


def test_paused_meanwhile_it_closes_after_its_last_day_all_the_same(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    pause_channel(person=world.owner, channel=known, now=world.now)
    with pytest.raises(CannotEnd):
        begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    assert end_farewells(now=world.now + timedelta(days=8)) == 1
    assert Channel.objects.get(pk=known.pk).state == "closed"


def test_opened_again_it_has_called_its_farewell_off_and_may_say_another(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    set_live(person=world.owner, channel=known, reaction_plan_version_key="forum-1", now=world.now)
    assert Farewell.objects.get().archived_at
    assert end_farewells(now=world.now + timedelta(days=8)) == 0
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)


def test_closed_with_its_account_its_farewell_is_over(known, world, words) -> None:
    begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    with pytest.raises(CannotEnd):
        close_channel(person=world.owner, channel=known, now=world.now)
    disconnect_account(person=world.owner, account=known.account, now=world.now)
    assert Farewell.objects.get().ended_at


@pytest.mark.parametrize(
    "lacking", [{"told": " "}, {"archive": "burnt"}, {"leads_to": "", "why_nowhere": ""}, {"last_date": None}]
)
def test_closing_requires_notice_archive_and_direction(known, world, words, lacking) -> None:
    if lacking == {"last_date": None}:
        lacking = {"last_date": world.owner.workspace.day_at(world.now) - timedelta(days=1)}
    with pytest.raises(CannotEnd):
        begin_farewell(person=world.owner, channel=known, words=replace(words, **lacking), now=world.now)
    assert not Farewell.objects.exists()


def test_the_database_keeps_one_farewell_at_a_time_with_words(known, world, words) -> None:
    kept = begin_farewell(person=world.owner, channel=known, words=words, now=world.now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Farewell.objects.filter(pk=kept.pk).update(told="")
    twin = Farewell.objects.get(pk=kept.pk)
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_the_form_keeps_what_was_typed_and_the_page_tells_the_farewell(known, world, client_of) -> None:
    client, address = client_of(world.owner), "/w/lotsenforum/channels/forum/farewell/"
    answer = client.post(address, {"told": "Wir gehen.", "archive": "stays", "last_date": "2099-01-01"})
    assert answer.status_code == 422 and "Wir gehen." in answer.content.decode()
    typed = {"told": "Wir gehen.", "archive": "stays", "leads_to": "Forum", "last_date": "2099-01-01"}
    page = client.post(address, typed, follow=True).content.decode()
    assert "Wir gehen." in page and "Es bleibt dort lesbar." in page
    world.post("Zu spät.", send_after=world.now + timedelta(days=40_000), title="")
    page = client.get(address).content.decode()
    assert "Wir gehen." in page and "2099-01-01" in page, "what was said can be changed"
    revision = Farewell.objects.get().revision
    page = client.post(address, typed | {"told": "Wir ziehen um.", "revision": revision}, follow=True).content.decode()
    assert "Wir ziehen um." in page and "Zu spät." in page and "zurückgehalten" in page and "Rückgängig" in page
    assert client.post(address, typed | {"revision": revision}).status_code == 409
    begun_too = client.post(address, typed | {"told": "Auf bald."})  # the form was opened before anybody said farewell
    assert begun_too.status_code == 409 and "Auf bald." in begun_too.content.decode()
    assert Farewell.objects.get().told == "Wir ziehen um."


def test_a_name_in_its_words_is_forgotten_with_its_member(known, world, words) -> None:
    told = replace(words, told="Karl Ott zieht mit uns um.")
    kept = begin_farewell(person=world.owner, channel=known, words=told, now=world.now)
    blank_places(workspace=world.owner.workspace, places=PLACES, names=["Karl Ott"])
    kept.refresh_from_db()
    assert "Karl" not in kept.told and "zieht mit uns um." in kept.told


def test_only_whoever_looks_after_channels_says_farewell(known, world, words, new_person) -> None:
    with pytest.raises(PermissionDenied):
        begin_farewell(person=new_person("moderator"), channel=known, words=words, now=world.now)
