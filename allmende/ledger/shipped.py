"""The definitions Allmende ships: the twelve behaviours of domain.md 4.7, and what the demo plans of section 6 ask for.
A workspace may copy and change them; these stay as they are."""

from dataclasses import replace
from datetime import timedelta

from allmende.ledger.definition import Anchor, Definition, Predicate, Quality, Spread

# Organic response: the first answer to a member's question, by whomever except bots, comes within 24 h and
# from another member. Staff stay visible on purpose: where staff were faster, the question was not answered
# organically.
FIRST_ANSWER_BY_MEMBER = Definition(
    key="first_answer_by_member_24h",
    version=1,
    form="F2",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("thread_root", ("asked",)),
    predicate=Predicate(acts=("answered",), actor_classes=("member",), is_first=True),
    window=timedelta(hours=24),
    exclusions=("bot",),
)

# A first-time poster: a member whose first message ever falls into the period. Again: any further message
# within 30 days.
NEWCOMER_CONTRIBUTES_AGAIN = Definition(
    key="newcomer_contributes_again_30d",
    version=1,
    form="F1",
    unit="member",
    population=("member",),
    anchor=Anchor("first_act"),
    predicate=Predicate(),
    window=timedelta(days=30),
    exclusions=("staff", "bot"),
)

# Solved, not only answered: the asker accepts somebody's answer within a week (example 6).
QUESTION_CONFIRMED = Definition(
    key="question_confirmed_7d",
    version=1,
    form="F2",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("thread_root", ("asked",)),
    predicate=Predicate(acts=("answered",)),
    quality=Quality(any_of=("accepted",)),
    window=timedelta(days=7),
    exclusions=("bot",),
)

# From taking to giving: an answer in somebody else's thread that is accepted or thanked for (example 1).
NEWCOMER_HELPS = Definition(
    key="newcomer_helps_30d",
    version=1,
    form="F1",
    unit="member",
    population=("member",),
    anchor=Anchor("first_act"),
    predicate=Predicate(acts=("answered",)),
    quality=Quality(any_of=("accepted", "thanked", "helpful_votes"), outside_own_thread=True),
    window=timedelta(days=30),
    exclusions=("staff", "bot"),
)

MARKED = Quality(any_of=("accepted", "thanked", "helpful_votes"), outside_own_thread=True)
_DAY = timedelta(days=1)

# Somebody answers a newcomer's first post, whatever it is and wherever it stands (example 2).
FIRST_POST_ANSWERED = Definition(
    key="first_post_answered_24h",
    version=1,
    form="F2",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("first_act"),
    predicate=Predicate(acts=("answered", "commented"), actor_classes=("member",)),
    window=_DAY,
    exclusions=("bot",),
)

# Still there in the second month (example 4).
NEWCOMER_STAYS = replace(NEWCOMER_CONTRIBUTES_AGAIN, key="newcomer_stays_60d", opens_after=30 * _DAY, window=60 * _DAY)

# In at least three of the months two to six (example 10).
NEWCOMER_REGULAR = replace(
    NEWCOMER_CONTRIBUTES_AGAIN,
    key="newcomer_regular_180d",
    opens_after=30 * _DAY,
    window=180 * _DAY,
    spread=Spread(5, 3),
)

# How long hard questions wait for an expert; after 30 days without one they count as unanswered (example 7).
HARD_QUESTION_WAITS = Definition(
    key="hard_question_expert_time",
    version=1,
    form="F4",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("thread_root", ("asked",), labels=("hard",)),
    predicate=Predicate(acts=("answered",), actor_classes=("expert",)),
    window=30 * _DAY,
    exclusions=("bot",),
)

# Who helps often, of those who answer at all (example 8), and on how few the help rests (example 9).
HELPERS = Definition(
    key="helpers_five_a_month",
    version=1,
    form="F5",
    unit="member_period",
    population=("member",),
    anchor=Anchor("period", ("answered",)),
    predicate=Predicate(acts=("answered",)),
    quality=MARKED,
    minimum=5,
    exclusions=("staff", "bot"),
)
SHOULDERS = replace(
    HELPERS, key="helping_shoulders", form="F6", minimum=1, anchor=Anchor("period", ("answered",), period="quarter")
)

# Detailed reports by those invited: how many of them send one (example 11), and how many come per month.
INVITED_REPORT = Definition(
    key="invited_report_quarter",
    version=1,
    form="F5",
    unit="member_period",
    population=("member",),
    segment="invited",
    anchor=Anchor("period", period="quarter"),
    predicate=Predicate(acts=("submitted_report",)),
    quality=Quality(any_of=("accepted",)),
    exclusions=("staff", "bot"),
)
INVITED_REPORTS = replace(INVITED_REPORT, key="invited_reports_rate", form="F3", anchor=Anchor("period"))

# Knowledge crosses a boundary: an answer that helped comes from another department (example 12), or another plant.
ANSWER_ACROSS = Definition(
    key="answer_from_other_department_2d",
    version=1,
    form="F2",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("thread_root", ("asked",)),
    predicate=Predicate(acts=("answered",), across="department"),
    quality=Quality(any_of=("accepted", "thanked")),
    window=2 * _DAY,
    in_workdays=True,
    lag=7 * _DAY,
    exclusions=("bot",),
)
ANSWER_ACROSS_PLANTS = replace(
    ANSWER_ACROSS, key="answer_from_other_plant_2d", predicate=Predicate(acts=("answered",), across="plant")
)

# From prospect to customer (S1-26): those who took part and buy; asking and being answered on the way there.
PROSPECT_BUYS = Definition(
    key="prospect_buys_90d",
    version=1,
    form="F1",
    unit="member",
    population=("member", "unknown"),
    segment="prospects",
    anchor=Anchor("first_act"),
    predicate=Predicate(acts=("bought",)),
    window=90 * _DAY,
    exclusions=("staff", "bot"),
)
PROSPECT_ASKS = replace(
    PROSPECT_BUYS,
    key="prospect_question_confirmed_90d",
    predicate=Predicate(acts=("asked",)),
    quality=Quality(any_of=("accepted",), on="thread"),
    lag=14 * _DAY,
    anchor_counts=True,
)

# A member answers first, and the question is confirmed as solved within seven days, by whichever answer.
FIRST_ANSWER_CONFIRMED = replace(
    FIRST_ANSWER_BY_MEMBER,
    key="first_answer_by_member_confirmed",
    quality=Quality(any_of=("accepted",), on="thread"),
    lag=6 * _DAY,
)

# Reports from practice: of those who wrote in a quarter, who shared one that others took up.
EXPERIENCE_SHARED = replace(
    HELPERS,
    key="experience_shared_quarter",
    anchor=Anchor("period", period="quarter"),
    predicate=Predicate(acts=("shared_experience",)),
    quality=Quality(any_of=("accepted", "thanked", "helpful_votes")),
    minimum=1,
)

# What came of those who arrived by a link of ours: did what it is for, or bought.
ARRIVAL_COMPLETES = Definition(
    key="arrival_completes_1d",
    version=1,
    form="F1",
    unit="member",
    population=("member", "unknown"),
    anchor=Anchor("first_act", ("arrived_from_link",)),
    predicate=Predicate(acts=("completed_on_site",)),
    window=_DAY,
    exclusions=("staff", "bot"),
)
ARRIVAL_BUYS = replace(
    ARRIVAL_COMPLETES, key="arrival_buys_30d", predicate=Predicate(acts=("bought",)), window=30 * _DAY
)

# Of what somebody lets themselves in for: comes to the event; reports on the unusual repair.
REGISTRATION_ATTENDED = Definition(
    key="registration_attended_60d",
    version=1,
    form="F2",
    unit="opportunity",
    population=("member", "unknown"),
    anchor=Anchor("act", ("registered_event",)),
    predicate=Predicate(acts=("attended_event",), by_owner=True),
    window=60 * _DAY,
    exclusions=("staff", "bot"),
)
REPAIR_SHARED = replace(
    REGISTRATION_ATTENDED,
    key="repair_shared_5d",
    population=("member",),
    anchor=Anchor("act", ("repaired_unusually",)),
    predicate=Predicate(acts=("shared_experience",), by_owner=True),
    window=5 * _DAY,
)

# How long any question waits for another member; after a week without an answer it counts as unanswered. And how often those
# who answer help so that it is marked, per person and month: more help, or only more helpers?
QUESTION_WAITS = Definition(
    key="question_wait_member_7d",
    version=1,
    form="F4",
    unit="opportunity",
    population=("member",),
    anchor=Anchor("thread_root", ("asked",)),
    predicate=Predicate(acts=("answered",), actor_classes=("member",)),
    window=7 * _DAY,
    exclusions=("bot",),
)
HELP_RATE = replace(HELPERS, key="helpful_answers_rate", form="F3", minimum=1)

SHIPPED: tuple[Definition, ...] = (
    FIRST_ANSWER_BY_MEMBER,
    NEWCOMER_CONTRIBUTES_AGAIN,
    QUESTION_CONFIRMED,
    NEWCOMER_HELPS,
    FIRST_ANSWER_CONFIRMED,
    FIRST_POST_ANSWERED,
    NEWCOMER_STAYS,
    NEWCOMER_REGULAR,
    HELPERS,
    SHOULDERS,
    EXPERIENCE_SHARED,
    ARRIVAL_COMPLETES,
    ARRIVAL_BUYS,
    REGISTRATION_ATTENDED,
    REPAIR_SHARED,
    QUESTION_WAITS,
    HELP_RATE,
    HARD_QUESTION_WAITS,
    INVITED_REPORT,
    INVITED_REPORTS,
    ANSWER_ACROSS,
    ANSWER_ACROSS_PLANTS,
    PROSPECT_BUYS,
    PROSPECT_ASKS,
)


def shipped_definition(key: str) -> Definition | None:
    """The shipped definition of that key, or None."""
    return next((definition for definition in SHIPPED if definition.key == key), None)
