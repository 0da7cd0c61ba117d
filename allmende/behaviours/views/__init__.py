"""Screens of this room."""

from allmende.behaviours.views.content import content, content_table
from allmende.behaviours.views.drafts import begin, draft, into_force, look, preview, put_away, revise
from allmende.behaviours.views.files import definition_as_file, series
from allmende.behaviours.views.groups import add_people, bring_group_back, group, groups, leave, put_group_away
from allmende.behaviours.views.pages import adopt, definition, examples, index
from allmende.behaviours.views.samples import finish_sample, sample, samples, set_sample_aside
from allmende.behaviours.views.starts import drop_start, start
from allmende.behaviours.views.told import drop_label, labels, traits

__all__ = [
    "add_people",
    "adopt",
    "begin",
    "bring_group_back",
    "content",
    "content_table",
    "definition",
    "definition_as_file",
    "draft",
    "drop_label",
    "drop_start",
    "examples",
    "finish_sample",
    "group",
    "groups",
    "index",
    "into_force",
    "labels",
    "leave",
    "look",
    "preview",
    "put_away",
    "put_group_away",
    "revise",
    "sample",
    "samples",
    "series",
    "set_sample_aside",
    "start",
    "traits",
]
