"""What is kept: the database, its tables, the keys, the ledger, the backups, and somebody who answers for each workspace."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from importlib.util import find_spec

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.channels.models import Account, Message
from allmende.channels.models.sealing import Sealed, key_id_of, sealing_keys
from allmende.health.queries.look import Look, Trouble, listed
from allmende.ledger.engine_address import HERE, is_answered
from allmende.ledger.files import Ledger
from allmende.team.models import Person, Workspace
from allmende.team.states import OWNER

LATEST_BACKUP = timedelta(days=7)
LEDGER_BEHIND = timedelta(hours=1)
LOCK_SECONDS = 3


def database(look: Look) -> Trouble | None:
    """Damaged, or locked by somebody for longer than a moment."""
    if look.database_file is None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return None
    try:
        with closing(sqlite3.connect(f"file:{look.database_file}?mode=ro", uri=True)) as file:
            fault = str(file.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        fault = str(error)
    if fault != "ok":
        return Trouble(
            _("The database is damaged: %(fault)s") % {"fault": fault},
            _(
                "End Allmende, keep a copy of the data folder, then put the last backup back: allmende restore FILE --replace"
            ),
        )
    return _locked(look)


def _locked(look: Look) -> Trouble | None:
    if connection.in_atomic_block:  # we hold the lock ourselves
        return None
    try:
        with closing(sqlite3.connect(str(look.database_file), timeout=LOCK_SECONDS, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")
            file.execute("ROLLBACK")
    except sqlite3.OperationalError:
        return Trouble(
            _("The database is locked by another program for more than %(seconds)s seconds.")
            % {"seconds": LOCK_SECONDS},
            _(
                "Look for a program that has the file open (fuser allmende.sqlite3): a browser of databases, a copy program."
            ),
        )
    return None


def migrations(look: Look) -> Trouble | None:
    """The tables are those of an older version."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        return None
    return Trouble(
        ngettext(
            "%(number)s change of the tables is missing.", "%(number)s changes of the tables are missing.", missing
        )
        % {"number": missing},
        _("Make a backup, then run: allmende prepare"),
    )


def sealing_key(look: Look) -> Trouble | None:
    """Log-ins that no key opens; or a key that others on this machine can read."""
    try:
        known = {key_id_of(key) for key in sealing_keys()}
    except OSError:
        known = set()
    if not known:
        return Trouble(
            _("There is no sealing key."),
            _("Copy the key file back to %(place)s, or connect the accounts again.") % {"place": settings.SEALING_FILE},
        )
    closed = [
        account.name for account in look.own(Account.objects.filter(archived_at=None)) if _is_closed(account, known)
    ]
    if closed:
        return Trouble(
            _("No key opens the log-in of: %(names)s") % {"names": listed(closed)},
            _("Copy the key file that belongs to this database to %(place)s, or connect these accounts again.")
            % {"place": settings.SEALING_FILE},
        )
    if not settings.SEALING_KEYS and settings.SEALING_FILE.stat().st_mode & 0o077:
        return Trouble(
            _("Other users of this machine can read the sealing key."),
            _("Close it: chmod 600 %(place)s") % {"place": settings.SEALING_FILE},
        )
    return None


def _is_closed(account: Account, known: set[str]) -> bool:
    kept = account.__dict__.get("secret")
    return isinstance(kept, Sealed) and kept.key_id not in known


def owners(look: Look) -> Trouble | None:
    """A workspace whose last owner left: nobody can invite, connect or release any more."""
    spaces = [look.workspace] if look.workspace else list(Workspace.objects.order_by("slug"))
    held = set(
        Person.objects.filter(role=OWNER, left_at=None, user__is_active=True).values_list("workspace", flat=True)
    )
    alone = [one.slug for one in spaces if one.pk not in held]
    if not alone:
        return None
    return Trouble(
        _("Nobody owns the workspace: %(names)s") % {"names": listed(alone)},
        _("Let a former owner in again with: allmende user link NAME, and make somebody an owner under Team."),
    )


def ledger(look: Look) -> Trouble | None:
    """Files that cannot be read, or that lag behind what was said."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    books = Ledger(ledger_root())
    for workspace in [look.workspace] if look.workspace else Workspace.objects.order_by("pk"):
        for path in books.paths(ledger_name(workspace)):
            try:
                pq.read_metadata(path)
            except (OSError, pa.ArrowException):
                return Trouble(
                    _("A file of the ledger cannot be read: %(file)s") % {"file": path.name},
                    _(
                        "Run: allmende ledger verify --mend. It sets the file aside and writes the month anew from the messages."
                    ),
                )
        if _is_behind(workspace, look.now):
            return Trouble(
                _("The ledger of %(name)s is more than an hour behind the messages.") % {"name": workspace.slug},
                _("See whether a worker runs, then run: allmende measure --workspace %(name)s")
                % {"name": workspace.slug},
            )
    return None


def _is_behind(workspace: Workspace, now: datetime) -> bool:
    mark = LedgerMark.objects.filter(workspace=workspace).first()
    waiting = Message.objects.filter(channel__workspace=workspace, changed_at__lt=now - LEDGER_BEHIND)
    until = mark.changed_until if mark else None
    return (waiting.filter(changed_at__gt=until) if until else waiting).exists()


def engine(look: Look) -> Trouble | None:
    """Another engine than the one we bring: its library, Java for it, and a master who answers."""
    if settings.LEDGER_ENGINE == HERE:
        return None
    if find_spec("pyspark") is None:
        return Trouble(
            _("Spark is to count the ledger, but the library for it is missing."),
            _("Run: pip install 'allmende[spark]'"),
        )
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        return Trouble(
            _("Spark is to count the ledger, but there is no Java on this machine."),
            _("Install Java 17, such as: apt-get install openjdk-17-jre-headless"),
        )
    if is_answered(settings.LEDGER_ENGINE):
        return None
    return Trouble(
        _("No Spark master answers at %(address)s; behaviours are not counted meanwhile.")
        % {"address": settings.LEDGER_ENGINE},
        _("Start it, or open the way to it. Without ALLMENDE_LEDGER_ENGINE this machine counts again."),
    )


def backups(look: Look) -> Trouble | None:
    """None at all once there is something to lose, or none for a week."""
    remedy = _(
        "Run every night: allmende backup FILE. Keep the file, and a copy of the sealing key, on other machines."
    )
    last = _last_backup()
    if last and look.now - last <= LATEST_BACKUP:
        return None
    if last:
        days = (look.now - last).days
        return Trouble(
            ngettext("The last backup is %(days)s day old.", "The last backup is %(days)s days old.", days)
            % {"days": days},
            remedy,
        )
    first = Workspace.objects.order_by("created_at").first()
    if first is None or look.now - first.created_at <= LATEST_BACKUP:
        return None
    return Trouble(_("There was never a backup."), remedy)


def _last_backup() -> datetime | None:
    try:
        made = json.loads(settings.BACKUP_BOOK.read_text(encoding="utf-8"))
        return datetime.fromisoformat(made[-1]["at"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
