"""Answers about channels, messages and the outgoing queue."""

from allmende.channels.queries.accounts import (
    CANNOT_OPEN,
    WARNED_BEFORE,
    abilities_of,
    account_of,
    can_renew,
    connector_of,
    draft_of,
    findings_for,
    log_in_ends_at,
    media_limit,
    open_client,
    public_url,
    smallest_visibility,
    text_limit,
)
from allmende.channels.queries.book import book_chapter
from allmende.channels.queries.channels import Card, accountable, cards_of, channels_of
from allmende.channels.queries.holds import open_hold, open_holds
from allmende.channels.queries.imports import (
    CANNOT_READ,
    TABLE_DATES,
    TABLE_FIELDS,
    archive_of,
    glance_at,
    import_facts,
    import_runs,
    placed_files,
    placed_folder,
    plain_words,
    refused_file,
    refused_rows,
    uploads_folder,
)
from allmende.channels.queries.logins import Network, accounts_of, host_of, login_of, network_groups, networks
from allmende.channels.queries.media import (
    LARGEST_UPLOAD,
    PICTURE_TYPES,
    as_sent,
    shown_rows,
    spoken_with,
)
from allmende.channels.queries.places import Reconciled, open_pauses, reconciled
from allmende.channels.queries.pulse import QUEUE_PULSE
from allmende.channels.queries.queue import (
    NEEDS_PERSON,
    Queue,
    held_dispatches,
    next_moment,
    queue_of,
    queue_page,
    refused_dispatches,
    unsettled_dispatches,
)
from allmende.channels.queries.search import search
from allmende.channels.queries.trials import Proofs, doubtful_channels, proofs_by_channel, proofs_of

# For the rooms above, which may not import connectors.
from allmende.connectors.abilities import Counting, MediaAbility
from allmende.connectors.logins import Login
from allmende.connectors.neutral import Finding

__all__ = [
    "CANNOT_OPEN",
    "CANNOT_READ",
    "LARGEST_UPLOAD",
    "NEEDS_PERSON",
    "PICTURE_TYPES",
    "QUEUE_PULSE",
    "TABLE_DATES",
    "TABLE_FIELDS",
    "WARNED_BEFORE",
    "Card",
    "Counting",
    "Finding",
    "Login",
    "MediaAbility",
    "Network",
    "Proofs",
    "Queue",
    "Reconciled",
    "abilities_of",
    "account_of",
    "accountable",
    "accounts_of",
    "archive_of",
    "as_sent",
    "book_chapter",
    "can_renew",
    "cards_of",
    "channels_of",
    "connector_of",
    "doubtful_channels",
    "draft_of",
    "findings_for",
    "glance_at",
    "held_dispatches",
    "host_of",
    "import_facts",
    "import_runs",
    "log_in_ends_at",
    "login_of",
    "media_limit",
    "network_groups",
    "networks",
    "next_moment",
    "open_client",
    "open_hold",
    "open_holds",
    "open_pauses",
    "placed_files",
    "placed_folder",
    "plain_words",
    "proofs_by_channel",
    "proofs_of",
    "public_url",
    "queue_of",
    "queue_page",
    "reconciled",
    "refused_dispatches",
    "refused_file",
    "refused_rows",
    "search",
    "shown_rows",
    "smallest_visibility",
    "spoken_with",
    "text_limit",
    "unsettled_dispatches",
    "uploads_folder",
]
