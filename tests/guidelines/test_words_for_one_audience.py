"""A word may be listed for one audience: what is said to these people is checked against it, and nothing else (domain 3.9)."""

import json
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.channels.models import Channel
from allmende.editorial.actions import ItemText, save_item
from allmende.editorial.queries import drafts_of
from allmende.guidelines.actions import CannotSaveWord, save_word
from allmende.guidelines.models import WordEntry
from allmende.guidelines.queries import listed_words
from allmende.handover.actions import import_book
from allmende.handover.queries import whole_book
from allmende.plan.actions import change_audience_state, save_audience, save_objective
from allmende.team.queries import as_text
from tests.inbox.conftest import listen, says  # noqa: F401 - fixtures
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
HOME = "/w/lotsenforum/words/"
FOR_ALL = {"term": "Beleg*", "advice": "avoid", "alternative": "Rechnung"}
FOR_EXPERTS = {"term": "Quittung*", "advice": "avoid", "alternative": "Beleg"}
TEXT = "Ihre Quittung bitte."


@pytest.fixture
def written(write_plan):  # noqa: F811
    return write_plan()


@pytest.fixture
def experts(written, owner, now):
    """Whom the one objective of the plan means."""
    name = written.objective.audience
    made = save_audience(person=owner, audience=None, name=name, now=now)
    save_objective(
        person=owner, version=written.version, key=written.objective.key, audience=name, now=now
    )  # fmt: skip
    return made


@pytest.fixture
def newcomers(experts, owner, now):
    return save_audience(person=owner, audience=None, name="Neue", now=now)


@pytest.fixture
def listed(client_of, owner, experts):
    """The word is listed for the experts by its screen."""
    done = client_of(owner).post(f"{HOME}new/", {**FOR_EXPERTS, "audience_key": experts.key})
    assert done.status_code == 302
    return WordEntry.objects.get()


def checked(client, text, **whom):
    return client.post(f"{HOME}check/", {"text": text, **whom}).content.decode()


def house(item, **more):
    """What the word list says to the one draft of an item."""
    (draft,) = drafts_of(item.workspace, item, **more)
    return [one.values["found"] for one in draft.findings if one.code.startswith("word_")]


def test_a_word_for_one_audience_is_asked_for_only_where_these_are_addressed(
    client_of, owner, listed, experts, newcomers
):
    client = client_of(owner)
    assert listed.audience_key == experts.key
    assert "Beleg" not in checked(client, TEXT) and "Beleg" not in checked(client, TEXT, audience=newcomers.key)
    assert "Beleg" in checked(client, TEXT, audience=experts.key)
    page = client.get(HOME).content.decode()
    assert f"Nur für: {experts.name}" in page and f'<option value="{experts.key}">' in page


def test_what_is_listed_for_an_audience_goes_before_what_is_listed_for_everybody(client_of, owner, experts, newcomers):
    client = client_of(owner)
    for typed in (FOR_ALL, {"term": "Beleg*", "advice": "use", "others": "Bon", "audience_key": experts.key}):
        assert client.post(f"{HOME}new/", typed).status_code == 302
    assert "Rechnung" in checked(client, "Ihr Beleg", audience=newcomers.key)
    for_experts = checked(client, "Ihr Beleg, Ihr Bon", audience=experts.key)
    assert "Rechnung" not in for_experts and "Bon" in for_experts


def test_a_word_stands_once_for_everybody_and_once_for_each_audience(client_of, owner, listed, newcomers):
    client = client_of(owner)
    assert client.post(f"{HOME}new/", FOR_EXPERTS).status_code == 302
    twice = client.post(f"{HOME}new/", {**FOR_EXPERTS, "audience_key": listed.audience_key})
    assert twice.status_code == 422 and WordEntry.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        WordEntry.objects.update(audience_key=newcomers.key)


def test_an_audience_the_plan_does_not_know_is_refused_and_nothing_typed_is_lost(client_of, owner, experts, now):
    answer = client_of(owner).post(f"{HOME}new/", {**FOR_EXPERTS, "audience_key": str(uuid4())})
    assert answer.status_code == 422 and FOR_EXPERTS["term"] in answer.content.decode()
    typed = {**FOR_EXPERTS, "others": (), "reason": ""}
    with pytest.raises(CannotSaveWord):
        save_word(person=owner, entry=None, now=now, audience_key="gone", **typed)
    assert not WordEntry.objects.exists()


def test_a_word_keeps_its_audience_when_that_is_retired(client_of, owner, listed, experts, now):
    client = client_of(owner)
    change_audience_state(person=owner, audience=experts, state="retired", now=now)
    page = client.get(f"{HOME}{listed.pk}/").content.decode()
    assert "nicht mehr" in page and f'value="{experts.key}" selected' in page
    saved = client.post(
        f"{HOME}{listed.pk}/", {**FOR_EXPERTS, "reason": "Alt.", "audience_key": experts.key, "seen_revision": "1"}
    )
    listed.refresh_from_db()
    assert saved.status_code == 302 and (listed.audience_key, listed.reason) == (experts.key, "Alt.")


def test_without_audiences_nobody_is_asked_for_whom(client_of, owner):
    client = client_of(owner)
    assert "try-audience" not in client.get(HOME).content.decode()
    assert "audience_key" not in client.get(f"{HOME}new/").content.decode()


def test_a_draft_is_checked_for_its_audience_and_else_for_the_channels(
    owner, forum, listed, experts, newcomers, written, now
):
    text = {"texts": {forum.pk: TEXT}, "no_objective_reason": "Probe"}
    item = save_item(person=owner, item=None, written=ItemText("Kasse", **text), now=now)
    assert house(item) == []
    Channel.objects.filter(pk=forum.pk).update(serves_keys=[written.objective.key])
    assert house(item) == ["Quittung"], "the channel's objective means the experts"
    others = ItemText("Kasse", audience_id=newcomers.pk, **text)
    item = save_item(person=owner, item=item, written=others, seen_revision=item.revision, now=now)
    assert house(item) == [], "the item says whom it addresses"


def test_a_draft_is_checked_for_the_audience_just_chosen(client_of, owner, forum, listed, experts):
    typed = {"title": "Kasse", "no_objective_reason": "Probe", f"text-{forum.pk}": TEXT}
    check, client = reverse("editorial:check_new", args=["lotsenforum"]), client_of(owner)
    assert "meiden" not in client.post(check, typed).content.decode()
    assert "meiden" in client.post(check, {**typed, "audience": str(experts.pk)}).content.decode()
    assert client.post(check, {**typed, "audience": "niemand"}).status_code == 200


def test_an_answer_is_checked_for_those_its_channel_is_for(client_of, owner, forum, listed, written, says, listen):  # noqa: F811
    now, client = timezone.now(), client_of(owner)
    says("Karl", "Wie buche ich das?", at=now)
    page = client.get(reverse("inbox:conversation", args=["lotsenforum", listen(now)[0].public_id])).content.decode()
    asked = page.split("hx-vals='", 1)[1].split("'", 1)[0]
    assert "Beleg" not in checked(client, TEXT, **json.loads(asked))
    Channel.objects.filter(pk=forum.pk).update(serves_keys=[written.objective.key])
    assert "Beleg" in checked(client, TEXT, **json.loads(asked))


def test_s0_24_a_word_finds_its_audience_again_in_another_community(new_person, owner, listed, experts, now):
    elsewhere = new_person("owner", owner.name, slug="other")
    import_book(person=elsewhere, text=as_text(whole_book(owner.workspace)), now=now)
    read = WordEntry.objects.get(workspace=elsewhere.workspace)
    assert read.audience_key == experts.key
    assert [audience for _folded, audience, _word in listed_words(elsewhere.workspace).words] == [experts.key]
    assert elsewhere.workspace.pk != owner.workspace.pk
