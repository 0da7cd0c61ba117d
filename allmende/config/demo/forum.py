"""The live forum of the demo: members who speak on the practice network, and what the team wants to say."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from allmende.channels.actions import (
    PracticePost,
    choose_channel,
    join_practice_network,
    people_the_practice,
    practice_standing,
)
from allmende.channels.models import Channel
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, save_item, schedule_variant
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force, save_rule
from allmende.team.models import Person

# name, minutes before now, title, text. A statement invites no simulated member to answer: it waits for the team.
QUESTIONS = (
    (
        "Mirko Tietz",
        80,
        "Wo finde ich die Kassenbuch-Vorlage?",
        "Ich bin neu hier und suche die Vorlage für das Kassenbuch. Im Menü sehe ich nur Bank und Belege.",
    ),
    (
        "Sabine Roth",
        165,
        "Seit dem Update fehlt der Export nach DATEV",
        "Seit heute früh ist der Knopf weg. Das ist ärgerlich, morgen ist Abgabe. So kann ich nicht arbeiten.",
    ),
    (
        "Birgit Ahlers",
        150,
        "Vorsteuer beim gemischt genutzten Firmenwagen",
        (
            "Unseren Firmenwagen fährt mein Chef zu etwa 30 % privat. Beim Abschluss meldet die Prüfung "
            "„Privatanteil ohne Gegenbuchung“. Ich weiß nicht, wo ich das einstelle."
        ),
    ),
    (
        "Ole Brandt-Hansen",
        240,
        "Vertrag läuft aus, ich bekomme keine Rechnung",
        (
            "Mein Vertrag endet zum Monatsende, und die letzte Rechnung ist nie angekommen. Meine Kundennummer "
            "schicke ich gern."
        ),
    ),
    (
        "Hanne Voss",
        300,
        "Idee: Prüfung auf doppelte Belege vor dem Abschluss",
        (
            "Ich würde mir wünschen, dass das Programm vor dem Abschluss auf doppelte Belege prüft. Das hat mich "
            "neulich zwei Stunden gekostet."
        ),
    ),
    (
        "Karl Ott",
        420,
        "Danke, das hat geklappt!",
        "Großes Lob an alle, die mir gestern mit der Abgrenzung geholfen haben. Der Abschluss ist durch.",
    ),
)
CHECKLIST = """Der Monat schließt bald. Diese drei Schritte prüft Hanne Voss jedes Mal zuerst:

1. Belege bis zum Stichtag sperren
2. Kasse gegen Bestand abstimmen
3. Offene Posten über 60 Tage ansehen

Welcher Schritt fehlt Ihnen? Schreiben Sie ihn dazu."""
# Who spoke here before is no newcomer.
KNOWN = ("Sabine Roth", "Birgit Ahlers", "Ole Brandt-Hansen", "Hanne Voss", "Karl Ott", "Peer Jansen")


def open_forum(*, jana: Person, serves: Mapping[int, str], now: datetime) -> Channel:
    """The forum on the practice network, live, with a reaction plan in force and the last days of its members.

    `serves`: which objective (key) conversations of a situation (number) serve.
    """
    with practice_standing():
        account = join_practice_network(person=jana, name="Lotsenteam", handle="lotsenteam", now=now)
    channel = choose_channel(
        person=jana, name="Forum", slug="forum", kind="own_forum", account=account, place="", now=now
    )
    plan = draft_from_catalogue(person=jana, channel=channel, now=now)
    for situation, key in serves.items():
        save_rule(person=jana, rule=plan.rules.get(situation=situation), now=now, serves_key=key)
    put_in_force(person=jana, plan=plan, now=now)
    channel = open_channel(person=jana, channel=channel, now=now)
    people_the_practice(posts=_posts(now))
    return channel


def _posts(now: datetime) -> list[PracticePost]:
    first = PracticePost("Peer Jansen", "Willkommen im neuen Forum.", now - timedelta(days=9), "Hallo zusammen")
    hellos = [
        PracticePost(name, "Hallo, ich bin auch dabei.", now - timedelta(days=9, minutes=-number), answers=0)
        for number, name in enumerate(KNOWN[:-1], start=1)
    ]
    asked = [
        PracticePost(name, text, now - timedelta(minutes=minutes), title) for name, minutes, title, text in QUESTIONS
    ]
    birgit = 1 + len(hellos) + 2
    talk = [
        PracticePost(
            "Peer Jansen",
            "Hallo Birgit, sag noch, ob ihr ein Fahrtenbuch führt. Davon hängt die Gegenbuchung ab.",
            now - timedelta(minutes=70),
            answers=birgit,
        ),
        PracticePost("Birgit Ahlers", "1-%-Regel, kein Fahrtenbuch.", now - timedelta(minutes=49), answers=birgit),
    ]
    return [first, *hellos, *asked, *talk]


def write_items(*, jana: Person, emre: Person, channel: Channel, objective_key: str, now: datetime) -> None:
    """One item with its slot, one that waits for approval, one that is only begun."""
    tomorrow = (now + timedelta(days=1)).replace(tzinfo=None)
    scheduled = _item(
        jana,
        channel,
        objective_key,
        now,
        "Checkliste Monatsabschluss",
        CHECKLIST,
    )
    variant = scheduled.variants.get()
    approve_variant(person=emre, variant=variant, seen_hash=words_hash(scheduled.title, variant.text), now=now)
    wall = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
    schedule_variant(person=jana, variant=variant, wall=wall, zone=jana.workspace.zone, now=now)
    _item(
        emre,
        channel,
        objective_key,
        now,
        "Umfrage: Was kostet beim Abschluss Zeit?",
        "Was kostet Sie beim Monatsabschluss die meiste Zeit? Eine Zeile genügt; wir nehmen die drei häufigsten mit in den Lotsenkreis.",
    )
    _item(jana, channel, objective_key, now, "Vorstellung: drei neue Lotsinnen", "")


def _item(person: Person, channel: Channel, key: str, now: datetime, title: str, text: str):  # type: ignore[no-untyped-def]
    written = ItemText(
        title=title,
        serves_key=key,
        expected_behaviour="Erfahrene ergänzen einen Prüfschritt oder beantworten eine Rückfrage",
        expected_replies=12,
        texts={channel.pk: text},
    )
    return save_item(person=person, item=None, written=written, now=now)
