"""Who counts as what, and when."""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Protocol

from django.db.models import Q

from allmende.members import states
from allmende.members.models import ActorRule
from allmende.team.models import Workspace


class Author(Protocol):
    """Who did something, as a network names them."""

    @property
    def native_id(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_us(self) -> bool: ...
    @property
    def is_bot(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class ActorRules:
    """The rules of one network, the most particular first: those with dates before those without."""

    rules: tuple[ActorRule, ...]

    @property
    def depend_on_date(self) -> bool:
        """Whether the class of an author can differ from day to day."""
        return any(rule.from_date or rule.until_date for rule in self.rules)

    def class_of(self, author: Author, on_date: date) -> str:
        """The author's class on that day: a rule's, else staff for ourselves, bot for declared bots, else member.

        A rule's pattern is a name or a glob (`bot_*`), compared with native id, handle and name, case and all.
        """
        names = {author.native_id, author.handle, author.name} - {""}
        for rule in self.rules:
            if _is_valid(rule, on_date) and any(fnmatchcase(name, rule.pattern) for name in names):
                return rule.actor_class
        if author.is_us:
            return states.STAFF
        return states.BOT if author.is_bot else states.MEMBER


def actor_rules(workspace: Workspace, network: str) -> ActorRules:
    """The rules that apply in a network, those for every network included."""
    rows = ActorRule.objects.filter(Q(network=network) | Q(network=""), workspace=workspace, archived_at__isnull=True)
    return ActorRules(tuple(sorted(rows, key=_particular)))


def _particular(rule: ActorRule) -> tuple[bool, bool, str, str]:
    return (not (rule.from_date or rule.until_date), not rule.network, rule.pattern, str(rule.pk))


def _is_valid(rule: ActorRule, on_date: date) -> bool:
    begun = rule.from_date is None or rule.from_date <= on_date
    return begun and (rule.until_date is None or on_date <= rule.until_date)
