"""The IMAP face (RFC 3501): as much of it as a reader by UID needs, with answers as Dovecot writes them."""

import base64
import re
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from typing import Any

from tests.networks.mail.line import Caller
from tests.networks.mail.store import Folder, Kept

# What a server says of a token it does not take, and what a client answers to that, as base64.
TOKEN_REFUSED = b'{"status":"invalid_token","schemes":"bearer","scope":"mail"}'
NO_MORE = {"XOAUTH2": b"", "OAUTHBEARER": b"AQ=="}
_TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|(\([^()]*\))|(\S+)')
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class Imap(Caller):
    """One session."""

    def talk(self) -> None:
        self.folder: Folder | None = None
        self.writable = self.inside = False
        self.say(f"* OK [CAPABILITY {self.store.capabilities}] Server ready.")
        while True:
            tag, command, rest, literal = self._command()
            self.store.heard.append(f"{command} {rest}"[:200])
            with self.store.lock:
                answer = getattr(self, f"do_{command.lower()}", None)
                place = rest.partition(" ")[0].upper() if command == "UID" else command
                fault = self.store.fault(place)
            if fault.startswith(("NO", "BAD", "OK")):
                self.say(f"{tag} {fault}")
                continue
            if fault != "cut after" and self.met(fault):
                continue
            if answer is None:
                self.say(f"{tag} BAD Unknown command.")
                continue
            if command not in ("CAPABILITY", "NOOP", "LOGOUT", "LOGIN", "AUTHENTICATE", "STARTTLS") and not self.inside:
                self.say(f"{tag} BAD Log in first.")
                continue
            with self.store.lock:
                said = answer(tag, rest, literal)
            self.met(fault)
            self.say(f"{tag} {said}")
            if command == "STARTTLS":
                self.encrypt(self.store.sudden and f"* CAPABILITY {self.store.sudden}")
            if command == "LOGOUT":
                return

    def _command(self) -> tuple[str, str, str, bytes]:
        line, literal = self.hear(), b""
        if match := re.search(rb" \{(\d+)\}$", line):
            self.say("+ OK")
            literal = self.rfile.read(int(match[1]))
            self.hear()
            line = line[: match.start()]
        tag, _, rest = line.decode("utf-8", "replace").partition(" ")
        command, _, rest = rest.partition(" ")
        return tag, command.upper(), rest, literal

    def do_capability(self, tag: str, rest: str, literal: bytes) -> str:
        self.say(f"* CAPABILITY {self.store.capabilities}")
        return "OK done."

    def do_starttls(self, tag: str, rest: str, literal: bytes) -> str:
        return "OK Begin TLS."

    def do_noop(self, tag: str, rest: str, literal: bytes) -> str:
        return "OK done."

    def do_logout(self, tag: str, rest: str, literal: bytes) -> str:
        self.say("* BYE Logging out")
        return "OK done."

    def do_authenticate(self, tag: str, rest: str, literal: bytes) -> str:
        self.say("+ ")
        way, proof = rest.upper(), base64.b64decode(self.hear())
        if f"AUTH={way}" not in self.store.capabilities:
            return "NO Unsupported authentication mechanism."
        if way == "PLAIN":
            _, user, password = proof.decode().split("\0")
            return self._enter(user, password)
        return self._enter_by_token(way, proof)

    def _enter_by_token(self, way: str, proof: bytes) -> str:
        self.inside = self.store.knows(way, proof)
        if self.inside:
            return "OK Logged in"
        self.say(f"+ {base64.b64encode(TOKEN_REFUSED).decode()}")
        if self.hear() != NO_MORE[way]:
            return "BAD Somebody goes on talking."
        return "NO [AUTHENTICATIONFAILED] Authentication failed."

    def do_login(self, tag: str, rest: str, literal: bytes) -> str:
        return self._enter(*words(rest)[:2])

    def _enter(self, user: str, password: str) -> str:
        if (user, password) != (self.store.user, self.store.password):
            return f"NO [AUTHENTICATIONFAILED] Authentication failed for {password}."
        self.inside = True
        return "OK Logged in"

    def do_list(self, tag: str, rest: str, literal: bytes) -> str:
        self.say('* LIST (\\Noselect \\HasChildren) "/" "Archiv"')
        for name, folder in self.store.folders.items():
            flags, shown = " ".join(("\\HasNoChildren", *folder.uses)), name if name.isalnum() else quoted(name)
            self.say(f'* LIST ({flags}) "/" {shown}')
        return "OK done."

    def do_create(self, tag: str, rest: str, literal: bytes) -> str:
        self.store.folders[words(rest)[0]] = Folder()
        return "OK done."

    def do_select(self, tag: str, rest: str, literal: bytes) -> str:
        return self._open(rest, "READ-WRITE")

    def do_examine(self, tag: str, rest: str, literal: bytes) -> str:
        return self._open(rest, "READ-ONLY")

    def _open(self, rest: str, way: str) -> str:
        self.folder = self.store.folders.get(words(rest)[0])
        self.writable = way == "READ-WRITE"
        if self.folder is None:
            return "NO [NONEXISTENT] Mailbox doesn't exist"
        self.say(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)",
            f"* {len(self.folder.letters)} EXISTS",
            "* 0 RECENT",
            f"* OK [UIDVALIDITY {self.folder.validity}] UIDs valid",
            f"* OK [UIDNEXT {self.folder.following}] Predicted next UID",
        )
        return f"OK [{way}] Opened."

    def do_append(self, tag: str, rest: str, literal: bytes) -> str:
        name, flags, date = words(rest)
        if name not in self.store.folders:
            return "NO [TRYCREATE] Mailbox doesn't exist"
        arrived = datetime.strptime(date.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
        folder = self.store.folders[name]
        uid = folder.put(literal, arrived, set(flags.strip("()").split()))
        return f"OK [APPENDUID {folder.validity} {uid}] Append completed."

    def do_uid(self, tag: str, rest: str, literal: bytes) -> str:
        if self.folder is None:
            return "BAD No mailbox selected."
        command, _, rest = rest.partition(" ")
        answer: str = getattr(self, f"uid_{command.lower()}")(self.folder, rest)
        return answer

    def uid_search(self, folder: Folder, rest: str) -> str:
        asked, fits = words(rest), list(folder.letters)
        while asked:
            name = asked.pop(0).upper()
            if name == "UID":
                wanted = asked.pop(0)
                fits = [one for one in fits if one.uid in uids(wanted, folder)]
            elif name == "UNDELETED":
                fits = [one for one in fits if "\\Deleted" not in one.flags]
            elif name == "SINCE":
                day, month, year = asked.pop(0).split("-")
                since = datetime(int(year), _MONTHS.index(month) + 1, int(day), tzinfo=UTC)
                fits = [one for one in fits if one.arrived >= since]
            elif name == "HEADER":
                field, value = asked.pop(0), asked.pop(0)
                fits = [one for one in fits if value in str(BytesHeaderParser().parsebytes(one.content).get(field, ""))]
            else:
                return f"BAD Unknown argument {name}"
        self.say("* SEARCH" + "".join(f" {one.uid}" for one in fits))
        return "OK Search completed."

    def uid_fetch(self, folder: Folder, rest: str) -> str:
        wanted, _, asked = rest.partition(" ")
        chosen = uids(wanted, folder)
        for number, one in enumerate(folder.letters, 1):
            if one.uid in chosen:
                self._tell(number, one, asked)
        return "OK Fetch completed."

    def _tell(self, number: int, one: Kept, asked: str) -> None:
        date = f"{one.arrived:%d-}{_MONTHS[one.arrived.month - 1]}{one.arrived:-%Y %H:%M:%S +0000}"
        if body := re.search(r"BODY\.PEEK\[(HEADER)?\]<0\.(\d+)>", asked):
            content = one.content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if body[1] else one.content
            part = content[: int(body[2])]
            self.wfile.write(
                f"* {number} FETCH (UID {one.uid} BODY[{body[1] or ''}]<0> {{{len(part)}}}\r\n".encode() + part
            )
            self.say(")")
        else:
            self.say(f'* {number} FETCH (UID {one.uid} RFC822.SIZE {len(one.content)} INTERNALDATE "{date}")')

    def uid_store(self, folder: Folder, rest: str) -> str:
        if not self.writable:
            return "NO [READ-ONLY]"
        wanted, _, flags = rest.split(" ", 2)
        chosen = uids(wanted, folder)
        for one in folder.letters:
            if one.uid in chosen:
                one.flags |= set(flags.strip("()").split())
        return "OK Store completed."

    def uid_expunge(self, folder: Folder, rest: str) -> str:
        chosen = uids(rest, folder)
        folder.letters = [one for one in folder.letters if one.uid not in chosen or "\\Deleted" not in one.flags]
        return "OK Expunge completed."


def words(rest: str) -> list[str]:
    """The arguments of a command."""
    return [
        re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[2] or found[3]
        for found in _TOKEN.finditer(rest)
    ]


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def uids(wanted: str, folder: Folder) -> set[int]:
    """The numbers a set names; `a:*` always names the last one, as the standard wants it."""
    there: Any = {one.uid for one in folder.letters}
    found: set[int] = set()
    for part in wanted.split(","):
        first, _, last = part.partition(":")
        low, high = int(first), int(last or first)
        found |= {uid for uid in there if low <= uid <= high}
    return found
