"""Every address against every role, foreign objects, forged forms and ended access (D14); found from the router."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from PIL import Image

from allmende.api.actions import make_token
from allmende.behaviours.actions import adopt_definition, begin_definition, tell_label
from allmende.behaviours.models import LabelSample
from allmende.behaviours.queries.editor import FROM_NOTHING
from allmende.channels.actions import (
    choose_arrivals,
    choose_channel,
    declare_hold,
    hand_over,
    import_file,
    keep_media,
    log_in,
    make_link,
    plan_activity,
    record_batch,
    send_due,
)
from allmende.channels.models import Account, Dispatch, Farewell
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.crisis.actions import (
    declare_incident,
    save_fact,
    save_lesson,
    save_mention,
    save_statement,
    take_over_levels,
)
from allmende.crisis.models import Signal
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    ItemText,
    PlanWish,
    SeriesWish,
    SourceWish,
    StepPlan,
    add_slot,
    add_source,
    add_step,
    approve_variant,
    change_plan,
    make_occurrences,
    publish_now,
    save_block,
    save_item,
    start_series,
)
from allmende.editorial.models import Rewording, Variant
from allmende.guidelines.actions import (
    draft_from_catalogue,
    put_in_force,
    save_contact,
    save_message,
    save_word,
    set_gate_aside,
    write_guideline,
)
from allmende.guidelines.models import EscalationLevel, ReactionPlan, ReactionRule
from allmende.handover.actions import announce_handover, write_note
from allmende.hub.access import find_page
from allmende.hub.actions import open_survey, take_comment
from allmende.inbox.actions import (
    ask_expert,
    ask_reader,
    decide_moderation,
    receive_notice,
    save_pattern,
    save_view,
    send_reply,
)
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.members.actions import add_note, erase, join_group, meet, merge_members, save_segment, set_rule
from allmende.members.models import Member
from allmende.plan.actions import (
    add_stakeholder,
    note_platform_change,
    plan_review,
    save_control,
    save_routine,
    submit_decision,
)
from allmende.stakeholders.actions import compose_report
from allmende.stakeholders.models import Report
from allmende.team import states
from allmende.team.actions import (
    assume_staffing,
    close_day,
    except_from_training,
    make_guest_link,
    make_login_link,
    offer_swap,
    plan_shift,
    request_absence,
    require_cover,
    revoke_guest_link,
    save_expert,
    save_profile,
    save_training_unit,
)
from allmende.team.models import GuestLink
from allmende.team.queries import default_hours
from tests.bedrock import NOW, living_on, person_of, stands
from tests.guidelines.opened import opened
from tests.house.test_doors import _PARAMETER, IN_WORKSPACE, METHODS, SAMPLES
from tests.plan.conftest import full_plan

pytestmark = pytest.mark.django_db
SKILL = {"skill": "x", "tactic": "", "required": 1, "essential": True}
# Tables that remember that somebody was there, and nothing of what they did.
FOOTPRINTS = ("django_session", "plan_planvisit", "plan_receipt", "auth_", "mfa_", "account_")


@stands("things")
def lay_things(below: dict[str, Any]) -> dict[str, Any]:
    """One of everything that has an address, laid for all tests here: to make it takes as long as to look at fifty pages."""
    made: dict[str, Any] = {}
    with living_on(below, made) as forum:
        made["things"] = one_of_everything(forum, below["owner"], NOW)
    return made


@pytest.fixture
def things(beneath, forum):  # type: ignore[no-untyped-def]
    """One of everything that has an address, by the name of its parameter."""
    laid = beneath.found("things", "things")
    assert laid, "a test that commits cannot stand on what is laid"
    return laid


def one_of_everything(forum, owner, now):  # type: ignore[no-untyped-def]
    item = Item(Ref("1"), "message", "asked", Author("k", name="Karl"), now, "1", title="Geheim", text="Wie?")
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    file_new(now)
    conversation = Conversation.objects.get()
    reply = send_reply(person=owner, conversation=conversation, text="Geheim.", seen_until=10**9, now=now)
    written = full_plan(owner, now, publish=True)
    past = settings.DATA / "past.jsonl"
    past.write_text('{"message_id":"9","thread_id":"9","author":"a","created_at":"2024-01-01","text":"Geheim"}\n')
    made = save_item(
        person=owner,
        item=None,
        written=ItemText("Geheim", no_objective_reason="x", texts={forum.pk: "Geheim"}),
        now=now,
    )
    brandt = add_stakeholder(person=owner, name="Geheim", now=now)
    period = {"period_start_date": date(2026, 7, 6), "period_end_date": date(2026, 10, 6)}
    report = compose_report(person=owner, stakeholder=brandt, now=now, **period)
    make_guest_link(person=owner, object_kind="x", object_id=1, guest_name="G", expires_at=now, now=now)
    hours = default_hours(owner.workspace)
    day = close_day(person=owner, hours=hours, on_date=now.date(), name="Ausflug", now=now)
    plan = ReactionPlan.objects.get()
    reworded = _reworded(owner, forum, now)
    hold = declare_hold(person=owner, workspace=owner.workspace, reason="Geheim", now=now)
    conversation_member = Member.objects.get(alias="Karl")
    note = add_note(person=owner, member=conversation_member, text="Geheim", now=now)
    rule = set_rule(person=owner, pattern="geheim_*", actor_class="bot", now=now)
    message = save_message(
        person=owner, message=None, sentence="Geheim", proof_points="", valid_from_date=now.date(), valid_until_date=None,
        now=now,
    )  # fmt: skip
    decision = submit_decision(
        person=owner, kind="hiring", title="Geheim", now=now, retain_until_date=date(2027, 4, 6),
        content={"competencies": [SKILL], "carried": [{"tactic": written.tactics[0].key}], "candidate": "Geheim"},
    )  # fmt: skip
    knowledge = write_note(person=owner, question_key="rituals", answer="Geheim", holder=owner, now=now)
    comes = person_of("manager", "Nachfolge")
    handover = announce_handover(
        person=owner, leaver=owner, successor=comes, kind="planned", reason="Geheim", last_date=now.date(), now=now
    )
    times = start_series(
        person=owner, item=made, wish=SeriesWish(date(2026, 10, 9), "weekly", time(9), ends_after=3), now=now
    )
    make_occurrences(now=now)
    account = Account.objects.create(workspace=owner.workspace, kind="feed", name="F", created_at=now, updated_at=now)
    feed = choose_channel(person=owner, name="F", slug="feed", kind="social_network", account=account, now=now)
    step = add_step(person=owner, item=made, plan=StepPlan(guests=[("Geheim", "")]), now=now)
    return {
        **reworded,
        "media_id": [_picture(owner, now).pk],
        "slot_id": [add_slot(person=owner, channel=forum, weekday=0, starts_at=time(9), now=now).pk],
        "segment_id": [_segment(owner, conversation_member, now).pk],
        "merging_id": [_merging(owner, conversation_member, now).pk],
        "sample_id": [_sample(owner, now).pk],
        **_links(owner, now), **_written(owner, conversation, now),
        "block_id": [save_block(person=owner, block=None, kind="signature", name="Geheim", text="Geheim", now=now).pk],
        "message_id": [message.pk], "decision_id": [decision.pk], "kind": ["generic"],
        "person_id": [owner.pk], "hours_id": [hours.pk], "day_id": [day.pk], "link_id": [GuestLink.objects.get().pk],
        "version_id": [written.version.pk], "layer": ["goal"], "number": [1],
        "draft_id": [begin_definition(person=owner, spec=FROM_NOTHING, name="Geheim", now=now).pk],
        "key": [written.goal.key, written.step.key, written.objective.key],
        "channel": [forum.slug], "plan_id": [plan.pk], "rule_id": [ReactionRule.objects.first().pk],
        "turn_id": [reply.message_id], "reading_id": [_reading(owner, conversation, now).public_id],
        "public_id": [reply.public_id, conversation.public_id], "hold_id": [hold.pk],
        "gate": ["netiquette"], **_presence(owner, forum, now),
        "run_id": [import_file(person=owner, channel=forum, path=past, now=now).pk],
        "approval_step_id": [step.pk], "reviewer_id": [step.reviewers.get().pk],
        "source_id": [add_source(person=owner, channel=feed, wish=SourceWish(), now=now).pk],
        "series_id": [times.pk], "occurrence_id": [times.occurrences.first().pk],
        "item_id": [made.pk], "variant_id": [made.variants.get().pk], "stakeholder_id": [brandt.pk],
        "report_id": [report.pk], "member_id": [conversation_member.pk], "note_id": [note.pk], "actor_rule_id": [rule.pk],
        "erasure_id": [_erased(owner, forum, now).pk],
        "knowledge_id": [knowledge.pk], "handover_id": [handover.pk], "point_id": [handover.points.first().pk],
        "token_id": [make_token(person=owner, name="Geheim", scopes=["plan:read"], days=30, now=now)[0].pk],
        **_duty(owner, comes, now), **_routines(owner, forum, now), **_reviews(owner, written.plan, now), **_page(owner, now),
        **_incident(owner, now), **_asked(owner, conversation, now), **_learnt(owner, comes, now), **_survey(owner, now),
    }  # fmt: skip


def _presence(owner, forum, now):  # type: ignore[no-untyped-def]
    aside = set_gate_aside(person=owner, channel=forum, gate="cover", reason="Geheim", now=now)
    budget = plan_activity(
        person=owner, channel=forum, hours=Decimal(8), post_minutes=45, replies_per_post=Decimal(2),
        reply_minutes=Decimal(7), other_replies=Decimal(0), seen_revision=None, now=now,
    )  # fmt: skip
    farewell = Farewell.objects.create(
        workspace=owner.workspace, channel=forum, told="Geheim", archive="stays", leads_to="Geheim", last_date=now.date(),
        came_from="live", created_at=now, updated_at=now,
    )  # fmt: skip
    return {"gate_exception_id": [aside.pk], "budget_id": [budget.pk], "farewell_id": [farewell.pk]}


def _erased(owner, forum, now):  # type: ignore[no-untyped-def]
    told = Item(Ref("e1"), "message", "asked", Author("e", name="Egon"), now, "e1", title="Geheim", text="Wie?")
    record_batch(channel=forum, batch=Batch([told], "e"), now=now)
    return erase(person=owner, member=Member.objects.get(alias="Egon"), asked_date=now.date(), now=now)


def _incident(owner, now):  # type: ignore[no-untyped-def]
    take_over_levels(owner, now)
    level = EscalationLevel.objects.get(workspace=owner.workspace, number=1)
    contact = save_contact(person=owner, level=level, colleague=None, name="Geheim", email="", phone="1", now=now)
    incident = declare_incident(person=owner, title="Geheim", cause="Geheim", level=2, now=now)
    fact = save_fact(
        person=owner, incident=incident, fact=None, kind="known", text="Geheim", source="", answer_by_at=None, now=now
    )
    lesson = save_lesson(
        person=owner, incident=incident, kind="training", text="Geheim", owner=None, due_date=None, now=now
    )
    mention = save_mention(person=owner, title="Geheim", outlet="Geheim", url="", weight=1, seen_at=now, now=now)
    statement = save_statement(person=owner, statement=None, title="Geheim", text="Geheim", now=now)
    signal = Signal.objects.create(workspace=owner.workspace, at=now, last_at=now, level=2, grounds=["volume"])
    return {
        "contact_id": [contact.pk], "incident_id": [incident.pk], "fact_id": [fact.pk], "lesson_id": [lesson.pk],
        "mention_id": [mention.pk], "signal_id": [signal.pk], "statement_id": [statement.pk], "tick_id": [incident.checklist.first().pk],
    }  # fmt: skip


def _learnt(owner, comes, now):  # type: ignore[no-untyped-def]
    unit = save_training_unit(person=owner, unit=None, name="Geheim", kind="tool", now=now)
    profile = save_profile(
        person=owner, profile=None, name="Geheim", characteristics=["Geheim"], competencies=[("Geheim", 1, True)],
        holders=[owner], now=now,
    )  # fmt: skip
    excepted = except_from_training(
        person=owner, colleague=comes, gate="crisis", reason="Geheim", until_date=now.date(), now=now
    )
    return {"training_unit_id": [unit.pk], "profile_id": [profile.pk], "exception_id": [excepted.pk]}


def _survey(owner, now):  # type: ignore[no-untyped-def]
    return {"round_id": [open_survey(person=owner, starts_date=now.date(), ends_date=now.date(), now=now).pk]}


def _asked(owner, conversation, now):  # type: ignore[no-untyped-def]
    expert = save_expert(person=owner, expert=None, name="Geheim", topics=["Geheim"], way="talk", now=now)
    asked = ask_expert(person=owner, conversation=conversation, expert=expert, question="Geheim", now=now)
    return {"expert_id": [expert.pk], "inquiry_id": [asked.pk]}


def _sample(owner, now):  # type: ignore[no-untyped-def]
    counted = adopt_definition(
        workspace=owner.workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, name="Geheim", now=now
    )
    return LabelSample.objects.create(
        workspace=owner.workspace, definition=counted, counted=1, complete=2, period_start=now - timedelta(days=9),
        period_end=now, created_at=now, created_by=owner, updated_at=now,
    )  # fmt: skip


def _reading(owner, conversation, now):  # type: ignore[no-untyped-def]
    return ask_reader(person=owner, conversation=conversation, text="Geheim", seen_until=10**9, now=now)


def _reworded(owner, forum, now):  # type: ignore[no-untyped-def]
    """A text that is out, and other words proposed for it."""
    written = ItemText("Geheim draussen", no_objective_reason="x", texts={forum.pk: "Geheim"})
    variant = save_item(person=owner, item=None, written=written, now=now).variants.get()
    seen = words_hash("Geheim draussen", "Geheim")
    publish_now(person=owner, variant=approve_variant(person=owner, variant=variant, seen_hash=seen, now=now), now=now)
    send_due(now=now + timedelta(minutes=1))
    out = Variant.objects.select_related("dispatch__message").get(pk=variant.pk).dispatch.message
    proposed = Rewording.objects.create(
        variant=variant, message=out, title="Geheim", text="Geheim neu", reason="Geheim", words_hash="x", state="proposed",
        proposed_by=owner, proposed_at=now,
    )  # fmt: skip
    return {"published_id": [out.pk], "rewording_id": [proposed.pk]}


def _written(owner, conversation, now):  # type: ignore[no-untyped-def]
    guideline = write_guideline(person=owner, title="Geheim", addressee="members", channel=None, now=now)
    word = save_word(
        person=owner, entry=None, term="Geheim", advice="avoid", alternative="", others=(), reason="", now=now
    )
    asked = conversation.entries.get(message__direction="inward").message
    moderation = decide_moderation(
        person=owner, message=asked, measure="hide", rule=None, law="Geheim", facts="Geheim", statement="Geheim",
        source="own", until_date=None, now=now,
    )  # fmt: skip
    return {
        "guideline_id": [guideline.pk], "guideline_rule_id": [guideline.rules.first().pk], "word_id": [word.pk],
        "moderation_id": [moderation.pk], "notice_id": [_reported(owner, now).pk], **_sorting(owner, now),
    }  # fmt: skip


def _reported(owner, now):  # type: ignore[no-untyped-def]
    return receive_notice(
        workspace=owner.workspace, kind="rules", place="Geheim", explanation="Geheim", name="Geheim", email="",
        is_good_faith=True, language="de", now=now,
    )  # fmt: skip


def _sorting(owner, now):  # type: ignore[no-untyped-def]
    pattern = save_pattern(
        person=owner,
        pattern=None,
        name="Geheim",
        text="Geheim bleibt, was in der Vorlage steht.",
        situation=None,
        now=now,
    )
    view = save_view(person=owner, name="Geheim", query="?tab=free", is_shared=False, now=now)
    return {"pattern_id": [pattern.pk], "view_id": [view.pk]}


def _links(owner, now):  # type: ignore[no-untyped-def]
    link = make_link(person=owner, target="https://example.org/", name="Geheim", now=now)
    told = f"code;behaviour;time\n{link.code};bought;{now.isoformat()}\n".encode()
    upload = choose_arrivals(person=owner, name="geheim.csv", parts=[told], now=now)
    return {"tracked_id": [link.pk], "arrival_upload_id": [upload.pk]}


def _merging(owner, member, now):  # type: ignore[no-untyped-def]
    author = Author("geheim", name="Geheim")
    meet(workspace=owner.workspace, network="sandbox:9", authors=[author], first_seen={}, now=now)
    other = Member.objects.get(alias="Geheim")
    return merge_members(person=owner, source=other, target=member, basis="said", now=now)


def _segment(owner, member, now):  # type: ignore[no-untyped-def]
    segment = save_segment(person=owner, segment=None, name="Geheim", now=now)
    join_group(person=owner, segment=segment, members=[member.pk], since=None, now=now)
    tell_label(person=owner, label="geheim", tag="Geheim", situation=0, now=now)
    return segment


def _duty(owner, colleague, now):  # type: ignore[no-untyped-def]
    hours = default_hours(owner.workspace)
    requirement = require_cover(person=owner, hours=hours, seats=1, starts_date=now.date(), now=now)
    shift = plan_shift(
        person=owner, shift=None, hours=hours, kind="full", doer=owner, starts_at=now, ends_at=now + timedelta(hours=4),
        now=now,
    )  # fmt: skip
    absence = request_absence(
        person=owner, absent=owner, kind="leave", starts_date=now.date(), ends_date=now.date(), deputy=None, now=now
    )
    later = {"starts_at": now + timedelta(days=9), "ends_at": now + timedelta(days=9, hours=4), "now": now}
    mine, theirs = (
        plan_shift(person=owner, shift=None, hours=None, kind="full", doer=doer, **later) for doer in (owner, colleague)
    )
    offer = offer_swap(person=owner, shift=mine, wanted=theirs, now=now)
    assumed = assume_staffing(person=owner, name="contacts", value=Decimal(1), reason="Geheim", now=now)
    return {
        "worked": ["2026-10-11"], "requirement_id": [requirement.pk], "shift_id": [shift.pk], "absence_id": [absence.pk], "swap_id": [offer.pk],
        "assumption_id": [assumed.pk],
    }  # fmt: skip


def _plan_change(owner, now):  # type: ignore[no-untyped-def]
    variant = Variant.objects.filter(workspace=owner.workspace, dispatch=None).first()
    picked = {variant.pk: variant.revision}
    return change_plan(person=owner, picked=picked, wish=PlanWish("pause", "Geheim"), now=now).change


def _page(owner, now):  # type: ignore[no-untyped-def]
    account = log_in(person=owner, kind="page", name="Seite", answers={"address": "seite"}, now=now)
    channel = choose_channel(person=owner, name="Seite", slug="seite", kind="own_forum", account=account, now=now)
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    channel = opened(owner, channel, now)
    dispatch = hand_over(
        person=owner, channel=channel, kind="holding_statement", title="Geheim", text="Geheim", now=now, send_after=now
    )
    send_due(now=now)
    dispatch.message.refresh_from_db()
    post = dispatch.message
    comment = take_comment(
        page=find_page(owner.workspace.slug, "seite"), post=post, answers=None, name="Geheim", text="Geheim",
        begun_at=now - timedelta(minutes=1), sender=str(owner.pk), now=now,
    )  # fmt: skip
    return {"said_id": [post.pk], "comment_id": [comment.pk]}


def _picture(owner, now):  # type: ignore[no-untyped-def]
    file = BytesIO()
    Image.new("RGB", (4, 3)).save(file, "PNG")
    return keep_media(person=owner, name="geheim.png", content=file.getvalue(), now=now)


def _reviews(owner, plan, now):  # type: ignore[no-untyped-def]
    day = now.date()
    review = plan_review(
        person=owner, plan=plan, review=None, kind="regular", planned_date=day, period_start_date=day,
        period_end_date=day, commitments={}, now=now,
    )  # fmt: skip
    control = save_control(
        person=owner, control=None, what="Geheim", key="", interval_days=7, controller=owner, next_date=day, now=now
    )
    return {"review_id": [review.pk], "control_id": [control.pk]}


def _routines(owner, forum, now):  # type: ignore[no-untyped-def]
    routine = save_routine(
        person=owner, routine=None, revision=None, now=now, name="Geheim", steps=["Geheim"], rhythm="daily",
        owner=owner, channel=forum, planned_minutes=5,
    )  # fmt: skip
    change = note_platform_change(
        person=owner, network=forum.account.kind, what="Geheim", noticed_date=now.date(), effective_date=None,
        source_url="", formats=["poll"], now=now,
    )  # fmt: skip
    return {
        "routine_id": [routine.pk], "step_id": [routine.steps.get().pk], "change_id": [change.pk, _plan_change(owner, now).pk],
        "effect_id": [change.effects.first().pk],
    }  # fmt: skip


def paths(address, slug, things):  # type: ignore[no-untyped-def]
    """The address in the workspace `slug` with every known thing in the place of its parameters."""
    found = [address.pattern]
    for match in _PARAMETER.finditer(address.pattern):
        values = [slug] if match["name"] == "slug" else things.get(match["name"], [SAMPLES[match["kind"] or "str"]])
        found = [path.replace(match[0], str(value), 1) for path in found for value in values]
    return ["/" + path for path in found]


def ask(client, path):  # type: ignore[no-untyped-def]
    answers = [getattr(client, method)(path) for method in METHODS]
    return [answer for answer in answers if answer.status_code != 405]


def contents() -> dict[str, int]:
    """What is stored: a sum over every row of every table, apart from footprints."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if not name.startswith(FOOTPRINTS)]
        found = {}
        for table in sorted(tables):
            if "_fts" in table:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = hash(frozenset(map(repr, cursor.fetchall())))
    return found


@pytest.mark.parametrize("role", [role for role in states.ROLES if role != "owner"])
def test_each_role_meets_a_refusal_where_the_table_says_so(things, new_person, client_of, workspace, role):
    client, before = client_of(new_person(role)), contents()
    wrong = []
    for address in IN_WORKSPACE:
        if role in states.RIGHTS[address.policy]:
            continue
        for path in paths(address, workspace.slug, things):
            wrong += [(role, path, answer.status_code) for answer in ask(client, path) if answer.status_code != 403]
    assert not wrong
    assert contents() == before


READERS_MAY_NOT_WRITE = (
    ("author", "inbox/{public_id}/", {"text": "Hallo", "seen_until": "999999"}),
    ("observer", "calendar/items/{item_id}/", {"title": "Anders", "no_objective_reason": "x", "seen_revision": "1"}),
    ("moderator", "calendar/items/{item_id}/", {"title": "Anders", "no_objective_reason": "x", "seen_revision": "1"}),
    ("observer", "plan/step/{key}/", {"state": "in_progress"}),
)


@pytest.mark.parametrize(("role", "path", "typed"), READERS_MAY_NOT_WRITE)
def test_who_may_only_read_a_page_cannot_post_to_it(things, new_person, client_of, workspace, role, path, typed):
    named = {name: values[-1] for name, values in things.items()} | {"key": things["key"][1]}
    client, before = client_of(new_person(role)), contents()
    assert client.post(f"/w/{workspace.slug}/{path.format(**named)}", typed).status_code in (403, 422)
    assert contents() == before


def test_the_owner_of_another_workspace_finds_nothing_by_its_id(things, new_person, client_of, workspace):
    stranger = new_person("owner", slug="other")
    client, slug = client_of(stranger), stranger.workspace.slug
    client.get(f"/w/{slug}/")
    before, learnt = contents(), []
    named = [
        address
        for address in IN_WORKSPACE
        if set(re.findall(r":(\w+)>", address.pattern)) & (things.keys() - {"layer", "kind"})
    ]
    assert len(named) > 40
    for address in named:
        for path in paths(address, slug, things):
            for answer in ask(client, path):
                if answer.status_code != 404 and not answer.get("Location", "").endswith("/plan/"):
                    learnt.append((path, answer.status_code))
                assert b"Geheim" not in answer.content, path
    assert not learnt
    assert contents() == before


def test_no_form_is_taken_without_its_token(things, owner, workspace):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner.user, backend="django.contrib.auth.backends.ModelBackend")
    before, taken = contents(), []
    for address in IN_WORKSPACE:
        for path in paths(address, workspace.slug, things):
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.post(path, headers=headers)
                if answer.status_code not in (403, 405):
                    taken.append((path, answer.status_code))
    for path in ("/welcome/", "/language/", "/account/login/", "/account/logout/", "/login/abc/"):
        assert client.post(path).status_code == 403, path
    assert not taken
    assert contents() == before


def test_no_page_is_empty_and_every_form_carries_its_token(things, owner, client_of, workspace):
    """An address that only takes forms says so, too."""
    client, empty, bare = client_of(owner), [], []
    for address in IN_WORKSPACE:
        for path in paths(address, workspace.slug, things):
            answer = client.get(path)
            if answer.status_code == 405 and not answer.content:
                empty.append(path)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            forms = re.findall(r'<form\b[^>]*method="post".*?</form>', answer.content.decode(), re.DOTALL)
            bare += [(path, form[:100]) for form in forms if "csrfmiddlewaretoken" not in form]
    assert not empty
    assert not bare


@pytest.mark.parametrize("role", [role for role in states.ROLES if role != "owner"])
def test_no_page_offers_what_the_role_may_not_do(things, new_person, client_of, workspace, role):
    """A link or button that ends in a refusal is a closed door somebody painted open."""
    client, closed = client_of(new_person(role)), set()
    for address in IN_WORKSPACE:
        for path in paths(address, workspace.slug, things):
            answer = client.get(path)
            if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
                continue
            offered = re.findall(r'<(?:a|form)\b[^>]*?(?:href|action)="(/w/[^"#?]+)', answer.content.decode())
            policies = {target: getattr(resolve(target).func, "policy", "") for target in offered}
            closed |= {
                (address.pattern, target)
                for target, verb in policies.items()
                if verb in states.RIGHTS and role not in states.RIGHTS[verb]
            }
    assert not closed


def test_access_ends_with_its_last_day_even_with_a_live_session(things, owner, new_person, client_of, workspace):
    guest = new_person("manager")
    client, before = client_of(guest), Dispatch.objects.count()
    today = workspace.day_at(timezone.now())
    for until, status in ((today, 200), (today - timedelta(days=1), 404)):
        guest.access_until_date, guest.employment = until, "external"
        guest.save()
        assert client.get(f"/w/{workspace.slug}/team/").status_code == status
    for path in (f"/w/{workspace.slug}/inbox/{things['public_id'][1]}/", f"/w/{workspace.slug}/channels/stop/"):
        assert client.post(path, {"text": "x", "reason": "x"}).status_code == 404
    assert Dispatch.objects.count() == before


def test_a_role_taken_away_counts_from_the_next_press(things, new_person, client_of, workspace):
    manager = new_person("manager")
    client = client_of(manager)
    client.get(f"/w/{workspace.slug}/channels/stop/")
    manager.role = "observer"
    manager.save()
    assert client.post(f"/w/{workspace.slug}/channels/stop/", {"reason": "x"}).status_code == 403


def test_a_closed_account_is_out_at_once(owner, client_of, workspace):
    client = client_of(owner)
    assert client.get(f"/w/{workspace.slug}/team/").status_code == 200
    owner.user.is_active = False
    owner.user.save()
    assert client.get(f"/w/{workspace.slug}/team/").status_code == 302


@pytest.mark.parametrize(
    "goal",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_nobody_is_led_away_by_a_next(owner, client_of, workspace, goal):
    nobody, somebody = Client(), client_of(owner)
    password = {"login": owner.user.email, "password": "vier Wege am Deich", "next": goal}
    answers = [
        nobody.post("/account/login/", password),
        somebody.post(f"/w/{workspace.slug}/appearance", {"theme": "dark", "next": goal}),
        somebody.post("/language/", {"language": "en", "next": goal}),
        somebody.post("/account/logout/", {"next": goal}),
    ]
    for answer in answers:
        assert answer.status_code == 302
        assert "evil" not in answer["Location"]
        assert "javascript" not in answer["Location"]


def test_a_revoked_or_ended_guest_link_opens_nothing(things, owner, now):
    from allmende.stakeholders.access import GUEST_KIND

    Report.objects.update(state="released", released_at=now, released_by=owner)
    until = timezone.now() + timedelta(days=1)
    token = make_guest_link(
        person=owner,
        object_kind=GUEST_KIND,
        object_id=things["report_id"][0],
        guest_name="G",
        expires_at=until,
        now=now,
    )
    link = GuestLink.objects.get(object_kind=GUEST_KIND)
    revoke_guest_link(person=owner, link=link, now=now)
    assert Client().get(f"/guest/report/{token}/").status_code == 404
    GuestLink.objects.filter(pk=link.pk).update(revoked_at=None, expires_at=now - timedelta(days=900))
    assert Client().get(f"/guest/report/{token}/").status_code == 404
    assert Client().get(f"/guest/report/{token}x/").status_code == 404


def test_a_live_session_does_not_change_the_password_without_knowing_it(owner, client_of):
    """Whoever finds a screen unlocked must not take the account along."""
    client = client_of(owner)
    answer = client.post("/welcome/", {"name": "Jana", "password": "ein ganz anderes Wort"})
    owner.user.refresh_from_db()
    assert answer.status_code == 302
    assert owner.user.check_password("vier Wege am Deich")
    token = make_login_link(user=owner.user, now=timezone.now())
    client.post(f"/login/{token}/")
    client.post("/welcome/", {"name": "Jana", "password": "ein ganz anderes Wort"})
    owner.user.refresh_from_db()
    assert owner.user.check_password("ein ganz anderes Wort")
