"""Answers about members: who counts as what, whom we met, what a page about one of them shows."""

from allmende.members.queries.actors import ActorRules, Author, actor_rules
from allmende.members.queries.pages import ListOfMembers, MemberPage, listing, member_page, rules_of, search

__all__ = [
    "ActorRules",
    "Author",
    "ListOfMembers",
    "MemberPage",
    "actor_rules",
    "listing",
    "member_page",
    "rules_of",
    "search",
]
