"""A past written into a network in one go: what members said before anybody looked."""

from collections.abc import Iterable
from datetime import datetime

from allmende.connectors.sandbox.network import Account, Network, NotThere
from allmende.connectors.sandbox.store import stamp

# id, account, id of what it answers or "", title, text, when
Line = tuple[str, Account, str, str, str, datetime]


def write_down(network: Network, lines: Iterable[Line]) -> None:
    """All or none, in this order; what is answered comes first or is there already. Raises NotThere."""
    with network.store.writing() as db:
        threads: dict[str, str] = {}
        for native_id, account, parent, title, text, at in lines:
            if parent and parent not in threads:
                row = db.execute("SELECT thread FROM post WHERE id = ?", (parent,)).fetchone()
                if row is None:
                    raise NotThere(parent)
                threads[parent] = row["thread"]
            thread = threads[native_id] = threads[parent] if parent else native_id
            values = (native_id, thread, parent or None, account.id, title, text, stamp(at))
            db.execute(
                "INSERT INTO post (id, thread, parent, account_id, title, text, visibility, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 'public', ?)",
                values,
            )
            db.execute("INSERT INTO change (kind, id) VALUES ('post', ?)", (native_id,))
            db.execute(
                "INSERT INTO public_log (at, verb, post_id, account_id, text) VALUES (?, 'appeared', ?, ?, ?)",
                (stamp(at), native_id, account.id, text),
            )
