"""What imports cannot show (`docs/house.md`, Floors): rules over syntax trees, each a function from one file to its faults."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.environment import ROOT

LONGEST_MODULE_LINES = 400
LONGEST_FUNCTION_LINES = 60
FORBIDDEN_FILES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "core",
    "services",
    "service",
    "managers",
    "manager",
    "misc",
}
FORBIDDEN_ENDINGS = ("Manager", "Service", "Helper", "Handler", "Util", "Utils", "Data", "Info")
BASE_SOMETHING = re.compile(r"Base[A-Z]")
# Names that a library asks for are the library's.
LIBRARY_BASES = {"BaseHTTPRequestHandler", "StreamRequestHandler", "HTMLParser"}
DOORS = {"urls", "views", "forms", "jobs"}
NO_ROWS = ("views", "forms", "templatetags")
HTTP_DOORS = {"aiohttp", "http.client", "httpx", "httpx2", "requests", "urllib.request", "urllib3"}
# `answers` turns the client's exceptions into the queue's four errors; `http` is the client.
MAY_HTTP = {"allmende/connectors/http.py", "allmende/connectors/answers.py", "allmende/connectors/wire.py"}
SOCKETS = {"asyncio", "ftplib", "imaplib", "poplib", "smtplib", "socket", "ssl", "websockets"}
MAIL_DOORS = {"ftplib", "imaplib", "poplib", "smtplib"}
# docs/decisions/0020: mail has its own door. `addresses` resolves and checks for both doors; the library clients of mail speak on
# wires of the door; `team` sends the staff's mail by Django to the operator's own server.
MAY_SOCKET = {
    "allmende/connectors/http.py",
    "allmende/connectors/wire.py",
    "allmende/connectors/sockets.py",
    "allmende/connectors/addresses.py",
    "allmende/connectors/mail/door.py",
    "allmende/connectors/mail/mailbox.py",
    "allmende/connectors/mail/submit.py",
    "allmende/team/actions/send_due_mail.py",
}
CLOCKS = {
    "time.time",
    "time.monotonic",
    "time.perf_counter",
    "time.time_ns",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "timezone.now",
}
CHANCE_MODULES = {"random", "secrets", "uuid"}
TAKES_WORKSPACE = "allmende/team/actions/lock_workspace.py"
TAKE_WORKSPACE = {"lock_workspace", "locked", "locked_incident"}
ASK_RIGHTS = {"require", "may", "check_rights", "is_agreed", "others_decide"}
TAKE_ROWS = {"change_record", "delete", "restore_record", "save", "select_for_update", "update"}
DOMAIN_IO_CALLS = {"open", "print", "input"}


@dataclass(frozen=True)
class Module:
    """One Python file of the project: `path` as from the root, with slashes."""

    path: str
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def parts(self) -> tuple[str, ...]:
        return Path(self.path).with_suffix("").parts

    @property
    def is_migration(self) -> bool:
        return "migrations" in self.parts


def modules(*folders: str) -> list[Module]:
    """All Python files under these folders of the root."""
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return [Module(file.relative_to(ROOT).as_posix(), file.read_text()) for file in files]


def long_modules(module: Module) -> Iterator[str]:
    """No module over 400 lines."""
    lines = len(module.source.splitlines())
    if lines > LONGEST_MODULE_LINES and not module.is_migration:
        yield f"{module.path} has {lines} lines; {LONGEST_MODULE_LINES} are the most."


def long_functions(module: Module) -> Iterator[str]:
    """No function over 60 lines, decorators not counted."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION_LINES:
                yield f"{module.path}:{node.lineno} {node.name} has {lines} lines; {LONGEST_FUNCTION_LINES} are the most."


def junk_drawers(module: Module) -> Iterator[str]:
    """No utils, helpers, common, core, services or managers, and no class that says nothing by its name."""
    for part in module.parts:
        if part.lower() in FORBIDDEN_FILES:
            yield f"{module.path}: {part} is a drawer, not a room; name it after what it knows."
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.ClassDef) or module.is_migration:
            continue
        says_nothing = node.name.endswith(FORBIDDEN_ENDINGS) or BASE_SOMETHING.match(node.name)
        if says_nothing and not _extends_library(node):
            yield f"{module.path}:{node.lineno} {node.name}: no Manager, Service, Helper, Handler, Util, Data, Info or Base-something."


def rows_in_the_wrong_place(module: Module) -> Iterator[str]:
    """No `.objects` in views, forms and template tags; migrations and tests are not asked."""
    if not any(part in NO_ROWS for part in module.parts):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager"):
            yield f"{module.path}:{node.lineno} reads rows; a view makes one call into the room (queries, actions, access)."


def clock_or_chance(module: Module) -> Iterator[str]:
    """No clock, no randomness of its own and no I/O in `domain`: now and the seed are handed in."""
    if module.parts[:2] != ("allmende", "domain"):
        return
    for line, name in _imports(module):
        if name.split(".")[0] in CHANCE_MODULES | {"time"}:
            yield f"{module.path}:{line} imports {name}: clock and chance are handed in."
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield from _calls_the_world(node, module.path)


def mondays_of_its_own(module: Module) -> Iterator[str]:
    """When a week begins is said once, in `domain/weeks.py`."""
    if module.path == "allmende/domain/weeks.py":
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            inside = (one.attr for one in ast.walk(node.right) if isinstance(one, ast.Attribute))
            if {"weekday", "isoweekday"} & set(inside):
                yield f"{module.path}:{node.lineno} reckons a Monday: domain.weeks.monday_of."


def rows_before_workspace(module: Module) -> Iterator[str]:
    """Whoever writes the audit book takes the workspace before any other row, not at the end: else two wait for each other."""
    if module.parts[0] != "allmende" or "actions" not in module.parts:
        return
    known = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    for function in known.values():
        for block in _at_one_go(function):
            taken = list(_taken(block, known, ()))
            if "audit" in taken and "row" in taken and taken[0] != "workspace":
                yield f"{module.path}:{block.lineno} {function.name} takes a row before its workspace: lock_workspace first."


def workspace_before_rights(module: Module) -> Iterator[str]:
    """Who has no right to an act keeps nobody waiting: an action asks for the right before it takes the workspace."""
    if module.parts[0] != "allmende" or "actions" not in module.parts:
        return
    known = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef)}
    undone = {
        target.id
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and dotted(node.value.func) == "undo_fields"
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for function in known.values():
        if function.name.startswith("_") or "person" not in {one.arg for one in function.args.kwonlyargs}:
            continue
        met = list(_met(function, known, undone, ()))
        if "right" in met and "workspace" in met and met[0] == "workspace":
            yield f"{module.path}:{function.lineno} {function.name} takes the workspace before the right is clear."


def _met(
    function: ast.FunctionDef, known: dict[str, ast.FunctionDef], undone: set[str], within: tuple[str, ...]
) -> Iterator[str]:
    """Where rights are asked for and the workspace is taken, in the order of the lines."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    for call in sorted(calls, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in ASK_RIGHTS or name in undone:
            yield "right"
        elif name in TAKE_WORKSPACE:
            yield "workspace"
        elif name in known and name not in within:
            yield from _met(known[name], known, undone, (*within, name))


def workspace_taken_elsewhere(module: Module) -> Iterator[str]:
    """The workspace is taken in one place, which leaves its key free for rows that only name it."""
    if module.parts[0] != "allmende" or module.path == TAKES_WORKSPACE:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and dotted(node) == "Workspace.objects.select_for_update":
            yield f"{module.path}:{node.lineno} takes the workspace by itself: lock_workspace."


def _at_one_go(function: ast.FunctionDef) -> Iterator[ast.FunctionDef | ast.With]:
    """What is one transaction: the function whole, or its blocks."""
    if any("atomic" in ast.unparse(one) for one in function.decorator_list):
        yield function
        return
    for node in ast.walk(function):
        if isinstance(node, ast.With) and any("transaction.atomic" in ast.unparse(one) for one in node.items):
            yield node


def _taken(
    function: ast.FunctionDef | ast.With, known: dict[str, ast.FunctionDef], within: tuple[str, ...]
) -> Iterator[str]:
    """What a function takes, in the order of its lines; functions of the same file are looked into."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    forks = [node for node in ast.walk(function) if isinstance(node, ast.If) and node.orelse]
    halves = {id(one) for fork in forks for one in ast.walk(fork)}  # who goes the other way takes nothing there
    for call in sorted(calls, key=lambda node: (node.end_lineno or 0, node.end_col_offset or 0)):
        is_own = isinstance(call.func, ast.Name)
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if is_own and name in known and name not in within:
            yield from _taken(known[name], known, (*within, name))
        if name in TAKE_WORKSPACE and id(call) not in halves:
            yield "workspace"
        elif name == "record_audit":
            yield "audit"
        elif name in TAKE_ROWS and (is_own or (name != "delete" and not call.args) or ".objects" in ast.unparse(call)):
            yield "row"


def doors_of_other_rooms(module: Module) -> Iterator[str]:
    """Other rooms use a room's models, queries, actions, access; never its urls, views, forms, jobs."""
    if module.parts[0] != "allmende" or len(module.parts) < 3 or module.parts[1] == "config":
        return
    for line, name in _imports(module):
        parts = name.split(".")
        if len(parts) > 2 and parts[0] == "allmende" and parts[1] != module.parts[1] and parts[2] in DOORS:
            yield f"{module.path}:{line} enters {parts[1]} by its {parts[2]}."


def other_http_doors(module: Module) -> Iterator[str]:
    """Nobody but `connectors/http.py` speaks HTTP to the outside."""
    if module.parts[0] != "allmende" or module.path in MAY_HTTP:
        return
    for line, name in _imports(module):
        if any(name == door or name.startswith(f"{door}.") for door in HTTP_DOORS):
            yield f"{module.path}:{line} imports {name}; the only door is allmende.connectors.http."


def other_sockets(module: Module) -> Iterator[str]:
    """No connector opens a connection past the doors, and nobody at all speaks mail but the door for it."""
    if module.parts[0] != "allmende" or module.path in MAY_SOCKET:
        return
    forbidden = SOCKETS if module.parts[:2] == ("allmende", "connectors") else MAIL_DOORS
    for line, name in _imports(module):
        if name.split(".")[0] in forbidden:
            yield f"{module.path}:{line} imports {name}; the doors are connectors.http and connectors.mail.door."


def parcels_that_know_each_other(module: Module) -> Iterator[str]:
    """A connector is a parcel: it imports no other connector's folder."""
    if module.parts[:2] != ("allmende", "connectors") or len(module.parts) < 4:
        return
    for line, name in _imports(module):
        parts = name.split(".")
        is_parcel = parts[:2] == ["allmende", "connectors"] and len(parts) > 2
        if is_parcel and parts[2] != module.parts[2] and (ROOT / "allmende" / "connectors" / parts[2]).is_dir():
            yield f"{module.path}:{line} knows the connector {parts[2]}."


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an expression of names, or an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return ""


def _imports(module: Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _calls_the_world(node: ast.Call, path: str) -> Iterator[str]:
    name = dotted(node.func)
    if any(name == clock or name.endswith(f".{clock}") for clock in CLOCKS):
        yield f"{path}:{node.lineno} asks the clock ({name}); now is handed in."
    if name in DOMAIN_IO_CALLS:
        yield f"{path}:{node.lineno} does I/O ({name})."
    if name.endswith("random.default_rng") and not (node.args or node.keywords):
        yield f"{path}:{node.lineno} draws without a seed; the seed is handed in."


def _extends_library(node: ast.ClassDef) -> bool:
    return any(dotted(base).split(".")[-1] in LIBRARY_BASES for base in node.bases)
