"""Dovecot and Postfix for the test of mail: on loopback, with configurations, queues and mailboxes of their own, gone at the end.

Both also let in by token (XOAUTH2, OAUTHBEARER); Dovecot asks whether one counts at a place of ours (RFC 7662).
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from tools.debian import CannotInstall, need_programs

PROGRAMS = {"dovecot": ["dovecot-imapd", "dovecot-lmtpd"], "postfix": ["postfix"]}
PEOPLE = {"haus@haus.test": "haus passwort ß", "mia@haus.test": "mia-passwort"}
LIST = "rundbrief@haus.test"
MAIL_OWNER = 65534
# Of Microsoft a token has about two thousand signs.
LONG_TOKEN = 2_000
LONGEST_START_SECONDS = 20.0

_DOVECOT = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{folder}/mail/%u
last_valid_uid = 0
first_valid_gid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
  result_failure = return-fail
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Gesendet {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Entwürfe {{
    auto = create
    special_use = \\Drafts
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
# Who fails is not kept waiting here: the tests fail on purpose.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
"""
_TOKENS = """
introspection_mode = post
introspection_url = http://127.0.0.1:{provider}/introspect
force_introspection = yes
username_attribute = username
active_attribute = active
active_value = true
"""
_POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.haus.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = haus.test
virtual_mailbox_maps = inline:{{ {people} }}
virtual_alias_maps = inline:{{ {{ {list} = haus@haus.test, mia@haus.test }} }}
virtual_transport = lmtp:unix:{folder}/lmtp
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject
default_transport = error:nothing leaves this machine
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def running() -> Iterator[Mapping[str, object]]:
    """Both servers; yields where they are and who lives there. Raises CannotInstall."""
    need_programs(PROGRAMS)
    if os.geteuid() != 0:
        raise CannotInstall("Postfix and Dovecot can be started by root only.")
    with tempfile.TemporaryDirectory(prefix="allmende-mail-", ignore_cleanup_errors=True) as made:
        folder, imap, smtp = Path(made), _free_port(), _free_port()
        provider = Provider()
        dovecot, postfix = _written(folder, imap, smtp, provider.server_port)
        try:
            _run("dovecot", "-c", str(dovecot))
            _run("postfix", "-c", str(postfix), "start")
            for port in (imap, smtp):
                _await(port)
            places = {"imap": imap, "smtp": smtp, "provider": provider.server_port}
            told = {name: f"127.0.0.1:{port}" for name, port in places.items()}
            yield {**told, "people": PEOPLE, "list": LIST, "tokens": dict(provider.tokens)}
        finally:
            provider.end()
            for command in (("postfix", "-c", str(postfix), "stop"), ("doveadm", "-c", str(dovecot), "stop")):
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def proven() -> Iterator[Mapping[str, str]]:
    """The servers for a test step: the environment that tells the tests where they are."""
    with running() as told:
        yield {"ALLMENDE_MAIL": json.dumps(told)}


class Provider(ThreadingHTTPServer):
    """Says whose a token is (RFC 7662, POST /introspect), and lets one be taken back (RFC 7009, POST /revoke). `tokens`: by person."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        lengths = zip(PEOPLE, (LONG_TOKEN, 40), strict=True)
        self.tokens = {person: secrets.token_hex(length // 2) for person, length in lengths}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def end(self) -> None:
        """Stop serving."""
        self.shutdown()
        self.server_close()


class _Asked(BaseHTTPRequestHandler):
    server: Provider

    def log_message(self, *args: object) -> None:
        """Silent."""

    def do_POST(self) -> None:
        said = parse_qs(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode())
        token = said.get("token", [""])[0]
        person = next((one for one, known in self.server.tokens.items() if secrets.compare_digest(known, token)), "")
        if self.path == "/revoke" and person:
            self.server.tokens[person] = secrets.token_hex()
        told = json.dumps({"active": True, "username": person} if person else {"active": False}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)


def _written(folder: Path, imap: int, smtp: int, provider: int) -> tuple[Path, Path]:
    """The configurations, with the folders they name."""
    folder.chmod(0o755)
    for name in ("run", "state", "mail", "queue", "data", "postfix"):
        (folder / name).mkdir()
    os.chown(folder / "mail", MAIL_OWNER, MAIL_OWNER)
    shutil.chown(folder / "data", "postfix")
    (folder / "users").write_text("".join(f"{person}:{password}\n" for person, password in PEOPLE.items()))
    (folder / "tokens.conf").write_text(_TOKENS.format(provider=provider))
    dovecot = folder / "dovecot.conf"
    dovecot.write_text(_DOVECOT.format(folder=folder, imap=imap, owner=MAIL_OWNER))
    people = ", ".join(f"{{ {person} = {person} }}" for person in PEOPLE)
    (folder / "postfix" / "main.cf").write_text(_POSTFIX.format(folder=folder, people=people, list=LIST))
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(smtp=smtp))
    return dovecot, folder / "postfix"


def _await(port: int) -> None:
    end = time.monotonic() + LONGEST_START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise CannotInstall(f"Nothing answers at port {port}.") from None
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
    return port


def _run(*command: str) -> None:
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, cwd="/")
        output.seek(0)
        if done.returncode:
            raise CannotInstall(f"{command[0]} did not start:\n{output.read()[-2000:]}")
