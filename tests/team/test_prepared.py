"""A prepared query answers what the same query answers when it is written anew."""

import threading
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Concat

from allmende.team.actions import close_day
from allmende.team.models import Notice, Person, ServiceHours
from allmende.team.queries import (
    Prepared,
    PreparedInsert,
    PreparedObjects,
    PreparedUpdate,
    ask_together,
    default_hours,
    hours_by_id,
    hours_of,
    next_holidays,
    usual_hours,
    write_ahead,
)

pytestmark = pytest.mark.django_db


def people(workspace_id: UUID):
    return Person.objects.filter(workspace=workspace_id).order_by("name").values_list("pk", "name", "created_at")


def test_it_is_asked_again_with_other_values(new_person):
    jana, nora = new_person("owner", "Jana Petersen"), new_person("owner", "Nora Host", slug="hafen")
    ask = Prepared(people)
    for person in (jana, nora, jana):
        assert ask(workspace_id=person.workspace_id) == list(people(person.workspace_id))
        assert ask(workspace_id=person.workspace_id)[0][1] == person.name


def test_it_takes_one_query_each_time(owner, django_assert_num_queries):
    ask = Prepared(people)
    for _ in range(3):
        with django_assert_num_queries(1):
            ask(workspace_id=owner.workspace_id)


def test_a_value_may_stand_in_several_places_beside_others(owner, new_person, now):
    emre = new_person("manager", "Emre Yıldız")
    for number in range(4):
        Notice.objects.create(
            person=emre, kind="k", once_key=str(number), created_at=now + timedelta(days=number), url="/a"
        )

    def build(person_id: UUID, until: datetime, url: str, most: int):
        rows = Notice.objects.filter(Q(created_at__lte=until) | Q(created_at=until), person=person_id, url=url)
        return (
            rows.values("person").annotate(number=Count("pk")).filter(number__lte=most).values_list("person", "number")
        )

    ask = Prepared(build)
    for days, most, url in ((0, 9, "/a"), (2, 9, "/a"), (9, 9, "/a"), (9, 2, "/a"), (9, 9, "/b")):
        values = {"person_id": emre.pk, "until": now + timedelta(days=days), "url": url, "most": most}
        assert ask(**values) == list(build(**values))


def test_dates_and_slices_are_kept(owner, new_person):
    ends = date(2026, 12, 24)
    for name in ("Anna", "Berta", "Cora"):
        new_person("manager", name)
    Person.objects.filter(name__in=["Anna", "Berta"]).update(access_until_date=ends)

    def build(day: date):
        return (
            Person.objects.filter(access_until_date=day).order_by("name").values_list("name", "access_until_date")[:1]
        )

    ask = Prepared(build)
    assert ask(day=date(2026, 1, 1)) == []
    assert ask(day=ends) == [("Anna", ends)]


def test_a_value_that_is_no_parameter_is_a_mistake(owner):
    def build(workspace_id: UUID, forgotten: str):
        return people(workspace_id)

    with pytest.raises(ValueError, match="forgotten"):
        Prepared(build)(workspace_id=owner.workspace_id, forgotten="x")
    with pytest.raises(TypeError):
        Prepared(people)(workspace_id=None)


def test_every_thread_prepares_its_own(owner):
    ask = Prepared(people)
    assert ask(workspace_id=owner.workspace_id)
    found = []

    def run() -> None:
        for _ in range(2):  # a lost connection takes its plans along
            try:
                found.append(ask(workspace_id=owner.workspace_id))
            finally:
                connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [[], []]  # another connection does not see what this test has not committed


def test_the_sql_is_written_once_for_all_threads_and_ahead_where_others_would_wait(owner):
    built, asked = [], []

    def build(workspace_id: UUID):
        built.append(workspace_id)
        return people(workspace_id)

    def run() -> None:
        try:
            asked.append(ask(workspace_id=owner.workspace_id))
        finally:
            connections.close_all()

    ask = Prepared(build)
    write_ahead(ask, workspace_id=UUID(int=0))
    assert len(built) == 1
    for _ in range(2):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert ask(workspace_id=owner.workspace_id) == list(people(owner.workspace_id))
    assert (len(built), asked) == (1, [[], []])


def test_hours_of_a_workspace_in_one_query(owner, now, django_assert_num_queries):
    default = default_hours(owner.workspace)
    other = ServiceHours.objects.create(
        workspace=owner.workspace, name="Nie", zone="Europe/Berlin", country="DE", subdivision="SH",
        keeps_holidays=False, created_at=now, updated_at=now,
    )  # fmt: skip
    close_day(person=owner, hours=default, on_date=date(2026, 12, 24), name="Betriebsausflug", now=now)
    years = range(2025, 2028)
    with django_assert_num_queries(1):
        found = hours_by_id(owner.workspace, years)
    assert found[default.pk] == found[None] == hours_of(default_hours(owner.workspace), years)
    assert date(2026, 12, 24) in found[None].closed_dates
    assert found[other.pk] == hours_of(other, years) and not found[other.pk].is_ever_open


@pytest.mark.parametrize("keeps_holidays", [True, False])
def test_the_usual_hours_and_the_names_of_days_off_in_one_query(owner, now, django_assert_num_queries, keeps_holidays):
    hours, first, last = default_hours(owner.workspace), date(2026, 11, 30), date(2027, 1, 10)
    ServiceHours.objects.filter(pk=hours.pk).update(keeps_holidays=keeps_holidays)
    for on, name in (
        (date(2026, 12, 24), "Betriebsausflug"),
        (date(2027, 1, 1), "Inventur"),
        (date(2026, 10, 5), "Umzug"),
    ):
        close_day(person=owner, hours=hours, on_date=on, name=name, now=now)
    with django_assert_num_queries(1):
        usual, off = usual_hours(owner.workspace, first, last, "de")
    again = default_hours(owner.workspace)
    assert usual == hours_of(again, {2026, 2027})
    assert off == {day.on_date: day.name for day in next_holidays(again, first, "de", limit=99)}
    assert (off[date(2026, 12, 24)], date(2026, 12, 25) in off) == ("Betriebsausflug", keeps_holidays)


def test_objects_come_with_what_belongs_to_them(owner, new_person, django_assert_num_queries):
    def build(workspace_id: UUID):
        rows = Person.objects.select_related("workspace", "user").filter(workspace=workspace_id).order_by("name")
        return rows.annotate(number=Count("notices"))

    ask, email = PreparedObjects(build), owner.user.email
    for name in ("Anna", "Berta"):
        new_person("manager", name)
        with django_assert_num_queries(1):
            found = ask(workspace_id=owner.workspace_id)
            assert {one.workspace.slug for one in found} == {owner.workspace.slug}
            assert email in [one.user.email for one in found]
        assert found == list(build(owner.workspace_id))
        assert [one.number for one in found] == [0] * len(found)


def test_an_update_gives_a_value_of_each_row_it_changed(owner, now, django_assert_num_queries):
    for number in range(3):
        Notice.objects.create(person=owner, kind="k", once_key=str(number), created_at=now, url=f"/{number}")

    def build(person_id: UUID, once_key: str):
        return Notice.objects.filter(person=person_id, once_key__lt=once_key), {"url": Concat(F("url"), Value("/b"))}

    change = PreparedUpdate(build, gives="url")
    for once_key, given in (("2", ["/0/b", "/1/b"]), ("1", ["/0/b/b"]), ("0", [])):
        with django_assert_num_queries(1):
            assert sorted(change(person_id=owner.pk, once_key=once_key)) == given
    assert len(change(person_id=owner.pk, once_key="9")) == 3
    assert sorted(Notice.objects.values_list("url", flat=True)) == ["/0/b/b/b", "/1/b/b", "/2/b"]


def test_what_is_asked_together_is_said_in_order_and_sees_what_went_before(owner, new_person, now):
    emre = new_person("manager", "Emre Yıldız")
    line = PreparedInsert(Notice)
    made = {"kind": "k", "created_at": now, "url": "/a"}
    look = Prepared(lambda kind: Notice.objects.filter(kind=kind).order_by("pk").values_list("once_key", "url"))
    change = PreparedUpdate(lambda url: (Notice.objects.filter(once_key="1"), {"url": url}))
    whole = PreparedObjects(lambda person_id: Person.objects.select_related("workspace").filter(pk=person_id))
    asked = (
        (line, {"person_id": emre.pk, "once_key": "1", **made}), (look, {"kind": "k"}), (change, {"url": "/%s;b'"}),
        (whole, {"person_id": emre.pk}), (look, {"kind": "k"}), (look, {"kind": "nichts"}),
    )  # fmt: skip
    for _ in range(2):
        Notice.objects.all().delete()
        written, before, changed, (person,), after, nothing = ask_together(*asked)
        assert (written, before, changed) == (None, [("1", "/a")], 1)
        assert (after, nothing, person.workspace) == ([("1", "/%s;b'")], [], emre.workspace)
    twice = (line, {"person_id": emre.pk, "once_key": "2", **made})
    with pytest.raises(IntegrityError), transaction.atomic():
        ask_together(twice, twice)
    assert look(kind="k") == [("1", "/%s;b'")]


def test_an_update_says_how_many_rows_it_changed(owner, new_person, now, django_assert_num_queries):
    emre = new_person("manager", "Emre Yıldız")
    for number in range(4):
        Notice.objects.create(person=emre, kind="k", once_key=str(number), created_at=now, url="/a")

    def build(person_id: UUID, once_key: str, seen_at: datetime):
        rows = Notice.objects.filter(person=person_id, once_key__lt=once_key, seen_at__isnull=True)
        return rows, {"seen_at": seen_at, "url": Concat(F("url"), Value("/b"))}

    change = PreparedUpdate(build)
    for once_key, changed in (("1", 1), ("3", 2), ("3", 0)):
        with django_assert_num_queries(1):
            assert change(person_id=emre.pk, once_key=once_key, seen_at=now + timedelta(minutes=1)) == changed
    assert list(Notice.objects.order_by("once_key").values_list("url", flat=True)) == ["/a/b"] * 3 + ["/a"]
    assert set(Notice.objects.filter(url="/a/b").values_list("seen_at", flat=True)) == {now + timedelta(minutes=1)}


def test_a_new_row_stands_as_django_would_have_written_it(owner, now, django_assert_num_queries):
    insert = PreparedInsert(Notice)
    for number in range(2):
        with django_assert_num_queries(1):
            insert(person_id=owner.pk, kind="k", once_key=str(number), created_at=now, url=f"/{number}")
    kept = Notice.objects.order_by("once_key")
    assert [(one.url, one.created_at, one.seen_at) for one in kept] == [("/0", now, None), ("/1", now, None)]


def test_a_failed_change_ends_its_transaction(owner, now):
    insert = PreparedInsert(Notice)
    insert(person_id=owner.pk, kind="k", once_key="1", created_at=now, url="/")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(person_id=owner.pk, kind="k", once_key="1", created_at=now, url="/")
    assert Notice.objects.count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL keeps plans by name")
def test_a_session_that_comes_back_from_a_pool_is_asked_again(owner):
    ask, first = Prepared(people), connection.connection
    expected = ask(workspace_id=owner.workspace_id)
    other = connection.get_new_connection(connection.get_connection_params())
    try:
        connection.connection = other
        assert ask(workspace_id=owner.workspace_id) == []  # another transaction: it sees nobody yet
    finally:
        connection.connection = first
        other.close()
    assert ask(workspace_id=owner.workspace_id) == expected
