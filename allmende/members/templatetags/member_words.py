"""Members in words."""

from django import template

from allmende.members.catalogue import BASIS_WORDS, CLASS_WORDS, STAGE_WORDS, network_kind, trait_word
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
    return network_kind(identity.network)


@register.filter
def basis_word(basis: str) -> str:
    """They said so themselves."""
    return str(BASIS_WORDS[basis])


@register.filter
def handles(member: Member) -> str:
    """How networks call them, each handle once; "" where it says no more than the alias. Reads prefetched identities."""
    found = {identity.handle for identity in member.identities.all() if identity.handle}
    return ", ".join(sorted(found - {member.alias}))
