"""The first half of the demo: people, plan, channels, the last two weeks. Quick, before anything else runs."""

from datetime import UTC, date, datetime, time, timedelta

from allmende.behaviours.actions import adopt_definition
from allmende.channels.actions import choose_channel, join_practice_network
from allmende.channels.models import Channel
from allmende.config.demo import items, life, story, words
from allmende.config.demo.crisis import learn_from_crisis
from allmende.config.demo.duty import plan_duty
from allmende.config.demo.handing_over import look_back_at_leave, prepare_leave
from allmende.config.demo.history import Calendar
from allmende.config.demo.messages import write_messages
from allmende.config.demo.people import answer_for_channels
from allmende.config.demo.plan import objective_key, write_plan
from allmende.config.demo.proof import prove
from allmende.config.demo.routines import keep_routines
from allmende.config.demo.stage import NETWORKS, Stage
from allmende.config.demo.stakeholders import know_stakeholders
from allmende.guidelines.actions import draft_from_catalogue, open_channel, put_in_force, save_rule
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_HELPS, QUESTION_CONFIRMED
from allmende.plan.models import StrategicPlan
from allmende.team.actions import add_hours, confirm_briefing, create_workspace, join_person, show_demo
from allmende.team.models import Person, User

SLUG = "lotsenforum"
# situation of the reaction plan -> number of the objective its conversations serve
SERVES = {1: "1", 2: "2", 4: "1"}
ARCHIVE = "altes-forum"


def begin(*, language: str, now: datetime) -> None:
    """Everything that needs no past. Nothing else may work on the data meanwhile (see `stage`)."""
    calendar = Calendar(now)
    starts_at = calendar.plan_starts_at.astimezone(UTC)
    jana, emre = _people(language, starts_at - timedelta(days=20), now)
    plan = write_plan(jana=jana, emre=emre, starts_at=starts_at, now=now)
    _adopt(jana, starts_at + timedelta(days=1))
    write_messages(jana=jana, now=starts_at + timedelta(days=1))
    know_stakeholders(jana=jana, today=calendar.local_now.date(), now=starts_at + timedelta(days=2))
    look_back_at_leave(jana=jana, emre=emre, now=starts_at + timedelta(days=15))
    learn_from_crisis(jana=jana, emre=emre, at=starts_at + timedelta(days=30, hours=7, minutes=40), now=now)
    stage = Stage(jana, emre, calendar.opened_at.astimezone(UTC))
    with stage.standing():
        _open_channels(stage, plan, calendar)
        answer_for_channels(jana=jana, emre=emre, channels=stage.channels, now=stage.now)
        _act(stage, plan, calendar, language)
        keep_routines(jana=jana, emre=emre, channels=stage.channels, now=calendar.now)
        prove(jana=jana, emre=emre, plan=plan, now=calendar.now)
        plan_duty(jana=jana, emre=emre, now=calendar.now)
        prepare_leave(jana=jana, emre=emre, now=calendar.now)
    life.hand_over(language=language, now=now)


def _people(language: str, joined_at: datetime, now: datetime) -> tuple[Person, Person]:
    said = words.texts(language, "plan")
    owner = _user("jana.petersen@nordlicht.example", "Jana Petersen", language)
    workspace = create_workspace(
        owner=owner, slug=SLUG, name=said["workspace"], organisation=said["organisation"], subdivision="SH",
        now=joined_at,
    )  # fmt: skip
    show_demo(workspace=workspace, since=now)
    jana = workspace.people.get()
    emre_user = _user("emre@nordlicht.example", "Emre Yıldız", language)
    emre = join_person(person=jana, user=emre_user, role="lead", now=joined_at)
    until: date = (now + timedelta(days=180)).date()
    wiebke = _user("wiebke.lund@nordlicht.example", "Wiebke Lund", language)
    helper = join_person(person=jana, user=wiebke, role="moderator", access_until_date=until, now=joined_at)
    confirm_briefing(person=helper, now=joined_at)
    weekend = [(day, time(hour), time(hour, 30)) for day in (5, 6) for hour in (10, 13, 16)]
    add_hours(
        person=jana, name=said["weekend_hours"], zone=workspace.zone, country="DE", subdivision="SH",
        keeps_holidays=False, spans=weekend, now=joined_at,
    )  # fmt: skip
    return jana, emre


def _user(email: str, name: str, language: str) -> User:
    """Somebody without a password: they get in by a one-time link."""
    return User.objects.create_user(email=email, name=name, language=language)


def _adopt(jana: Person, now: datetime) -> None:
    for definition in (FIRST_ANSWER_BY_MEMBER, NEWCOMER_HELPS, QUESTION_CONFIRMED):
        adopt_definition(workspace=jana.workspace, spec=definition, person=jana, now=now)


def _open_channels(stage: Stage, plan: StrategicPlan, calendar: Calendar) -> None:
    """Forum and social network live, LinkedIn prepared, the old forum as an archive."""
    said, jana = words.texts(stage.jana.workspace.language, "plan"), stage.jana
    kinds = {"forum": ("own_forum", "F"), "social": ("social_network", "M")}
    for place, file in NETWORKS.items():
        account = join_practice_network(
            person=jana, name=said["team_account"], handle="lotsenteam", place=place, file=file, now=stage.now
        )
        kind, mark = kinds[place]
        channel = choose_channel(
            person=jana, name=said[place], slug=place, kind=kind, account=account, mark=mark, now=stage.now
        )
        stage.channels[place] = _promise(jana, channel, plan, stage.now)
    choose_channel(
        person=jana,
        name=said["linkedin"],
        slug="linkedin",
        kind="social_network",
        account=None,
        mark="L",
        now=stage.now,
    )
    choose_channel(
        person=jana,
        name=said["archive"],
        slug=ARCHIVE,
        kind="archive",
        account=None,
        mark="A",
        now=calendar.monday.astimezone(UTC),
    )


def _promise(jana: Person, channel: Channel, plan: StrategicPlan, now: datetime) -> Channel:
    draft = draft_from_catalogue(person=jana, channel=channel, now=now)
    for situation, number in SERVES.items():
        rule = draft.rules.get(situation=situation)
        save_rule(person=jana, rule=rule, now=now, serves_key=objective_key(plan, number))
    put_in_force(person=jana, plan=draft, now=now)
    return open_channel(person=jana, channel=channel, now=now)


def _act(stage: Stage, plan: StrategicPlan, calendar: Calendar, language: str) -> None:
    """Our posts until the members come, what the members say, then the team's days among them."""
    said = words.texts(language, "items")
    told = story.live_threads(calendar, language)
    numbers = [text["code"][-1] for text in words.texts(language, "plan")["objectives"]]
    objectives = {number: objective_key(plan, number) for number in numbers}
    now = calendar.local_now
    desk = items.Desk(stage, objectives, said["no_objective"], stage.jana.workspace.zone, now.replace(tzinfo=None))
    scenes = items.scenes(desk, now)
    greeted_at = calendar.moved_at - timedelta(days=2)
    story.run([scene for scene in scenes if scene.at < greeted_at])
    story.act_members(stage, calendar, told, desk.native_id(said["extras"][0]["title"]))
    later = [scene for scene in scenes if scene.at >= greeted_at]
    story.run([*later, *items.hold_scenes(desk, now), *story.replies(stage, told)])
    story.answer_posts(stage, calendar, desk.published())
    stage.now = calendar.now
    stage.listen(calendar.now)
    story.run(story.tidy_up(stage, calendar))
    story.care(stage, calendar.now)
