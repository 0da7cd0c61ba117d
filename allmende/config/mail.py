"""How mail leaves, from one address: smtp://, smtp+tls:// or smtp+ssl://user:password@host:port."""

from typing import Any
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
CONSOLE = "django.core.mail.backends.console.EmailBackend"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail_settings(address: str) -> dict[str, Any]:
    """Django's settings for this address; without one, mail is only written to the log. Raises ValueError with a sentence."""
    if not address:
        return {"EMAIL_BACKEND": CONSOLE}
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("ALLMENDE_EMAIL_URL is an address such as smtp+tls://user:password@mail.example.org:587.")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or PORTS[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtp+ssl",
    }
