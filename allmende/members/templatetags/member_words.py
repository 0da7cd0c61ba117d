"""Members in words."""

from django import template

from allmende.members.catalogue import CLASS_WORDS, NETWORK_WORDS, STAGE_WORDS, trait_word
from allmende.members.models import Identity, Member

register = template.Library()


@register.filter
def class_word(actor_class: str) -> str:
    """Member, Team, Bot."""
    return str(CLASS_WORDS[actor_class])


@register.filter
def stage_word(stage: str) -> str:
    """Newcomer, Regular."""
    return str(STAGE_WORDS[stage])


@register.filter
def trait_name(name: str) -> str:
    """Department, Region; a trait of one's own as it was written."""
    return trait_word(name)


@register.filter
def network_word(identity: Identity) -> str:
    """The kind of network an identity belongs to."""
    kind = identity.network.partition(":")[0]
    return str(NETWORK_WORDS.get(kind, kind))


@register.filter
def handles(member: Member) -> str:
    """How networks call them, each handle once; "" where it says no more than the alias. Reads prefetched identities."""
    found = {identity.handle for identity in member.identities.all() if identity.handle}
    return ", ".join(sorted(found - {member.alias}))
