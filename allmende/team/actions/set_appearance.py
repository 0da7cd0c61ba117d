"""Remember how a user likes to see Allmende."""

from allmende.team.models import User


def set_appearance(*, user: User, theme: str = "", language: str = "") -> None:
    """Set `theme` and `language` where given (`team.states.THEMES`, `LANGUAGES`).

    A personal taste that touches nobody else: no audit line.
    """
    user.theme = theme or user.theme
    user.language = language or user.language
    user.save(update_fields=["theme", "language"])
