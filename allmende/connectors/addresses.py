"""Which internet addresses are public. Everything not known to be public is not (reliability.md, rule 1)."""

import ipaddress
import socket
from collections.abc import Callable, Sequence

from allmende.connectors.errors import Refused

Resolver = Callable[[str, int], Sequence[str]]

_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT, and a cloud's metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # a cloud's host agent behind an address that looks public
        "169.254.0.0/16",  # link-local, and every other cloud's metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # Teredo, benchmarking, ORCHID and other special purposes
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address inside
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)
_NEAR = tuple(ipaddress.ip_network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a name, in the system's order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, neighbours: frozenset[tuple[str, int]], resolver: Resolver
) -> Sequence[str]:
    """All addresses of a host, each of which may be connected to; asked once, so that nothing can change between check
    and use. Refused: one of them is not public, nor is the host a neighbour. Raises OSError, UnicodeError."""
    if (host, port) in neighbours and is_loopback(host):
        return (host,)
    addresses = resolver(host, port)
    allows = is_near if (host, port) in neighbours else is_public
    if not all(allows(address) for address in addresses):
        raise Refused("forbidden_address", host)
    return addresses


def is_public(address: str) -> bool:
    """Whether a resolved address belongs to the public internet; what cannot be read does not."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return _is_public_v4(parsed)
    if parsed.scope_id is not None:
        return False
    if parsed.ipv4_mapped is not None:
        return _is_public_v4(parsed.ipv4_mapped)
    if parsed in _NAT64:
        return _is_public_v4(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
    return parsed in _OPEN_V6 and not any(parsed in block for block in _CLOSED_V6)


def is_near(address: str) -> bool:
    """Whether a machine that was named as a neighbour may have this address: this machine, a home or office network, or
    the public internet; never link-local, where clouds keep their metadata, nor shared or special blocks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
    is_home = any(parsed in block for block in _NEAR if block.version == parsed.version)
    return parsed.is_loopback or is_home or is_public(address)


def is_literal(host: str) -> bool:
    """Whether a host is an address rather than a name."""
    return ":" in host or host.replace(".", "").isdigit()


def is_loopback(address: str) -> bool:
    """Whether it is a literal address of this machine itself; names are not."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return address.is_global and not any(address in block for block in _CLOSED_V4)
