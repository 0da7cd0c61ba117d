"""A link whose use is counted: where it may lead, what it tells the target, and who follows it (`domain.md` 3.11)."""

import re
from collections.abc import Mapping
from ipaddress import ip_address

from allmende.domain.wording import address_places

LONGEST_TARGET = 2_000
NOT_HTTPS, NO_HOST, HAS_LOGIN, TOO_LONG, UNREADABLE = "not_https", "no_host", "has_login", "too_long", "unreadable"

# Machines that follow links for nobody: search, previews in chats and networks, monitors, scripts.
_MACHINES = re.compile(
    r"bot\b|bot[/_;-]|crawl|spider|slurp|preview|facebookexternalhit|facebookcatalog|meta-external|whatsapp|skypeuri|"
    r"embedly|iframely|opengraph|unfurl|mastodon/|pleroma|misskey|akkoma|friendica|cardyb|bluesky|synapse|http-?client|"
    r"python|curl|wget|libwww|java/|okhttp|axios|node-fetch|undici|headless|phantomjs|lighthouse|monitor|uptime|pingdom|"
    r"validator|linkcheck|scan|fetch",
    re.IGNORECASE,
)
_PARTS = re.compile(r"https://(?P<host>[^/?#]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?P<rest>#.*)?", re.DOTALL)
_HOST = re.compile(r"(?P<name>[^:\[\]]+\.[^:\[\].]+)\.?(?::\d{1,5})?")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Names that lead nowhere from outside.
_INSIDE = re.compile(r".*\.(?:localhost|local|internal|intranet|lan|home\.arpa|test|invalid)", re.IGNORECASE)
_LOOKS_AHEAD = ("purpose", "sec-purpose", "x-purpose", "x-moz")


def fault_of_target(target: str) -> str:
    """Why a link may not lead there; "" if it may. Only to the open web, encrypted, without anybody's log-in in it."""
    if len(target) > LONGEST_TARGET:
        return TOO_LONG
    if any(ord(sign) <= 32 or ord(sign) == 127 for sign in target) or "\\" in target:
        return UNREADABLE
    parts = _PARTS.fullmatch(target)
    if parts is None:
        return NOT_HTTPS
    if "@" in parts["host"]:
        return HAS_LOGIN
    return "" if _HOST.fullmatch(parts["host"]) and not parts["host"].startswith(".") else NO_HOST


def host_and_path(target: str) -> tuple[str, str]:
    """Where an address without a fault leads: the site in small letters, and the path."""
    parts = _PARTS.fullmatch(target)
    return (parts["host"].lower(), parts["path"]) if parts else ("", "")


def is_public(origin: str) -> bool:
    """Whether people outside can follow addresses that begin so: encrypted, and no name or number of an inner network."""
    host = host_and_path(origin)[0].partition(":")[0].rstrip(".")
    if fault_of_target(origin) or _INSIDE.fullmatch(host):
        return False
    try:
        return ip_address(host).is_global
    except ValueError:
        return True


def trackable_addresses(text: str, origin: str) -> tuple[str, ...]:
    """The addresses of a text that a tracked link may lead to, each once; those that are one of `origin` are none."""
    found = dict.fromkeys(text[start:end] for start, end in address_places(text))
    return tuple(one for one in found if not fault_of_target(one) and not is_tracked(one, origin))


def is_tracked(address: str, origin: str) -> bool:
    """Whether an address is that of a tracked link of `origin`."""
    host, path = host_and_path(address)
    return host == host_and_path(origin)[0] and path.startswith("/l/")


def with_address(text: str, old: str, new: str) -> str:
    """The text with another address wherever `old` stands; longer ones that begin alike stay."""
    pieces, done = [], 0
    for start, end in address_places(text):
        if text[start:end] == old:
            pieces += [text[done:start], new]
            done = end
    return "".join([*pieces, text[done:]])


def arrival_url(target: str, parameters: Mapping[str, str]) -> str:
    """The target with these parameters (`utm_source` and so on) set; those of the same name go, all else stays as written."""
    parts = _PARTS.fullmatch(target)
    told = {name: value for name, value in parameters.items() if value}
    if parts is None or not told:
        return target
    pieces = [one for one in (parts["query"] or "").split("&") if one and one.split("=", 1)[0] not in told]
    pieces += [f"{_quoted(name)}={_quoted(value)}" for name, value in told.items()]
    return f"https://{parts['host']}{parts['path']}?{'&'.join(pieces)}{parts['rest'] or ''}"


def is_machine(headers: Mapping[str, str]) -> bool:
    """Whether whoever asks shows to be no person: no name, a machine's name, or a browser that only looks ahead."""
    known = {name.lower(): value.lower() for name, value in headers.items()}
    if any(word in known.get(name, "") for name in _LOOKS_AHEAD for word in ("prefetch", "preview", "prerender")):
        return True
    agent = known.get("user-agent", "").strip()
    return not agent or bool(_MACHINES.search(agent))


def _quoted(text: str) -> str:
    return "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in text.encode())
