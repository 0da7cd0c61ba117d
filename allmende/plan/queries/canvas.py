"""The canvas as its page shows it."""

from dataclasses import dataclass

from django.utils.functional import Promise

from allmende.plan import states
from allmende.plan.catalogue import CANVAS, SECTION_WORDS, Theme
from allmende.plan.models import LAYER_MODELS, CanvasAnswer, rows_of
from allmende.plan.queries.elements import name_of
from allmende.team.models import Workspace


@dataclass(frozen=True)
class CanvasField:
    """A theme with its answer and the plan elements that belong to it, as (layer, key, name)."""

    key: str
    theme: Theme
    answer: CanvasAnswer | None
    elements: tuple[tuple[str, str, str], ...]

    @property
    def is_filled(self) -> bool:
        return self.answer is not None and bool(self.answer.text)


@dataclass(frozen=True)
class CanvasSection:
    key: str
    name: str | Promise
    fields: tuple[CanvasField, ...]

    @property
    def filled(self) -> int:
        return sum(field.is_filled for field in self.fields)


def canvas_of(workspace: Workspace) -> tuple[CanvasSection, ...]:
    """Three sections, seventeen themes (S0-31)."""
    answers = {one.theme: one for one in CanvasAnswer.objects.select_related("updated_by").filter(workspace=workspace)}
    names = {key: (layer, key, name) for layer, key, name in linkable(workspace)}
    return tuple(
        CanvasSection(
            section, SECTION_WORDS[section], tuple(_field(theme, answers.get(theme), names) for theme in themes)
        )
        for section, themes in states.CANVAS_SECTIONS.items()
    )


def linkable(workspace: Workspace) -> list[tuple[str, str, str]]:
    """Elements of the version in force, else of the draft, that a theme can name: (layer, key, name)."""
    layers = [layer for layer in LAYER_MODELS if layer != "step"]
    for state in (states.PUBLISHED, states.DRAFT):
        found = [
            (layer, row.key, name_of(layer, row))
            for layer in layers
            for row in rows_of(layer).filter(version__workspace=workspace, version__state=state)
        ]
        if found:
            return found
    return []


def _field(theme: str, answer: CanvasAnswer | None, names: dict[str, tuple[str, str, str]]) -> CanvasField:
    keys = answer.element_keys if answer else ()
    return CanvasField(theme, CANVAS[theme], answer, tuple(names[key] for key in keys if key in names))
