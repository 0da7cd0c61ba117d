"""Dovecot and Postfix for the test of mail: on loopback, with configurations, queues and mailboxes of their own, gone at the end."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.debian import CannotInstall, need_programs

PROGRAMS = {"dovecot": ["dovecot-imapd", "dovecot-lmtpd"], "postfix": ["postfix"]}
PEOPLE = {"haus@haus.test": "haus passwort ß", "mia@haus.test": "mia-passwort"}
LIST = "rundbrief@haus.test"
MAIL_OWNER = 65534
LONGEST_START_SECONDS = 20.0

_DOVECOT = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
mail_location = maildir:{folder}/mail/%u
last_valid_uid = 0
first_valid_gid = 1
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
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
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
        dovecot, postfix = _written(folder, imap, smtp)
        try:
            _run("dovecot", "-c", str(dovecot))
            _run("postfix", "-c", str(postfix), "start")
            for port in (imap, smtp):
                _await(port)
            yield {"imap": f"127.0.0.1:{imap}", "smtp": f"127.0.0.1:{smtp}", "people": PEOPLE, "list": LIST}
        finally:
            for command in (("postfix", "-c", str(postfix), "stop"), ("doveadm", "-c", str(dovecot), "stop")):
                subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def proven() -> Iterator[Mapping[str, str]]:
    """The servers for a test step: the environment that tells the tests where they are."""
    with running() as told:
        yield {"ALLMENDE_MAIL": json.dumps(told)}


def _written(folder: Path, imap: int, smtp: int) -> tuple[Path, Path]:
    """The configurations, with the folders they name."""
    folder.chmod(0o755)
    for name in ("run", "state", "mail", "queue", "data", "postfix"):
        (folder / name).mkdir()
    os.chown(folder / "mail", MAIL_OWNER, MAIL_OWNER)
    shutil.chown(folder / "data", "postfix")
    (folder / "users").write_text("".join(f"{person}:{password}\n" for person, password in PEOPLE.items()))
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
