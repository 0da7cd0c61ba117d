"""Give a visitor the page, post or picture that anybody may see, and a person those of their workspace; else 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.channels.models import Account, ArrivalUpload, Channel, Media, Message, MessageMedia, TrackedLink
from allmende.channels.queries import bell_of, fetched_picture, shown_rows
from allmende.channels.states import INWARD, LISTENING_CHANNELS, OUTWARD, SENT, TRIAL_SUBJECT
from allmende.guidelines.models import ActiveLevel, Guideline
from allmende.guidelines.queries import public_words
from allmende.guidelines.states import IN_FORCE, MEMBERS
from allmende.hub import states
from allmende.hub.models import Comment, SurveyRound
from allmende.team.models import Person, Workspace

KIND = "page"
COMMENT_SALT = "hub.comment"


@dataclass(frozen=True, slots=True)
class Page:
    """A channel of our own that anybody can read, with what stands around its posts. `alerts`: what burns, where it says so."""

    channel: Channel
    workspace: Workspace
    address: str
    about: str
    imprint: str
    privacy: str
    alerts: Sequence[ActiveLevel] = ()

    @property
    def takes_comments(self) -> bool:
        return self.channel.state in states.COMMENTABLE


def find_page(workspace: str, address: str) -> Page:
    """The page at `/p/<workspace>/<address>/`, or 404: unknown, not opened yet and disconnected look the same."""
    rows = Channel.objects.select_related("account", "workspace").filter(
        workspace__slug=workspace, account__kind=KIND, account__native_id=address, account__archived_at__isnull=True,
        archived_at__isnull=True, state__in=states.READABLE,
    )  # fmt: skip
    found = rows.order_by("created_at").first()
    if found is None or found.account is None:
        raise Http404
    told = {name: str(found.account.settings.get(name, "")) for name in ("about", "imprint", "privacy")}
    return Page(found, found.workspace, address, **told, alerts=public_words(found.workspace, found.pk))


def said(channel: Channel) -> "QuerySet[Message]":
    """What we said on this page and anybody may read: no self-tests, nothing taken back."""
    rows = Message.objects.filter(channel=channel, direction=OUTWARD, native_id__isnull=False, visibility="public")
    return rows.filter(deleted_at__isnull=True, dispatch__state=SENT).exclude(subject_kind=TRIAL_SUBJECT)


def shown_comments(channel: Channel) -> "QuerySet[Message]":
    """Visitors' comments that somebody showed, and our answers; what answers something unseen is not seen either."""
    ours = Q(pk__in=said(channel).exclude(reply_to_native_id="").values("pk"))
    theirs = Q(direction=INWARD, comment__state=states.SHOWN, deleted_at__isnull=True)
    return Message.objects.filter(ours | theirs, channel=channel).exclude(_below_unseen())


def _below_unseen() -> Q:
    """It answers what was taken back, hidden, or not shown yet."""
    return Q(reply_to__deleted_at__isnull=False) | Q(reply_to__comment__state__in=(states.WAITING, states.HIDDEN))


def find_post(page: Page, native_id: str) -> Message:
    """A post of the page, or 404."""
    rows = said(page.channel).filter(reply_to_native_id="").prefetch_related(Prefetch("shown", shown_rows()))
    return get_object_or_404(rows, native_id=native_id)


def find_answered(page: Page, post: Message, native_id: str) -> Message | None:
    """The comment somebody answers, if it is seen under this post; None for the post itself and for anything else."""
    return shown_comments(page.channel).filter(thread_native_id=post.native_id, native_id=native_id).first()


def find_picture(page: Page, media_id: UUID) -> Media:
    """A picture that a post or an answer of the page shows, or 404; one below something unseen is as unseen as that."""
    seen = said(page.channel).exclude(_below_unseen())
    shown = MessageMedia.objects.filter(media=OuterRef("pk"), message__in=seen)
    return get_object_or_404(Media.objects.filter(Exists(shown)), workspace=page.workspace, pk=media_id)


def find_fetched(key: str, now: datetime) -> tuple[str, str]:
    """File and media type of the picture a network may fetch at this address now, or 404."""
    found = fetched_picture(key, now)
    if found is None:
        raise Http404
    return found


def key_of(message: Message) -> str:
    """What lets whoever wrote a comment look at it again and take it back; it names nobody."""
    return signing.dumps(message.pk, salt=COMMENT_SALT)


def find_own_comment(page: Page, key: str) -> Comment:
    """The comment this key belongs to, or 404: forged keys, other pages and erased comments look the same."""
    try:
        pk = signing.loads(key, salt=COMMENT_SALT)
    except signing.BadSignature:
        raise Http404 from None
    rows = Comment.objects.select_related("message__channel__account", "message__identity")
    return get_object_or_404(rows, pk=pk, message__channel=page.channel)


def find_own_page(person: Person, channel: str) -> Channel:
    """A page of the person's workspace, opened or not, or 404."""
    rows = Channel.objects.select_related("account", "workspace")
    return get_object_or_404(
        rows, workspace=person.workspace, slug=channel, account__kind=KIND, archived_at__isnull=True
    )


def find_comment(person: Person, comment_id: int) -> Comment:
    """A comment on a page of the person's workspace, or 404."""
    rows = Comment.objects.select_related("message__channel__workspace", "message__identity")
    return get_object_or_404(rows, pk=comment_id, message__channel__workspace=person.workspace)


def find_said(person: Person, said_id: int) -> Message:
    """A post of ours on a page of the person's workspace, taken back or not, or 404. Answers are changed in their conversation,
    where a second reader may have to agree."""
    rows = Message.objects.select_related("channel__account", "channel__workspace").filter(
        direction=OUTWARD, dispatch__state=SENT, channel__account__kind=KIND, reply_to_native_id=""
    )
    return get_object_or_404(rows, pk=said_id, channel__workspace=person.workspace)


def find_hook(account_id: UUID) -> Account:
    """The account a service delivers to or a network rings for, or 404: unknown, disconnected and of a kind that does neither
    look the same."""
    rows = Account.objects.select_related("workspace").filter(archived_at__isnull=True)
    found = get_object_or_404(rows, pk=account_id)
    if found.kind != states.DELIVERED and bell_of(found) is None:
        raise Http404
    return found


def find_listener(account: Account) -> Channel | None:
    """The channel that hears what is delivered to the account; None if none listens any more."""
    rows = Channel.objects.select_related("account", "workspace").filter(account=account, archived_at__isnull=True)
    return rows.filter(state__in=LISTENING_CHANNELS).order_by("created_at").first()


def find_link(code: str) -> TrackedLink:
    """The tracked link at `/l/<code>`, ended or not, or 404."""
    return get_object_or_404(TrackedLink.objects.select_related("workspace"), code=code)


def find_own_link(person: Person, link_id: UUID) -> TrackedLink:
    """A tracked link of the person's workspace, or 404."""
    rows = TrackedLink.objects.select_related("workspace", "channel", "created_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=link_id)


def find_arrivals(person: Person, upload_id: UUID) -> ArrivalUpload:
    """A table of arrivals of the person's workspace, or 404."""
    rows = ArrivalUpload.objects.select_related("workspace", "created_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=upload_id)


def find_workspace(slug: str) -> Workspace:
    """A workspace that speaks in public: a netiquette holds in its channels, or anybody reads a page of its own; else 404, so
    that nobody is found out. Anybody may read its figures there and report content to it."""
    holds = Guideline.objects.filter(workspace=OuterRef("pk"), addressee=MEMBERS, state=IN_FORCE)
    pages = Channel.objects.filter(
        workspace=OuterRef("pk"), account__kind=KIND, archived_at__isnull=True, state__in=states.READABLE
    )
    return get_object_or_404(Workspace.objects.filter(Exists(holds) | Exists(pages)), slug=slug, rehearsal_of=None)


def find_survey_place(slug: str) -> Workspace:
    """A workspace that asks or has asked about trust, or 404, so that nobody is found out."""
    asked = SurveyRound.objects.filter(workspace=OuterRef("pk"), archived_at__isnull=True)
    return get_object_or_404(Workspace.objects.filter(Exists(asked)), slug=slug, rehearsal_of=None)


def find_round(person: Person, round_id: UUID) -> SurveyRound:
    """A round of the trust survey of the person's workspace, or 404."""
    return get_object_or_404(SurveyRound, workspace=person.workspace, pk=round_id, archived_at__isnull=True)
