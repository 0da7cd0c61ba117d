"""Matrix's events as golden pairs read and write them."""

from typing import Any

from allmende.connectors.matrix import read as matrix_read
from allmende.connectors.matrix import write as matrix_write
from allmende.connectors.matrix.names import id_of
from allmende.connectors.neutral import Draft, Item


def read_pair(native: dict[str, Any]) -> list[Item]:
    where = matrix_read.Where(
        native["room"], native["us"], native["visibility"], matrix_read.names_in(native["events"])
    )
    root = id_of(native["room"], native["root"])
    found: list[Item | None] = []
    for event in native["events"]:
        if event["type"] == matrix_read.REACTION:
            found.append(matrix_read.reaction(event, where, root))
        elif event["type"] == matrix_read.MEMBER:
            found.append(matrix_read.coming_or_going(event, where))
        else:
            found.append(matrix_read.message(event, where, root))
    return [item for item in found if item]


def write_pair(draft: Draft) -> dict[str, Any]:
    answered = None
    if draft.reply_to:
        thread = {"rel_type": "m.thread", "event_id": f"${draft.thread}"}
        content = {"body": "Wie geht es?", "m.relates_to": thread}
        answered = {"event_id": f"${draft.reply_to.native_id}", "sender": "@mia:fern.example", "content": content}
    return matrix_write.content(draft, "schluessel-1", answered, us="@haus:haus.example", is_direct=False)
