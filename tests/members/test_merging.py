"""One person in two networks: merged on a basis, parted whole, refused where it must not be, gone together when they ask."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.connectors.neutral import Author
from allmende.members.actions import (
    CannotErase,
    CannotMerge,
    add_note,
    erase,
    erase_due,
    join_group,
    meet,
    merge_members,
    part_members,
    save_segment,
    tell_traits,
    undo_telling,
)
from allmende.members.models import Identity, Member, MemberNote, MemberTrait, Merging
from allmende.members.queries import (
    group_rows,
    listing,
    member_page,
    members_named,
    merge_candidates,
    names_of,
    told_at,
    traits_told,
    values_by_trait,
)
from allmende.team.actions import CannotUndo
from allmende.team.models import AuditRow

LATER = timedelta(hours=1)


@pytest.fixture
def people(workspace, now) -> dict[str, Member]:
    """Nine days ago in the forum, five days ago at Mastodon, today an account of ours."""
    met = [("sandbox:1", "Ada", 9), ("mastodon:1", "Ada L.", 5), ("mastodon:1", "Bert", 3)]
    for network, name, days in met:
        author = Author(f"{network}-{name}", name.lower(), name)
        seen = {author.native_id: now - timedelta(days=days)}
        meet(workspace=workspace, network=network, authors=[author], first_seen=seen, now=now)
    us = Author("us", "us", "Lotsenforum", is_us=True)
    meet(workspace=workspace, network="mastodon:1", authors=[us], first_seen={}, now=now)
    return {one.alias: one for one in Member.objects.all()}


@pytest.fixture
def merge(owner, people, now):
    def run(source: str = "Ada L.", target: str = "Ada", at: datetime = now) -> Merging:
        return merge_members(person=owner, source=people[source], target=people[target], basis="said", now=at)

    return run


def state_of_rows() -> tuple:
    """What merging and parting may touch, as it stands."""
    members = Member.objects.order_by("pk").values_list("pk", "merged_into", "first_seen_at", "pseudonym")
    whose = [sorted(one.objects.values_list("pk", "member_id")) for one in (Identity, MemberNote, MemberTrait)]
    return list(members), whose


def test_two_members_of_one_person_become_one_and_are_parted_whole(people, merge, owner, workspace, now):
    tell_traits(person=owner, told={people["Ada"].pk: {"region": "Nord"}}, now=now)
    tell_traits(person=owner, told={people["Ada L."].pk: {"region": "Ost", "product": "Kasse"}}, now=now)
    add_note(person=owner, member=people["Ada L."], text="Ruft gern an.", now=now)
    group = save_segment(person=owner, segment=None, key="invited", name="Eingeladene", now=now)
    join_group(person=owner, segment=group, members=[people["Ada"].pk, people["Ada L."].pk], since=None, now=now)
    before = state_of_rows()
    row = merge("Ada", "Ada L.")
    kept = Member.objects.get(pk=people["Ada L."].pk)
    page = member_page(kept)
    assert [one.network for one in page.identities] == ["mastodon:1", "sandbox:1"]
    assert [(one.name, one.value) for one in page.traits] == [("product", "Kasse"), ("region", "Ost")]
    assert [one.source.alias for one in page.mergings] == ["Ada"]
    assert kept.first_seen_at == now - timedelta(days=9)
    assert "Ada" not in [one.alias for one in listing(workspace).members]
    assert [one.people for one in group_rows(workspace, now)] == [1]
    assert [(one.name, one.people) for one in traits_told(workspace)] == [("product", 1), ("region", 1)]
    assert values_by_trait(workspace, {"region"}) == {"region": {kept.pseudonym: "Ost"}}
    assert members_named(workspace, ["Ada"]).found == {"Ada": kept.pk}
    part_members(person=owner, merging=row.pk, now=now + LATER)
    assert state_of_rows() == before
    assert told_at(workspace) == now + LATER
    verbs = list(AuditRow.objects.order_by("pk").values_list("verb", flat=True))[-2:]
    assert verbs == ["members.member.merged", "members.member.parted"]


def test_what_was_noted_after_the_merging_stays_where_it_was_noted(people, merge, owner, now):
    row = merge()
    add_note(person=owner, member=people["Ada"], text="Danach.", now=now)
    part_members(person=owner, merging=row.pk, now=now + LATER)
    assert MemberNote.objects.get().member_id == people["Ada"].pk


def test_what_was_told_of_somebody_is_taken_back_after_they_are_parted(people, merge, owner, now):
    telling = tell_traits(person=owner, told={people["Ada L."].pk: {"region": "Ost"}}, now=now)
    row = merge()
    with pytest.raises(CannotUndo):
        undo_telling(person=owner, now=now, pk=telling.pk)
    assert MemberTrait.objects.get().member_id == people["Ada"].pk
    part_members(person=owner, merging=row.pk, now=now)
    undo_telling(person=owner, now=now, pk=telling.pk)
    assert not MemberTrait.objects.exists()


def test_whoever_was_merged_goes_on_with_a_further_merging_and_is_parted_in_order(people, merge, owner, now):
    before = state_of_rows()
    first, second = merge("Ada L.", "Bert"), merge("Bert", "Ada")
    assert Member.objects.get(pk=people["Ada L."].pk).merged_into_id == people["Ada"].pk
    assert people["Ada"].identities.count() == 3
    with pytest.raises(CannotUndo, match="dritten Mitglied"):
        part_members(person=owner, merging=first.pk, now=now)
    part_members(person=owner, merging=second.pk, now=now)
    part_members(person=owner, merging=first.pk, now=now)
    assert state_of_rows() == before
    with pytest.raises(CannotUndo):
        part_members(person=owner, merging=first.pk, now=now)


def test_of_two_who_came_to_one_either_is_parted_first_and_each_was_met_when_they_were(people, merge, owner, now):
    before = state_of_rows()
    first, second = merge("Ada L.", "Bert"), merge("Ada", "Bert")
    part_members(person=owner, merging=first.pk, now=now)
    assert Member.objects.get(pk=people["Bert"].pk).first_seen_at == people["Ada"].first_seen_at
    part_members(person=owner, merging=second.pk, now=now)
    assert state_of_rows() == before


def test_none_of_ours_no_one_twice_and_nobody_who_was_erased_is_merged(people, merge, owner, now):
    for pair in (("Ada", "Ada"), ("Lotsenforum", "Ada"), ("Ada", "Lotsenforum")):
        with pytest.raises(CannotMerge):
            merge(*pair)
    with pytest.raises(CannotMerge, match="woher Sie wissen"):
        merge_members(person=owner, source=people["Ada"], target=people["Bert"], basis="", now=now)
    merge()
    with pytest.raises(CannotMerge, match="inzwischen"):
        merge("Ada L.", "Bert")
    erase(person=owner, member=people["Bert"], asked_date=now.date(), now=now)
    with pytest.raises(CannotMerge, match="vergessen zu werden"):
        merge("Bert", "Ada")
    assert Merging.objects.count() == 1


def test_whoever_asks_to_be_forgotten_goes_with_all_they_were(people, merge, owner, now):
    add_note(person=owner, member=people["Ada"], text="Ada", now=now)
    row = merge("Ada", "Ada L.")
    with pytest.raises(CannotErase, match="zusammengeführt"):
        erase(person=owner, member=people["Ada"], asked_date=now.date(), now=now)
    assert {"Ada", "Ada L."} <= set(names_of(people["Ada L."]))
    erase(person=owner, member=people["Ada L."], asked_date=now.date(), now=now)
    while erase_due(now=now + LATER):
        pass
    assert set(Member.objects.filter(erased_at__isnull=False).values_list("alias", flat=True)) == {""}
    assert not Identity.objects.filter(name__startswith="Ada").exists() and not MemberNote.objects.exists()
    pseudonyms = {people["Ada"].pseudonym, people["Ada L."].pseudonym}
    assert not pseudonyms & set(Member.objects.values_list("pseudonym", flat=True))
    with pytest.raises(CannotUndo):
        part_members(person=owner, merging=row.pk, now=now + LATER)


def test_the_database_merges_nobody_with_themselves_and_nobody_twice(people, merge, owner, workspace, now):
    merge()
    told = {"workspace": workspace, "person": owner, "at": now}
    wrong = [(people["Ada"], people["Ada"], "said"), (people["Ada L."], people["Bert"], "said")]
    for source, target, basis in [*wrong, (people["Bert"], people["Ada"], "guess")]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Merging.objects.create(source=source, target=target, basis=basis, **told)


def test_only_who_may_edit_members_merges_and_parts(people, merge, new_person, now):
    reader = new_person("moderator")
    row = merge()
    with pytest.raises(PermissionDenied):
        merge_members(person=reader, source=people["Bert"], target=people["Ada"], basis="said", now=now)
    with pytest.raises(PermissionDenied):
        part_members(person=reader, merging=row.pk, now=now)


def test_namesakes_are_proposed_and_others_found_by_their_words(people, workspace, now):
    meet(workspace=workspace, network="x:1", authors=[Author("7", "ada", "Ada")], first_seen={}, now=now)
    assert [one.identities.get().network for one in merge_candidates(people["Ada"], "")] == ["x:1"]
    assert [one.alias for one in merge_candidates(people["Ada"], "bert")] == ["Bert"]
    assert merge_candidates(people["Ada"], "Lotsenforum") == []


def test_the_page_asks_who_and_why_and_the_undo_is_beside_it(people, client_of, owner, workspace):
    client, address = client_of(owner), reverse("members:merge", args=[workspace.slug, people["Ada"].pk])
    assert "Sonst trägt niemand diesen Namen." in client.get(address).content.decode()
    asked = f"{address}?q=ada"
    unsaid = client.post(asked, {"source": people["Ada L."].pk})
    assert unsaid.status_code == 422 and "woher Sie wissen" in unsaid.content.decode()
    assert client.post(asked, {"source": people["Bert"].pk, "basis": "said"}).status_code == 422
    done = client.post(asked, {"source": people["Ada L."].pk, "basis": "linked"}, follow=True).content.decode()
    assert "Zusammengeführt. Was beide taten, wird neu gezählt" in done
    assert "Ada L. ist dieselbe Person" in done and "Ihre Profile nennen einander" in done
    source = reverse("members:member", args=[workspace.slug, people["Ada L."].pk])
    assert client.get(source).headers["Location"] == reverse("members:member", args=[workspace.slug, people["Ada"].pk])
    part = reverse("members:part", args=[workspace.slug, Merging.objects.get().pk])
    assert "Getrennt. Beide werden" in client.post(part, follow=True).content.decode()
    assert client.post(part).status_code == 404
    assert client.get(source).status_code == 200
