"""The pages of a reaction plan."""

import re
from datetime import date

import pytest
from django.urls import reverse

from allmende.channels.models import Channel
from allmende.guidelines.actions import (
    draft_from_catalogue,
    put_in_force,
    save_message,
    save_word,
    set_gate_aside,
    write_guideline,
)
from allmende.guidelines.models import ReactionRule
from allmende.guidelines.urls import urlpatterns
from allmende.team import states


@pytest.fixture
def draft(owner, channel, now):
    return draft_from_catalogue(person=owner, channel=channel, now=now)


def page(person, name, **kwargs):
    return reverse(f"guidelines:{name}", kwargs={"slug": person.workspace.slug, **kwargs})


def addresses(person, plan):
    message = save_message(
        person=person, message=None, sentence="Geheim", proof_points="", valid_from_date=date(2026, 1, 1),
        valid_until_date=None, now=plan.created_at,
    )  # fmt: skip
    word = save_word(
        person=person, entry=None, term="Geheim", advice="avoid", alternative="", others=(), reason="", now=plan.created_at
    )  # fmt: skip
    ids = {"channel": "forum", "plan_id": plan.pk, "rule_id": plan.rules.first().pk}
    written = write_guideline(person=person, title="Geheim", addressee="members", channel=None, now=plan.created_at)
    ids |= {"message_id": message.pk, "word_id": word.pk, "guideline_id": written.pk}
    channel = Channel.objects.get(slug="forum", workspace=person.workspace)
    aside = set_gate_aside(person=person, channel=channel, gate="cover", reason="Geheim", now=plan.created_at)
    ids |= {"gate": "netiquette", "gate_exception_id": aside.pk}
    ids["guideline_rule_id"] = written.rules.first().pk
    for pattern in urlpatterns:
        wanted = {name: ids[name] for name in pattern.pattern.converters}
        yield page(person, pattern.name, **wanted), pattern.callback


# Pages of a workspace that need no thing of it.
OWN_PAGES = {
    f"/w/werkbank/{page}"
    for page in (
        "guidelines/",
        "core-messages/",
        "core-messages/new/",
        "core-messages/brand/",
        "core-messages/brand/beside/",
        "words/",
        "words/new/",
        "words/check/",
        "written/",
        "written/new/",
    )
}


@pytest.mark.parametrize("role", states.ROLES)
def test_rights_of_every_page_are_the_tables(owner, new_person, client_of, draft, role):
    client = client_of(new_person(role))
    for url, view in addresses(owner, draft):
        answer = client.get(url)
        assert (answer.status_code != 403) == (role in states.RIGHTS[view.policy]), url
        assert answer.status_code in (200, 403, 405), url


def test_strangers_meet_404(owner, new_person, client_of, draft):
    stranger = client_of(new_person("owner", slug="werkbank"))
    for url, _view in addresses(owner, draft):
        own = url.replace("/w/lotsenforum/", "/w/werkbank/")
        for address in {url, own} - OWN_PAGES:
            assert stranger.get(address).status_code in (404, 405), address
            assert stranger.post(address).status_code in (404, 405), address
    assert draft.channel.name.encode() not in stranger.get("/w/werkbank/guidelines/").content
    assert b"Geheim" not in stranger.get("/w/werkbank/core-messages/").content


def test_from_nothing_to_an_open_channel(owner, client_of, channel):
    client = client_of(owner)
    start = client.get(page(owner, "reaction_plan", channel="forum"))
    assert "Mit 22 Situationen beginnen" in start.content.decode()
    plan_url = client.post(page(owner, "draft", channel="forum")).url
    assert "Gefahr für einen Menschen" in client.get(plan_url).content.decode()
    refused = client.post(page(owner, "open_channel", channel="forum"), follow=True)
    assert "Nicht eröffnet." in refused.content.decode()
    plan = channel.reaction_plans.get()
    client.post(page(owner, "put_in_force", plan_id=plan.pk))
    again = client.post(page(owner, "put_in_force", plan_id=plan.pk), follow=True)
    assert "Nicht in Kraft gesetzt." in again.content.decode()
    opened = client.post(page(owner, "open_channel", channel="forum"), follow=True).content.decode()
    assert "ist eröffnet" in opened and page(owner, "index").replace("guidelines/", "channels/forum/prove/") in opened
    assert Channel.objects.get(pk=channel.pk).state == "live"


FORM = {
    "name": "Frage, gewöhnlich", "recognise": "", "reaction": "reply_publicly", "first_response_minutes": "1:30 h",
    "member_first_minutes": "30 min", "satisfied_by": "anyone", "counts_service_hours": "on", "instruction": "Warten.",
    "reason": "", "words": "frage*\nwer weiß", "is_question": "yes", "is_first_post": "", "revision": "1",
}  # fmt: skip


def test_rule_is_changed_as_people_write(owner, client_of, draft):
    rule = draft.rules.get(situation=1)
    assert client_of(owner).post(page(owner, "edit_rule", rule_id=rule.pk), FORM).status_code == 302
    rule.refresh_from_db()
    assert (rule.first_response_minutes, rule.member_first_minutes) == (90, 30)
    assert rule.signs == {"words": ["frage*", "wer weiß"], "is_question": True}


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("first_response_minutes", "bald", "keine Dauer"),
        ("member_first_minutes", "3 h", "noch am Zug"),
        ("words", "***", "keinen Buchstaben"),
        ("reaction", "shout", "shout"),
        ("name", "", "Bitte ausfüllen"),
    ],
)
def test_wrong_values_are_explained_and_stay_typed(owner, client_of, draft, field, typed, told):
    rule = draft.rules.get(situation=1)
    answer = client_of(owner).post(page(owner, "edit_rule", rule_id=rule.pk), {**FORM, field: typed})
    text = answer.content.decode()
    assert answer.status_code == 422 and told in text
    assert f'id="id_{field}_error"' in text and "Warten." in text
    assert ReactionRule.objects.get(pk=rule.pk).first_response_minutes == 1440


def test_no_reply_leaves_no_window_for_members(owner, client_of, draft):
    rule = draft.rules.get(situation=1)
    url = page(owner, "edit_rule", rule_id=rule.pk)
    assert client_of(owner).post(url, {**FORM, "first_response_minutes": ""}).status_code == 422
    quiet = {**FORM, "first_response_minutes": "", "member_first_minutes": ""}
    assert client_of(owner).post(url, quiet).status_code == 302


def test_two_editors_of_a_rule_are_told(owner, client_of, draft):
    url = page(owner, "edit_rule", rule_id=draft.rules.get(situation=1).pk)
    client = client_of(owner)
    client.post(url, FORM)
    late = client.post(url, {**FORM, "instruction": "Sofort antworten."})
    text = late.content.decode()
    assert late.status_code == 422 and "Sofort antworten." in text and "Warten." in text


def test_rule_in_force_is_not_changed_underhand(owner, client_of, draft, now):
    put_in_force(person=owner, plan=draft, now=now)
    answer = client_of(owner).post(page(owner, "edit_rule", rule_id=draft.rules.get(situation=1).pk), FORM)
    assert answer.status_code == 422 and "unter der Hand" in answer.content.decode()


def test_pages_cost_the_same_with_3_and_30_channels(
    owner, client_of, draft, channel, now, django_assert_max_num_queries
):
    put_in_force(person=owner, plan=draft, now=now)
    counts = []
    client = client_of(owner)
    for rows in (3, 30):
        for number in range(rows):
            slug = f"f{rows}-{number}"
            Channel.objects.create(
                workspace=owner.workspace, slug=slug, name=slug, kind="own_forum", created_at=now, updated_at=now
            )
        for url in (page(owner, "index"), page(owner, "reaction_plan", channel="forum")):
            with django_assert_max_num_queries(15) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 12, counts


def test_a_changed_rule_says_again_what_it_said(owner, client_of, draft):
    client, rule = client_of(owner), draft.rules.get(situation=3)
    url = page(owner, "edit_rule", rule_id=rule.pk)
    form = client.get(url).context["form"]
    typed = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    typed = {name: value for name, value in typed.items() if value is not False}
    said = client.post(url, {**typed, "name": "Anders"}, follow=True)
    changed = ReactionRule.objects.get(pk=rule.pk)
    assert changed.name == "Anders"
    undo = re.search(r'class="toast[^"]*">.*?action="([^"]+)"', said.content.decode(), re.DOTALL)[1]
    client.post(undo)
    fresh = ReactionRule.objects.get(pk=rule.pk)
    assert (fresh.name, fresh.signs, fresh.first_response_minutes) == (
        rule.name,
        rule.signs,
        rule.first_response_minutes,
    )
