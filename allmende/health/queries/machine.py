"""Data folder, disk, packages, zones, styles, addresses, e-mail: what the machine and the settings must give."""

import os
import re
import shutil
import socket
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.mail import get_connection
from django.http.request import validate_host
from django.utils.translation import gettext as _

import allmende
from allmende.health.queries.look import Look, Trouble, listed
from allmende.team.models import ServiceHours, Workspace

NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "fuse.glusterfs"}
PYTHONS = ((3, 11), (3, 14))
SECONDS = 5
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?", re.MULTILINE)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def data_folder(look: Look) -> Trouble | None:
    """Somebody else's folder, or one that cannot be written."""
    status = look.data.stat()
    if status.st_uid != os.geteuid():
        return Trouble(
            _("The data folder %(folder)s belongs to another user of this machine.") % {"folder": look.data},
            _("Give it to the user who runs Allmende: chown -R that-user %(folder)s") % {"folder": look.data},
        )
    if not os.access(look.data, os.W_OK | os.X_OK):
        return Trouble(
            _("The data folder %(folder)s cannot be written.") % {"folder": look.data},
            _("Give its owner the right to write: chmod u+rwx %(folder)s") % {"folder": look.data},
        )
    if status.st_mode & 0o077:
        return Trouble(
            _("Other users of this machine can look into the data folder %(folder)s.") % {"folder": look.data},
            _("Close it: chmod 700 %(folder)s") % {"folder": look.data},
        )
    return None


def disk_space(look: Look) -> Trouble | None:
    """Nearly full: writes will fail, and nothing is said whose intent cannot be written down."""
    free = shutil.disk_usage(look.data).free // 1_000_000
    if free >= settings.LEAST_FREE_MB:
        return None
    return Trouble(
        _("Only %(free)s MB are free where the data lies; %(least)s MB should be.")
        % {"free": free, "least": settings.LEAST_FREE_MB},
        _("Make room, or move the data folder to a larger disk and name it with --data."),
    )


def database_place(look: Look) -> Trouble | None:
    """SQLite locks do not hold on network file systems: two machines could write at once."""
    if look.database_file is None:
        return None
    kind = file_system_of(look.database_file, Path(settings.MOUNTS))
    if kind not in NETWORK_FILE_SYSTEMS:
        return None
    return Trouble(
        _("The SQLite database lies on a network file system (%(kind)s), where its locks do not hold.")
        % {"kind": kind},
        _("Move the data folder to a disk of this machine, or use PostgreSQL by DATABASE_URL."),
    )


def file_system_of(path: Path, mounts: Path) -> str:
    """The kind of file system a path lies on, by the longest mount point above it; "" where nobody knows."""
    try:
        rows = [line.split() for line in mounts.read_text().splitlines()]
    except OSError:
        return ""
    above = [(point, kind) for _device, point, kind, *_rest in rows if path.is_relative_to(point.replace("\\040", " "))]
    return max(above, key=lambda row: len(row[0]), default=("", ""))[1]


def packages(look: Look) -> Trouble | None:
    """Another Python, or other versions than those that were tested together."""
    here = sys.version_info[:2]
    if not PYTHONS[0] <= here <= PYTHONS[1]:
        return Trouble(
            _("Python %(version)s is not one that Allmende is tested with.") % {"version": ".".join(map(str, here))},
            _("Use Python 3.11 to 3.14."),
        )
    lock = (
        Path(settings.LOCK_FILE)
        if settings.LOCK_FILE
        else Path(allmende.__file__).parents[1] / "requirements" / "run.lock"
    )
    wrong = sorted(differing(lock.read_text())) if lock.is_file() else []
    if not wrong:
        return None
    return Trouble(
        _("Installed packages differ from the tested ones: %(names)s.") % {"names": listed(wrong)},
        _("Start Allmende with ./run, which installs exactly what the lock names."),
    )


def differing(lock: str) -> list[str]:
    """Packages whose installed version is not the pinned one; those for other machines may be absent."""
    found = []
    for pin in _PIN.finditer(lock):
        try:
            installed = version(pin["name"])
        except PackageNotFoundError:
            if not pin["marker"]:
                found.append(pin["name"])
            continue
        if installed != pin["version"] and not pin["marker"]:
            found.append(pin["name"])
    return found


def zones(look: Look) -> Trouble | None:
    """Without time zone data nothing can be planned for nine o'clock."""
    spaces = look.own(Workspace.objects.all(), "pk") if look.workspace is None else [look.workspace]
    names = {"Europe/Berlin", *(one.zone for one in spaces)}
    names |= set(look.own(ServiceHours.objects.all()).values_list("zone", flat=True))
    unknown = sorted(name for name in names if not _is_zone(name))
    if not unknown:
        return None
    return Trouble(
        _("This machine does not know the time zone %(names)s.") % {"names": listed(unknown)},
        _("Install the package tzdata, or choose another zone in the settings and the service hours."),
    )


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def static_files(look: Look) -> Trouble | None:
    """Pages without styles: the files were not collected for this version."""
    try:
        missing = not staticfiles_storage.exists(staticfiles_storage.stored_name("web/app/app.js"))  # type: ignore[attr-defined]
    except AttributeError:  # a storage without a manifest serves them from the rooms
        return None
    except ValueError:
        missing = True
    if not missing:
        return None
    return Trouble(
        _("Styles and scripts are missing or from another version."),
        _("Run: allmende prepare. Then start Allmende again."),
    )


def public_address(look: Look) -> Trouble | None:
    """The address people use must be one that is answered, and encrypted where it is not this machine."""
    origin = urlsplit(settings.ORIGIN)
    host = origin.hostname or ""
    if not host or origin.scheme not in ("http", "https") or origin.path.strip("/"):
        return Trouble(
            _("ALLMENDE_ORIGIN is no address of a site: %(origin)s") % {"origin": settings.ORIGIN},
            _("Write scheme, name and port only, such as https://community.example.org"),
        )
    if not validate_host(host, settings.ALLOWED_HOSTS):
        return Trouble(
            _("Requests to %(host)s are refused: ALLMENDE_HOSTS does not name it.") % {"host": host},
            _("Set ALLMENDE_HOSTS to the names people use, separated by commas, with %(host)s among them.")
            % {"host": host},
        )
    if origin.scheme == "http" and host not in _LOOPBACK:
        return Trouble(
            _("People log in at %(origin)s without encryption.") % {"origin": settings.ORIGIN},
            _("Put a proxy with a certificate in front and set ALLMENDE_ORIGIN to the https address."),
        )
    return None


def port(look: Look) -> Trouble | None:
    """On a single machine: does something else answer at our port?"""
    origin = urlsplit(settings.ORIGIN)
    if origin.hostname not in _LOOPBACK or origin.scheme != "http" or not origin.port:
        return None
    answer = _answer_at(origin.port)
    if answer is None or b'"alive": true' in answer:
        return None
    return Trouble(
        _("Port %(port)s is used by another program.") % {"port": origin.port},
        _("End that program, or start Allmende on another port: ./run --port %(other)s") % {"other": origin.port + 1},
    )


def _answer_at(number: int) -> bytes | None:
    """What answers /health there; None if nobody listens."""
    try:
        line = socket.create_connection(("127.0.0.1", number), timeout=2)
    except OSError:
        return None
    try:
        with line:
            line.sendall(f"GET /health HTTP/1.0\r\nHost: 127.0.0.1:{number}\r\n\r\n".encode())
            return b"".join(iter(lambda: line.recv(4096), b""))
    except OSError:
        return b""


def email(look: Look) -> Trouble | None:
    """Invitations and notices need a way out; on a single machine links are handed over by hand."""
    if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        if (urlsplit(settings.ORIGIN).hostname or "") in _LOOPBACK:
            return None
        return Trouble(
            _("E-mail is not set up: nobody gets an invitation or a notice by mail."),
            _("Set ALLMENDE_EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587"),
        )
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return None
    mail = get_connection(timeout=SECONDS)
    try:
        mail.open()
        mail.close()
    except Exception as error:  # noqa: BLE001 - whatever keeps mail from leaving is the finding
        return Trouble(
            _("The mail server cannot be used: %(kind)s.") % {"kind": type(error).__name__},
            _(
                "Compare ALLMENDE_EMAIL_URL with what your mail provider names: server, port, encryption, user and password."
            ),
        )
    return None
