"""Opening a channel: nothing goes live without what was promised in calm times (I-01, I-11, S4-19)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from allmende.channels.actions import FarewellWords, begin_farewell
from allmende.channels.models import Channel, Farewell
from allmende.guidelines.actions import CannotOpen, draft_from_catalogue, open_channel, open_draft, put_in_force
from allmende.guidelines.queries import gates_of
from allmende.team.actions import end_access
from allmende.team.models import ServiceSpan


@pytest.fixture
def promised(owner, channel, now):
    return put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)


def unmet(channel, now):
    return [gate.code for gate in gates_of(Channel.objects.get(pk=channel.pk), now.date()) if not gate.is_met]


def test_s4_19_channel_without_a_reaction_plan_cannot_go_live(owner, channel, now):
    assert unmet(channel, now) == ["reaction_plan"]
    with pytest.raises(CannotOpen) as told:
        open_channel(person=owner, channel=channel, now=now)
    assert told.value.missing == ("reaction_plan",)
    assert Channel.objects.get(pk=channel.pk).state == "chosen"


def test_channel_opens_with_the_key_of_the_plan_in_force(owner, channel, promised, now):
    opened = open_channel(person=owner, channel=channel, now=now)
    assert opened.state == "live" and opened.reaction_plan_version_key == promised.version_key


def test_live_channel_goes_on_with_the_next_version(owner, channel, promised, now):
    open_channel(person=owner, channel=channel, now=now)
    later = put_in_force(person=owner, plan=open_draft(person=owner, channel=channel, now=now), now=now)
    channel.refresh_from_db()
    assert channel.state == "live" and channel.reaction_plan_version_key == later.version_key


def test_a_channel_that_says_farewell_keeps_the_next_version_and_stays_on_its_way_out(owner, channel, promised, now):
    open_channel(person=owner, channel=channel, now=now)
    last = owner.workspace.day_at(now) + timedelta(days=7)
    words = FarewellWords("Wir ziehen um.", "", "stays", "https://forum.example", "", last)
    begin_farewell(person=owner, channel=channel, words=words, now=now)
    later = put_in_force(person=owner, plan=open_draft(person=owner, channel=channel, now=now), now=now)
    channel.refresh_from_db()
    assert channel.state == "closing" and channel.reaction_plan_version_key == later.version_key
    assert Farewell.objects.get().archived_at is None


def test_channel_needs_hours_in_which_somebody_is_there(owner, channel, promised, now):
    ServiceSpan.objects.all().delete()
    with pytest.raises(CannotOpen) as told:
        open_channel(person=owner, channel=channel, now=now)
    assert told.value.missing == ("service_hours",)


def test_i_01_channel_needs_somebody_accountable(owner, new_person, channel, promised, now):
    end_access(person=new_person("owner"), colleague=owner, now=now)
    assert unmet(channel, now) == ["accountable"]


def test_channel_needs_an_account_to_speak_with(owner, channel, promised, now):
    Channel.objects.filter(pk=channel.pk).update(account=None)
    with pytest.raises(CannotOpen) as told:
        open_channel(person=owner, channel=channel, now=now)
    assert told.value.missing == ("account",)


def test_only_whoever_may_opens(new_person, channel, promised, now):
    with pytest.raises(PermissionDenied):
        open_channel(person=new_person("manager"), channel=channel, now=now)
