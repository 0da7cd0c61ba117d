"""Who may be the same person as somebody."""

from django.db.models import Q, QuerySet

from allmende.members.models import Identity, Member, is_known
from allmende.members.queries.pages import named

AT_MOST = 20


def merge_candidates(member: Member, words: str) -> list[Member]:
    """Who may be the same person: by these words, or whoever bears one of their names elsewhere; never one of our own."""
    rows = named(member.workspace, words) if words.strip() else _namesakes(member)
    ours = Identity.objects.filter(workspace=member.workspace_id, is_us=True).values("member_id")
    rows = rows.exclude(Q(pk=member.pk) | Q(pk__in=ours)).prefetch_related("identities")
    return list(rows.order_by("-first_seen_at", "-pk")[:AT_MOST])


def _namesakes(member: Member) -> QuerySet[Member]:
    names = {member.alias, *member.identities.values_list("name", flat=True)}
    names |= set(member.identities.values_list("handle", flat=True))
    bare = {name.strip().removeprefix("@") for name in names} - {""}
    alike = Q(alias__in=bare)
    found = Identity.objects.filter(Q(handle__in=bare) | Q(name__in=bare), workspace=member.workspace_id)
    return Member.objects.filter(is_known(), alike | Q(pk__in=found.values("member_id")), workspace=member.workspace_id)
