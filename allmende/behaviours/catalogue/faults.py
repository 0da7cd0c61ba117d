"""Words for what may be wrong with a definition, in the reader's language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from allmende.behaviours.catalogue import Words

PART_WORDS: dict[str, Words] = {
    "key": pgettext_lazy("part", "Key"),
    "version": pgettext_lazy("part", "Version"),
    "schema": pgettext_lazy("part", "Schema"),
    "level": pgettext_lazy("part", "Level"),
    "form": pgettext_lazy("part", "Form"),
    "unit": pgettext_lazy("part", "What is counted"),
    "population": pgettext_lazy("part", "Who is counted"),
    "segment": pgettext_lazy("part", "Segment"),
    "anchor": pgettext_lazy("part", "Beginning"),
    "anchor.kind": pgettext_lazy("part", "Beginning"),
    "anchor.acts": pgettext_lazy("part", "Act that begins it"),
    "anchor.labels": pgettext_lazy("part", "Label"),
    "anchor.period": pgettext_lazy("part", "Calendar period"),
    "predicate": pgettext_lazy("part", "What they do"),
    "predicate.acts": pgettext_lazy("part", "What they do"),
    "predicate.actor_classes": pgettext_lazy("part", "Who does it"),
    "predicate.is_first": pgettext_lazy("part", "Only the first counts"),
    "predicate.segment": pgettext_lazy("part", "Segment of those who do it"),
    "predicate.by_owner": pgettext_lazy("part", "Done by oneself"),
    "predicate.across": pgettext_lazy("part", "From another group"),
    "quality": pgettext_lazy("part", "Condition"),
    "quality.any_of": pgettext_lazy("part", "Condition"),
    "quality.helpful_votes": pgettext_lazy("part", "Number of votes"),
    "quality.outside_own_thread": pgettext_lazy("part", "Outside one's own threads"),
    "quality.on": pgettext_lazy("part", "What the condition is about"),
    "window_seconds": pgettext_lazy("part", "Window"),
    "opens_after_seconds": pgettext_lazy("part", "Opening of the window"),
    "in_workdays": pgettext_lazy("part", "Working days"),
    "spread": pgettext_lazy("part", "Repetition"),
    "spread.spans": pgettext_lazy("part", "Parts of the window"),
    "spread.at_least": pgettext_lazy("part", "Parts in which it is done"),
    "minimum": pgettext_lazy("part", "Least number of times"),
    "exclusions": pgettext_lazy("part", "Who is left out"),
    "channels": pgettext_lazy("part", "Channels"),
    "lag_seconds": pgettext_lazy("part", "Time to wait for marks"),
    "anchor_counts": pgettext_lazy("part", "The beginning counts"),
}
ACTIVITY_REFUSED: Words = _(
    "It counts activity (visits, likes, memberships), and that says nothing about whether members do what helps."
    " Say what they should do."
)
FAULT_WORDS: dict[str, Words] = {
    "missing": _("“%(field)s” is missing."),
    "unknown_field": _("“%(field)s” is no part of a definition."),
    "wrong_type": _("“%(field)s” holds a value of the wrong kind."),
    "unknown_value": _("“%(field)s” does not know “%(value)s”."),
    "out_of_range": _("“%(field)s” cannot be %(value)s."),
    "form_and_unit_differ": _("This form counts something else. Change “%(field)s” or the form."),
    "form_and_anchor_differ": _("What is counted here cannot begin that way. Change “%(field)s”."),
    "population_excluded": _("Everybody who is counted is left out again. Leave out fewer."),
    "first_needs_opportunity": _("Only a question, an idea or the like has a first answer. A person has none."),
    "not_for_this_unit": _("“%(field)s” has no meaning for what is counted here. Leave it out."),
    "not_for_this_form": _("“%(field)s” has no meaning in this form. Leave it out."),
    "closes_before_it_opens": _("The window closes before it opens. Let it open earlier or close later."),
    "anchor_before_window": _("The beginning itself cannot count where the window opens later."),
    "across_needs_another": _("Nobody belongs to a group other than their own. Let somebody else do it."),
    "workdays_need_days": _("Working days are counted whole, right from the beginning and in one piece."),
    "spans_uneven": _("The window cannot be cut into %(value)s equal parts."),
}
