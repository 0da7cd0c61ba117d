"""Answers for this room's screen and for programs."""

from allmende.api.queries.evidence import Wish, figures_page
from allmende.api.queries.plan import part_in_force, plan_in_force
from allmende.api.queries.tokens import TokensPage, scopes_for, tokens_page

__all__ = ["TokensPage", "Wish", "figures_page", "part_in_force", "plan_in_force", "scopes_for", "tokens_page"]
