"""Load the demo once: people, plan, forum, past, measurements, one report."""

import json
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from allmende.behaviours.actions import adopt_definition, measure_workspace
from allmende.channels.actions import choose_channel, import_file
from allmende.config.demo import words
from allmende.config.demo.forum import open_forum, write_items
from allmende.config.demo.history import WEEKS_SINCE, history
from allmende.config.demo.plan import objective_key, write_plan
from allmende.config.demo.stakeholders import report_to_brandt
from allmende.inbox.actions import file_imported
from allmende.ledger.shipped import SHIPPED
from allmende.team.actions import create_workspace, join_person
from allmende.team.models import Person, User


def load_demo(*, now: datetime) -> None:
    """The Lotsenforum of the invented Nordlicht Software, so that every screen has something true to show.

    Everything goes through the rooms' own actions; nothing comes from outside. Same day, same content.
    """
    jana, emre = _people(now)
    starts_at = _last_monday(now, jana.workspace.zone) - timedelta(weeks=WEEKS_SINCE)
    plan = write_plan(jana=jana, emre=emre, starts_at=starts_at, now=now)
    first, again = objective_key(plan, "Z1"), objective_key(plan, "Z2")
    forum = open_forum(jana=jana, serves={1: first, 2: again, 4: first}, now=now)
    write_items(jana=jana, emre=emre, channel=forum, objective_key=first, now=now)
    _import_past(jana, _last_monday(now, jana.workspace.zone), now)
    for definition in SHIPPED:
        adopt_definition(workspace=jana.workspace, spec=definition, person=jana, now=now)
    measure_workspace(workspace=jana.workspace, now=now)
    report_to_brandt(jana=jana, now=now)


def _people(now: datetime) -> tuple[Person, Person]:
    owner = _user("jana.petersen@nordlicht.example", "Jana Petersen")
    workspace = create_workspace(
        owner=owner,
        slug="lotsenforum",
        name="Lotsenforum",
        organisation="Nordlicht Software",
        subdivision="SH",
        now=now,
    )
    jana = workspace.people.get()
    emre = join_person(person=jana, user=_user("emre@nordlicht.example", "Emre Yıldız"), role="manager", now=now)
    moderator = _user("wiebke.lund@nordlicht.example", "Wiebke Lund")
    end_of_access: date = (now + timedelta(days=180)).date()
    join_person(person=jana, user=moderator, role="moderator", access_until_date=end_of_access, now=now)
    return jana, emre


def _user(email: str, name: str) -> User:
    """Somebody without a password: they get in by a one-time link."""
    return User.objects.create_user(email=email, name=name)


def _last_monday(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)


def _import_past(jana: Person, until: datetime, now: datetime) -> None:
    channel = choose_channel(
        person=jana, name="Forum bis heute", slug="forum-archiv", kind="archive", account=None, place="", now=now
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lotsenforum.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in history(until)), encoding="utf-8")
        run = import_file(person=jana, channel=channel, path=path, now=now, staff=words.STAFF)
    file_imported(import_run=run, now=now)
