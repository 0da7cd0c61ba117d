"""How people get in: by invitation only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):
    """Log-in for people who were invited; there is no open registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
