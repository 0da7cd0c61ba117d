"""The plan of the Lotsenforum (`domain.md` 6.1), written and published by the real actions."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from allmende.plan.actions import (
    open_draft,
    publish_version,
    report_step,
    save_goal,
    save_objective,
    save_step,
    save_strategy,
    save_tactic,
    start_plan,
)
from allmende.plan.models import Objective, PlanVersion, Step, StrategicPlan, Tactic
from allmende.team.models import Person

# code, name, description, reach, depth, length, hours a week, state, expected effect
TACTICS = (
    ("T1", "Lotsenkreis", "zwölf Personen, Einblick in Produktpläne, fester Ansprechpartner", 2, 3, 3, "6.0", "running", ""),
    ("T2", "Persönlicher Dank", "mit Angabe, wem es geholfen hat", 3, 2, 2, "3.0", "running", ""),
    ("T3", "Vorrangfrist", "Fachfragen vier Stunden den Mitgliedern lassen", 3, 2, 2, "0.5", "running", ""),
    ("T5", "Abschluss-Sprechstunde", "monatlich mit einer Fachexpertin", 2, 2, 1, "4.0", "selected", "etwa 1,5 Punkte bei Z1"),
    ("T6", "Gewinnspiel", "unter allen, die im Monat schreiben", 2, 1, 1, "5.0", "idea", "keine Wirkung belegt"),
)  # fmt: skip


def write_plan(*, jana: Person, emre: Person, starts_at: datetime, now: datetime) -> StrategicPlan:
    """Version 1 at `starts_at`, version 2 two days before `now`; steps lie around `now`."""
    plan = start_plan(
        person=jana, title="Lotsenforum", community_type="support", strategic_hours=12, routine_hours=0, now=starts_at
    )
    draft = open_draft(person=jana, plan=plan, now=starts_at)
    goal = save_goal(
        person=jana,
        version=draft,
        now=starts_at,
        statement="Kundinnen und Kunden lösen Fragen zur Buchhaltung schneller, ohne den Support anzurufen.",
        plain_statement="Mehr Fragen werden gelöst, bevor sie bei uns ankommen.",
        value_type="cost",
        organisational_goal="Supportkosten je Kunde senken",
    )
    today = now.astimezone(ZoneInfo(jana.workspace.zone)).date()
    _helpers(jana, emre, draft, goal.key, starts_at, today)
    _newcomers(jana, emre, draft, goal.key, starts_at, today)
    publish_version(
        person=jana, version=draft, reason="Erster gemeinsamer Plan mit Service, Produkt und Marketing", now=starts_at
    )
    _revise(jana, emre, plan, now - timedelta(days=2), today)
    return plan


def _helpers(jana: Person, emre: Person, draft: PlanVersion, goal: str, at: datetime, today: date) -> None:
    objective = save_objective(
        person=jana,
        version=draft,
        goal_key=goal,
        now=at,
        code="Z1",
        short_name="Erfahrene antworten zuerst",
        audience="Erfahrene Buchhalterinnen und Buchhalter",
        behaviour="Fragen anderer binnen 24 Stunden als Erste beantworten",
        effect="die Frage gelöst ist, bevor sie beim Support ankommt",
        quality_condition="Die erste Antwort kommt von einem anderen Mitglied, nicht vom Team",
        definition_key="first_answer_by_member_24h",
        baseline_share=0.49,
        target_share=0.57,
        target_date=today + timedelta(weeks=13),
        least_relevant_difference=0.04,
        guardrail="Anteil bestätigter Lösungen, mindestens wie bisher",
        starts_date=at.date(),
        review_date=today + timedelta(weeks=13),
    )
    lever = save_strategy(
        person=jana,
        version=draft,
        objective_key=objective.key,
        now=at,
        emotion="Stolz auf sichtbares Fachkönnen",
        statement="Wer den Monatsabschluss beherrscht, soll spüren, dass Fachleute sein Urteil suchen.",
    )
    keys = {}
    for code, name, text, reach, depth, length, hours, state, effect in TACTICS:
        keys[code] = save_tactic(
            person=jana,
            version=draft,
            strategy_key=lever.key,
            now=at,
            code=code,
            name=name,
            description=text,
            reach=reach,
            depth=depth,
            length=length,
            effort_hours=Decimal(hours),
            state=state,
            expected_effect=effect,
        ).key
    steps = (
        ("T1", "Holm stellt den Quartalsplan im Lotsenkreis vor", jana, emre, 0),
        ("T2", "Dank an Hanne Voss, Karl Ott und Dilek Arslan schreiben", jana, None, 1),
        ("T3", "Ausnahmen der Vorrangfrist prüfen: Wer wartete vier Stunden umsonst?", emre, jana, 5),
        ("T1", "Drei neue Lotsinnen und Lotsen anrufen und nach ihrem Antrieb fragen", jana, emre, 12),
    )
    for code, what, owner, controller, days in steps:
        _step(jana, draft, keys[code], what, owner, controller, today + timedelta(days=days), at)


def _newcomers(jana: Person, emre: Person, draft: PlanVersion, goal: str, at: datetime, today: date) -> None:
    objective = save_objective(
        person=jana,
        version=draft,
        goal_key=goal,
        now=at,
        code="Z2",
        short_name="Neue kommen wieder",
        audience="Neue Anwenderinnen und Anwender",
        behaviour="nach ihrer ersten Frage innerhalb von 30 Tagen wieder etwas beitragen",
        effect="aus Fragenden Helfende werden",
        quality_condition="ein eigener Beitrag, nicht nur eine Reaktion",
        definition_key="newcomer_contributes_again_30d",
        baseline_share=0.42,
        target_share=0.50,
        target_date=today + timedelta(weeks=26),
        least_relevant_difference=0.05,
        guardrail="Zeit bis zur ersten Antwort für Neue, höchstens wie bisher",
        starts_date=at.date(),
        review_date=today + timedelta(weeks=13),
    )
    lever = save_strategy(
        person=jana,
        version=draft,
        objective_key=objective.key,
        now=at,
        emotion="Erleichterung, die zum Zurückgeben wird",
        statement="Wer eben Hilfe bekam, soll merken, dass auch die eigene Erfahrung anderen hilft.",
        direction="relieve",
    )
    tactic = save_tactic(
        person=jana,
        version=draft,
        strategy_key=lever.key,
        now=at,
        code="T4",
        name="Wem hilfst du heute?",
        description="Bitte gleich nach der bestätigten Lösung",
        reach=2,
        depth=2,
        length=2,
        effort_hours=Decimal("1.0"),
        state="running",
    )
    _step(
        jana, draft, tactic.key, "Bitte um Hilfe in der Lösungsmail einbauen", emre, jana, today - timedelta(days=1), at
    )


def _step(
    jana: Person,
    draft: PlanVersion,
    tactic: str,
    what: str,
    owner: Person,
    controller: Person | None,
    due: date,
    at: datetime,
) -> None:
    save_step(
        person=jana,
        version=draft,
        tactic_key=tactic,
        now=at,
        what=what,
        owner=owner,
        controller=controller,
        due_date=due,
        control_date=due + timedelta(days=7) if controller else None,
    )


def _revise(jana: Person, emre: Person, plan: StrategicPlan, at: datetime, today: date) -> None:
    draft = open_draft(person=jana, plan=plan, now=at)
    tactic = Tactic.objects.get(version=draft, code="T4")
    save_tactic(
        person=jana, version=draft, key=tactic.key, now=at, description="Bitte am Tag nach der bestätigten Lösung"
    )
    publish_version(
        person=jana,
        version=draft,
        reason="T4 bat zu früh um Hilfe: Wer eben fragte, wollte erst die Lösung probieren.",
        now=at,
    )
    step = Step.objects.get(version=draft, what__startswith="Bitte um Hilfe")
    report_step(person=emre, plan=plan, key=step.key, state="in_progress", now=at)


def objective_key(plan: StrategicPlan, code: str) -> str:
    """The key of an objective of the version in force by its code."""
    return Objective.objects.get(version__plan=plan, version__state="published", code=code).key
