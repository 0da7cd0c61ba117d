"""What the parts of a definition are called inside a sentence: who, what they do, what it is called that others get."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

# "questions … ask"
WHO: Mapping[str, Words] = {
    "member": pgettext_lazy("who", "members"),
    "staff": pgettext_lazy("who", "people of our team"),
    "expert": pgettext_lazy("who", "experts"),
    "partner": pgettext_lazy("who", "partners"),
    "bot": pgettext_lazy("who", "bots"),
    "unknown": pgettext_lazy("who", "unknown people"),
}
# "of all … who"
OF_WHOM: Mapping[str, Words] = {
    "member": pgettext_lazy("of all", "members"),
    "staff": pgettext_lazy("of all", "people of our team"),
    "expert": pgettext_lazy("of all", "experts"),
    "partner": pgettext_lazy("of all", "partners"),
    "bot": pgettext_lazy("of all", "bots"),
    "unknown": pgettext_lazy("of all", "unknown people"),
}
# "an answer from …"
FROM: Mapping[str, Words] = {
    "member": pgettext_lazy("from", "a member"),
    "staff": pgettext_lazy("from", "our team"),
    "expert": pgettext_lazy("from", "an expert"),
    "partner": pgettext_lazy("from", "a partner"),
    "bot": pgettext_lazy("from", "a bot"),
    "unknown": pgettext_lazy("from", "somebody unknown"),
}
# "the share who … answered": what is past and what is perfect must be one word
DONE: Mapping[str, Words] = {
    "answered": _("answered somebody's question"),
    "commented": pgettext_lazy("have", "commented"),
    "asked": _("asked a question"),
    "posted": pgettext_lazy("have", "posted something"),
    "joined": pgettext_lazy("have", "joined"),
    "accepted_answer": pgettext_lazy("have", "accepted an answer"),
    "thanked": pgettext_lazy("have", "thanked somebody"),
    "reported_solved": pgettext_lazy("have", "reported that it is solved"),
    "reported_not_solved": pgettext_lazy("have", "reported that it is not solved"),
    "shared_experience": pgettext_lazy("have", "shared an experience"),
    "published_guide": pgettext_lazy("have", "published a guide"),
    "reviewed_draft": pgettext_lazy("have", "reviewed a draft"),
    "submitted_report": pgettext_lazy("have", "submitted a report"),
    "submitted_idea": pgettext_lazy("have", "submitted an idea"),
    "refined_idea": pgettext_lazy("have", "refined an idea"),
    "voted": pgettext_lazy("have", "voted"),
    "registered_event": pgettext_lazy("have", "registered for an event"),
    "attended_event": pgettext_lazy("have", "attended an event"),
    "hosted_event": pgettext_lazy("have", "hosted an event"),
    "welcomed": pgettext_lazy("have", "welcomed somebody"),
    "mentored": pgettext_lazy("have", "mentored somebody"),
    "referred": pgettext_lazy("have", "brought somebody along"),
    "flagged": pgettext_lazy("have", "flagged something"),
    "completed_on_site": pgettext_lazy("have", "finished something on the site"),
    "bought": pgettext_lazy("have", "bought something"),
    "renewed": pgettext_lazy("have", "renewed a contract"),
    "surveyed": pgettext_lazy("have", "answered a survey"),
    "reused_answer": pgettext_lazy("have", "reused an answer"),
    "arrived_from_link": pgettext_lazy("have", "used a link of ours"),
    "repaired_unusually": pgettext_lazy("have", "made an unusual repair"),
}
# "the share that got … from somebody else", for what has a name as a thing; anything else is "the act …".
FIRST_THING: Mapping[tuple[str, ...], Words] = {
    ("answered",): _("their first answer"),
    ("commented",): _("their first comment"),
    ("answered", "commented"): _("their first answer or their first comment"),
    (): _("their first reply"),
}
ONE_THING: Mapping[tuple[str, ...], Words] = {
    ("answered",): _("an answer"),
    ("commented",): _("a comment"),
    ("answered", "commented"): _("an answer or a comment"),
    (): _("a reply"),
}
THINGS: Mapping[tuple[str, ...], Words] = {
    ("answered",): pgettext_lazy("at least two", "answers"),
    ("commented",): pgettext_lazy("at least two", "comments"),
    ("answered", "commented"): pgettext_lazy("at least two", "answers or comments"),
    (): pgettext_lazy("at least two", "replies"),
}
MARKED: Mapping[str, Words] = {
    "accepted": _("accepted as the solution"),
    "thanked": _("thanked for by somebody"),
    "helpful_votes": _("found helpful by others"),
}
WITHOUT: Mapping[str, Words] = {
    "member": pgettext_lazy("without whom", "members"),
    "staff": pgettext_lazy("without whom", "our team"),
    "expert": pgettext_lazy("without whom", "experts"),
    "partner": pgettext_lazy("without whom", "partners"),
    "bot": pgettext_lazy("without whom", "bots"),
    "unknown": pgettext_lazy("without whom", "unknown people"),
}

# What could stand where a sentence says nothing yet.
PLACEHOLDERS: dict[str, Words] = {
    "place": _("in all channels"),
    "quality": _("without a condition"),
    "window": _("followed without end"),
}
# What is asked: form and unit, in the words of whoever asks.
ASKED: dict[str, Words] = {
    "F1:member": _("How many newcomers do something?"),
    "F2:opportunity": _("How many questions, ideas or posts get something?"),
    "F3:member_period": _("How often does a person do something?"),
    "F4:opportunity": _("How long does a question, idea or post wait?"),
    "F4:member": _("How long does a newcomer take?"),
    "F5:member_period": _("How many people do something, and again?"),
    "F6:member_period": _("On how many shoulders does it rest?"),
}
ANCHORS: dict[str, Words] = {
    "thread_root": _("each thread somebody opens"),
    "act": _("each time somebody does something"),
    "first_act": _("each person's first time"),
}
PERIOD_WORDS: dict[str, Words] = {
    "week": pgettext_lazy("kind of period", "Week"),
    "month": pgettext_lazy("kind of period", "Month"),
    "quarter": pgettext_lazy("kind of period", "Quarter"),
}
MARKED_WHERE: dict[str, Words] = {
    "act": _("the very contribution"),
    "thread": _("anything in its thread"),
}
