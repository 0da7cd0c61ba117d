"""Groups, traits and labels on their screens: what people type is noted, told back, undone, and never lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from allmende.behaviours.actions import adopt_definition, measure_workspace, put_group_away
from allmende.behaviours.models import LabelRule
from allmende.connectors.neutral import Author
from allmende.ledger import shipped
from allmende.members.actions import join_group, meet, save_segment, tell_traits
from allmende.members.models import Member, MemberTrait, Segment, SegmentStay
from tests.behaviours.conftest import questions

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(workspace, now):
    authors = [Author(f"n{place}", f"handle{place}", f"Name {place}") for place in range(4)]
    seen = {f"n{place}": now - timedelta(days=place) for place in range(4)}
    meet(workspace=workspace, network="sandbox:1", authors=authors, first_seen=seen, now=now)


@pytest.fixture
def address(workspace):
    return lambda name, *args: reverse(f"behaviours:{name}", args=[workspace.slug, *args])


@pytest.fixture
def told_page(client_of, owner):
    """`told_page(address, {...})` posts and follows; the words of the page."""
    client = client_of(owner)

    def run(where: str, typed: dict | None = None, undo: bool = False) -> str:
        answer = client.get(where) if typed is None else client.post(where, typed, follow=True)
        page = answer.content.decode()
        if undo:
            token = page.split("/undo/")[1].split('"')[0]
            page = client.post(f"/w/{owner.workspace.slug}/undo/{token}", follow=True).content.decode()
        return page

    return run


def test_what_ships_and_waits_says_what_somebody_must_tell(told_page, address) -> None:
    page = told_page(address("groups"))
    assert "Interessierte" in page
    assert f"{address('groups')}?need=prospects" in page
    assert 'value="prospects"' in told_page(address("groups") + "?need=prospects")
    assert "die Gruppe „Interessierte“" in told_page(address("index"))


def test_a_group_is_begun_filled_by_names_and_counted_by(people, told_page, address, owner, workspace, now) -> None:
    told_page(address("groups"), {"key": "prospects", "name": "Interessenten"})
    segment = Segment.objects.get()
    page = told_page(address("add_people", segment.pk), {"names": "Name 0\n@handle1\nNiemand\n", "since": "2026-09-01"})
    assert SegmentStay.objects.count() == 2
    assert "2 Menschen wurden in die Gruppe aufgenommen" in page
    assert "\nNiemand</textarea>" in page.replace("\r", "")
    adopt_definition(workspace=workspace, spec=shipped.PROSPECT_BUYS, person=owner, now=now)
    page = told_page(address("group", segment.pk))
    assert "Name 0" in page
    assert address("definition", "prospect_buys_90d") in page
    # What counts by it cannot be pulled from under it.
    told_page(address("put_group_away", segment.pk), {})
    assert Segment.objects.get().archived_at is None


def test_taking_in_and_taking_out_can_be_undone(people, told_page, address, owner, now) -> None:
    segment = save_segment(person=owner, segment=None, name="Eingeladene", now=now)
    told_page(address("add_people", segment.pk), {"names": "Name 0\nName 1"}, undo=True)
    assert not SegmentStay.objects.exists()
    told_page(address("add_people", segment.pk), {"names": "Name 0"})
    member = Member.objects.get(alias="Name 0")
    told_page(address("leave", segment.pk, member.pk), {}, undo=True)
    assert SegmentStay.objects.get().until is None


def test_a_group_is_put_away_and_brought_back(told_page, address, owner, now) -> None:
    segment = save_segment(person=owner, segment=None, name="Eingeladene", now=now)
    told_page(address("put_group_away", segment.pk), {})
    assert "Eingeladene" in told_page(address("groups")).split("Abgelegte Gruppen")[1]
    told_page(address("bring_group_back", segment.pk), {})
    assert Segment.objects.get().archived_at is None


def test_a_rule_is_changed_with_undo_and_never_underhand(people, told_page, address, owner, client_of, now) -> None:
    tell_traits(person=owner, told={Member.objects.get(alias="Name 0").pk: {"region": "Nord"}}, now=now)
    segment = save_segment(person=owner, segment=None, name="Norden", now=now)
    where = address("group", segment.pk)
    rule = {"name": "Norden", "trait": "Region", "value": "Nord", "seen_revision": str(segment.revision)}
    page = told_page(where, rule)
    assert Segment.objects.get().trait == "region"
    assert "Name 0" in page
    stale = client_of(owner).post(where, rule | {"name": "Anders"})
    assert stale.status_code == 422
    assert "Anders" in stale.content.decode()


@pytest.mark.parametrize(
    "typed",
    [{"name": " "}, {"name": "Norden", "trait": "Region"}, {"name": "H", "met_from_date": "2026-99-01"}],
)
def test_a_group_that_cannot_be_right_is_refused_as_typed(told_page, client_of, owner, address, typed) -> None:
    answer = client_of(owner).post(address("groups"), typed)
    assert answer.status_code == 422
    assert not Segment.objects.exists()
    assert all(f'value="{value}"' in answer.content.decode() for value in typed.values() if value.strip())


def test_a_table_is_noted_and_what_nobody_is_called_stays(people, told_page, address) -> None:
    table = "Name;Abteilung;Werk\nName 0;Linz;A\nNiemand;Chur;B\n@handle1;;B\n"
    page = told_page(address("traits"), {"table": table})
    known = sorted(MemberTrait.objects.values_list("member__alias", "name", "value"))
    assert known == [("Name 0", "department", "Linz"), ("Name 0", "plant", "A"), ("Name 1", "plant", "B")]
    assert "Name;Abteilung;Werk\nNiemand;Chur;B</textarea>" in page.replace("\r", "")
    assert "Abteilung" in told_page(address("traits"))


def test_a_file_of_the_office_is_read_and_undone(people, told_page, address) -> None:
    file = SimpleUploadedFile("team.csv", "Name\tRegion\nName 2\tSüd\n".encode("utf-16"))
    told_page(address("traits"), {"file": file}, undo=True)
    assert not MemberTrait.objects.exists()
    told_page(address("traits"), {"file": SimpleUploadedFile("team.csv", "Name,Region\nName 2,Süd\n".encode("cp1252"))})
    assert MemberTrait.objects.get().value == "Süd"


def test_a_file_with_nul_in_it_is_a_table_all_the_same(people, told_page, address) -> None:
    """Fields of fixed length come padded; PostgreSQL refuses even to look for such a name."""
    file = SimpleUploadedFile("team.csv", b"Name;Region\nName 2\x00\x00;Nord\x00\nNiemand\x00;Nord\n")
    page = told_page(address("traits"), {"file": file})
    assert MemberTrait.objects.get().value == "Nord"
    assert "Niemand;Nord" in page and "\x00" not in page


@pytest.mark.parametrize(
    "table",
    [
        "",
        "Name",
        "Name\nName 0",
        "Name;\nName 0;x",
        "Name;Region;Region\nName 0;a;b",
        "Name;Region\nName 0;" + "x" * 81,
    ],
)
def test_a_table_that_says_nothing_is_refused_and_kept(people, client_of, owner, address, table) -> None:
    answer = client_of(owner).post(address("traits"), {"table": table})
    assert answer.status_code == 422
    assert not MemberTrait.objects.exists()
    assert table in answer.content.decode().replace("\r", "")


def test_a_label_is_said_by_tag_or_situation_taken_back_and_undone(told_page, address, client_of, owner) -> None:
    assert "hard" in told_page(address("labels"))
    told_page(address("labels"), {"label": "hard", "tag": "Schwer"})
    told_page(address("labels"), {"label": "hard", "situation": "3"})
    assert sorted(LabelRule.objects.values_list("tag", "situation")) == [("", 3), ("schwer", 0)]
    told_page(address("drop_label", LabelRule.objects.get(situation=3).pk), {}, undo=True)
    assert LabelRule.objects.count() == 2
    for wrong in (
        {"label": "hard"},
        {"label": "hard", "tag": "Schwer"},
        {"label": "hard", "tag": "a", "situation": "1"},
    ):
        assert client_of(owner).post(address("labels"), wrong).status_code == 422
    assert LabelRule.objects.count() == 2


def test_a_tag_that_no_tag_can_be_is_refused(client_of, owner, address) -> None:
    """Folded, this one sign is eighteen letters."""
    answer = client_of(owner).post(address("labels"), {"label": "hard", "tag": "\ufdfa" * 5})
    assert answer.status_code == 422 and not LabelRule.objects.exists()


def test_who_may_only_read_members_sees_groups_and_changes_nothing(client_of, new_person, address, owner, now) -> None:
    segment = save_segment(person=owner, segment=None, name="Eingeladene", now=now)
    client = client_of(new_person("moderator"))
    assert client.get(address("group", segment.pk)).status_code == 200
    client.post(address("groups"), {"name": "Nein"})
    assert client.post(address("add_people", segment.pk), {"names": "x"}).status_code == 403
    assert client.get(address("traits")).status_code == 403
    assert [one.name for one in Segment.objects.all()] == ["Eingeladene"]


def test_a_group_asked_for_is_counted_from_the_next_measurement_on(
    take_in, owner, workspace, now, told_page, address
) -> None:
    """From the screen to the figure: half of those who ask are in the group, and only they are counted."""
    take_in(questions(datetime(2026, 1, 5, tzinfo=UTC), 26, 4, 2))
    segment = save_segment(person=owner, segment=None, key="prospects", name="Interessenten", now=now)
    askers = list(Member.objects.filter(alias__startswith="Fragt").order_by("pk").values_list("pk", flat=True))
    join_group(person=owner, segment=segment, members=askers[::2], since=None, now=now)
    definition = adopt_definition(workspace=workspace, spec=shipped.PROSPECT_BUYS, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    counted = definition.measurements.get(period_kind="all")
    assert 0 < counted.complete + counted.censored <= len(askers[::2])
    assert "prospects" in told_page(address("definition", definition.key))


def test_a_version_whose_group_was_put_away_keeps_what_it_counted(take_in, owner, workspace, now) -> None:
    """The new version asks for nobody in particular, so the group may go while both are still counted side by side."""
    take_in(questions(datetime(2026, 1, 5, tzinfo=UTC), 26, 4, 2))
    segment = save_segment(person=owner, segment=None, key="prospects", name="Interessenten", now=now)
    askers = list(Member.objects.filter(alias__startswith="Fragt").values_list("pk", flat=True))
    join_group(person=owner, segment=segment, members=askers, since=None, now=now)
    old = adopt_definition(workspace=workspace, spec=shipped.PROSPECT_BUYS, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    counted = sorted(old.measurements.values_list("period_kind", "period_start", "complete"))
    later = now + timedelta(hours=1)
    spec = replace(shipped.PROSPECT_BUYS, segment="")
    adopt_definition(workspace=workspace, spec=spec, person=owner, now=later, name="Alle kaufen")
    put_group_away(person=owner, segment=segment, now=later)
    measure_workspace(workspace=workspace, now=later)
    assert sorted(old.measurements.values_list("period_kind", "period_start", "complete")) == counted != []
