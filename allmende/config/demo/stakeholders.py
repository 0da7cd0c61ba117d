"""Who decides about the Lotsenforum, and the report that lies ready for one of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from allmende.stakeholders.actions import add_stakeholder, compose_report, write_report
from allmende.team.models import Person

STORY = (
    "Eine Buchhalterin aus Husum fragte am Abend vor der Abgabe nach der Sondervorauszahlung. Zwanzig Minuten später "
    "hatte ein Lotse geantwortet, am Morgen war die Meldung draußen. Angerufen hat sie nicht."
)
ASK = "Zwei Stunden im Quartal mit Herrn Holm im Lotsenkreis, fest zugesagt bis zum nächsten Quartalsplan."


def report_to_brandt(*, jana: Person, now: datetime) -> None:
    """Three stakeholders; for the head of service a composed report that waits for its release."""
    today = now.astimezone(ZoneInfo(jana.workspace.zone)).date()
    brandt = add_stakeholder(
        person=jana,
        now=now,
        name="Katrin Brandt",
        position="Serviceleiterin",
        department="Service",
        influence="decides",
        interest="Weniger Spitzen am Quartalsende",
        relation="understands",
        update_interval_days=28,
        next_due_date=today + timedelta(days=6),
    )
    add_stakeholder(
        person=jana,
        now=now,
        name="Jens Holm",
        position="Produktleiter",
        department="Produkt",
        influence="advises",
        interest="Was Kundinnen und Kunden zuerst fehlt",
        relation="supports",
        update_interval_days=14,
        next_due_date=today + timedelta(days=11),
    )
    add_stakeholder(
        person=jana,
        now=now,
        name="Dr. Anke Lorenz",
        position="Geschäftsführerin",
        department="Geschäftsführung",
        influence="decides",
        interest="Kosten im Support, Ruf bei Steuerberatungen",
        relation="informed",
        update_interval_days=91,
        next_due_date=today + timedelta(days=40),
    )
    report = compose_report(
        person=jana,
        stakeholder=brandt,
        period_start_date=today - timedelta(weeks=13),
        period_end_date=today,
        now=now,
    )
    write_report(
        person=jana, report=report, now=now, seen_revision=report.revision, title=report.title, story=STORY, ask=ASK
    )
