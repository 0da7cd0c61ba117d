"""How one thread goes: who speaks when about what, so that it ends as its fate says."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from allmende.config.demo import words
from allmende.config.demo.crowd import KNOWN, Crowd
from allmende.config.demo.rhythm import in_service, while_awake
from allmende.config.demo.telling import Case, Teller

USUAL_TURNS = 8.3
# An hour less than a day on the wall, and some minutes: clocks change twice a year.
LONGEST_WAIT_HOURS = 22.4
CONFIRMED_WITHIN = timedelta(days=6, hours=12)


@dataclass(slots=True)
class Turn:
    """What somebody says; `answers` is the place of the turn it answers."""

    author: str
    at: datetime
    text: str
    answers: int = 0
    is_staff: bool = False
    is_accepted: bool = False
    is_solved: bool = False


@dataclass(slots=True)
class Thread:
    """A title and what was said under it, first the question."""

    title: str
    turns: list[Turn]
    is_by_newcomer: bool = False


@dataclass(frozen=True)
class Fate:
    """How it shall end. `newcomer`: who gives the accepted answer; `is_left_alone`: the team may overlook it."""

    is_member_first: bool
    is_confirmed: bool
    newcomer: str = ""
    members_have_hours: float = 0
    is_left_alone: bool = True
    talk: float = 1.0


@dataclass
class _Talk:
    """A thread while it is told."""

    asker: str
    crowd: Crowd
    teller: Teller
    case: Case
    turns: list[Turn] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)

    @property
    def last_at(self) -> datetime:
        return self.turns[-1].at

    def say(self, author: str, at: datetime, text: str, answers: int = 0, *, is_staff: bool = False) -> Turn:
        turn = Turn(author, at, text, answers, is_staff)
        self.turns.append(turn)
        return turn

    def answer(self, author: str, at: datetime, *, is_staff: bool = False) -> Turn:
        if is_staff:
            return self.say(author, at, self.teller.staff_answer(self.case, at, self.asker, author), is_staff=True)
        self.helpers.append(author)
        return self.say(author, at, self.teller.answer(self.case, at, self.asker))


def tell(asker: str, at: datetime, fate: Fate, crowd: Crowd, teller: Teller) -> Thread:
    """A member's question and all that follows."""
    case = teller.case()
    talk = _Talk(asker, crowd, teller, case)
    talk.say(asker, at, teller.question(case, at))
    title = teller.title(case, at)
    first = _first_answer(talk, fate)
    if first is None:
        return Thread(title, talk.turns)
    accepted = _newcomers_answer(talk, fate) or first
    _talk_on(
        talk, round(teller.dice.expovariate(1 / (USUAL_TURNS * fate.talk))), accepted if fate.is_confirmed else None
    )
    if fate.is_confirmed:
        _confirm(talk, accepted)
    elif teller.dice.random() < 0.5:
        talk.say(asker, _soon(talk), teller.say("unsolved", talk.last_at))
    return Thread(title, talk.turns)


def gathering(at: datetime, crowd: Crowd, teller: Teller, talk: float) -> Thread:
    """A thread the team opens and many answer."""
    dice = teller.dice
    staff = dice.choice(words.STAFF)
    title, text = teller.gathering(at, staff)
    turns = [Turn(staff, at, text, is_staff=True)]
    speaker = staff
    for _ in range(round(dice.uniform(9, 34) * talk)):
        when = while_awake(dice, at + timedelta(hours=dice.expovariate(1 / 22) + 0.1))
        said = teller.say("gathering_replies", when, speaker if speaker != staff else KNOWN[0])
        speaker = crowd.helper(speaker)
        turns.append(Turn(speaker, when, said))
    turns[1:] = sorted(turns[1:], key=lambda turn: turn.at)
    return Thread(title, turns)


def _first_answer(talk: _Talk, fate: Fate) -> Turn | None:
    """By a member within the day, else by the team, else late, else never."""
    dice, at = talk.teller.dice, talk.last_at
    if fate.is_member_first:
        hours = min(LONGEST_WAIT_HOURS, 0.15 + dice.lognormvariate(0.9, 0.9))
        when = while_awake(dice, at + timedelta(hours=hours))
        latest = at + timedelta(hours=LONGEST_WAIT_HOURS)
        return _members_first(talk, min(when, latest))
    chance = dice.random()
    if chance < 0.6 or not fate.is_left_alone or (fate.is_confirmed and chance < 0.8):
        when = in_service(at, fate.members_have_hours + dice.uniform(0.3, 5.5))
        return talk.answer(dice.choice(words.STAFF), when, is_staff=True)
    when = while_awake(dice, at + timedelta(hours=dice.uniform(25.5, 80)))
    if fate.is_confirmed or chance < 0.82:
        return talk.answer(talk.crowd.helper(talk.asker), when)
    if chance < 0.92:
        talk.say(talk.crowd.helper(talk.asker), when, talk.teller.say("me_too", when))
    return None


def _members_first(talk: _Talk, at: datetime) -> Turn:
    """Some ask back before they answer."""
    dice, helper = talk.teller.dice, talk.crowd.helper(talk.asker)
    if dice.random() < 0.3:
        talk.say(helper, at, talk.teller.asks_back(talk.case, "checks", at))
        talk.say(talk.asker, _soon(talk), talk.teller.replies(talk.case, "facts", talk.last_at), len(talk.turns) - 1)
        at = _soon(talk)
    return talk.answer(helper, at)


def _newcomers_answer(talk: _Talk, fate: Fate) -> Turn | None:
    if not fate.newcomer:
        return None
    at = talk.turns[0].at + timedelta(days=1, hours=talk.teller.dice.uniform(2, 12))
    return talk.answer(fate.newcomer, max(_soon(talk), while_awake(talk.teller.dice, at)))


def _talk_on(talk: _Talk, number: int, accepted: Turn | None) -> None:
    """Questions back, additions, a second opinion, until nobody has more to say or the week is over."""
    latest = talk.turns[0].at + (CONFIRMED_WITHIN - timedelta(days=2) if accepted else timedelta(days=16))
    is_asking = False
    for _ in range(number):
        at = _soon(talk)
        if at > latest:
            break
        is_asking = _reply(talk, at) if is_asking else _go_on(talk, at)


def _reply(talk: _Talk, at: datetime) -> bool:
    """Whoever helped before, or somebody else, answers what was asked back."""
    dice, place = talk.teller.dice, len(talk.turns) - 1
    speaker = dice.choice(talk.helpers) if talk.helpers and dice.random() < 0.7 else talk.crowd.helper(talk.asker)
    talk.say(speaker, at, talk.teller.replies(talk.case, "follow_answers", at), place)
    return False


def _go_on(talk: _Talk, at: datetime) -> bool:
    """Somebody says something new; whether it is a question of the asker."""
    teller, crowd, case = talk.teller, talk.crowd, talk.case
    last, place, kind = talk.turns[-1], len(talk.turns) - 1, teller.dice.random()
    if kind < 0.4 and last.author != talk.asker and teller.has_more(case, "follow_ups"):
        talk.say(talk.asker, at, teller.asks_back(case, "follow_ups", at), place)
        return True
    if kind < 0.5 and not last.is_staff and last.author != talk.asker:
        staff = teller.dice.choice(words.STAFF)
        at = in_service(at, teller.dice.uniform(0.1, 0.6))
        talk.say(staff, at, teller.once(case, "staff_follow_ups", at, last.author, staff), place, is_staff=True)
    elif kind < 0.62:
        talk.answer(crowd.helper(talk.asker, last.author), at)
    elif kind < 0.68 and teller.has_more(case, "me_too"):
        talk.say(crowd.helper(talk.asker, last.author), at, teller.once(case, "me_too", at))
    elif teller.has_more(case, "additions"):
        talk.say(crowd.helper(talk.asker, last.author), at, teller.once(case, "additions", at), place)
    return False


def _confirm(talk: _Talk, accepted: Turn) -> None:
    accepted.is_accepted = True
    place = talk.turns.index(accepted)
    at = _soon(talk)
    thanks = talk.say(talk.asker, at, talk.teller.say("thanks", at, accepted.author), place)
    thanks.is_solved = talk.teller.dice.random() < 0.85


def _soon(talk: _Talk) -> datetime:
    """When somebody says the next thing."""
    dice = talk.teller.dice
    return while_awake(dice, talk.last_at + timedelta(hours=min(30, 0.1 + dice.lognormvariate(0.3, 1.2))))
