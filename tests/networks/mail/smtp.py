"""The SMTP face (RFC 5321): takes letters from whoever is logged in, refuses unknown people, answers as the faults say."""

import base64
import re

from tests.networks.mail.imap import NO_MORE, TOKEN_REFUSED
from tests.networks.mail.line import Caller

# Octets of a command with its end (RFC 5321, 4.5.3.1.4).
LONGEST_COMMAND = 512


class Smtp(Caller):
    """One session."""

    def talk(self) -> None:
        if self.met(self.store.fault("GREETING")):
            return
        self.say("220 haus.example ESMTP")
        self.is_inside, self.sender, self.recipients = False, "", list[str]()
        verb = ""
        while verb != "QUIT":
            line = self.hear().decode("utf-8", "replace")
            verb = line.partition(" ")[0].upper()
            if self.met(self.store.fault(verb)):
                continue
            answer = getattr(self, f"do_{verb.lower()}", None)
            if answer is None:
                self.say("502 Unknown")
            elif verb in ("MAIL", "RCPT", "DATA") and not self.is_inside:
                self.say("530 5.7.0 Authentication required")
            else:
                answer(line)

    def do_ehlo(self, line: str) -> None:
        lines = ["haus.example", "SIZE 10000000", *self.store.features]
        self.say(*(f"250-{one}" for one in lines[:-1]), f"250 {lines[-1]}")

    def do_starttls(self, line: str) -> None:
        self.say("220 Go on")
        self.encrypt(self.store.sudden and f"250 {self.store.sudden}")

    def do_auth(self, line: str) -> None:
        self.is_inside = self._enter(line)
        self.say("235 2.7.0 Welcome" if self.is_inside else "535 5.7.8 Authentication credentials invalid")

    def do_quit(self, line: str) -> None:
        self.say("221 Bye")

    def do_mail(self, line: str) -> None:
        self.sender, self.recipients = line, []
        self.say("250 OK")

    def do_rcpt(self, line: str) -> None:
        address = (re.search(r"<(.*)>", line) or [""])[1]  # type: ignore[index]
        if address.startswith("niemand@"):
            self.say("550 5.1.1 No such person here")
            return
        self.recipients.append(address)
        self.say("250 OK")

    def do_data(self, line: str) -> None:
        if not (self.sender and self.recipients):
            self.say("503 Bad sequence")
            return
        self.say("354 Go ahead")
        self._take(self.recipients)

    def _enter(self, line: str) -> bool:
        _, way, *proofs = line.split(" ")
        if way in NO_MORE:
            return self._enter_by_token(way, proofs)
        _, user, password = base64.b64decode(proofs[0]).decode().split("\0")
        return (user, password) == (self.store.user, self.store.password)

    def _enter_by_token(self, way: str, proofs: list[str]) -> bool:
        if len(f"AUTH {way} {' '.join(proofs)}\r\n") > LONGEST_COMMAND:
            return False
        if not proofs:
            self.say("334 ")
            proofs = [self.hear().decode()]
        if self.store.knows(way, base64.b64decode(proofs[0])):
            return True
        self.say(f"334 {base64.b64encode(TOKEN_REFUSED).decode()}")
        assert self.hear() == NO_MORE[way]
        return False

    def _take(self, recipients: list[str]) -> None:
        lines: list[bytes] = []
        while (line := self.hear()) != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        fault = self.store.fault("END")
        if fault == "cut after":
            self.store.take_in(recipients, b"\r\n".join(lines) + b"\r\n")
        if not self.met(fault):
            self.store.take_in(recipients, b"\r\n".join(lines) + b"\r\n")
            self.say("250 2.0.0 Queued")
