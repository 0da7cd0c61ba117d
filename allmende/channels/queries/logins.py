"""How networks let us in, and which there are to choose from."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db.models import QuerySet

from allmende.channels.catalogue import GROUPS, NETWORKS
from allmende.channels.models import Account
from allmende.connectors.logins import Login
from allmende.connectors.register import connector_class
from allmende.team.models import Workspace


@dataclass(frozen=True, slots=True)
class Network:
    """A network one can choose: what people call it, what is needed and how to come by it, what Allmende may do there.

    `permissions`: what its application or key is given, as it calls them. `has_application`: it must know where people come
    back to. `is_ours`: of our own making. `ways`: (its name, what people call it) of each way in, where there are several;
    `way`: the one that is told of here.
    """

    kind: str
    name: str
    needed: str
    allowed: str
    group: str
    is_ours: bool
    steps: tuple[str, ...]
    permissions: tuple[str, ...]
    has_application: bool
    ways: tuple[tuple[str, str], ...] = ()
    way: str = ""


def networks() -> list[Network]:
    """Those that can be connected in the browser, the practice network first."""
    return [network_of(kind) for kind, words in NETWORKS.items() if words.needed]


def network_of(kind: str, way: str = "") -> Network:
    """One of NETWORKS with one of its ways in, in the language of whoever reads."""
    words, first = NETWORKS[kind], connector_class(kind).login
    login, steps = first.by(way) or first, words.ways[way].steps if way in words.ways else ()
    return Network(
        kind,
        str(words.name),
        str(words.needed),
        str(words.allowed),
        words.group,
        login.is_ours,
        tuple(str(step) for step in (*words.steps, *steps)),
        login.permissions,
        login.has_application,
        tuple((name, str(one.name)) for name, one in words.ways.items() if first.by(name)),
        way,
    )


def network_groups() -> list[tuple[str, list[Network]]]:
    """(heading, networks) as people choose among them, what is for trying out first."""
    found = networks()
    return [
        (str(name), beside)
        for group, name in GROUPS.items()
        if (beside := [one for one in found if one.group == group])
    ]


def login_of(kind: str, way: str = "") -> Login | None:
    """What this kind asks of a person who comes in this way; None for one nobody can go in the browser."""
    return connector_class(kind).login.by(way) if kind in NETWORKS and NETWORKS[kind].needed else None


def accounts_of(workspace: Workspace) -> "QuerySet[Account]":
    """The workspace's accounts with their channels, the disconnected ones last."""
    rows = Account.objects.filter(workspace=workspace).prefetch_related("channels")
    return rows.order_by("archived_at", "name")


def host_of(url: str) -> str:
    """The name of the machine an address leads to."""
    return urlsplit(url).hostname or ""
