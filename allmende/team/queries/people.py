"""Who works here, and what their roles are called."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from allmende.team import states
from allmende.team.access import may
from allmende.team.catalogue import ROLE_WORDS
from allmende.team.models import Person, User, Workspace

# Helpers from outside before they confirmed their briefing, as `Person.only_reads` says it of one
ONLY_READS = Q(employment=states.EXTERNAL, briefing_asked_at__isnull=False)


@dataclass(frozen=True)
class Hit:
    """One thing a search found: `kind` in the reader's words, `title`, one line of `detail`, where it leads."""

    kind: str
    title: str
    detail: str
    url: str


def free_address(address: str, user: User) -> str:
    """The address in its usual form, as this user may log in with it; "" where somebody else does."""
    usual: str = User.objects.normalize_email(address)
    return "" if User.objects.filter(email__iexact=usual).exclude(pk=user.pk).exists() else usual


def people_of(workspace: Workspace, today: date | None = None) -> QuerySet[Person]:
    """Everybody who works here `today`, by name; helpers whose last day has passed count as left. Without `today` it is the day
    it is there now; a query that is written once is given it."""
    on = today or workspace.day_at(timezone.now())
    return not_left(workspace).filter(Q(access_until_date__isnull=True) | Q(access_until_date__gte=on))


def not_left(workspace: Workspace) -> QuerySet[Person]:
    """Everybody whose access nobody has ended, by name, helpers whose last day has passed among them: for lists in which one
    gives them another."""
    return Person.objects.filter(workspace=workspace, left_at__isnull=True).select_related("user").order_by("name")


def founder(user: User) -> Person | None:
    """Who opens an installation whose address nobody chose: the owner at "localhost", in their one community."""
    if user.has_usable_password() or not user.email.endswith("@localhost"):
        return None
    found = list(
        Person.objects.filter(user=user, role=states.OWNER, left_at=None).select_related("workspace", "user")[:2]
    )
    return found[0] if len(found) == 1 else None


def acting_people(workspace: Workspace) -> QuerySet[Person]:
    """Those who are here without those who only read: whom something can be given to do (S4-15)."""
    return people_of(workspace).exclude(ONLY_READS)


def uninvited(workspace: Workspace) -> QuerySet[Person]:
    """Whom this community knows from a book and nobody has invited yet, by name."""
    return Person.objects.filter(workspace=workspace, is_uninvited=True).order_by("name", "created_at")


def may_still(person: Person, verb: str, now: datetime) -> bool:
    """Whether the role allows it and the person is still here: for what is done later in somebody's name."""
    return may(person, verb) and is_open_to(person, person.workspace.day_at(now))


def acts_still(person: Person, verb: str, now: datetime) -> bool:
    """The same for somebody who is to do more there than read."""
    return may_still(person, verb, now) and not person.only_reads


def is_open_to(person: Person, today: date) -> bool:
    """Has this person access today? Not after leaving, nor after the last day of an external's access."""
    is_over = person.access_until_date is not None and person.access_until_date < today
    return person.left_at is None and not is_over


def holders_of(workspace: Workspace, verb: str, today: date | None = None) -> QuerySet[Person]:
    """The people who may do `verb` here: whom to tell when something needs that right. `today` as `people_of` takes it."""
    rows = people_of(workspace, today).filter(role__in=states.RIGHTS[verb])
    if verb in states.INSIDE_ONLY:
        rows = rows.exclude(employment=states.EXTERNAL)
    return rows if verb.endswith(states.READS) else rows.exclude(ONLY_READS)


def another_holder(person: Person, verb: str) -> str | None:
    """The name of somebody else who may do `verb` too; None where `person` is the only one."""
    return holders_of(person.workspace, verb).exclude(pk=person.pk).values_list("name", flat=True).first()


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Colleagues whose name holds all the words."""
    if not may(person, "team.workspace.read"):
        return []
    found = not_left(workspace)
    for word in words.split():
        found = found.filter(name__icontains=word)
    url = reverse("team:index", kwargs={"slug": workspace.slug})
    return [Hit(gettext("Person"), one.name, role_word(one.role), f"{url}#p-{one.pk}") for one in found[:limit]]


def role_word(role: str) -> str:
    """The role in the reader's language."""
    return str(ROLE_WORDS[role])
