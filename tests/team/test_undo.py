"""Taking back: bound to the person, short-lived, and never over somebody else's later change."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import signing
from django.urls import reverse

from allmende.team.access import persons_of
from allmende.team.actions import change_person, close_day, make_guest_link, send_notice
from allmende.team.models import GuestLink, Notice, Person, ServiceHours, Workspace
from allmende.team.queries import default_hours, read_undo, undo_url
from allmende.team.urls import urlpatterns

pytestmark = pytest.mark.django_db


def test_an_offer_is_the_persons_own(owner, new_person):
    token = undo_url(owner, "inbox.noted", note=7).split("/")[-2]
    assert read_undo(owner, token) == ("inbox.noted", {"note": 7})
    assert read_undo(new_person("manager"), token) is None


def test_a_forged_or_old_offer_takes_nothing_back(client_of, owner, settings):
    forged = signing.dumps([str(owner.pk), "inbox.noted", {"note": 7}], salt="elsewhere")
    answer = client_of(owner).post(f"/w/lotsenforum/undo/{forged}/", {"next": "//evil.example/"}, follow=True)
    assert answer.redirect_chain[0][0] == "/w/lotsenforum/"
    assert "Nicht rückgängig gemacht" in answer.content.decode()


def test_access_lasts_until_midnight_where_the_workspace_is(owner, new_person, now):
    """At 23:30 in Greenwich it is the next day in Berlin; an access that ended there has ended."""
    emre = new_person("manager", "Emre Yıldız")
    change_person(
        person=owner, colleague=emre, name=emre.name, role="manager",
        access_until_date=datetime(2026, 10, 7, tzinfo=UTC).date(), seen_revision=emre.revision, now=now,
    )  # fmt: skip
    assert persons_of(emre.user, datetime(2026, 10, 7, 21, 30, tzinfo=UTC))
    assert not persons_of(emre.user, datetime(2026, 10, 7, 22, 30, tzinfo=UTC))


# --- every change of the team's own screens --------------------------------------------------------------------------


def offer(answer) -> str:
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def held(owner, emre) -> list:
    """Everything the team's screens change, by value."""
    hours = default_hours(owner.workspace)
    fields = [list(rows.order_by("pk").values_list()) for rows in (hours.spans.all(), hours.closed_days.all())]
    spans = [row[2:] for row in fields[0]]
    person = Person.objects.filter(pk=emre.pk).values_list("name", "role", "employment", "access_until_date", "left_at")
    workspace = Workspace.objects.filter(pk=owner.workspace.pk).values_list("name", "organisation", "zone", "language")
    days = [row[1:] for row in fields[1]]
    seen = list(Notice.objects.values_list("seen_at", flat=True))
    open_links = GuestLink.objects.filter(revoked_at__isnull=True).count()
    sets = ServiceHours.objects.filter(archived_at__isnull=True).values_list("name", "zone", "keeps_holidays")
    return [list(person), list(workspace), list(sets), spans, sorted(map(str, days)), seen, open_links]


HOURS = {"name": "Feste Zeiten", "place": "DE", "zone": "Europe/Berlin", "day_0": "9-12"}
CHANGES = {
    "edit_person": {"name": "Emre Y.", "role": "author"},
    "end_access": {},
    "edit_hours": HOURS,
    "new_hours": HOURS,
    "close_day": {"on_date": "2026-12-24", "name": "Heiligabend"},
    "open_day": {},
    "settings": None,
    "see_notices": {},
    "revoke_guest_link": {},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_and_its_undo_leave_everything_as_it_was(client_of, owner, new_person, now, name):
    emre, client, hours = new_person("manager", "Emre Yıldız"), client_of(owner), default_hours(owner.workspace)
    day = close_day(person=owner, hours=hours, on_date=date(2026, 12, 31), name="Silvester", now=now)
    make_guest_link(
        person=owner, object_kind="x", object_id=1, guest_name="G", expires_at=now + timedelta(days=900), now=now
    )
    send_notice(person=owner, kind="inbox.woken", values={"title": "x"}, url="", once_key="x", now=now)
    ids = {"person_id": emre.pk, "hours_id": hours.pk, "day_id": day.pk, "link_id": GuestLink.objects.get().pk}
    pattern = next(one for one in urlpatterns if one.name == name)
    wanted = {key: ids[key] for key in pattern.pattern.converters}
    url = reverse(f"team:{name}", kwargs={"slug": owner.workspace.slug, **wanted})
    typed = CHANGES[name]
    if typed is None:
        typed = {**client.get(url).context["form"].initial, "name": "Lotsen"}
    before = held(owner, emre)
    said = client.post(url, typed, follow=True)
    assert held(owner, emre) != before, said.content.decode()
    answer = client.post(offer(said), follow=True)
    assert "Rückgängig gemacht" in answer.content.decode()
    assert held(owner, emre) == before
