"""Providers that let programs into a mailbox by a log-in in the browser, each with its way in and its servers.

Microsoft 365: exchange/client-developer/legacy-protocols (authenticate an IMAP, POP or SMTP connection using OAuth) and
entra/identity-platform/v2-oauth2-auth-code-flow; Google: gmail/imap/xoauth2-protocol and identity/protocols/oauth2/web-server.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from allmende.connectors.code_flow import Way
from allmende.connectors.errors import Refused
from allmende.connectors.mail.door import Place

# What the directory of Microsoft's private mailboxes (outlook.com) is called.
PRIVATE = "consumers"
_TENANT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,98}[A-Za-z0-9])?")
_MICROSOFT_SCOPES = (
    "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
)
_GOOGLE = Way(
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    # Google has no smaller one for IMAP and SMTP.
    "https://mail.google.com/",
    wishes=(("access_type", "offline"), ("prompt", "select_account consent")),
    has_pkce=True,
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A way in, and where letters are read and handed in."""

    way: Way
    imap: Place
    smtp: Place


def microsoft(tenant: str, address: str) -> Provider:
    """Exchange Online. `tenant`: the organisation's directory, by its number or domain. Refused, naming the question.

    Who agrees is chosen there, not proposed: a mailbox that several share is opened by one of those who may.
    """
    if not _TENANT.fullmatch(tenant):
        raise Refused("bad_answer", "tenant")
    root = f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0"
    way = Way(
        f"{root}/authorize",
        f"{root}/token",
        _MICROSOFT_SCOPES,
        wishes=(("prompt", "select_account"),),
        has_pkce=True,
        # Of what it grants it names neither all nor always in these words; the servers themselves are asked right after.
        tells_scopes=False,
    )
    smtp = "smtp-mail.outlook.com" if tenant.lower() == PRIVATE else "smtp.office365.com"
    return Provider(way, Place("outlook.office365.com", 993), Place(smtp, 587))


def google(tenant: str, address: str) -> Provider:
    """Gmail and Google Workspace, which knows no directories; the address is proposed where people agree."""
    way = replace(_GOOGLE, wishes=(*_GOOGLE.wishes, ("login_hint", address)))
    return Provider(way, Place("imap.gmail.com", 993), Place("smtp.gmail.com", 465))


Providers = Mapping[str, Callable[[str, str], Provider]]
PROVIDERS: Providers = {"microsoft": microsoft, "google": google}


def provider_of(providers: Providers, way: str, tenant: str, address: str) -> Provider:
    """The provider people chose. Refused: there is none of this name, or its directory cannot be right."""
    if way not in providers:
        raise Refused("not_supported", way)
    return providers[way](tenant, address)
