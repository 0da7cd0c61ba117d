"""The provider of a mailbox: people agree there, its tokens open the mailbox as long as they are not taken back."""

from dataclasses import dataclass, field, replace
from typing import Any

from allmende.connectors.http import Client
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.providers import PROVIDERS, Provider, Providers
from tests.networks.code_flow import Gate
from tests.networks.loopback import Asked, Face, Route, Stopped, serve
from tests.networks.mail.ground import Ground
from tests.networks.mail.store import Store


@dataclass
class Office(Gate):
    """Keeps the ways of Microsoft 365: each renewal brings another refresh token, `offline_access` is not among what was granted.
    `length`: of a token, in signs."""

    store: Store = field(default_factory=Store)
    lasts: int = 3_599
    length: int = 2_000
    rotates: bool = True
    needs_pkce: bool = True

    def routes(self) -> list[Route]:
        return [("GET", r"/[\w.-]+/authorize", self.agree), ("POST", r"/[\w.-]+/token", self.exchange)]

    def verb_of(self, asked: Asked) -> str:
        return "login" if asked.path.endswith("/token") else super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        return Stopped(401, {"error": "invalid_client", "error_description": "AADSTS7000222: The secret has expired."})

    def grant(self, scopes: str, owner: str = "", lasts: float = 0) -> str:
        token = super().grant(scopes, owner, lasts).ljust(self.length, "x")
        self.store.tokens.add(token)
        return token

    def exchange(self, asked: Asked) -> Any:
        told = super().exchange(asked)
        return told | {"scope": told["scope"].replace("offline_access", "").strip(), "ext_expires_in": self.lasts}


@dataclass
class Desk:
    """A mailbox that opens by token alone, and its provider."""

    ground: Ground
    office: Office
    face: Face

    @property
    def client(self) -> Client:
        ports = (self.ground.imap.port, self.ground.smtp.port, self.face.port)
        return Client(limits=self.ground.limits, neighbours=frozenset(("127.0.0.1", port) for port in ports))

    @property
    def providers(self) -> Providers:
        """The real ones, led to this machine."""

        def here(name: str) -> Any:
            def made(tenant: str, address: str) -> Provider:
                way = PROVIDERS[name](tenant, address).way
                place = f"{self.face.url}/{tenant or name}"
                return Provider(
                    replace(way, dialog=f"{place}/authorize", exchange=f"{place}/token"),
                    Place("127.0.0.1", self.ground.imap.port),
                    Place("127.0.0.1", self.ground.smtp.port),
                )

            return made

        return {name: here(name) for name in PROVIDERS}

    def end(self) -> None:
        self.face.end()


def opened_by_token(ground: Ground, way: str = "XOAUTH2") -> Desk:
    """The provider of this mailbox, served until `end`; no password opens it from here on."""
    ground.store.capabilities = f"IMAP4rev1 SASL-IR AUTH={way} UIDPLUS SPECIAL-USE"
    ground.store.features = (f"AUTH LOGIN {way}", "8BITMIME", "SMTPUTF8")
    office = Office(store=ground.store)
    return Desk(ground, office, serve(office))
