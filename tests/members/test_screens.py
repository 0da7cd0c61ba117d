"""Whom do we meet, what did the team note, and who counts as what."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.jobs import file_new
from allmende.members.actions import CannotSetRule, drop_rule, meet, put_rule_back, set_rule
from allmende.members.models import ActorRule, Member, MemberNote, MemberTrait
from allmende.members.queries import actor_rules, listing, search
from allmende.team.models import AuditRow


@pytest.fixture
def people(workspace, now):
    def come(number: int) -> None:
        authors = [Author(f"n{place}", f"handle{place}", f"Name {place}") for place in range(number)]
        seen = {f"n{place}": now - timedelta(days=place) for place in range(number)}
        meet(workspace=workspace, network="sandbox:1", authors=authors, first_seen=seen, now=now)

    return come


@pytest.fixture
def address(workspace):
    return lambda name, *args: reverse(f"members:{name}", args=[workspace.slug, *args])


def test_everybody_can_be_reached_page_by_page(people, workspace):
    people(120)
    met, after = [], ""
    while True:
        page = listing(workspace, after=after)
        met += [one.alias for one in page.members]
        after = page.after
        if not after:
            break
    assert met == [f"Name {place}" for place in range(120)]


def test_a_part_of_name_or_handle_finds_them(people, workspace, owner):
    people(12)
    assert [one.alias for one in listing(workspace, words="HANDLE11").members] == ["Name 11"]
    assert [hit.title for hit in search(workspace, owner, "name 7")] == ["Name 7"]
    assert not listing(workspace, words="x", actor_class="member").members


@pytest.mark.parametrize("after", ["x", "2026_1", "2026-10-07T09:40:00_1", "2026-99-07T09:40:00+00:00_1", "_", "²_²"])
def test_a_forged_place_begins_at_the_beginning(people, workspace, after):
    people(3)
    assert len(listing(workspace, after=after).members) == 3


def test_the_list_asks_the_same_few_questions_however_many_there_are(people, client_of, owner, address):
    counts = []
    for number in (3, 30):
        people(number)
        client = client_of(owner)
        client.get(address("index"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address("index"))
        assert answer.content.decode().count("<h3><a") == number
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_a_note_stays_in_the_team_and_can_be_taken_away_and_put_back(people, client_of, owner, address):
    people(1)
    member, client = Member.objects.get(), client_of(owner)
    answer = client.post(address("member", member.pk), {"text": "Ruft lieber an."}, follow=True)
    assert "Ruft lieber an." in answer.content.decode()
    note = MemberNote.objects.get()
    assert (
        "Ruft lieber an."
        not in client.post(address("remove_note", note.pk), follow=True).content.decode().split("<main")[1]
    )
    assert "Ruft lieber an." in client.post(address("restore_note", note.pk), follow=True).content.decode()
    verbs = list(
        AuditRow.objects.filter(verb__startswith="members.member").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["members.member.noted", "members.member.note_taken", "members.member.noted"]


def test_an_empty_note_is_told_and_nothing_is_kept(people, client_of, owner, address):
    people(1)
    answer = client_of(owner).post(address("member", Member.objects.get().pk), {"text": "  "})
    assert answer.status_code == 422
    assert not MemberNote.objects.exists()


def test_who_may_only_read_cannot_note(people, client_of, new_person, address):
    people(1)
    answer = client_of(new_person("moderator")).post(address("member", Member.objects.get().pk), {"text": "Nein"})
    assert answer.status_code in (403, 422)
    assert not MemberNote.objects.exists()


def test_a_rule_counts_from_now_on_and_can_be_dropped_and_put_back(client_of, owner, workspace, address, now):
    client = client_of(owner)
    client.post(address("rules"), {"pattern": "bot_*", "actor_class": "bot"})
    assert actor_rules(workspace, "any").class_of(Author("1", "bot_news"), now.date()) == "bot"
    rule = ActorRule.objects.get()
    client.post(address("drop_rule", rule.pk))
    assert actor_rules(workspace, "any").class_of(Author("1", "bot_news"), now.date()) == "member"
    client.post(address("restore_rule", rule.pk))
    assert actor_rules(workspace, "any").class_of(Author("1", "bot_news"), now.date()) == "bot"


@pytest.mark.parametrize(
    "typed",
    [
        {"pattern": "", "actor_class": "bot"},
        {"pattern": "**", "actor_class": "staff"},
        {"pattern": "a", "actor_class": "member"},
        {"pattern": "a", "actor_class": "staff", "from_date": "2026-10-08", "until_date": "2026-10-01"},
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_and_kept_as_typed(client_of, owner, address, typed):
    answer = client_of(owner).post(address("rules"), typed)
    assert answer.status_code == 422
    assert not ActorRule.objects.exists()
    assert f'value="{typed["pattern"]}"' in answer.content.decode() or not typed["pattern"]


def test_the_same_rule_twice_is_one(owner, now):
    set_rule(person=owner, pattern="emre", actor_class="staff", now=now)
    with pytest.raises(CannotSetRule):
        set_rule(person=owner, pattern="emre", actor_class="staff", now=now)
    drop_rule(person=owner, rule=ActorRule.objects.get(), now=now)
    set_rule(person=owner, pattern="emre", actor_class="staff", now=now)
    assert ActorRule.objects.filter(archived_at__isnull=True).count() == 1


def test_the_database_keeps_a_rule_from_standing_twice(owner, now):
    said = {"pattern": "emre", "actor_class": "staff"}
    days = {"from_date": now.date(), "until_date": now.date()}
    for more in ({}, days, {"until_date": now.date()}):
        rule = set_rule(person=owner, now=now, **said, **more)
        rule.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            rule.save(force_insert=True)
    assert ActorRule.objects.count() == 3


def test_a_dropped_rule_comes_back_once_and_not_beside_the_same_one(client_of, owner, address, now):
    rule = set_rule(person=owner, pattern="emre", actor_class="staff", now=now)
    drop_rule(person=owner, rule=rule, now=now)
    again = set_rule(person=owner, pattern="emre", actor_class="staff", now=now)
    said = client_of(owner).post(address("restore_rule", rule.pk), follow=True).content.decode()
    assert "gilt schon" in said and ActorRule.objects.get(archived_at__isnull=True) == again
    drop_rule(person=owner, rule=again, now=now)
    put_rule_back(person=owner, rule=rule, now=now)
    put_rule_back(person=owner, rule=rule, now=now)
    assert ActorRule.objects.get(archived_at__isnull=True) == rule


def test_nobody_yet_is_a_beginning(client_of, owner, address):
    page = client_of(owner).get(address("index")).content.decode()
    assert 'class="empty"' in page


def test_a_page_shows_the_conversations_somebody_spoke_in(client_of, owner, forum, now, workspace):
    karl = Author("k", name="Karl")
    asked = Item(Ref("1"), "message", "asked", karl, now, "1", title="Abschluss", text="Wie?")
    again = Item(Ref("2"), "message", "replied", karl, now + timedelta(minutes=1), "1", reply_to="1", text="Ach so.")
    record_batch(channel=forum, batch=Batch([asked, again], "1"), now=now)
    file_new(now)
    member = Member.objects.get(alias="Karl")
    address = reverse("inbox:of_member", args=[workspace.slug, member.pk])
    assert address in client_of(owner).get(reverse("members:member", args=[workspace.slug, member.pk])).content.decode()
    page = client_of(owner).get(address).content.decode()
    fragment = client_of(owner).get(address, headers={"hx-request": "true"}).content.decode()
    for shown in (page, fragment):
        assert "Abschluss" in shown
        assert "2-mal" in shown
    assert "<html" not in fragment


def test_what_is_told_of_somebody_is_noted_taken_away_and_undone(people, client_of, owner, address):
    people(1)
    member, client = Member.objects.get(), client_of(owner)
    page = client.post(
        address("tell_trait", member.pk), {"name": "Region", "value": "Nord"}, follow=True
    ).content.decode()
    assert "Nord" in page.split("<main")[1]
    assert MemberTrait.objects.get().name == "region"
    page = client.post(address("tell_trait", member.pk), {"name": "region", "value": ""}, follow=True).content.decode()
    assert not MemberTrait.objects.exists()
    token = page.split("/undo/")[1].split('"')[0]
    client.post(f"/w/{owner.workspace.slug}/undo/{token}")
    assert MemberTrait.objects.get().value == "Nord"
    assert client.post(address("tell_trait", member.pk), {"name": "!", "value": "x"}).status_code == 422


def offered(client, address, begun: str, *networks: str) -> list[str]:
    page = client.get(address("mentions"), {"q": begun, "network": networks or ["sandbox:1"]}).content.decode()
    return re.findall(r'value="([^"]*)"', page)


def test_whoever_is_to_be_named_is_found_among_many_by_handle_name_and_second_name(
    people, workspace, owner, client_of, address, now
):
    people(260)
    authors = [Author("u", "oezil", "Ayşe Özil"), Author("g", "", "Özlem Ohne"), Author("z", "zwei wort", "Öz Zwei")]
    meet(workspace=workspace, network="sandbox:1", authors=authors, first_seen={"u": now, "g": now, "z": now}, now=now)
    meet(
        workspace=workspace, network="sandbox:2", authors=[Author("f", "handle7", "Fremd")], first_seen={"f": now}, now=now
    )  # fmt: skip
    client = client_of(owner)
    assert offered(client, address, "handle259") == ["handle259"]
    assert (
        offered(client, address, "@handle25")[0].startswith("handle25") and len(offered(client, address, "handle")) == 8
    )
    assert offered(client, address, "özi") == offered(client, address, "ayş") == ["oezil"], "only who has a handle"
    assert offered(client, address, "handle7", "sandbox:2") == ["handle7"]
    assert offered(client, address, "handle7", "sandbox:3") == offered(client, address, " ") == []
    assert offered(client, address, "a\0b") == offered(client, address, "handle", "sandbox\0") == []


def test_nobody_of_another_workspace_is_offered(people, new_person, client_of):
    people(3)
    stranger = new_person("owner", slug="other")
    page = client_of(stranger).get(reverse("members:mentions", args=["other"]), {"q": "ha", "network": "sandbox:1"})
    assert "option" not in page.content.decode()
