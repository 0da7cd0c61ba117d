"""Versions proposed, agreed, told and answered: S0-02, S0-06, S0-07, S1-22, I-03, I-07, table of levels in 3.4."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from allmende.plan import actions, jobs, queries, states
from allmende.plan.models import Agreement, Objective, PlanVersion, Receipt
from allmende.team.actions import send_due_mail
from allmende.team.models import Mail
from allmende.team.queries import unseen_notices
from allmende.team.templatetags.team_words import sentence

PLAN = "/w/lotsenforum/plan/"


@pytest.fixture
def brandt(owner, now):
    return actions.add_stakeholder(
        person=owner, name="Frau Brandt", email="brandt@example.org", must_agree=True, influence="decides", now=now
    )


def changed(owner, plan, now, layer="objective", **values):
    """A draft in which one element of this layer differs."""
    draft = actions.open_draft(person=owner, plan=plan, now=now)
    key = {"objective": Objective}.get(layer)
    row = key.objects.get(version=draft) if key else draft.strategys.get() if layer == "strategy" else draft.steps.get()
    actions.SAVE[layer](person=owner, version=draft, key=row.key, now=now, **values)
    return draft


def proposed(owner, plan, now, **values):
    draft = changed(owner, plan, now, **(values or {"target_share": 0.5}))
    return actions.propose_version(person=owner, version=draft, reason="Das Ziel war zu klein", now=now)


def asked():
    return Mail.objects.get(to_address="brandt@example.org", subject__contains="Zustimmung")


def link_in(text):
    return re.search(r"(/guest/\S+)", text)[1]


def test_s1_22_objectives_are_agreed_over_a_link_without_an_account(plan_published, owner, now, brandt, client_of):
    written = plan_published
    proposed(owner, written.plan, now)
    letter = Mail.objects.get(to_address="brandt@example.org", subject__contains="Zustimmung")
    guest, url = Client(), link_in(letter.body)
    page = guest.get(url).content.decode()
    assert "Mehr Fragen werden gelöst" in page and "Das Ziel war zu klein" in page
    assert "<del>47" in page and "50" in page
    answer = {"answer": states.CHANGES, "name": "Karin Brandt", "comment": "Erst ab Juli"}
    assert "Erst ab Juli" in guest.post(url, answer).content.decode()
    version = queries.current_plan(owner.workspace).versions.get(number=2)
    assert version.state == states.PROPOSED
    assert "Erst ab Juli" in client_of(owner).get(f"{PLAN}proposal/").content.decode()
    guest.post(url, {"answer": states.YES, "name": "Karin Brandt", "comment": ""})
    version.refresh_from_db()
    assert version.state == states.AGREED
    actions.publish_version(person=owner, version=version, reason="Das Ziel war zu klein", now=now)
    version.refresh_from_db()
    assert (version.state, version.published_without_agreement) == (states.PUBLISHED, "")
    shown = client_of(owner).get(f"{PLAN}versions/2/").content.decode()
    assert "Karin Brandt" in shown
    late = guest.post(url, {"answer": states.CHANGES, "name": "Karin Brandt", "comment": "doch nicht"})
    assert late.status_code == 409
    assert Agreement.objects.get().answer == states.YES


@pytest.mark.parametrize("kind", ["agreement", "news"])
def test_s1_22_a_browser_sends_what_a_guest_answers(plan_published, owner, now, brandt, kind):
    """Under `no-referrer` a browser gives the origin "null", and every answer would be refused as a form too old to send."""
    written = plan_published
    version = proposed(owner, written.plan, now)
    if kind == "news":
        actions.publish_version(person=owner, version=version, reason="weil", without_agreement="eilig", now=now)
    letter = asked() if kind == "agreement" else Mail.objects.exclude(pk=asked().pk).latest("created_at")
    guest, url = Client(enforce_csrf_checks=True), link_in(letter.body)
    page = guest.get(url)
    assert page["Referrer-Policy"] == "same-origin"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    typed = {"csrfmiddlewaretoken": token, "answer": states.YES, "name": "Karin Brandt", "comment": ""}
    assert guest.post(url, typed, HTTP_ORIGIN="http://testserver").status_code == 200


def test_s1_22_a_guest_reads_it_in_the_language_they_choose(plan_published, owner, now, brandt):
    written = plan_published
    proposed(owner, written.plan, now)
    guest, url = Client(), link_in(asked().body)
    assert "Wollen wir das erreichen?" in guest.get(url).content.decode()
    guest.post("/language/", {"language": "en", "next": url})
    assert "Is this what we want to reach?" in guest.get(url).content.decode()


def test_s1_22_an_agreement_is_asked_anew_after_its_interval(plan_published, owner, now, brandt):
    written = plan_published
    version = proposed(owner, written.plan, now)
    actions.answer_agreement(
        agreement=Agreement.objects.get(), answer=states.YES, name="Karin Brandt", comment="", now=now
    )
    version.refresh_from_db()
    actions.publish_version(person=owner, version=version, reason="Das Ziel war zu klein", now=now)
    assert jobs.renew_agreements(now + timedelta(days=181)) == 0
    later = now + timedelta(days=182)
    assert jobs.renew_agreements(later) == 1
    assert jobs.renew_agreements(later + timedelta(days=1)) == 0
    renewal = Agreement.objects.get(kind=states.RENEWAL)
    letter = Mail.objects.get(to_address="brandt@example.org", subject__startswith="Stimmen Sie weiterhin zu?")
    assert "weiterhin erreichen?\n\nHier lesen und antworten Sie" in letter.body
    page = Client().get(link_in(letter.body)).content.decode()
    assert "Wollen wir das weiterhin erreichen?" in page and "Das Ziel war zu klein" not in page
    actions.answer_agreement(agreement=renewal, answer=states.YES, name="Karin Brandt", comment="Weiter so", now=later)
    with pytest.raises(actions.CannotAnswer):
        actions.answer_agreement(agreement=renewal, answer=states.CHANGES, name="K.", comment="Nein", now=later)
    assert jobs.renew_agreements(later + timedelta(days=181)) == 0
    assert jobs.renew_agreements(later + timedelta(days=182)) == 1


def test_i07_goals_and_objectives_need_every_agreement_or_the_reason(plan_published, owner, now, brandt):
    written = plan_published
    actions.add_stakeholder(person=owner, name="Herr Holm", must_agree=True, now=now)
    version = proposed(owner, written.plan, now)
    first, _ = version.agreements.order_by("stakeholder__name")
    by = {"person": owner, "version": version, "reason": "Das Ziel war zu klein", "now": now}
    with pytest.raises(actions.CannotPublish, match=r"Frau Brandt, Herr Holm"):
        actions.publish_version(**by)
    actions.answer_agreement(agreement=first, answer=states.YES, name="Brandt", comment="", now=now)
    with pytest.raises(actions.CannotPublish, match=r"Herr Holm"):
        actions.publish_version(**by)
    assert PlanVersion.objects.get(pk=version.pk).state == states.PROPOSED
    actions.publish_version(**by, without_agreement="Herr Holm ist bis Januar krank")
    version.refresh_from_db()
    assert version.published_without_agreement == "Herr Holm ist bis Januar krank"
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        PlanVersion.objects.filter(pk=version.pk).update(state=states.SUPERSEDED)
        PlanVersion.objects.filter(pk=draft.pk).update(state=states.PUBLISHED, change_level=4)


def test_who_must_agree_and_has_left_is_named(plan_published, owner, now, brandt, client_of):
    written = plan_published
    version = proposed(owner, written.plan, now)
    actions.archive_stakeholder(person=owner, stakeholder=brandt, now=now)
    with pytest.raises(actions.CannotPublish, match=r"Frau Brandt"):
        actions.publish_version(person=owner, version=version, reason="weil", now=now)
    assert client_of(owner).get(f"{PLAN}proposal/").status_code == 200
    actions.add_stakeholder(person=owner, name="Herr Neu", must_agree=True, now=now)
    actions.take_back(person=owner, version=version, comment="Frau Brandt ist gegangen", now=now)
    again = actions.propose_version(person=owner, version=version, reason="weil", now=now)
    assert [one.stakeholder.name for one in queries.agreement_standing(again).waiting] == ["Herr Neu"]


def test_changes_wanted_make_a_proposal_a_draft_again(plan_published, owner, new_person, now, brandt, client_of):
    written = plan_published
    version = proposed(owner, written.plan, now)
    manager = new_person("manager")
    with pytest.raises(actions.CannotSaveElement):
        actions.save_objective(person=owner, version=version, key=written.objective.key, target_share=0.6, now=now)
    typed = {"comment": "Frau Brandt will erst die Zahlen sehen"}
    assert client_of(manager).post(f"{PLAN}proposal/back/", typed).url == f"{PLAN}draft/"
    version.refresh_from_db()
    assert version.state == states.DRAFT
    assert typed["comment"] in client_of(owner).get(f"{PLAN}draft/").content.decode()
    actions.save_objective(person=owner, version=version, key=written.objective.key, target_share=0.6, now=now)
    old = version.agreements.get()
    with pytest.raises(actions.CannotAnswer):
        actions.answer_agreement(agreement=old, answer=states.YES, name="Brandt", comment="", now=now)


def test_a_strategy_needs_a_second_reader(plan_published, owner, new_person, now, client_of):
    written = plan_published
    lead = new_person("lead")
    draft = changed(owner, written.plan, now, "strategy", emotion="Zugehörigkeit")
    by = {"person": owner, "version": draft, "reason": "Stolz wirkt nicht", "now": now}
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(**by, is_self_checked=True)
    actions.propose_version(**by)
    with pytest.raises(actions.CannotPublish):
        actions.read_second(person=owner, version=draft, note="", now=now)
    assert unseen_notices(lead).filter(kind="plan.version_proposed").exists()
    client_of(lead).post(f"{PLAN}proposal/read/", {"note": "Passt"})
    draft.refresh_from_db()
    assert (draft.state, draft.second_reader, draft.reader_note) == (states.AGREED, lead, "Passt")
    assert actions.publish_version(**by).state == states.PUBLISHED


def test_i03_alone_one_checks_oneself(plan_published, owner, now):
    written = plan_published
    draft = changed(owner, written.plan, now, "strategy", emotion="Zugehörigkeit")
    by = {"person": owner, "version": draft, "reason": "Stolz wirkt nicht", "now": now}
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(**by)
    version = actions.publish_version(**by, is_self_checked=True)
    assert (version.second_reader, version.agreed_at) == (owner, now)


def test_the_plans_owner_publishes_or_the_deputy(plan_published, owner, new_person, now):
    written = plan_published
    lead = new_person("lead")
    draft = changed(owner, written.plan, now, "step", where="am Telefon")
    by = {"version": draft, "reason": "Telefon", "now": now}
    with pytest.raises(actions.CannotPublish, match="Jana Petersen"):
        actions.publish_version(person=lead, **by)
    actions.save_plan(person=owner, plan=written.plan, deputy=lead, now=now)
    assert actions.publish_version(person=lead, **by).published_by == lead


def test_one_revision_at_a_time_and_nothing_is_published_twice(plan_published, owner, now, brandt, client_of):
    written = plan_published
    version = proposed(owner, written.plan, now)
    with pytest.raises(actions.CannotRevise, match="2"):
        actions.open_draft(person=owner, plan=written.plan, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(
            plan=written.plan, workspace=owner.workspace, number=9, created_at=now, updated_at=now
        )
    assert client_of(owner).post(f"{PLAN}draft/").url == f"{PLAN}proposal/"
    by = {"person": owner, "version": version, "reason": "weil", "now": now, "without_agreement": "eilig"}
    actions.publish_version(**by)
    told = Receipt.objects.count()
    with pytest.raises(actions.CannotPublish, match=r"again|erneut"):
        actions.publish_version(**by)
    assert Receipt.objects.count() == told


class TestPublishedWhileAnotherIsProposed:
    """A version published while another is proposed: answered in words, nothing half written."""

    def unchanged(self, plan):
        return (
            list(plan.versions.order_by("number").values_list("number", "state", "revision", "change_reason")),
            Agreement.objects.count(),
            Receipt.objects.count(),
            Mail.objects.count(),
        )

    def test_neither_the_old_one_nor_a_discarded_one_gets_past_it(self, write_plan, owner, now, brandt, client_of):
        written = write_plan(publish=True)
        discarded = changed(owner, written.plan, now, short_name="verworfen")
        actions.discard_draft(person=owner, version=discarded, now=now)
        proposed(owner, written.plan, now)
        before, by = self.unchanged(written.plan), {"person": owner, "reason": "weil", "now": now}
        for version in (written.version, discarded):
            with pytest.raises(actions.CannotPublish):
                actions.publish_version(version=version, without_agreement="eilig", **by)
        with pytest.raises(actions.CannotDiscardDraft):
            actions.restore_draft(person=owner, version=discarded, now=now)
        assert client_of(owner).post(f"{PLAN}draft/discarded/{discarded.pk}/").status_code == 303
        assert self.unchanged(written.plan) == before

    def test_who_still_writes_on_it_reads_why_and_keeps_the_text(self, write_plan, owner, now, brandt, client_of):
        written = write_plan(publish=True)
        version, client = proposed(owner, written.plan, now), client_of(owner)
        publish = {"person": owner, "version": version, "reason": "weil", "without_agreement": "eilig", "now": now}
        page = f"{PLAN}draft/goal/{written.goal.key}/"
        typed = {"statement": "Was noch geschrieben wurde", "seen_revision": 1}
        for happens in (None, actions.publish_version):
            if happens:
                happens(**publish)
            before = self.unchanged(written.plan)
            for address in (page, f"{PLAN}draft/goal/new/"):
                answer = client.post(address, typed)
                assert answer.status_code == 409
                assert "Was noch geschrieben wurde" in answer.content.decode()
                assert "vorgeschlagen, veröffentlicht oder verworfen" in answer.content.decode()
                assert client.get(address).url == f"{PLAN}draft/"
            assert self.unchanged(written.plan) == before

    def test_an_answer_that_comes_after_it_is_told_so(self, write_plan, owner, now, brandt):
        written = write_plan(publish=True)
        version = proposed(owner, written.plan, now)
        url = link_in(asked().body)
        actions.publish_version(person=owner, version=version, reason="weil", without_agreement="eilig", now=now)
        before = self.unchanged(written.plan)
        late = Client().post(url, {"answer": states.YES, "name": "Karin Brandt", "comment": ""})
        assert late.status_code == 409
        assert Agreement.objects.get().answer == ""
        assert self.unchanged(written.plan) == before


def test_s0_06_each_reader_is_told_in_the_app_and_by_mail_with_their_own_words(
    plan_published, owner, new_person, now, brandt, settings
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    written = plan_published
    reader = new_person("author")
    Mail.objects.all().delete()
    draft = changed(owner, written.plan, now, target_share=0.5)
    actions.publish_version(
        person=owner,
        version=draft,
        reason="Das Ziel war zu klein",
        without_agreement="eilig",
        words={str(brandt.pk): "Damit sinken die Anrufe zum Quartalsende"},
        now=now,
    )
    assert unseen_notices(reader).filter(kind="plan.version_published").exists()
    assert send_due_mail(now=now) == 2
    texts = {one.recipients()[0].split("<")[-1].rstrip(">"): one.body for one in mail.outbox}
    assert "Das Ziel war zu klein" in texts[reader.user.email]
    assert all("vorher „47 %“, jetzt „50 %“" in re.sub(r"\s", " ", body) for body in texts.values())
    notice = unseen_notices(reader).get(kind="plan.version_published")
    assert "vorher „47 %“, jetzt „50 %“" in re.sub(r"\s", " ", sentence(notice))
    assert "Damit sinken die Anrufe" in next(body for to, body in texts.items() if "brandt" in to)
    assert "Damit sinken die Anrufe" not in texts[reader.user.email]
    assert not Mail.objects.exclude(body="").exists(), "links do not stay behind"


def test_up_to_tactics_only_the_team_is_told(plan_published, owner, new_person, now, brandt):
    written = plan_published
    reader = new_person("author")
    draft = changed(owner, written.plan, now, "step", where="am Telefon")
    version = actions.publish_version(person=owner, version=draft, reason="Telefon", now=now)
    assert [one.reader_name for one in queries.receipts_of(version)] == [reader.name]


def test_s0_07_who_was_told_confirms_on_the_page_the_reminder_leads_to(write_plan, owner, new_person, now, client_of):
    written, reader = write_plan(publish=True), new_person("author", "Emre")
    draft = changed(owner, written.plan, now, "step", where="am Telefon")
    actions.publish_version(person=owner, version=draft, reason="Telefon", now=now)
    client, asked = client_of(reader), "Ich weiß, was sich geändert hat"
    assert asked in client.get(f"{PLAN}versions/2/").content.decode()
    assert asked not in client_of(owner).get(f"{PLAN}versions/2/").content.decode()
    client.post(f"{PLAN}seen/")
    assert asked not in client.get(f"{PLAN}versions/2/").content.decode()


def test_a_strategy_is_told_to_the_stakeholders_of_its_objective(plan_published, owner, now, brandt):
    written = plan_published
    actions.add_stakeholder(person=owner, name="Herr Anderswo", objective_keys=["objective-x"], now=now)
    draft = changed(owner, written.plan, now, "strategy", emotion="Zugehörigkeit")
    version = actions.publish_version(person=owner, version=draft, reason="weil", is_self_checked=True, now=now)
    assert [one.reader_name for one in queries.receipts_of(version)] == ["Frau Brandt"]


def test_s0_07_it_shows_who_has_seen_the_update_and_reminds_once(
    plan_published, owner, new_person, now, brandt, client_of
):
    written = plan_published
    reader, other = new_person("author", "Emre"), new_person("moderator", "Lina")
    for one in (reader, other):
        client_of(one).get(PLAN)
    draft = changed(owner, written.plan, now, target_share=0.5)
    version = actions.publish_version(person=owner, version=draft, reason="weil", without_agreement="eilig", now=now)
    client_of(reader).get(PLAN)
    receipts = {one.reader_name: one for one in queries.receipts_of(version)}
    assert receipts["Emre"].seen_at and not receipts["Emre"].acknowledged_at
    assert not receipts["Lina"].seen_at
    client_of(reader).post(f"{PLAN}seen/")
    letter = Mail.objects.get(to_address=brandt.email, subject__contains=" 2 ").body
    assert "„" in letter and "Er ist nur für Sie gedacht." in letter and letter.rstrip().endswith(owner.name)
    guest = link_in(letter)
    Client().get(guest)
    Client().post(guest)
    page = client_of(owner).get(f"{PLAN}versions/2/").content.decode()
    assert "Lina" in page
    receipts = {one.reader_name: one for one in queries.receipts_of(version)}
    assert receipts["Emre"].acknowledged_at and receipts["Frau Brandt"].acknowledged_at
    later = now + timedelta(days=8)
    assert jobs.remind_readers(now + timedelta(days=6)) == 0
    assert jobs.remind_readers(later) == 1
    assert jobs.remind_readers(later) == 0
    assert unseen_notices(other).filter(kind="plan.version_reminder").exists()
    row = queries.version_rows(written.plan)[0]
    assert (row.told, row.acknowledged) == (3, 2)


def test_s0_02_the_owner_is_reminded_once_and_the_deputy_sees_the_days(
    plan_published, owner, new_person, now, client_of
):
    written = plan_published
    lead = new_person("lead")
    actions.save_plan(person=owner, plan=written.plan, deputy=lead, now=now)
    due = now + timedelta(days=91)
    assert jobs.remind_of_reviews(due) == 0
    assert jobs.remind_of_reviews(due + timedelta(days=1)) == 2
    assert jobs.remind_of_reviews(due + timedelta(days=5)) == 0
    assert unseen_notices(owner).filter(kind="plan.review_due").count() == 1
    page = queries.plan_page(lead, due + timedelta(days=5))
    assert page.review_overdue_days == 5
    actions.save_plan(person=owner, plan=written.plan, review_interval_days=7, now=now)  # the page asks the real clock
    shown = client_of(lead).get(PLAN).content.decode()
    assert re.search(r"\d+ Tage überfällig", shown) and f"{owner.name} ist verantwortlich" in shown
    actions.save_plan(person=owner, plan=written.plan, review_interval_days=91, now=now)
    actions.confirm_plan(person=owner, plan=written.plan, note="Alles noch richtig", now=due + timedelta(days=5))
    assert queries.plan_page(lead, due + timedelta(days=6)).review_overdue_days == 0


def test_mail_that_fails_waits_longer_and_stops_nobody(owner, now, settings):
    from allmende.team.actions import queue_mail

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    queue_mail(
        workspace=owner.workspace, to_address="a@example.org", to_name="A", subject="s", body="b", once_key="k", now=now
    )
    assert send_due_mail(now=now) == 0
    letter = Mail.objects.get()
    assert letter.attempts == 1 and letter.send_after > now and letter.last_error
    assert send_due_mail(now=now) == 0
    assert Mail.objects.get().attempts == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_due_mail(now=letter.send_after) == 1
    assert send_due_mail(now=letter.send_after) == 0


def refuses(sql, *values):
    with pytest.raises(DatabaseError, match="cannot be changed"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)


def test_i04_agreements_of_a_published_version_and_its_new_columns_are_frozen(plan_published, owner, now, brandt):
    written = plan_published
    version = proposed(owner, written.plan, now)
    agreement = Agreement.objects.get()
    actions.answer_agreement(agreement=agreement, answer=states.YES, name="Brandt", comment="", now=now)
    version.refresh_from_db()
    actions.publish_version(person=owner, version=version, reason="weil", now=now)
    refuses("UPDATE plan_agreement SET comment = 'nein'")
    refuses("DELETE FROM plan_agreement")
    for change in ("agreed_at = NULL", "proposal = 7", "reader_note = 'x'", "approach = 'repair'", "revision = 99"):
        refuses(f"UPDATE plan_planversion SET {change} WHERE state = 'published'")
    with pytest.raises(DatabaseError), transaction.atomic():
        Agreement.objects.create(version=version, stakeholder=brandt, round=9, asked_at=now)
    if connection.vendor == "sqlite":
        names = ", ".join(field.column for field in Agreement._meta.concrete_fields)
        refuses(f"INSERT OR REPLACE INTO plan_agreement ({names}) SELECT {names} FROM plan_agreement")
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'plan_version_frozen'")
            trigger = cursor.fetchone()[0]
        moving = {"state", "updated_at", "updated_by_id"}
        columns = {field.column for field in PlanVersion._meta.concrete_fields} - moving
        assert not [name for name in columns if f"NEW.{name} IS OLD.{name}" not in trigger]


def test_two_versions_are_compared_in_words(plan_published, owner, now, client_of):
    written = plan_published
    draft = changed(owner, written.plan, now, target_share=0.5)
    actions.publish_version(person=owner, version=draft, reason="weil", without_agreement="eilig", now=now)
    page = client_of(owner).get(f"{PLAN}versions/compare/?from=1&to=2").content.decode()
    assert "<del>47" in page and "<ins>50" in page
    assert client_of(owner).get(f"{PLAN}versions/compare/?from=1&to=77").status_code == 404
