"""Moderation decisions: what can be decided, the reasons for the author, the journal, and the figures anybody may see."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from allmende.channels.models import Channel, Message, MessageMedia
from allmende.channels.queries import abilities_of, public_origin
from allmende.channels.states import INWARD, WAITING
from allmende.guidelines.access import netiquette_of
from allmende.guidelines.models import GuidelineRule
from allmende.inbox import states
from allmende.inbox.models import Conversation, ModerationDecision
from allmende.inbox.queries.thread import Picture
from allmende.members.states import BOT, STAFF
from allmende.team.catalogue import speaking
from allmende.team.models import Person, Workspace
from allmende.team.states import LANGUAGES
from allmende.triage.language import language_of

PAGE = 50
STANDING = (states.DECIDED, states.IN_EFFECT)
# Of several conversations together
MOST_WORDS = 300
MEASURE_WORDS: dict[str, str | Promise] = {
    "hide": pgettext_lazy("measure", "hidden"),
    "remove": pgettext_lazy("measure", "removed"),
    "lock": pgettext_lazy("measure", "closed for further contributions"),
    "suspend": pgettext_lazy("measure", "account suspended for a time"),
    "ban": pgettext_lazy("measure", "account excluded"),
}
STATE_WORDS: dict[str, str | Promise] = {
    "decided": pgettext_lazy("moderation", "decided"),
    "in_effect": pgettext_lazy("moderation", "in effect"),
    "lapsed": pgettext_lazy("moderation", "lapsed"),
    "reversed": pgettext_lazy("moderation", "reversed"),
}
TOLD_WORDS: dict[str, str | Promise] = {
    "publicly": gettext_lazy("told publicly"),
    "privately": gettext_lazy("told privately"),
    "impossible": gettext_lazy("could not be reached"),
}

# Why a network did not carry out what it was asked for
NOT_DONE_WORDS: dict[str, str | Promise] = {
    "logged_out": gettext_lazy("not carried out: the account is logged out; connect it again"),
    "refused": gettext_lazy("not carried out: the network did not let us"),
    "no_answer": gettext_lazy("not carried out: the network did not answer"),
    "not_able": gettext_lazy("not carried out: it cannot be done from here"),
    "nobody": gettext_lazy("not carried out: whoever decided it may not do so any more"),
}

OBJECTION_WORDS: dict[str, str | Promise] = {
    "upheld": gettext_lazy("The decision stands"),
    "partly": gettext_lazy("The author is right in part"),
    "reversed": gettext_lazy("The decision is reversed"),
}


@dataclass(frozen=True)
class Figures:
    """What was decided in a span, for anybody: how many of each measure, on which ground, objected to and reversed.

    Of the objections: `upheld`, the author right in part (`partly`), `granted`, reversed without further ado among them; the
    rest is still open.
    """

    first: date
    last: date
    measures: Sequence[tuple[str, int]]
    by_rule: int
    by_law: int
    by_notice: int
    complaints: int
    reversed: int
    upheld: int
    partly: int
    granted: int

    @property
    def number(self) -> int:
        return self.by_rule + self.by_law


def netiquette_rules(channel: Channel) -> list[GuidelineRule]:
    """The rules of the netiquette that holds in this channel, in their order; none where none holds."""
    found = netiquette_of(channel)
    return list(found.rules.all()) if found else []


def common_rules(channels: Iterable[Channel]) -> list[GuidelineRule]:
    """The rules that hold in all these channels, in their order; none where one has no netiquette."""
    held = [netiquette_rules(one) for one in {one.pk: one for one in channels}.values()]
    if not held:
        return []
    everywhere = set.intersection(*({one.pk for one in rules} for rules in held))
    return [one for one in held[0] if one.pk in everywhere]


def words_in(conversations: Sequence[Conversation]) -> list[Message]:
    """What others said in these conversations, oldest first, at most 300; `is_alone`: nobody else is in its conversation, as far
    as it is shown whole; `pictures`: what it shows. Two queries."""
    rows = Message.objects.filter(
        entry__conversation__in=conversations, direction=INWARD, deleted_at__isnull=True
    ).exclude(author_class__in=(STAFF, BOT))
    found = list(
        rows.select_related("identity", "channel__account", "channel__workspace", "entry__conversation").order_by(
            "entry__conversation_id", "occurred_at", "pk"
        )[: MOST_WORDS + 1]
    )
    cut = {one.entry.conversation_id for one in found[MOST_WORDS:]}
    found = found[:MOST_WORDS]
    authors: dict[int, set[object]] = defaultdict(set)
    for one in found:
        authors[one.entry.conversation_id].add(one.identity_id or one.pk)
    for one in found:
        place = one.entry.conversation_id
        one.is_alone = place not in cut and len(authors[place]) == 1  # type: ignore[attr-defined]
    shown = _shown_with(found)
    for one in found:
        one.pictures = shown[one.pk]  # type: ignore[attr-defined]
    return found


def _shown_with(words: Sequence[Message]) -> dict[int, list[Picture]]:
    """What these messages show, in its order."""
    rows = MessageMedia.objects.filter(message__in=[one.pk for one in words]).select_related("media")
    shown: dict[int, list[Picture]] = defaultdict(list)
    for one in rows.order_by("message_id", "place"):
        kept = one.media
        width, height = (kept.width, kept.height) if kept else (None, None)
        shown[one.message_id].append(Picture(kept.pk if kept else None, one.alt, width, height, one.state == WAITING))
    return shown


def decided_about(words: Sequence[Message], measure: str) -> list[Message]:
    """Which of these words get a decision of their own: each of them; where the measure is about an account, the first of
    each account."""
    if measure not in states.ABOUT_ACCOUNTS:
        return list(words)
    first: dict[tuple[object, ...], Message] = {}
    for one in words:
        author = ("account", one.identity_id) if one.identity_id else ("words", one.pk)
        first.setdefault((one.channel_id, *author), one)
    return list(first.values())


def still_open(words: Sequence[Message], measure: str) -> list[Message]:
    """The same without accounts that are suspended or excluded already, over whatever words; one query at most."""
    found = decided_about(words, measure)
    if measure not in states.ABOUT_ACCOUNTS:
        return found
    standing = _about_accounts(measure).filter(
        message__identity__in={one.identity_id for one in found if one.identity_id}
    )
    closed = set(standing.values_list("message__channel", "message__identity"))
    return [one for one in found if (one.channel_id, one.identity_id) not in closed]


def stands_against(message: Message, measure: str) -> "QuerySet[ModerationDecision]":
    """The decisions that stand already where this one would be a second of the same kind: about the same words, and for a measure
    about an account whatever its owner wrote in this channel."""
    if measure not in states.ABOUT_ACCOUNTS or message.identity_id is None:
        return ModerationDecision.objects.filter(message=message, measure=measure, state__in=STANDING)
    return _about_accounts(measure).filter(message__identity=message.identity_id, message__channel=message.channel_id)


def _about_accounts(measure: str) -> "QuerySet[ModerationDecision]":
    """Who is excluded is not suspended besides; who is suspended may be excluded."""
    same = states.ABOUT_ACCOUNTS if measure == states.SUSPEND else (measure,)
    return ModerationDecision.objects.filter(state__in=STANDING, measure__in=same)


def measures_here(channel: Channel) -> frozenset[str]:
    """Which measures the network of this channel carries out from here."""
    return frozenset(abilities_of(channel).moderation) & frozenset(states.MEASURES)


def proposed_statement(
    message: Message, measure: str, rule: GuidelineRule | None, law: str, facts: str, until: date | None,
    source: str,
) -> str:  # fmt: skip
    """The reasons for the author in their language, from what was filled in: measure, scope and duration, facts, ground,
    redress (DSA Art. 17(3)). A proposal: a person reads and mends it."""
    with speaking(statement_language(message), message.channel.workspace.gender_form):
        day = formats.date_format(message.occurred_at, "DATE_FORMAT")
        said = [
            _("Your contribution of %(day)s in %(channel)s: %(measure)s.")
            % {"day": day, "channel": message.channel.name, "measure": MEASURE_WORDS[measure]},
            _("This holds everywhere, until %(day)s.") % {"day": formats.date_format(until, "DATE_FORMAT")}
            if until
            else _("This holds everywhere and without a last day."),
            _("What it is about: %(facts)s") % {"facts": facts.strip()},
            _ground(message, rule, law),
            f"{_('A person decided this; no machine did.')} {_seen(source)}",
            _("If you think it is wrong, answer this message and say why. We look at it again and answer. You may also "
              "turn to an out-of-court dispute body or a court."),
        ]  # fmt: skip
    return "\n\n".join(said)


def statement_language(message: Message) -> str:
    """In which language the author is told: the one they write in, where we speak it; else the workspace's."""
    found = language_of(message.text)
    return found if found in LANGUAGES else message.channel.workspace.language


def _seen(source: str) -> str:
    return _("Somebody reported the contribution.") if source == states.NOTICE else _("We noticed it ourselves.")


def _ground(message: Message, rule: GuidelineRule | None, law: str) -> str:
    if rule is None:
        return _("It rests on the law: %(law)s.") % {"law": law.strip().rstrip(".")}
    said = _("It rests on our netiquette: “%(rule)s”") % {"rule": rule.text}
    origin = public_origin()
    place = f"/n/{message.channel.workspace.slug}/{message.channel.slug}/{rule.guideline_id}/#rule-{rule.key}"
    return f"{said} {origin}{place}" if origin else said


def journal(person: Person, state: str = "", words: str = "") -> list[ModerationDecision]:
    """The newest decisions of the person's workspace, or those in a state or with these words; one query. What was decided on
    words that were written for somebody else alone is not found by words."""
    rows = ModerationDecision.objects.filter(workspace=person.workspace).select_related(
        "message__channel", "created_by", "rule", "message__entry__conversation"
    )
    if state:
        rows = rows.filter(state=state)
    if words.strip():
        is_theirs = Q(created_by=person) | Q(message__entry__conversation__assignee=person)
        rows = rows.filter(is_theirs | ~Q(message__visibility="direct"))
        rows = rows.filter(Q(facts__icontains=words.strip()) | Q(statement__icontains=words.strip()))
    return list(rows[:PAGE])


def carrying_out(workspace: Workspace) -> tuple[int, int]:
    """How many decisions wait for their networks, and how many the networks did not carry out; one query."""
    rows = ModerationDecision.objects.filter(workspace=workspace, state=states.DECIDED)
    found = rows.aggregate(
        waiting=Count("carry_out_at"), failed=Count("pk", filter=Q(carry_out_at=None) & ~Q(not_done=""))
    )
    return found["waiting"], found["failed"]


def decisions_on(message: Message) -> list[ModerationDecision]:
    """What was decided about these words, the newest first; one query."""
    return list(ModerationDecision.objects.filter(message=message).select_related("created_by"))


def figures(workspace: Workspace, first: date, last: date) -> Figures:
    """What came into effect from `first` to `last`, both included, in the workspace's zone; two queries."""
    zone = ZoneInfo(workspace.zone)
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = ModerationDecision.objects.filter(workspace=workspace, in_effect_at__gte=start, in_effect_at__lt=end)
    counted = dict(rows.order_by().values_list("measure").annotate(number=Count("pk")))
    without_outcome = Q(complained_at__isnull=False, state=states.REVERSED, objection_outcome__isnull=True)
    whole = rows.aggregate(
        by_rule=Count("pk", filter=Q(ground=states.RULE)),
        by_law=Count("pk", filter=Q(ground=states.LAW)),
        by_notice=Count("pk", filter=Q(source=states.NOTICE)),
        complaints=Count("pk", filter=Q(complained_at__isnull=False)),
        reversed=Count("pk", filter=Q(state=states.REVERSED)),
        upheld=Count("pk", filter=Q(objection_outcome__outcome=states.UPHELD)),
        partly=Count("pk", filter=Q(objection_outcome__outcome=states.PARTLY_RIGHT)),
        granted=Count("pk", filter=Q(objection_outcome__outcome=states.OBJECTION_REVERSED) | without_outcome),
    )
    measures = tuple((name, counted.get(name, 0)) for name in states.MEASURES)
    return Figures(first=first, last=last, measures=measures, **whole)


def answer_until(decision: ModerationDecision) -> date | None:
    """By which day the author's objection is to be settled; None without one."""
    at = decision.complained_at
    return timezone.localtime(at).date() + timedelta(days=states.OBJECTION_ANSWER_DAYS) if at else None


def open_objections(complained_until: datetime) -> list[ModerationDecision]:
    """Objections made until this moment and not settled, of standing decisions, the oldest first."""
    rows = ModerationDecision.objects.filter(complained_at__lte=complained_until, objection_outcome__isnull=True)
    return list(rows.exclude(state=states.REVERSED).select_related("workspace").order_by("complained_at"))
