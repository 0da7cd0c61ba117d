"""What the public reported: what waits, what was answered, where the words are, and the figures anybody may see (DSA Art. 16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from allmende.channels.models import Channel, Message
from allmende.inbox import states
from allmende.inbox.models import ModerationDecision, PublicNotice
from allmende.team.models import Workspace

PAGE = 100
# The kind of account that is a page of our own
OWN_PAGE = "page"
KIND_WORDS: dict[str, str | Promise] = {
    states.AGAINST_LAW: gettext_lazy("It breaks the law"),
    states.CHILD_ABUSE: gettext_lazy("It shows or promotes sexual abuse of children"),
    states.AGAINST_RULES: gettext_lazy("It breaks the rules that hold here"),
}
OUTCOME_WORDS: dict[str, str | Promise] = {
    states.ACTED: pgettext_lazy("report", "something was done about it"),
    states.STAYS: pgettext_lazy("report", "it stays"),
    states.NOT_OURS: pgettext_lazy("report", "it does not stand with us"),
}
RESULT_WORDS: dict[str, str | Promise] = {
    states.STANDS: pgettext_lazy("report", "the answer stands"),
    states.CHANGED: pgettext_lazy("report", "the answer was changed"),
}


@dataclass(frozen=True)
class Notices:
    """`open`: what waits, what a machine may have sent last; `objected`: an objection waits; `answered`: the newest answers."""

    open: Sequence[PublicNotice]
    objected: Sequence[PublicNotice]
    answered: Sequence[PublicNotice]


@dataclass(frozen=True)
class NoticeFigures:
    """What was reported in a span and what came of it; `hours`: half of those answered were within so many, None without any."""

    kinds: Sequence[tuple[str, int]]
    outcomes: Sequence[tuple[str, int]]
    number: int
    objections: int
    hours: int | None


def notices_of(workspace: Workspace) -> Notices:
    """Everything that waits, and the newest answers; two queries."""
    rows = PublicNotice.objects.filter(workspace=workspace).select_related("decided_by")
    objected = Q(objected_at__isnull=False, objection_result="")
    waiting = list(rows.filter(Q(state=states.RECEIVED) | objected)[:PAGE])
    done = rows.filter(state=states.ANSWERED).exclude(objected).order_by("-decided_at")
    return Notices(
        [one for one in waiting if one.state == states.RECEIVED],
        [one for one in waiting if one.state == states.ANSWERED],
        list(done[:20]),
    )


def words_at(notice: PublicNotice) -> Message | None:
    """The words at the reported address, as far as we have them; on a page of our own also by the name it ends in.

    Elsewhere names are short numbers, which end addresses of other things too.
    """
    place = notice.place.strip()
    rows = Message.objects.filter(channel__workspace=notice.workspace, entry__isnull=False)
    rows = rows.exclude(visibility="direct")  # nobody outside can have seen it there
    rows = rows.select_related("channel", "entry__conversation", "identity")
    page, _mark, named = place.partition("#")
    last = named or page.rstrip("/").rpartition("/")[2]
    if not place.startswith(("http://", "https://")) or not last:
        return None
    ours = Channel.objects.filter(workspace=notice.workspace, account__kind=OWN_PAGE).values("pk")
    named_here = rows.filter(native_id=last[:255], channel__in=ours).first()
    found = [] if named_here else list(rows.filter(url__in=(place, page)).order_by("pk"))
    return named_here or min(found, key=lambda one: one.url != place, default=None)


def decisions_for(notice: PublicNotice, words: Message | None) -> list[ModerationDecision]:
    """What may have come of it: the decisions about the very words; without these, the newest after a notice."""
    rows = ModerationDecision.objects.filter(workspace=notice.workspace).select_related("message__channel")
    rows = rows.filter(message=words) if words else rows.filter(source=states.NOTICE, created_at__gte=notice.created_at)
    return list(rows.exclude(state=states.REVERSED)[:20])


def notice_figures(workspace: Workspace, first: date, last: date) -> NoticeFigures:
    """What came in from `first` to `last`, both included, in the workspace's zone; what a machine may have sent counts only
    once it was answered. Two queries."""
    zone = ZoneInfo(workspace.zone)
    start = datetime.combine(first, time.min, zone)
    end = datetime.combine(last + timedelta(days=1), time.min, zone)
    rows = PublicNotice.objects.filter(workspace=workspace, created_at__gte=start, created_at__lt=end)
    rows = rows.exclude(is_doubtful=True, state=states.RECEIVED).order_by()
    counted = list(rows.values_list("kind", "outcome").annotate(number=Count("pk"), objected=Count("objected_at")))
    spans = rows.filter(decided_at__isnull=False).values_list("created_at", "decided_at")
    took = [(decided - came).total_seconds() / 3600 for came, decided in spans if decided]
    return NoticeFigures(
        kinds=[(name, sum(one[2] for one in counted if one[0] == name)) for name in states.NOTICE_KINDS],
        outcomes=[(name, sum(one[2] for one in counted if one[1] == name)) for name in states.NOTICE_OUTCOMES],
        number=sum(one[2] for one in counted),
        objections=sum(one[3] for one in counted),
        hours=round(median(took)) if took else None,
    )
