"""The canvas: the whole community on one page."""

from typing import ClassVar

from django.db import models

from allmende.plan import states
from allmende.team.models import Record, one_of


class CanvasAnswer(Record):
    """What a community says about one of the 17 themes, and which elements of the plan belong to it (S0-31)."""

    theme = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    element_keys = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "theme"], name="canvas_theme_once"),
            one_of("theme", states.CANVAS_THEMES, "canvas_theme_known"),
        ]
