"""Find parts of the plan in force by their words."""

from django.urls import reverse
from django.utils.translation import gettext

from allmende.domain.folding import fold_text
from allmende.plan.catalogue import LAYER_WORDS
from allmende.plan.catalogue.decisions import KIND_WORDS
from allmende.plan.models import Element, Goal, Objective, Outcome, Step, Strategy, Tactic
from allmende.plan.queries.decisions import visible_decisions
from allmende.plan.queries.elements import elements_of
from allmende.plan.queries.facts import element_url, version_in_force
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import Hit


def search(workspace: Workspace, person: Person, words: str, limit: int = 5) -> list[Hit]:
    """Elements of the version in force that hold all the words; umlauts and case do not matter."""
    wanted = fold_text(words).split()
    if not wanted:
        return []
    hits = _decisions(workspace, person, wanted)
    version = version_in_force(workspace) if may(person, "plan.version.read") else None
    if version is None:
        return hits[:limit]
    for layer, rows in elements_of(version)[version.pk].by_layer():
        for row in rows:
            title, detail = _words_of(row)
            text = fold_text(f"{title} {detail}")
            if all(word in text for word in wanted):
                hits.append(Hit(str(LAYER_WORDS[layer]), title, detail, element_url(workspace, row.key)))
    return hits[:limit]


def _decisions(workspace: Workspace, person: Person, wanted: list[str]) -> list[Hit]:
    """Decisions whose title or reason holds all the words."""
    if not may(person, "plan.decision.read"):
        return []
    found = []
    for check in visible_decisions(person):
        text = fold_text(f"{check.title} {check.reason}")
        if all(word in text for word in wanted):
            url = reverse("plan:decision", kwargs={"slug": workspace.slug, "decision_id": check.pk})
            found.append(Hit(str(KIND_WORDS[check.kind]), check.title, check.reason, url))
    return found


def _words_of(element: Element) -> tuple[str, str]:
    match element:
        case Goal():
            return element.statement, element.plain_statement
        case Objective():
            sentence = gettext("%(audience)s shall %(behaviour)s, so that %(effect)s.") % {
                "audience": element.audience,
                "behaviour": element.behaviour,
                "effect": element.effect,
            }
            return f"{element.code} {element.short_name}", sentence
        case Outcome():
            return element.name, element.measure
        case Strategy():
            return element.emotion, element.statement
        case Tactic():
            return f"{element.code} {element.name}", element.description
        case Step():
            return element.what, element.owner.name
    raise TypeError(element)
