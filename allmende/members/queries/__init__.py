"""Answers about members: who counts as what, whom we met, what a page about one of them shows."""

from allmende.members.queries.actors import ActorRules, Author, actor_rules
from allmende.members.queries.pages import ListOfMembers, MemberPage, listing, member_page, rules_of, search
from allmende.members.queries.told import (
    SHOWN,
    GroupRow,
    Named,
    Stays,
    TraitRow,
    group_rows,
    members_by_rule,
    members_named,
    people_of,
    put_away_groups,
    stays_by_group,
    told_at,
    told_of,
    traits_told,
    values_by_trait,
)

__all__ = [
    "SHOWN",
    "ActorRules",
    "Author",
    "GroupRow",
    "ListOfMembers",
    "MemberPage",
    "Named",
    "Stays",
    "TraitRow",
    "actor_rules",
    "group_rows",
    "listing",
    "member_page",
    "members_by_rule",
    "members_named",
    "people_of",
    "put_away_groups",
    "rules_of",
    "search",
    "stays_by_group",
    "told_at",
    "told_of",
    "traits_told",
    "values_by_trait",
]
