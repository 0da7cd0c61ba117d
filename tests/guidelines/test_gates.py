"""The gates of a channel that people outside see (domain 3.8): asked for, mended, or set aside by name and with a reason."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.channels.models import Account, Channel
from allmende.guidelines.actions import (
    CannotOpen,
    CannotSetAside,
    ask_gate_again,
    draft_from_catalogue,
    open_channel,
    put_in_force,
    set_gate_aside,
)
from allmende.guidelines.models import GateException
from allmende.guidelines.queries import gates_of
from allmende.team.actions import plan_shift, require_cover
from allmende.team.models import ServiceHours


@pytest.fixture
def outside(owner, channel, now) -> Channel:
    """A channel at a network where others listen, with a reaction plan in force."""
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    Account.objects.filter(pk=channel.account_id).update(kind="mastodon")
    return Channel.objects.select_related("account", "workspace", "created_by").get(pk=channel.pk)


def unmet(channel: Channel, today: date) -> list[str]:
    return [gate.code for gate in gates_of(channel, today) if not gate.holds]


def test_s4_19_a_channel_that_others_see_lacks_a_notice_and_a_netiquette(owner, outside, now) -> None:
    assert unmet(outside, now.date()) == ["legal_notice", "netiquette"]
    with pytest.raises(CannotOpen) as told:
        open_channel(person=owner, channel=outside, now=now)
    assert told.value.missing == ("legal_notice", "netiquette")


def test_the_practice_network_asks_for_neither(owner, channel, now) -> None:
    codes = [gate.code for gate in gates_of(channel, now.date())]
    assert codes == ["account", "reaction_plan", "service_hours", "accountable"]


def test_what_is_set_aside_with_a_reason_stands_in_nobodys_way(owner, outside, now) -> None:
    for gate in ("legal_notice", "netiquette"):
        set_gate_aside(person=owner, channel=outside, gate=gate, reason="Die Vereinsseite nennt beides.", now=now)
    assert open_channel(person=owner, channel=outside, now=now).state == "live"
    kept = GateException.objects.get(gate="netiquette")
    ask_gate_again(person=owner, exception=kept, now=now)
    assert unmet(outside, now.date()) == ["netiquette"]
    assert Channel.objects.get(pk=outside.pk).state == "live", "what is open stays open"


@pytest.mark.parametrize("gate", ["account", "reaction_plan", "service_hours", "accountable", "nonsense"])
def test_without_the_rest_no_channel_opens_whatever_the_reason(owner, outside, now, gate) -> None:
    with pytest.raises(CannotSetAside):
        set_gate_aside(person=owner, channel=outside, gate=gate, reason="Eilt.", now=now)


def test_no_reason_no_exception_not_even_in_the_database(owner, outside, now) -> None:
    with pytest.raises(CannotSetAside):
        set_gate_aside(person=owner, channel=outside, gate="netiquette", reason="  ", now=now)
    kept = set_gate_aside(person=owner, channel=outside, gate="netiquette", reason="Kommt am Montag.", now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        GateException.objects.filter(pk=kept.pk).update(reason="")


def test_only_whoever_may_opens_channels_sets_a_gate_aside(new_person, outside, now) -> None:
    with pytest.raises(PermissionDenied):
        set_gate_aside(person=new_person("manager"), channel=outside, gate="netiquette", reason="Eilt.", now=now)


def test_where_duty_is_planned_nine_tenths_of_four_weeks_have_to_be_covered(owner, outside, now) -> None:
    today = now.date()
    hours = ServiceHours.objects.get(workspace=owner.workspace, is_default=True)
    require_cover(person=owner, hours=hours, seats=1, starts_date=today, now=now)
    gates = {gate.code: gate for gate in gates_of(outside, today)}
    assert (gates["cover"].is_met, gates["cover"].figure) == (False, 0)
    midnight = datetime.combine(today, time(0), ZoneInfo(owner.workspace.zone))
    for day in range(28):
        begins = midnight + timedelta(days=day, hours=7)
        shift = plan_shift(
            person=owner, shift=None, hours=None, kind="full", doer=owner, starts_at=begins,
            ends_at=begins + timedelta(hours=13), now=now,
        )  # fmt: skip
        assert shift.state == "confirmed"
    gates = {gate.code: gate for gate in gates_of(outside, today)}
    assert gates["cover"].is_met


def test_the_page_names_gates_remedies_and_exceptions(owner, outside, client_of, now) -> None:
    client, address = client_of(owner), f"/w/{owner.workspace.slug}/guidelines/{outside.slug}/"
    page = client.get(address).content.decode()
    assert "Ein Impressum" in page and "Adresse eintragen" in page
    client.post(f"{address}gates/legal_notice/", {"reason": ""})
    assert not GateException.objects.exists()
    client.post(f"{address}gates/legal_notice/", {"reason": "Steht im Profil, ohne eigene Adresse."})
    assert "Eröffnet ohne: Steht im Profil, ohne eigene Adresse." in client.get(address).content.decode()
    kept = GateException.objects.get()
    client.post(f"/w/{owner.workspace.slug}/guidelines/gates/{kept.pk}/end/")
    assert not GateException.objects.filter(archived_at=None).exists()
