"""What each check looks at, in words; in the order in which they are told."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TITLES: dict[str, str | Promise] = {
    "data_folder": pgettext_lazy("health", "Data folder"),
    "disk_space": pgettext_lazy("health", "Disk space"),
    "database_place": pgettext_lazy("health", "Place of the database"),
    "database": pgettext_lazy("health", "Database"),
    "migrations": pgettext_lazy("health", "Tables"),
    "packages": pgettext_lazy("health", "Python and packages"),
    "zones": pgettext_lazy("health", "Time zones"),
    "static_files": pgettext_lazy("health", "Styles and scripts"),
    "public_address": pgettext_lazy("health", "Public address"),
    "port": pgettext_lazy("health", "Port"),
    "email": pgettext_lazy("health", "E-mail"),
    "sealing_key": pgettext_lazy("health", "Sealing keys"),
    "owners": pgettext_lazy("health", "Owners"),
    "worker": pgettext_lazy("health", "Worker"),
    "jobs": pgettext_lazy("health", "Periodic work"),
    "clock": pgettext_lazy("health", "Clock"),
    "publishing": pgettext_lazy("health", "Publishing"),
    "accounts": pgettext_lazy("health", "Log-ins at networks"),
    "permissions": pgettext_lazy("health", "Permissions of log-ins"),
    "listening": pgettext_lazy("health", "Listening"),
    "lines": pgettext_lazy("health", "Open lines to networks"),
    "bells": pgettext_lazy("health", "Webhooks of networks"),
    "proofs": pgettext_lazy("health", "Self-tests"),
    "cursors": pgettext_lazy("health", "Reading of channels"),
    "queue": pgettext_lazy("health", "Outgoing queue"),
    "unclear": pgettext_lazy("health", "Unclear posts"),
    "ledger": pgettext_lazy("health", "Ledger"),
    "engine": pgettext_lazy("health", "Engine of the ledger"),
    "backups": pgettext_lazy("health", "Backups"),
}
