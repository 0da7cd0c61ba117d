"""Which part of the list somebody looks at; all of it stands in the address."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import QueryDict

from allmende.channels.models import Channel
from allmende.channels.queries import FOUND_MESSAGE, found_ids
from allmende.domain.folding import fold_text
from allmende.domain.urgency import AT_ONCE, URGENT
from allmende.inbox import states
from allmende.inbox.models import Conversation, Entry, Tagging
from allmende.inbox.queries.inquiries import waiting_for
from allmende.inbox.queries.triage import is_so_urgent
from allmende.team.models import Workspace
from allmende.triage.language import LANGUAGES

OPEN_TABS = ("all", "mine", "free", "others")
# Parts of those who wait that depend on the time
TIMED_TABS = ("soon", "members")
# Views of those who wait for somebody outside the team, by the kind of question they wait with
ASKED_TABS = states.INQUIRY_KINDS
TABS = (*OPEN_TABS, *TIMED_TABS, *ASKED_TABS, "snoozed", "answered", "closed")
SOON = timedelta(hours=3)
FOUND = 200
URGENCIES = (AT_ONCE, URGENT)


@dataclass(frozen=True)
class Filter:
    """A part of the list: `tab` of TABS, a channel by its slug, a situation by its number (0: any), a tag as it is folded,
    words to be found, an urgency of URGENCIES and a language ("en") as a machine supposes them.

    With words every conversation is looked through, answered, closed and archived ones too; the tab does not count then.
    """

    tab: str = "all"
    channel: str = ""
    situation: int = 0
    words: str = ""
    tag: str = ""
    urgency: str = ""
    language: str = ""

    @property
    def is_bare(self) -> bool:
        """Nothing but a tab is chosen."""
        return not (self.channel or self.situation or self.words or self.tag or self.urgency or self.language)

    @property
    def is_by_recency(self) -> bool:
        """Newest first instead of most urgent first."""
        return bool(self.words) or self.tab in ("answered", "closed")

    @cached_property
    def tail(self) -> str:
        """The query of an address that leads to the same part: "" or "?tab=mine&channel=forum"."""
        query = QueryDict(mutable=True)
        given = {"tab": "" if self.tab == "all" else self.tab, "channel": self.channel, "q": self.words}
        query.update({name: value for name, value in given.items() if value})
        if self.situation:
            query["situation"] = str(self.situation)
        further = {"tag": self.tag, "urgency": self.urgency, "language": self.language}
        query.update({name: value for name, value in further.items() if value})
        return f"?{query.urlencode()}" if query else ""

    @property
    def join(self) -> str:
        """What comes before one more name in such an address."""
        return f"{self.tail}&" if self.tail else "?"


def read_filter(given: QueryDict) -> Filter:
    """The part an address asks for; what it does not know reads as "everything"."""
    tab, situation = given.get("tab", "all"), given.get("situation", "")
    urgency, language = given.get("urgency", ""), given.get("language", "")
    return Filter(
        tab=tab if tab in TABS else "answered" if tab == "done" else "all",
        channel=given.get("channel", "")[:60],
        situation=int(situation) if situation.isdecimal() and len(situation) < 4 else 0,
        words=given.get("q", "").strip()[:200],
        tag=fold_text(given.get("tag", "")[:80]),
        urgency=urgency if urgency in URGENCIES else "",
        language=language if language in LANGUAGES else "",
    )


def waiting(workspace_id: UUID) -> QuerySet[Conversation]:
    """Conversations in which somebody waits for us, the most urgent first; those laid aside are not among them."""
    rows = Conversation.objects.filter(workspace=workspace_id, state__in=states.OPEN_STATES, snoozed_until__isnull=True)
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def in_tab(tab: str, workspace_id: UUID, person_id: UUID | None, moment: datetime | None) -> QuerySet[Conversation]:
    """The conversations of one tab in their order; `moment` as `moment_of` gives it for those that depend on it."""
    if tab in ("answered", "closed"):
        rows = Conversation.objects.filter(workspace=workspace_id, state=tab)
        return rows.order_by("-last_turn_at", "-id")
    if tab == "snoozed":
        rows = Conversation.objects.filter(workspace=workspace_id, snoozed_until__isnull=False)
        return rows.order_by(F("due_at").asc(nulls_last=True), "id")
    if tab in ASKED_TABS:
        return waiting_for(tab, workspace_id)
    found = waiting(workspace_id)
    if tab == "soon":
        return found.filter(due_at__lt=moment)
    if tab == "members":
        return found.filter(members_until__gt=moment)
    if tab == "mine":
        return found.filter(assignee=person_id)
    if tab == "free":
        return found.filter(assignee=None)
    return found.exclude(assignee=person_id).exclude(assignee=None) if tab == "others" else found


def moment_of(tab: str, now: datetime) -> datetime | None:
    """Until when something is due soon, or after which members go first still; None for a tab that knows no time."""
    return {"soon": now + SOON, "members": now}.get(tab)


def private_to(person_id: UUID) -> QuerySet[Entry]:
    """The private messages by whose words a person may find something: those of conversations that lie with them."""
    return Entry.objects.filter(message=FOUND_MESSAGE, conversation__assignee=person_id)


def in_part(part: Filter, workspace: Workspace, person_id: UUID, now: datetime) -> QuerySet[Conversation]:
    """The conversations of a part, in one query, a search too."""
    if part.words:
        found = found_ids(workspace, part.words, limit=FOUND, private_to=private_to(person_id))
        holding = Entry.objects.filter(message__in=found).values("conversation")
        # Found in the workspace's own channels; named once more, SQLite would walk through all its conversations.
        rows = Conversation.objects.filter(pk__in=holding).order_by("-last_turn_at", "-id")
    else:
        rows = in_tab(part.tab, workspace.pk, person_id, moment_of(part.tab, now))
    if part.channel:
        rows = rows.filter(channel__in=Channel.objects.filter(workspace=workspace, slug=part.channel).values("pk"))
    if part.tag:
        bearing = Tagging.objects.filter(tag__workspace=workspace, tag__folded=part.tag)
        rows = rows.filter(pk__in=bearing.values("conversation"))
    if part.urgency:
        rows = rows.filter(is_so_urgent(part.urgency))
    if part.language:
        rows = rows.filter(language=part.language)
    return rows.filter(situation=part.situation) if part.situation else rows
