"""Who decides about the Lotsenforum, one report that went out, and one that lies ready."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from allmende.config.demo import words
from allmende.plan.actions import add_stakeholder
from allmende.plan.models import Stakeholder
from allmende.stakeholders.actions import compose_report, release_report, write_report
from allmende.stakeholders.models import Report
from allmende.team.models import Person


def know_stakeholders(*, jana: Person, today: date, now: datetime) -> dict[str, Stakeholder]:
    """Three people by key; what they are and, from `today`, when they hear from us next."""
    return {
        text["key"]: add_stakeholder(
            person=jana,
            now=now,
            contact=jana,
            name=text["name"],
            email=text["email"],
            position=text["position"],
            department=text["department"],
            influence=text["influence"],
            must_agree=text["influence"] == "decides",
            interest=text["interest"],
            wanted_feeling=text["wanted_feeling"],
            relation=text["relation"],
            update_interval_days=text["every_days"],
            next_due_date=today + timedelta(days=text["due_days"]),
        )
        for text in words.texts(jana.workspace.language, "plan")["stakeholders"]
    }


def report(*, jana: Person, now: datetime) -> None:
    """Released for the head of product, ready as a draft for the head of service. The behaviours must be measured."""
    said = words.texts(jana.workspace.language, "plan")
    names = {text["key"]: text["name"] for text in said["stakeholders"]}
    for key, is_released in (("holm", True), ("brandt", False)):
        known = Stakeholder.objects.get(workspace=jana.workspace, name=names[key])
        if known.reports.exists():
            continue
        with transaction.atomic():
            draft = _composed(jana, known, said["report"][key], now)
            if is_released:
                release_report(person=jana, report=draft, now=now, seen_revision=draft.revision)


def _composed(jana: Person, stakeholder: Stakeholder, text: dict[str, Any], now: datetime) -> Report:
    today = now.astimezone(ZoneInfo(jana.workspace.zone)).date()
    draft = compose_report(
        person=jana,
        stakeholder=stakeholder,
        period_start_date=today - timedelta(weeks=13),
        period_end_date=today,
        now=now,
    )
    write_report(
        person=jana,
        report=draft,
        now=now,
        seen_revision=draft.revision,
        title=draft.title,
        story=text["story"],
        story_by=text["story_by"],
        has_story_consent=True,
        setback=text["setback"],
        ask=text["ask"],
    )
    draft.refresh_from_db()
    return draft
