"""Could someone take over tomorrow? What only one person knows or may do, and what nobody has written lately (S0-23)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.domain.absence import absence_factor
from allmende.handover import states
from allmende.handover.catalogue import QUESTIONS, VITAL_RIGHTS
from allmende.handover.models import KnowledgeNote
from allmende.handover.queries.things import Thing, things_of
from allmende.team.models import Person, Workspace
from allmende.team.queries import holders_of, is_open_to, people_of


@dataclass(frozen=True)
class Gap:
    """One thing nobody else could go on with: what, why, and the one thing to do about it at `url`, which `verb` opens."""

    what: str
    why: str
    action: str
    url: str
    verb: str


@dataclass(frozen=True)
class Figure:
    """So many of so many."""

    good: int
    whole: int


@dataclass(frozen=True)
class Note:
    """One question: its note if somebody wrote one, and its wording."""

    key: str
    question: str
    note: KnowledgeNote | None


@dataclass(frozen=True)
class Readiness:
    """The answer: three figures without blame, the absence factor, and the gaps by kind."""

    current: Figure
    second: Figure
    access: Figure
    factor: int
    things: int
    gaps: tuple[tuple[str, tuple[Gap, ...]], ...]

    @property
    def is_ready(self) -> bool:
        return not self.gaps and bool(self.things)


def notes_of(workspace: Workspace) -> list[Note]:
    """The interview, question by question, and after it the questions of our own."""
    rows = KnowledgeNote.objects.filter(workspace=workspace, archived_at__isnull=True)
    notes = list(rows.select_related("holder", "second", "updated_by"))
    by_key = {note.question_key: note for note in notes if note.question_key}
    asked = [Note(key, str(question), by_key.get(key)) for key, question in QUESTIONS.items()]
    return [*asked, *(Note("", note.question, note) for note in notes if not note.question_key)]


def people_to_name(workspace: Workspace, note: KnowledgeNote | None = None) -> QuerySet[Person]:
    """Who can be chosen: everybody here, and whoever stands on the note already, gone or not."""
    named = [one for one in (note.holder_id, note.second_id) if one] if note else []
    here = people_of(workspace).values("pk")
    return Person.objects.filter(Q(pk__in=named) | Q(pk__in=here)).order_by("name")


def readiness(workspace: Workspace, now: datetime, today: date) -> Readiness:
    """The readiness of the workspace now."""
    things = things_of(workspace, today)
    rights = _rights(workspace, today)
    shared = [thing for thing in things if thing.has_people]
    held = [frozenset(str(one.pk) for one in thing.holders) for thing in shared]
    held += [frozenset(str(one.pk) for one in people) for _verb, people in rights]
    gaps = (
        (_("Access"), tuple(_access_gaps(workspace, rights))),
        (_("Only one person"), tuple(gap for thing in shared for gap in _people_gaps(workspace, thing))),
        (_("Unwritten knowledge"), tuple(_knowledge_gaps(workspace))),
        (_("Text that has grown old"), tuple(_age_gap(thing) for thing in things if not thing.is_current(now))),
    )
    return Readiness(
        current=Figure(sum(thing.is_current(now) for thing in things), len(things)),
        second=Figure(sum(len(thing.holders) > 1 for thing in shared), len(shared)),
        access=Figure(sum(len(people) > 1 for _verb, people in rights), len(rights)),
        factor=absence_factor(held),
        things=len(things),
        gaps=tuple((title, found) for title, found in gaps if found),
    )


def _rights(workspace: Workspace, today: date) -> list[tuple[str, list[Person]]]:
    return [(verb, [one for one in holders_of(workspace, verb) if is_open_to(one, today)]) for verb in VITAL_RIGHTS]


def _access_gaps(workspace: Workspace, rights: list[tuple[str, list[Person]]]) -> list[Gap]:
    """One line per person and what only they may do, so that one invitation closes it."""
    alone: dict[str, list[str]] = {}
    for verb, people in rights:
        if len(people) < 2:
            alone.setdefault(people[0].name if people else "", []).append(str(VITAL_RIGHTS[verb]))
    url = reverse("team:index", args=[workspace.slug])
    return [
        Gap(
            what=", ".join(what),
            why=_("Only %(name)s has the right to it.") % {"name": name} if name else _("Nobody has the right to it."),
            action=_("Give a second person the role"),
            url=url,
            verb="team.workspace.read",
        )
        for name, what in alone.items()
    ]


def _people_gaps(workspace: Workspace, thing: Thing) -> list[Gap]:
    if len(thing.holders) > 1:
        return []
    name = thing.holders[0].name if thing.holders else ""
    why = _("Only %(name)s could go on with it.") % {"name": name} if name else _("Nobody who works here holds it.")
    actions = {
        states.PLAN: (_("Name a deputy"), thing.url, "plan.version.edit"),
        states.STEP: (_("Name who checks it"), thing.url, "plan.version.read"),
        states.INTERVIEW: (_("Let a second person do it once"), thing.url, "handover.note.edit"),
    }
    action, url, verb = actions[thing.kind]
    return [Gap(thing.label, why, action, url, verb)]


def _knowledge_gaps(workspace: Workspace) -> list[Gap]:
    """One line for all that was never asked: a list of ten would say no more."""
    unanswered = [one for one in notes_of(workspace) if one.note is None or not one.note.answer]
    if not unanswered:
        return []
    first = unanswered[0]
    why = ngettext(
        "%(number)s question of the interview has no answer yet.",
        "%(number)s questions of the interview have no answer yet.",
        len(unanswered),
    ) % {"number": len(unanswered)}
    if first.note:
        url = reverse("handover:note", args=[workspace.slug, first.note.pk])
    else:
        url = reverse("handover:new_note", args=[workspace.slug]) + f"?question={first.key}"
    return [Gap(first.question, why, _("Write the answer"), url, "handover.note.edit")]


def _age_gap(thing: Thing) -> Gap:
    why = _("Nothing is written yet.")
    if thing.written_at:
        why = _("Last written on %(day)s.") % {"day": _day(thing.written_at)}
    verbs = {
        states.PLAN: "plan.version.edit",
        states.STEP: "plan.version.read",
        states.INTERVIEW: "handover.note.edit",
        states.STAKEHOLDER: "stakeholders.stakeholder.read",
        states.REACTION_PLAN: "guidelines.plan.read",
    }
    return Gap(thing.label, why, _("Read it and bring it up to date"), thing.url, verbs[thing.kind])


def _day(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATE_FORMAT")
