"""The page for an address under which there is nothing, in the language of whoever asks."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.csrf import csrf_failure
from django.views.defaults import page_not_found, permission_denied

from allmende.team.catalogue import speak


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing is here, or nothing for them (404)."""
    _speak_theirs(request)
    return page_not_found(request, exception)


def not_theirs(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Their role does not allow it (403)."""
    _speak_theirs(request)
    return permission_denied(request, exception)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its proof that it is ours (403)."""
    _speak_theirs(request)
    return csrf_failure(request, reason)


def _speak_theirs(request: HttpRequest) -> None:
    """Whoever is logged in chose a language, wherever their browser comes from; others are heard by cookie and browser. A page
    that was opened speaks already, in its workspace's form of gender."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and translation.get_language() != user.language:
        speak(user.language)
