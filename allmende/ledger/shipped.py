"""The definitions Allmende ships. A workspace may copy and change them; these stay as they are (domain.md
4.7, examples 5, 3, 6 and 1)."""

from datetime import timedelta

from allmende.ledger.definition import Anchor, Definition, Predicate, Quality

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

SHIPPED: tuple[Definition, ...] = (
    FIRST_ANSWER_BY_MEMBER,
    NEWCOMER_CONTRIBUTES_AGAIN,
    QUESTION_CONFIRMED,
    NEWCOMER_HELPS,
)


def shipped_definition(key: str) -> Definition | None:
    """The shipped definition of that key, or None."""
    return next((definition for definition in SHIPPED if definition.key == key), None)
