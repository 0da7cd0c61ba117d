"""The sentences of a definition, one for each form and unit, as pieces that say and read (`domain.md` 4.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from allmende.behaviours.queries.grammar import (
    Choice,
    Either,
    Node,
    Number,
    Phrase,
    Quoted,
    Several,
    Text,
    Values,
    Words,
    optional,
)
from allmende.behaviours.queries.phrases import (
    DONE,
    FIRST_THING,
    FROM,
    MARKED,
    OF_WHOM,
    ONE_THING,
    THINGS,
    WHO,
    WITHOUT,
)

DAY, HOUR, MINUTE = 86_400, 3600, 60
AND, OR = gettext_lazy("and"), gettext_lazy("or")


@dataclass(frozen=True)
class _Span:
    """A length of time in the largest unit that says it whole; up to two days, hours."""

    path: str

    def say(self, values: Values) -> str | None:
        seconds = values[self.path]
        scale = next(one for one in (DAY, HOUR, MINUTE, 1) if seconds % one == 0 and (one != DAY or seconds > 2 * DAY))
        return Number(self.path, _UNITS[scale], scale).say(values)

    def read(self, text: Text, at: int) -> Any:
        for scale, words in _UNITS.items():
            yield from Number(self.path, words, scale).read(text, at)


_UNITS = {
    DAY: ngettext_lazy("%(count)d day", "%(count)d days", "count"),
    HOUR: ngettext_lazy("%(count)d hour", "%(count)d hours", "count"),
    MINUTE: ngettext_lazy("%(count)d minute", "%(count)d minutes", "count"),
    1: ngettext_lazy("%(count)d second", "%(count)d seconds", "count"),
}

_GROUP = optional(Phrase(gettext_lazy(" of the group %(name)s"), {"name": Quoted("segment")}), {"segment": ""})
_LABELS = optional(
    Phrase(gettext_lazy(" labelled %(labels)s"), {"labels": Several("anchor.labels", {}, OR, takes_others=True)}),
    {"anchor.labels": ()},
)
_WHO, _OF_WHOM = Several("population", WHO, AND), Several("population", OF_WHOM, AND)
_BEGUN = Several("anchor.acts", DONE, OR, takes_others=True)
_BEGAN = Either((Phrase(gettext_lazy("contributed"), fixed={"anchor.acts": ()}), _BEGUN))
_ACTS = Several("predicate.acts", DONE, OR, takes_others=True)
_AGAIN = Either((Phrase(gettext_lazy("contributed again"), fixed={"predicate.acts": ()}), _ACTS))
_DOES = Either((Phrase(gettext_lazy("contributed"), fixed={"predicate.acts": ()}), _ACTS))
_TIMES = optional(
    Phrase(
        "%(count)s", {"count": Number("minimum", ngettext_lazy(" at least once", " at least %(count)d times", "count"))}
    ),
    {"minimum": 1},
)
_AS = optional(
    Phrase(gettext_lazy(" as %(classes)s"), {"classes": Several("predicate.actor_classes", WHO, OR)}),
    {"predicate.actor_classes": ()},
)
_DOERS_GROUP = optional(
    Phrase(gettext_lazy(" of the group %(name)s"), {"name": Quoted("predicate.segment")}), {"predicate.segment": ""}
)
_AS_GROUP = optional(
    Phrase(pgettext_lazy("as", " in the group %(name)s"), {"name": Quoted("predicate.segment")}),
    {"predicate.segment": ""},
)
_ACROSS = optional(
    Phrase(gettext_lazy(" whose %(trait)s differs"), {"trait": Quoted("predicate.across")}), {"predicate.across": ""}
)
_OUTSIDE = Choice("quality.outside_own_thread", {False: "", True: gettext_lazy(" outside their own threads")})
_MARKS = optional(
    Phrase(
        gettext_lazy(", and %(where)s %(marks)s%(votes)s"),
        {
            "where": Choice(
                "quality.on", {"act": gettext_lazy("it was"), "thread": gettext_lazy("something in the thread was")}
            ),
            "marks": Several("quality.any_of", MARKED, OR),
            "votes": optional(
                Number(
                    "quality.helpful_votes", ngettext_lazy(" (by at least one)", " (by at least %(count)d)", "count")
                ),
                {"quality.helpful_votes": 1},
            ),
        },
    ),
    {"quality.any_of": (), "quality.on": "act", "quality.helpful_votes": 1},
)
_LAG = optional(
    Phrase(gettext_lazy(", as it stood after another %(span)s"), {"span": _Span("lag_seconds")}), {"lag_seconds": 0}
)
_QUALITY = Phrase("%(outside)s%(marks)s%(lag)s", {"outside": _OUTSIDE, "marks": _MARKS, "lag": _LAG})
_COUNTS = Choice("anchor_counts", {False: "", True: gettext_lazy(" (the beginning counts, too)")})
_SPREAD = optional(
    Phrase(
        gettext_lazy(", in at least %(some)s of %(all)s equal parts of that time"),
        {"some": Number("spread.at_least", "%(count)d"), "all": Number("spread.spans", "%(count)d")},
    ),
    {"spread.spans": 1, "spread.at_least": 1},
)
_WITHIN = Either(
    (
        Phrase(
            pgettext_lazy("definition", "within %(span)s"),
            {"span": _Span("window_seconds")},
            {"opens_after_seconds": 0, "in_workdays": False},
        ),
        Phrase(
            "%(days)s",
            {
                "days": Number(
                    "window_seconds",
                    ngettext_lazy("within %(count)d working day", "within %(count)d working days", "count"),
                    DAY,
                )
            },
            {"opens_after_seconds": 0, "in_workdays": True},
        ),
        Phrase(
            gettext_lazy("between %(opens)s and %(closes)s later"),
            {"opens": _Span("opens_after_seconds"), "closes": _Span("window_seconds")},
            {"in_workdays": False},
        ),
    )
)
_WINDOW = Phrase("%(within)s%(spread)s%(counts)s", {"within": _WITHIN, "spread": _SPREAD, "counts": _COUNTS})
_FOLLOWED = Phrase(
    "%(within)s%(counts)s",
    {
        "within": optional(
            Phrase(gettext_lazy(", followed for %(span)s"), {"span": _Span("window_seconds")}), {"window_seconds": 0}
        ),
        "counts": _COUNTS,
    },
)
_OUT = Phrase(
    gettext_lazy("not counting %(names)s"),
    {"names": Several("exclusions", WITHOUT, AND, tail=gettext_lazy("deleted content"))},
)


def _thread(message: Words, acts: tuple[str, ...]) -> Phrase:
    return Phrase(
        message, {"who": _WHO, "group": _GROUP, "labels": _LABELS}, {"anchor.kind": "thread_root", "anchor.acts": acts}
    )


def _occasions(kind: str, contributions: Words, cases: Words) -> tuple[Phrase, Phrase]:
    """Whatever somebody contributed, or each case of one act."""
    slots: dict[str, Node] = {"group": _GROUP, "labels": _LABELS}
    return (
        Phrase(contributions, {**slots, "who": _OF_WHOM}, {"anchor.kind": kind, "anchor.acts": ()}),
        Phrase(cases, {**slots, "who": _WHO, "acts": _BEGUN}, {"anchor.kind": kind}),
    )


_NAMED = Several("anchor.acts", {}, AND, takes_others=True)
_OPPORTUNITY = Either(
    (
        _thread(gettext_lazy("Of all questions%(labels)s that %(who)s%(group)s asked"), ("asked",)),
        _thread(gettext_lazy("Of all posts%(labels)s that %(who)s%(group)s wrote"), ("posted",)),
        _thread(gettext_lazy("Of all ideas%(labels)s that %(who)s%(group)s submitted"), ("submitted_idea",)),
        _thread(gettext_lazy("Of all threads%(labels)s that %(who)s%(group)s opened"), ()),
        Phrase(
            gettext_lazy("Of all threads%(labels)s that %(who)s%(group)s opened by the act %(acts)s"),
            {"who": _WHO, "group": _GROUP, "labels": _LABELS, "acts": _NAMED},
            {"anchor.kind": "thread_root"},
        ),
        *_occasions(
            "act",
            gettext_lazy("Of all contributions%(labels)s from %(who)s%(group)s"),
            gettext_lazy("Of all cases%(labels)s in which %(who)s%(group)s %(acts)s"),
        ),
        *_occasions(
            "first_act",
            gettext_lazy("Of all first contributions%(labels)s from %(who)s%(group)s"),
            gettext_lazy("Of all first cases%(labels)s in which %(who)s%(group)s %(acts)s"),
        ),
    )
)
_NEWCOMERS = Phrase(
    gettext_lazy("Of all %(who)s%(group)s who %(acts)s for the first time"),
    {"who": _OF_WHOM, "group": _GROUP, "acts": _BEGAN},
    {"anchor.kind": "first_act"},
)
_PEOPLE = Phrase(
    "%(who)s%(group)s%(also)s",
    {
        "who": _WHO,
        "group": _GROUP,
        "also": optional(
            Phrase(gettext_lazy(" (those who in the same period %(acts)s)"), {"acts": _BEGUN}),
            {"anchor.acts": ()},
        ),
    },
    {"anchor.kind": "period", "unit": "member_period"},
)
_IN_PERIOD = Choice(
    "anchor.period",
    {"week": gettext_lazy("In a week"), "month": gettext_lazy("In a month"), "quarter": gettext_lazy("In a quarter")},
)
_COUNTED_BY = Choice(
    "anchor.period",
    {"month": "", "week": gettext_lazy(", counted by weeks,"), "quarter": gettext_lazy(", counted by quarters,")},
)
_ACT_NAMES = Several("predicate.acts", {}, OR, takes_others=True)
_FIRST: dict[str, Any] = {"predicate.is_first": True, "minimum": 1}
_ANY: dict[str, Any] = {"predicate.is_first": False}
_THING = Either(
    (
        Phrase("%(thing)s", {"thing": Choice("predicate.acts", FIRST_THING)}, _FIRST),
        Phrase(gettext_lazy("as the first thing the act %(acts)s"), {"acts": _ACT_NAMES}, _FIRST),
        Phrase("%(thing)s", {"thing": Choice("predicate.acts", ONE_THING)}, _ANY | {"minimum": 1}),
        Phrase(gettext_lazy("the act %(acts)s"), {"acts": _ACT_NAMES}, _ANY | {"minimum": 1}),
        Phrase(
            gettext_lazy("at least %(count)s %(things)s"),
            {"count": Number("minimum", "%(count)d"), "things": Choice("predicate.acts", THINGS)},
            _ANY,
        ),
        Phrase(
            gettext_lazy("at least %(count)s times the act %(acts)s"),
            {"count": Number("minimum", "%(count)d"), "acts": _ACT_NAMES},
            _ANY,
        ),
    )
)
_FROM = Phrase(
    "%(whom)s%(group)s%(across)s",
    {
        "whom": Either(
            (
                Phrase(gettext_lazy(" from somebody else"), fixed={"predicate.actor_classes": ()}),
                Phrase(gettext_lazy(" from %(classes)s"), {"classes": Several("predicate.actor_classes", FROM, OR)}),
            )
        ),
        "group": _DOERS_GROUP,
        "across": _ACROSS,
    },
)
_GIVEN = Phrase("%(thing)s%(whom)s", {"thing": _THING, "whom": _FROM}, {"predicate.by_owner": False})
_OWN = Phrase(
    pgettext_lazy("done by the same person", "%(first)s%(does)s%(times)s%(classes)s%(group)s"),
    {
        "first": Choice("predicate.is_first", {False: "", True: gettext_lazy("was the first who ")}),
        "times": _TIMES,
        "does": _DOES,
        "classes": _AS,
        "group": _AS_GROUP,
    },
    {"predicate.by_owner": True, "predicate.across": ""},
)
_DONE_BY = pgettext_lazy("done by people", "%(does)s%(times)s%(classes)s")
_MEMBER_ACT = Phrase(_DONE_BY, {"times": _TIMES, "does": _AGAIN, "classes": _AS}, {"predicate.is_first": False})
_PERIOD_ACT = Phrase(_DONE_BY, {"times": _TIMES, "does": _DOES, "classes": _AS}, {"predicate.is_first": False})


def sentences(channels: Mapping[str, str]) -> tuple[Phrase, ...]:
    """One for each form and unit; what is asked of an opportunity may be done by others or by whoever opened it."""
    names = {slug: name for slug, name in channels.items() if list(channels.values()).count(name) == 1}
    place = optional(
        Phrase(gettext_lazy(" in %(channels)s"), {"channels": Several("channels", names, AND, takes_others=True)}),
        {"channels": ()},
    )
    every: dict[str, Node] = {"place": place, "quality": _QUALITY, "without": _OUT}
    unit = {**every, "subject": _OPPORTUNITY}
    newcomer = {**every, "subject": _NEWCOMERS, "act": _MEMBER_ACT}
    people = {**every, "subject": _PEOPLE, "act": _PERIOD_ACT}
    return (*_shares(unit, newcomer), *_waits(unit, newcomer), *_people(people))


def _shares(unit: Mapping[str, Node], newcomer: Mapping[str, Node]) -> tuple[Phrase, ...]:
    """F1 and F2."""
    return (
        Phrase(
            gettext_lazy("%(subject)s%(place)s, the share who, %(window)s, %(act)s%(quality)s, %(without)s."),
            {**newcomer, "window": _WINDOW},
            {"form": "F1", "unit": "member"},
        ),
        Phrase(
            gettext_lazy("%(subject)s%(place)s, the share that, %(window)s, got %(act)s%(quality)s, %(without)s."),
            {**unit, "window": _WINDOW, "act": _GIVEN},
            {"form": "F2", "unit": "opportunity"},
        ),
        Phrase(
            gettext_lazy(
                "%(subject)s%(place)s, the share where the same person, %(window)s, %(act)s%(quality)s, %(without)s."
            ),
            {**unit, "window": _WINDOW, "act": _OWN},
            {"form": "F2", "unit": "opportunity"},
        ),
    )


def _waits(unit: Mapping[str, Node], newcomer: Mapping[str, Node]) -> tuple[Phrase, ...]:
    """F4."""
    return (
        Phrase(
            gettext_lazy(
                "%(subject)s%(place)s, the time after which half had got %(act)s%(quality)s%(window)s, %(without)s."
            ),
            {**unit, "window": _FOLLOWED, "act": _GIVEN},
            {"form": "F4", "unit": "opportunity"},
        ),
        Phrase(
            gettext_lazy(
                "%(subject)s%(place)s, the time after which in half of them the same person had"
                " %(act)s%(quality)s%(window)s, %(without)s."
            ),
            {**unit, "window": _FOLLOWED, "act": _OWN},
            {"form": "F4", "unit": "opportunity"},
        ),
        Phrase(
            gettext_lazy(
                "%(subject)s%(place)s, the time after which half had %(act)s%(quality)s%(window)s, %(without)s."
            ),
            {**newcomer, "window": _FOLLOWED},
            {"form": "F4", "unit": "member"},
        ),
    )


def _people(people: Mapping[str, Node]) -> tuple[Phrase, ...]:
    """F3, F5 and F6."""
    return (
        Phrase(
            gettext_lazy(
                "How often per person and month%(period)s %(subject)s %(act)s%(quality)s%(place)s, %(without)s."
            ),
            {**people, "period": _COUNTED_BY},
            {"form": "F3"},
        ),
        Phrase(
            gettext_lazy("%(period)s, how many %(subject)s %(act)s%(quality)s%(place)s, %(without)s."),
            {**people, "period": _IN_PERIOD},
            {"form": "F5"},
        ),
        Phrase(
            gettext_lazy(
                "%(period)s, how few %(subject)s together account for half of the cases in which they"
                " %(act)s%(quality)s%(place)s, %(without)s."
            ),
            {**people, "period": _IN_PERIOD},
            {"form": "F6"},
        ),
    )
