"""Decide about several people's words in one go: one measure, one ground, one reason, and a decision of its own for each (S2-25)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from allmende.channels.models import Message
from allmende.guidelines.models import GuidelineRule
from allmende.inbox import states
from allmende.inbox.actions.moderate import DECIDE, CannotDecide, decide_moderation
from allmende.inbox.models import ModerationDecision
from allmende.inbox.queries.moderation import decided_about, proposed_statement
from allmende.team.access import require
from allmende.team.models import Person


@dataclass(frozen=True)
class Decided:
    """What became of each: decisions that stand, how many of them wait to be carried out by their networks, and why others were
    not made, each sentence once."""

    made: Sequence[ModerationDecision]
    waiting: int
    refused: Sequence[str]


def decide_several(
    *,
    person: Person,
    words: Sequence[Message],
    measure: str,
    rule: GuidelineRule | None,
    law: str,
    facts: str,
    source: str,
    until_date: date | None,
    now: datetime,
    carries_out: bool = False,
) -> Decided:
    """A decision about each, with its own evidence and its own statement of reasons in the language of its author (DSA Art. 17);
    an account is suspended or excluded once, whatever it said (`decided_about`).

    Each stands by itself: one that is refused keeps no other from being made, and each is told, objected to and reversed
    alone. `carries_out`: a job asks the network wherever it can do it from here, one after the other (`carry_out_due`).
    Raises CannotDecide when none was made.
    """
    require(person, DECIDE)
    if measure == states.SUSPEND and until_date is None:
        raise CannotDecide(_("Not decided. Until when is the account suspended? The author is owed the last day."))
    made: list[ModerationDecision] = []
    refused: list[str] = []
    for message in decided_about(words, measure):
        statement = proposed_statement(message, measure, rule, law, facts, until_date, source)
        try:
            made.append(
                decide_moderation(
                    person=person, message=message, measure=measure, rule=rule, law=law, facts=facts, statement=statement,
                    source=source, until_date=until_date, now=now, carries_out=carries_out,
                )
            )  # fmt: skip
        except CannotDecide as error:
            refused.append(str(error))
    if not made:
        raise CannotDecide(refused[0] if refused else _("Not decided. Tick the words it is about first."))
    return Decided(made, sum(one.carry_out_at is not None for one in made), list(dict.fromkeys(refused)))
